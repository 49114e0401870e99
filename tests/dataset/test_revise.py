"""What people have erased is taken out of the exports that are offered."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet
import pytest
from sqlalchemy import select

from factcheck.dataset.folders import draft_folder
from factcheck.dataset.jobs import job_kinds
from factcheck.dataset.manifest import read_manifest
from factcheck.dataset.publish import all_exports, find_export, latest_export, publish_dataset
from factcheck.dataset.revise import revise_exports
from factcheck.db.session import SessionFactory, transaction
from factcheck.jobs.schedule import handlers_of
from factcheck.jobs.worker import PostponeJobError
from factcheck.models import User
from factcheck.services.articles import submit_article
from factcheck.services.erasure import erase_person_messages
from factcheck.services.feedback import vote
from factcheck.services.users import get_or_create_line_user
from factcheck.settings import load_settings
from tests.conftest import MovableClock
from tests.dataset.reading import cells_of, csv_bytes, rows_of
from tests.dataset.sample import LINE_IDS, SECRET

SECRETS = ("Turnips cure", "https://example.org/turnips", "my aunt worries", "because of the turnips")


@pytest.fixture
def published(filled: SessionFactory, tmp_path: Path, clock: MovableClock) -> Path:
    """Three exports, two of them with what a person will erase; a reply of somebody else keeps one message."""
    root = tmp_path / "dataset"
    publish_dataset(filled, root, clock=clock, licence="L")
    with transaction(filled) as session:
        person = get_or_create_line_user(session, "Uz", secret_key=SECRET, locale=None, now=clock())
        session.flush()
        text = "Turnips cure everything: https://example.org/turnips"
        submit_article(session, text, person, now=clock(), reason="my aunt worries")
        [link] = session.execute(select(User.published_id).where(User.app_user_id == LINE_IDS[0]))
        assert link
        mango = next(
            row for row in rows_of(root / all_exports(root)[0], "article_replies") if row["status"] == "NORMAL"
        )
        vote(session, mango["articleId"], mango["replyId"], person, 1, now=clock(), comment="because of the turnips")
    for _ in range(2):
        clock.advance(days=1)
        publish_dataset(filled, root, clock=clock, licence="L")
    return root


def erase(factory: SessionFactory, clock: MovableClock) -> None:
    with transaction(factory) as session:
        person = session.scalars(select(User).where(User.app_user_id == "Uz")).one()
        erase_person_messages(session, person, now=clock(), received_until=clock())


def words(folder: Path) -> bytes:
    """Whatever can be downloaded, unpacked."""
    tables = [repr(pyarrow.parquet.read_table(path).to_pylist()).encode() for path in folder.glob("*.parquet")]
    return b"".join([*csv_bytes(folder).values(), *tables, (folder / "README.md").read_bytes()])


def test_every_release_keeps_its_address_and_loses_what_was_erased(
    filled: SessionFactory, published: Path, clock: MovableClock
) -> None:
    names = all_exports(published)
    before = {name: csv_bytes(published / name) for name in names}
    assert all(secret.encode() in b"".join(before[names[2]].values()) for secret in SECRETS)
    erase(filled, clock)
    # the message (emptied), its link, its language, its cluster, the request, the comment; twice
    assert revise_exports(filled, published, now=clock()) == 12
    assert all_exports(published) == names
    for number, name in enumerate(names):
        found = find_export(published, name)
        assert found is not None
        folder, manifest = found
        is_touched = number > 0
        assert (manifest.revision, manifest.withdrawn_rows) == ((2, 6) if is_touched else (1, 0))
        assert not any(secret.encode() in words(folder) for secret in SECRETS)
        for info in manifest.files:
            for one in info.stored:
                data = (folder / one.name).read_bytes()
                assert (len(data), hashlib.sha256(data).hexdigest()) == (one.bytes, one.sha256)
            table = info.csv.removesuffix(".csv")
            assert cells_of(folder / f"{table}.parquet") == rows_of(folder, table)
            assert len(rows_of(folder, info.csv.removesuffix(".csv"))) == info.rows
        said = json.dumps(json.loads((folder / "manifest.json").read_text()))
        assert "Turnips" not in said
        assert ("6 rows were withdrawn" in (folder / "README.md").read_text()) == is_touched
        same = {file for file, content in csv_bytes(folder).items() if content == before[name][file]}
        assert same >= {"replies.csv", "categories.csv", "article_replies.csv"}
        assert {path.name for path in published.iterdir() if path.name.startswith(name)} == {folder.name}
    latest = latest_export(published)
    assert latest is not None
    assert latest[1].release == names[2]


def test_what_others_said_is_left_as_it_was(filled: SessionFactory, published: Path, clock: MovableClock) -> None:
    name = all_exports(published)[2]
    tables = ("articles", "reply_requests", "article_reply_feedbacks", "anonymized_users")
    before = {table: rows_of(published / name, table) for table in tables}
    erase(filled, clock)
    revise_exports(filled, published, now=clock())
    found = find_export(published, name)
    assert found is not None
    for table in tables:
        after = rows_of(found[0], table)
        assert [row for row in before[table] if row not in after] == [row for row in before[table] if _is_hers(row)]


def _is_hers(row: dict[str, str]) -> bool:
    return any(secret in value for value in row.values() for secret in SECRETS)


def test_a_second_time_there_is_nothing_to_do(filled: SessionFactory, published: Path, clock: MovableClock) -> None:
    erase(filled, clock)
    revise_exports(filled, published, now=clock())
    folders = sorted(path.name for path in published.iterdir())
    assert revise_exports(filled, published, now=clock()) == 0
    assert sorted(path.name for path in published.iterdir()) == folders
    clock.advance(days=1)
    publish_dataset(filled, published, clock=clock, licence="L")
    assert len(all_exports(published)) == 4
    assert read_manifest(published / all_exports(published)[3]).revision == 1


def test_it_waits_for_an_export_that_is_being_written(
    filled: SessionFactory, published: Path, clock: MovableClock, tmp_path: Path
) -> None:
    """What that shows may be of the moment before."""
    settings = load_settings(var_dir=tmp_path)
    revise = handlers_of(job_kinds(filled, settings, clock), clock)["revise_exports"]
    clock.now += timedelta(days=365)
    with draft_folder(published, clock()), pytest.raises(PostponeJobError):
        clock.now -= timedelta(days=365)
        revise({})
