import pytest

from factcheck.personal_data import Kind, find_personal


@pytest.mark.parametrize(
    ("text", "kind", "written"),
    [
        ("請打 0912-345-678 找王先生", Kind.PHONE, "0912-345-678"),
        ("call ０２-２３９５-９８２５", Kind.PHONE, "02-2395-9825"),
        ("write to wang.m@example.com, please", Kind.MAIL, "wang.m@example.com"),
        ("身分證 A123456789", Kind.IDENTITY, "A123456789"),
        ("เลข 1-1017-00230-70-8", Kind.IDENTITY, "1-1017-00230-70-8"),
        ("card 4111 1111 1111 1111", Kind.CARD, "4111 1111 1111 1111"),
        ("住在三重區重新路五段609巷12號", Kind.PLACE, "住在三重區重新路五段609巷12號"),
        ("he lives at 12 High Street", Kind.PLACE, "12 High Street"),
    ],
)
def test_what_belongs_to_a_person_is_found(text: str, kind: Kind, written: str) -> None:
    assert [(one.kind, one.written) for one in find_personal(f"{text}\n{text}")] == [(kind, written)]


@pytest.mark.parametrize(
    "text",
    [
        "免付費專線 0800-024-111，或撥 165、1922",
        "https://example.org/0912345678?id=4111111111111111",
        "2026年11月28日 10:30，共 1,234,567,890,123 元",
        "A123456780 is no such number",
        "第 3 路公車經過中山路",
        "Street 12",
    ],
)
def test_what_does_not_is_not(text: str) -> None:
    assert find_personal(text) == []
