from pathlib import Path

from sqlalchemy import select

from factcheck.dataset.changes import Change, compare
from factcheck.dataset.files.articles import ARTICLES
from factcheck.dataset.manifest import Changed
from factcheck.dataset.publish import latest_export, publish_dataset
from factcheck.db.session import SessionFactory, transaction
from factcheck.models import Article, Status, User
from factcheck.services.articles import submit_article
from factcheck.services.erasure import erase_person_messages
from factcheck.services.users import get_or_create_line_user
from tests.conftest import MovableClock
from tests.dataset.reading import rows_of
from tests.dataset.sample import LINE_IDS, SECRET

HEADER = ["id", "status", "text", "userIdsha256"]


def changes(before: list[list[str]], now: list[list[str]]) -> list[tuple[str, Change]]:
    found = compare(ARTICLES, iter([HEADER, *before]), iter([HEADER, *now]))
    return [(key[0], change) for key, change in found]


def test_rows_are_compared_one_by_one() -> None:
    same, hidden = ["b", "NORMAL", "same", "u"], ["c", "NORMAL", "shown", "u"]
    before = [["a", "NORMAL", "gone", ""], same, hidden, ["d", "NORMAL", "words", "u"], ["e", "NORMAL", "old", "u"]]
    now = [same, [*hidden[:1], "BLOCKED", *hidden[2:]], ["d", "DELETED", "", ""], ["e", "NORMAL", "more", "u"]]
    now += [["f", "NORMAL", "first", ""], ["g", "BLOCKED", "never shown", ""]]
    assert changes(before, now) == [
        ("a", Change.ERASED),
        ("c", Change.HIDDEN),
        ("d", Change.ERASED),
        ("e", Change.CHANGED),
        ("f", Change.NEW),
        ("g", Change.NEW),
    ]
    assert changes([], []) == changes(now, now) == []


def test_ids_stand_in_the_order_of_their_letters() -> None:
    """As the files have them: by code point, whatever the alphabet."""
    rows = [[name, "NORMAL", "x", ""] for name in sorted(["AV", "a b", "a-b", "é", "社區", "\U00020000"])]
    assert changes(rows, rows) == []
    assert len(changes(rows[:2], rows)) == 4


def test_a_column_that_is_new_is_no_change() -> None:
    old = iter([["id", "text"], ["a", "words"]])
    new = iter([[*HEADER], ["a", "NORMAL", "words", "u"]])
    assert list(compare(ARTICLES, old, new)) == []


def test_a_release_says_what_has_changed(filled: SessionFactory, tmp_path: Path, clock: MovableClock) -> None:
    with transaction(filled) as session:
        person = get_or_create_line_user(session, "Ugone", secret_key=SECRET, locale=None, now=clock())
        submit_article(session, "Turnips cure everything and more", person, now=clock())
    first = publish_dataset(filled, tmp_path, clock=clock, licence="L", address="https://facts.example/data/")
    found = latest_export(tmp_path)
    assert found is not None
    assert found[1].changes is None
    assert found[1].address == f"https://facts.example/data/{first.name}/"
    clock.advance(days=7)
    with transaction(filled) as session:
        asker = session.scalars(select(User).where(User.app_user_id == LINE_IDS[0])).one()
        new = submit_article(session, "Another message about the moon", asker, now=clock()).id
        hidden = session.scalars(select(Article).where(Article.id == "picture1")).one()
        hidden.status = Status.BLOCKED
        erased = session.scalars(select(User).where(User.app_user_id == "Ugone")).one()
        erase_person_messages(session, erased, now=clock(), received_until=clock())
    folder = publish_dataset(filled, tmp_path, clock=clock, licence="L")
    found = latest_export(tmp_path)
    assert found is not None
    assert found[1].changes is not None
    assert (found[1].changes.since, found[1].changes.since_revision) == (first.name, 1)
    assert found[1].changes.counts["articles"] == Changed(new=1, changed=0, hidden=1, erased=1)
    assert found[1].changes.counts["replies"] == Changed()
    assert rows_of(folder, "changes") == [
        {"file": "articles", "id": new, "change": "NEW"},
        {"file": "articles", "id": "picture1", "change": "HIDDEN"},
    ] or rows_of(folder, "changes") == [
        {"file": "articles", "id": "picture1", "change": "HIDDEN"},
        {"file": "articles", "id": new, "change": "NEW"},
    ]
