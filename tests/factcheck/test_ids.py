import pytest

from factcheck.ids import ALPHABET, article_id, base36, is_public_id, published_user_id, random_id


def test_article_ids_are_those_of_the_field() -> None:
    assert article_id("FOO FOO http://foo.com/article/1") == "y0iq3fr2pqgi"


def test_article_ids_depend_on_every_character() -> None:
    texts = ["", " ", "a", "a ", "A", "é", "e\u0301", "長" * 20_000, "\ud800"]
    assert len({article_id(text) for text in texts}) == len(texts)


@pytest.mark.parametrize(("number", "digits"), [(0, "0"), (35, "z"), (36, "10"), (2**64 - 1, "3w5e11264sgsf")])
def test_base36(number: int, digits: str) -> None:
    assert base36(number) == digits
    assert int(digits, 36) == number


def test_random_ids_have_the_length_asked_for_and_differ() -> None:
    found = {random_id() for _ in range(200)}
    assert len(found) == 200
    assert all(len(one) == 20 and set(one) <= set(ALPHABET) for one in found)
    assert len(random_id(7)) == 7


def test_published_user_ids_need_the_key() -> None:
    one = published_user_id("key", "u1")
    assert one == published_user_id("key", "u1")
    assert one != published_user_id("other key", "u1")
    assert one != published_user_id("key", "u2")
    assert "u1" not in one
    assert len(one) == 64


@pytest.mark.parametrize(
    "one",
    [
        article_id("any text"),
        "7yg5huthiauzoighuz8i",
        "AV8eyZ4kyCdS-nWhuh4H",
        "5461696521018-rumor",
        "sample7 copy-answer",
        "7853社區轉化line-answer",
        "ข่าวที่แชร์กัน",
        "a",
        "a" * 100,
        "社" * 33,
    ],
)
def test_what_the_field_has_published_is_an_id(one: str) -> None:
    assert is_public_id(one)


@pytest.mark.parametrize(
    "one",
    [
        *(
            "",
            " ",
            " a",
            "a ",
            "a  b",
            "a\nb",
            "a\n",
            "a\tb",
            "a\x00",
            "\x7f",
            "a\u00a0b",
            "a\u3000b",
            "a\u200bb",
            "a\u202eb",
        ),
        *(
            "\ud800",
            "\ufeffa",
            "a/b",
            "a\\b",
            ".",
            "..",
            "a?b",
            "a#b",
            "a%20b",
            "a&b",
            "a:b",
            "a;b",
            "<a>",
            'a"b',
            "a'b",
        ),
        *("a" * 101, "社" * 34),
    ],
)
def test_what_no_address_or_button_could_carry_is_none(one: str) -> None:
    assert not is_public_id(one)
