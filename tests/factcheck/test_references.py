import pytest

from factcheck.services.references import Reference, address_of, has_address, rows_of, text_of


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("https://a.example/1", [("", "https://a.example/1")]),
        ("The ministry: https://a.example/1", [("The ministry:", "https://a.example/1")]),
        (
            "衛福部說明\nhttps://a.example/1\n\nhttps://b.example/2\nsecond",
            [
                ("衛福部說明", "https://a.example/1"),
                ("second", "https://b.example/2"),
            ],
        ),
        (
            "One\nhttps://a.example/1\nTwo\nhttps://b.example/2\nand more",
            [
                ("One", "https://a.example/1"),
                ("Two", "https://b.example/2"),
                ("and more", ""),
            ],
        ),
        ("my mother said so", [("my mother said so", "")]),
    ],
)
def test_a_text_is_read_as_rows_and_written_again(text: str, rows: list[tuple[str, str]]) -> None:
    found = rows_of(text)
    assert found == [Reference(*row) for row in rows]
    assert rows_of(text_of(found)) == found


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" https://a.example/1 ", "https://a.example/1"),
        ("cdc.gov.tw", "https://cdc.gov.tw"),
        ("https://例子.台灣/路", "https://例子.台灣/路"),
        ("my mother", ""),
        ("mother.", ""),
        ("http://localhost/notes", ""),
        ("http://10.0.0.7/notes", ""),
        ("http://wiki.internal/notes", ""),
        ("ftp://a.example/1", ""),
        ("https://a.example/1 and more", ""),
    ],
)
def test_what_is_an_address_that_everybody_can_open(typed: str, address: str) -> None:
    assert address_of(typed) == address
    assert has_address(f"Somebody: {address}") == bool(address)


def test_an_address_without_a_scheme_gets_one_where_it_is_shown() -> None:
    assert (
        text_of([Reference("Centers for\nDisease Control", "cdc.gov.tw")])
        == "Centers for Disease Control\nhttps://cdc.gov.tw"
    )
