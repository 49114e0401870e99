"""Rows of many keys are found by an index that tells them apart."""

from typing import Any

import pytest

from factcheck.dataset.data_file import Key, among
from factcheck.models import Analytics, ArticleReplyFeedback

VISITS = (Analytics.doc_type, Analytics.doc_id, Analytics.day)
VOTES = (ArticleReplyFeedback.article_id, ArticleReplyFeedback.reply_id, ArticleReplyFeedback.user_id)


@pytest.mark.parametrize(
    ("columns", "keys", "tested"),
    [
        (VISITS, [("article", f"a{n}", "day") for n in range(500)], ["doc_type", "doc_id"]),
        (VISITS, [("article", "a", f"day {n}") for n in range(500)], ["doc_type", "doc_id", "day"]),
        (VISITS, [("article", "a", "day")], ["doc_type"]),
        (VOTES, [(f"a{n // 3}", "r", f"u{n}") for n in range(500)], ["article_id"]),
        (VOTES, [], ["article_id"]),
    ],
)
def test_first_columns_are_tested_up_to_one_that_tells_keys_apart(
    columns: tuple[Any, ...], keys: list[Key], tested: list[str]
) -> None:
    condition = str(among(columns, keys))
    assert [column.key for column in columns if f".{column.key} IN (" in condition] == tested
