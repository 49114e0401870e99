"""Every file of the embedded index, in every way that a disk or a hand can spoil it."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from indexer import cli
from indexer.reindex import reindex
from indexer.status import Code
from tests.indexer.damage import PARTS, REPLY, TEXTS, Living, answer_what_waits, die_of_it, live_through, spoil
from tests.indexer.processes import FORKED

WAYS = [
    *(("emptied", True), ("shortened", False), ("removed", False), ("removed", True)),
    *(("garbled", False), ("garbled", True)),
]
"""What is done to the files, and whether another process opens them then."""
OF_LESSER_PARTS = {
    "locks": [("removed", False), ("removed", True)],
    "log": [("emptied", False), ("removed", True), ("garbled", True)],
}


@pytest.fixture
def good(sqlite_url: str, tmp_path: Path) -> Path:
    """A folder with a database and its index, as a rebuild leaves them."""
    living = Living(sqlite_url, tmp_path / "good" / "index")
    for text in TEXTS:
        living.chat.publish(text, REPLY)
    reindex(living.factory, living.search, living.chat.embedder)
    living.factory.kw["bind"].dispose()
    with closing(sqlite3.connect(tmp_path / "factline.sqlite")) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "good" / "factline.sqlite"),))
    return tmp_path / "good"


def copied(good: Path, name: str) -> tuple[str, Path]:
    folder = shutil.copytree(good, good.with_name(name))
    return f"sqlite:///{folder}/factline.sqlite", folder / "index"


def live_through_all(good: Path, part: str) -> None:
    for harm, restarted in OF_LESSER_PARTS.get(part, WAYS):
        url, index = copied(good, f"{harm}-{restarted}")
        live_through(url, index, part, harm, restarted=restarted)


def run(target: Callable[..., None], *arguments: object) -> int | None:
    process = FORKED.Process(target=target, args=arguments)
    process.start()
    process.join()
    return process.exitcode


@pytest.mark.xdist_group("processes")
@pytest.mark.parametrize("part", PARTS)
def test_what_is_spoilt_is_seen_and_mended(good: Path, part: str) -> None:
    assert run(live_through_all, good, part) == 0


@pytest.mark.xdist_group("processes")
def test_a_process_that_dies_of_it_is_followed_by_one_that_answers(good: Path) -> None:
    url, index = copied(good, "shared-memory")
    assert run(die_of_it, url, index) != 0
    assert run(answer_what_waits, url, index) == 0


@pytest.mark.parametrize(
    ("part", "harm"),
    [("pointer", "emptied"), ("file", "shortened"), ("words", "garbled"), ("vectors", "garbled"), ("all", "removed")],
)
def test_the_commands_say_what_is_wrong_and_mend_it(
    good: Path,
    monkeypatch: pytest.MonkeyPatch,
    fake_model: Path,
    capsys: pytest.CaptureFixture[str],
    part: str,
    harm: str,
) -> None:
    folder = fake_model.parents[2]
    monkeypatch.setenv("DATABASE_URL", copied(good, "copy")[0])
    assert cli.main(["reindex"]) == 0
    assert cli.main(["status"]) == 0
    spoil(folder / "index", PARTS[part], harm)
    assert cli.main(["status"]) == Code.REBUILD
    assert "python -m indexer reindex" in capsys.readouterr().out
    assert cli.main(["sync"]) in (0, 1)
    assert cli.main(["reindex", "--if-needed"]) == 0
    assert cli.main(["status"]) == 0
