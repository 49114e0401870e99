"""Korean, Vietnamese, Indonesian and Malay, and Arabic, which people write in and Factline does not speak."""

from factcheck.matching.text.words import Words

WORDS = Words(
    negation_unlearnt=(
        r"않|못|아니|없|안[되됩돼]|마세요|말아|하지마|가짜"
        r"|\b(?:không|chưa|chẳng|đừng|chớ|khỏi|tidak|tak|bukan|jangan|belum|tanpa|dilarang|لا|ليس|ليست|لم|لن|غير|بدون)\b"
    ),
    edge_harmless=r"아닌가요?|없나요?|몰라|\b(?:thật|đúng|phải|biết) không\b|\b(?:atau|apa) (?:tidak|bukan)\b",
    judgement=(
        r"\b(?:hoaks|palsu|bohong|penipuan|sai sự thật|lừa đảo|bịa đặt|tin giả"
        r"|كاذب|كاذبة|شائعة|إشاعة|كذب|مزيف|مزيفة)\b"
        r"|가짜|거짓|허위|루머|사기"
    ),
)
