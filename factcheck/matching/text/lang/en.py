"""English, and abbreviations that are written in every language."""

from factcheck.matching.text.words import Words

_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()

WORDS = Words(
    chatter_words={
        "audience": "everyone everybody all others family friends contacts groups people",
        "place": "line fb facebook ig instagram telegram whatsapp wechat my a the group chat groups friend friends "
        "family unknown internet",
        "device": "iphone ipad android galaxy samsung huawei xiaomi oppo vivo pixel outlook line gmail yahoo mail ios",
    },
    chatter_segments=(
        "(?:please |pls |plz |kindly )*+(?:forward|share|repost|retweet|pass (?:it|this) on|spread)"
        "(?: (?:it|this|the word|message|post|widely|around))*+"
        "(?: (?:to|with|as|many|as|possible|your|all|and|loved|ones|{audience}))*+(?: please| pls| thanks| thank you)?",
        "fwd?|fw|forwarded(?: message)?(?: as received)?(?: many times)?|as received|copied(?: and pasted)?"
        "|(?:just )?(?:received|got) (?:this|it)(?: from {place}(?: {place})*)?|fyi|sharing as received",
        "(?:hi|hello)?,? ?is (?:this|it|that)(?: message| news| story)? (?:true|real|fake|legit|correct)"
        "(?: or (?:not|fake|false))?|true or false|fake or real",
        "(?:can (?:someone|anyone|you) )?(?:please )?(?:fact[ -]?check|verify)(?: this| it)?(?: please)?",
    ),
    chatter_lines=(
        "(?:source|via|from|credit)[: ]+{place}(?: ?{place})*+",
        "sent (?:from|via|with)(?: my| the)? {device}(?: {device})*(?: app| phone)?|get {device}(?: for {device})?",
    ),
    mail_fields="cc|sent",
    mail_fields_too="from|to|date",
    negation=r"\b(?:not|no|never|none|cannot|without|false|fake|[a-z]+n't)\b",
    negation_turning=(
        r"\b(?:hardly|barely|scarcely|rarely|seldom|fail(?:s|ed|ing|ure)?|unable|unlikely|impossible|nobody|nothing|nor"
        r"|neither|nowhere|avoid(?:s|ed|ing)?|stop(?:s|ped|ping)?|refus(?:es?|ed|ing)|den(?:y|ies|ied))\b"
    ),
    edge_harmless=(
        r"\bnot (?:sure|certain)\b|\bno (?:idea|joke|kidding|doubt|matter)\b"
        r"|\b(?:do not|don't|never) (?:forget|miss|ignore)\b"
    ),
    judgement=(
        r"\b(?:scam|hoax|untrue|wrong|false|fake|debunked|not true|cancell?ed|satire|parody|myth|misleading|retracted"
        r"|expired|outdated|old news|made up|sold out|no longer|nonsense)\b"
    ),
    units="""
        second seconds second secs sec
        minute minutes minute mins min
        hour hours hour hrs hr h
        day days day
        week weeks week
        month months month
        year years year yrs
        mg mg
        g g gram grams
        kg kg kgs kilos
        ton tons ton
        pound pounds pound lbs lb
        ml cc ml
        litre l litres liters litre liter
        mm mm
        cm cm
        metre m metres meters
        km km
        mile miles mile
        degree °c ℃ degrees °
        % % percent per·cent
        ‰ ‰
        TWD ntd twd
        USD usd dollars dollar
        CNY rmb cny
        HKD hkd
        JPY yen jpy
        EUR euros euro eur
        THB baht thb
        """,
    below_zero="minus ",
    months=(
        "january jan 1|february feb 2|march mar 3|april apr 4|may 5|june jun 6|july jul 7|august aug 8"
        "|september sept sep 9|october oct 10|november nov 11|december dec 12"
    ),
    date_words={
        "w1": "monday mondays",
        "w2": "tuesday tuesdays",
        "w3": "wednesday wednesdays",
        "w4": "thursday thursdays",
        "w5": "friday fridays",
        "w6": "saturday saturdays",
        "w7": "sunday sundays",
        "r0d": "today",
        "r+1d": "tomorrow",
        "r-1d": "yesterday",
        "r0w": "this·week",
        "r+1w": "next·week",
        "r-1w": "last·week",
        "r0m": "this·month",
        "r+1m": "next·month",
        "r-1m": "last·month",
        "r0y": "this·year",
        "r+1y": "next·year",
        "r-1y": "last·year",
        "pam": "am a.m. a.m",
        "ppm": "pm p.m. p.m",
        "r0d pnight": "tonight",
    },
    numbers={word: number for number, word in enumerate([*_ONES, *_TEENS], start=1)}
    | {word: 10 * number for number, word in enumerate(_TENS, start=2)}
    | {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000},
)
