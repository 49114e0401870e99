"""One person says distinct things everywhere, has them erased, and then they are looked for: in every file, table, log
and page of a running service, the index and the exports among them."""

import io
import zipfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow.parquet
import pytest

from bot.buttons.menu import Action, encode
from bot.simulator.testing import FakeLine
from bot.simulator.world.chats import Chat
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.jobs import queue
from factcheck.services.erasure_log import NOTE_ERASURE
from factcheck.services.sweeping import PURGE_DATABASE, PURGE_INDEX, REVISE_EXPORTS
from factcheck.services.traces import FORGET_PERSON
from factcheck.settings import load_settings
from tests.e2e.crowd import PATIENCE
from tests.e2e.profiles import SHARE_TRIAL
from tests.e2e.service import PREPARED_MODEL, Service
from tests.e2e.volunteer import Volunteer
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not PREPARED_MODEL.exists(), reason="the model is not prepared (make setup)"),
    SHARE_TRIAL,
]
PUBLISHED, PRIVATE, TAKEN_BACK = "quillfeather", "marrowsprout", "thimblewick"
EMAIL, NAME = "hazelnook@example.org", "Brackenfold"
MESSAGE = f"Ministry warns: every {PUBLISHED} umbrella will be taxed from May. https://{PUBLISHED}.example/tax"
SECRET = f"My neighbour says that {PRIVATE} juice removes wrinkles within one single night, is that so?"
BRIEF = f"A {TAKEN_BACK} on the balcony keeps lightning away from the whole street, the fire brigade says."


def test_nothing_is_left_of_what_a_person_had_erased(running: Service, line: FakeLine) -> None:
    person = line.person("Zebediah", "en", "phone")
    planted = {PUBLISHED, PRIVATE, TAKEN_BACK, EMAIL, NAME, person.id}
    article = say_everything(line, person).removeprefix(running.base_url)
    reader, writer = Volunteer(running.base_url), Volunteer(running.base_url)
    writer.log_in(EMAIL)
    writer.open("/me")
    writer.submit("/me/name", name=NAME)
    assert PUBLISHED in reader.open(article)
    running.wait_indexed()
    release = Path(running.run("factcheck", "export-dataset").split()[-1]).name
    assert found_in(running.folder, planted) == planted, "the search below would prove nothing"

    line.unsend(person)
    line.postback(person, encode(Action.ERASE))
    line.wait_for(person, "Delete everything that you sent me?", timeout=PATIENCE)
    line.press(person, "Yes, delete it all")
    line.wait_for(person, "I have deleted what you sent me", timeout=PATIENCE)
    writer.open("/me/close")
    writer.submit("/me/close")
    carry_through(running)

    assert found_in(running.folder, planted) == set()
    wait_until(lambda: reader.http.get(running.base_url + article, timeout=20).status_code == 404, 60, "the page to go")
    for page in (
        "/",
        "/search?q=umbrella+tax",
        "/feed.atom",
        "/stats",
        "/data/",
        "/metrics",
        f"/data/{release}/",
        f"/data/{release}/README.md",
    ):
        assert not [value for value in planted if value in reader.open(page)], page
    asked = {"query": "{ ListArticles(first: 100) { edges { node { id text } } } }"}
    told = reader.http.post(f"{running.base_url}/graphql", json=asked, timeout=20)
    assert '"text"' in told.text
    assert not [value for value in planted if value in told.text]
    answer = reader.http.get(f"{running.base_url}/data/{release}/articles.csv.zip", timeout=20)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert urlsplit(article).path.rpartition("/")[2].encode() in archive.read("articles.csv"), (
            "the row stays, without its text"
        )


def say_everything(line: FakeLine, person: Chat) -> str:
    """Returns the address of what was published."""
    line.follow(person)
    line.wait_for(person, 1, timeout=PATIENCE)
    say(line, person, MESSAGE)
    line.press(person, "Yes, publish and check it")
    line.wait_for(person, "See it on the web", timeout=PATIENCE)
    address = line.link(person, "See it on the web")
    say(line, person, SECRET)
    say(line, person, BRIEF)
    return address


def say(line: FakeLine, person: Chat, text: str) -> None:
    """Until the bot asks what is to become of it."""
    before = len(line.received(person))
    line.send_text(person, text)
    line.wait_for(person, before + 1, timeout=PATIENCE)
    if "None of these" in line.labels(person):
        line.press(person, "None of these")
        line.wait_for(person, before + 2, timeout=PATIENCE)


def found_in(folder: Path, planted: set[str]) -> set[str]:
    """Those that stand in any file: databases and their logs, the index, exports, what the processes log."""
    found = set()
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # the service removes files meanwhile
            content = unpacked(path.name, path.read_bytes()) if path.is_file() else b""
            found |= {value for value in planted if value.encode() in content}
    return found


def unpacked(name: str, content: bytes) -> bytes:
    """What a file says, also one in an archive within an archive."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return b"".join(unpacked(inner, archive.read(inner)) for inner in archive.namelist())
    if name.endswith(".parquet"):
        return "".join(map(str, pyarrow.parquet.read_table(io.BytesIO(content)).to_pylist())).encode()
    return content


def carry_through(service: Service) -> None:
    """Has what follows within a day done now, in its order."""
    engine = make_engine(load_settings(database_url="", var_dir=service.folder).resolved_database_url)
    factory = make_session_factory(engine)

    def are_done(kinds: tuple[str, ...]) -> bool:
        with read_only(factory) as session:
            return not any(kind in kinds for kind, _ in queue.counts(session))

    for kinds in (("deliver", "handle_event", NOTE_ERASURE), (FORGET_PERSON,), (REVISE_EXPORTS, PURGE_INDEX)):
        bring_forward(factory, kinds)
        wait_until(partial(are_done, kinds), PATIENCE, f"{kinds} to be done")
    service.wait_indexed()
    bring_forward(factory, (PURGE_DATABASE,))
    wait_until(partial(are_done, (PURGE_DATABASE,)), PATIENCE, "the log to be emptied")
    engine.dispose()


def bring_forward(factory: SessionFactory, kinds: tuple[str, ...]) -> None:
    with transaction(factory) as session:
        for kind in kinds:
            queue.bring_forward(session, kind, now=utc_now())
