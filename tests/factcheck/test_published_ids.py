from pathlib import Path

import pytest
from sqlalchemy import select

from factcheck import ids
from factcheck.dataset.errors import DatasetError
from factcheck.dataset.export import export_dataset
from factcheck.dataset.importer import import_dataset
from factcheck.dataset.publish import all_exports, find_export, publish_dataset
from factcheck.dataset.revise import revise_exports
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import FormerPublishedId, User, UserIdKey
from factcheck.services.erasure import erase_person_messages
from factcheck.services.published_ids import current_key, has_old_ids, new_key, renew_ids
from factcheck.services.users import get_or_create_line_user
from tests.conftest import MovableClock
from tests.dataset.reading import csv_bytes, rows_of
from tests.dataset.sample import LINE_IDS, SECRET, fill
from tests.dataset.test_import import TIME

FOREIGN_HASH = "ab" * 32


def published(factory: SessionFactory) -> dict[str, str]:
    with read_only(factory) as session:
        return {user.id: user.published_id for user in session.scalars(select(User))}


def filled(factory: SessionFactory, tmp_path: Path) -> None:
    """People of ours, and one of another dataset."""
    with transaction(factory) as session:
        fill(session)
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    head = "userIdsha256,appId,createdAt,lastActiveAt,blockedReason"
    (theirs / "anonymized_users.csv").write_text(f"{head}\n{FOREIGN_HASH},WEBSITE,{TIME},,\n")
    import_dataset(factory, theirs)


def test_a_new_key_gives_everybody_of_ours_a_new_id(
    factory: SessionFactory, tmp_path: Path, clock: MovableClock
) -> None:
    filled(factory, tmp_path)
    before = published(factory)
    assert new_key(factory, secret_key=SECRET, now=clock()) == (2, 6)
    after = published(factory)
    assert len(before) == 7
    assert before.keys() == after.keys()
    for user_id, published_id in after.items():
        is_theirs = before[user_id] == FOREIGN_HASH
        assert published_id == (FOREIGN_HASH if is_theirs else ids.published_user_id(SECRET, user_id, 2))
        assert (published_id == before[user_id]) == is_theirs
    assert new_key(factory, secret_key=SECRET, now=clock()) == (3, 6)
    with transaction(factory) as session:
        late = get_or_create_line_user(session, "Ulate", secret_key=SECRET, locale=None, now=clock())
        assert late.published_id == ids.published_user_id(SECRET, late.id, 3)
        assert len(session.scalars(select(FormerPublishedId)).all()) == 12


def test_one_that_was_interrupted_is_finished_before_a_release(
    factory: SessionFactory, tmp_path: Path, clock: MovableClock
) -> None:
    filled(factory, tmp_path)
    with transaction(factory) as session:
        session.add(UserIdKey(number=2, made_at=clock()))
    with pytest.raises(DatasetError, match="being renewed"):
        export_dataset(factory, tmp_path / "out", clock=clock, licence="L")
    assert renew_ids(factory, secret_key=SECRET) == 6
    assert renew_ids(factory, secret_key=SECRET) == 0
    assert export_dataset(factory, tmp_path / "out", clock=clock, licence="L").user_key == 2
    with read_only(factory) as session:
        assert (current_key(session), has_old_ids(session)) == (2, False)


def test_what_is_erased_after_a_new_key_is_taken_out_of_releases_before_it(
    factory: SessionFactory, tmp_path: Path, clock: MovableClock
) -> None:
    filled(factory, tmp_path)
    root = tmp_path / "root"
    publish_dataset(factory, root, clock=clock, licence="L")
    [name] = all_exports(root)
    before = {table: rows_of(root / name, table) for table in ("reply_requests", "article_reply_feedbacks")}
    new_key(factory, secret_key=SECRET, now=clock())
    assert revise_exports(factory, root, now=clock()) == 0, "a new key alone withdraws nothing"
    with transaction(factory) as session:
        person = session.scalars(select(User).where(User.app_user_id == LINE_IDS[0])).one()
        erase_person_messages(session, person, now=clock(), received_until=clock())
    assert revise_exports(factory, root, now=clock()) > 0
    found = find_export(root, name)
    assert found is not None
    requests = rows_of(found[0], "reply_requests")
    assert len(requests) == len(before["reply_requests"]) - 1
    votes = rows_of(found[0], "article_reply_feedbacks")
    # Everybody has the id of that release still; one has no comment any more.
    assert [row["userIdsha256"] for row in votes] == [row["userIdsha256"] for row in before["article_reply_feedbacks"]]
    assert (
        sum(bool(row["comment"]) for row in votes)
        == sum(bool(row["comment"]) for row in before["article_reply_feedbacks"]) - 1
    )


def test_ones_own_release_under_an_earlier_key_finds_ones_own_people(
    factory: SessionFactory, tmp_path: Path, clock: MovableClock
) -> None:
    filled(factory, tmp_path)
    export_dataset(factory, tmp_path / "before", clock=clock, licence="L")
    new_key(factory, secret_key=SECRET, now=clock())
    people = published(factory)
    export_dataset(factory, tmp_path / "after", clock=clock, licence="L")
    assert import_dataset(factory, tmp_path / "before").new == 0
    assert published(factory) == people
    assert csv_bytes(tmp_path / "before")["replies.csv"] != csv_bytes(tmp_path / "after")["replies.csv"]
