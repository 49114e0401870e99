"""Every id that Cofacts has published is taken; one that no address or button could carry is refused by name."""

from pathlib import Path

import pytest
from sqlalchemy import select

from factcheck.clock import Clock
from factcheck.dataset.export import export_dataset
from factcheck.dataset.importer import import_dataset
from factcheck.db.session import SessionFactory, read_only
from factcheck.models import Article, Reply
from tests.dataset.published import ARTICLE_ID, REPLY_IDS, import_published
from tests.dataset.reading import put, rows_of


def test_published_ids_come_in_and_go_out_as_they_are(factory: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    report = import_published(factory, tmp_path / "in")
    assert all(file.new == file.read > 0 for file in report.files), report.table()
    export_dataset(factory, tmp_path / "out", clock=clock, licence="L")
    assert [row["id"] for row in rows_of(tmp_path / "out", "articles")] == [ARTICLE_ID]
    assert {row["id"] for row in rows_of(tmp_path / "out", "replies")} == {*REPLY_IDS}
    links = {(row["articleId"], row["replyId"]) for row in rows_of(tmp_path / "out", "article_reply_feedbacks")}
    assert links == {(ARTICLE_ID, reply_id) for reply_id in REPLY_IDS}


@pytest.mark.parametrize(
    "hostile",
    [
        "a\tb",
        "a\x00b",
        "a\x1bb",
        "a\u202eb",
        "a/b",
        "..",
        "a?b",
        "a#b",
        "a%2fb",
        "a:b",
        "<b>",
        "a  b",
        "社" * 34,
        "a" * 101,
    ],
)
def test_an_id_that_nothing_could_carry_is_refused_by_name(
    factory: SessionFactory, tmp_path: Path, hostile: str
) -> None:
    put(tmp_path, "articles", f"id,text\n{hostile},one\nfine,two\n")
    put(tmp_path, "replies", f"id,type,text\n{hostile},RUMOR,one\nfine,RUMOR,two\n")
    report = import_dataset(factory, tmp_path)
    for name in ("articles", "replies"):
        assert report.file(name).new == 1
        assert list(report.file(name).malformed) == [
            "id is not 1 to 100 bytes (UTF-8) of letters, digits, hyphens and underscores, with single spaces between"
        ]
    with read_only(factory) as session:
        assert session.scalars(select(Article.id)).all() == ["fine"]
        assert session.scalars(select(Reply.id)).all() == ["fine"]
