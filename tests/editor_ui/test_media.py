"""Pictures, films and sounds on the pages."""

import io
import threading
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from flask import Flask
from sqlalchemy import select

from editor_ui.dependencies import EXTENSION, make_parts
from editor_ui.rate_limits import SWITCH, limiter
from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import MediaStoreUnavailableError
from factcheck.media.examining import Examined, examine, keep
from factcheck.media.folder import FolderStore
from factcheck.models import (
    Article,
    ArticleType,
    MediaFile,
    MediaOpening,
    ModerationKind,
    Reason,
    ReportSource,
    Role,
    Status,
    TargetKind,
    TranscriptRevision,
    User,
)
from factcheck.moderation.actions import Decision, decide
from factcheck.moderation.signals import Signal
from factcheck.moderation.targets import Target
from factcheck.services import asked_files
from factcheck.services.asked_files import MediaAccess
from factcheck.services.media import keep_row, row_of
from factcheck.services.media_articles import submit_file
from factcheck.services.media_checks import check_all
from factcheck.services.media_lookup import KnownFiles
from factcheck.services.users import get_or_create_volunteer
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.conftest import SETTINGS
from tests.editor_ui.test_races import at_once, sending, statuses
from tests.editor_ui.world import SECRET, World
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.mailer import FakeMailer
from tests.fakes.pictures import FakeLooker
from tests.fakes.search import FakeSearch
from tests.indexer.damage import HARMS
from tests.pictures import jpeg, kept

WORDS = "Drinking a glass of warm salt water each morning cures high blood pressure."


@pytest.fixture
def looker() -> FakeLooker:
    return FakeLooker()


@pytest.fixture
def media(factory: SessionFactory, looker: FakeLooker, tmp_path: Path) -> MediaAccess:
    store = FolderStore(tmp_path / "media")
    return MediaAccess(store, looker, KnownFiles(factory, looker, store), tmp_path / "incoming")


@pytest.fixture
def app(
    shared_app: Flask,
    factory: SessionFactory,
    search: FakeSearch,
    embedder: FakeEmbedder,
    mailer: FakeMailer,
    clock: Clock,
    media: MediaAccess,
) -> Flask:
    shared_app.extensions[EXTENSION] = make_parts(
        SETTINGS, factory, search=search, embedder=embedder, mailer=mailer, clock=clock, media=media
    )
    shared_app.config[SWITCH] = False
    limiter.reset()
    return shared_app


def publish(
    factory: SessionFactory, media: MediaAccess, clock: Clock, folder: Path, body: bytes, text: str = ""
) -> str:
    """An article that is this picture, film or sound."""
    examined: Examined = examine(kept(folder / "sent", body), folder, media.looker)
    keep(media.store, examined)
    with transaction(factory) as session:
        user = get_or_create_volunteer(session, "asker@example.org", secret_key=SECRET, locale="en", now=clock())
        session.flush()
        row = row_of(examined) | ({"text": text, "was_read": True} if text else {})
        keep_row(session, row, now=clock())
        return submit_file(session, examined.id, user, now=clock()).id


@pytest.fixture
def picture(factory: SessionFactory, media: MediaAccess, clock: Clock, tmp_path: Path) -> str:
    return publish(factory, media, clock, tmp_path, jpeg(1), WORDS)


def article_of(factory: SessionFactory, article_id: str) -> Article:
    with read_only(factory) as session:
        return session.get_one(Article, article_id)


def age(factory: SessionFactory, email: str, clock: Clock, days: int = 30) -> None:
    """Makes an account old enough that its changes are shown at once."""
    with transaction(factory) as session:
        session.scalars(select(User).where(User.email == email)).one().created_at = clock() - timedelta(days=days)


def test_a_picture_is_shown_with_its_words_and_an_alternative(visitor: Browser, picture: str) -> None:
    page = visitor.get(f"/article/{picture}")
    [shown] = page.all("img", src=f"/article/{picture}/file")
    assert WORDS.startswith(shown.get("alt").rstrip("…"))
    assert WORDS in page.text
    response = visitor.client.get(f"/article/{picture}/file")
    assert (response.status_code, response.mimetype, response.data[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_lists_show_a_small_one(visitor: Browser, picture: str) -> None:
    page = visitor.get("/")
    assert page.all("img", src=f"/article/{picture}/thumbnail")
    assert visitor.client.get(f"/article/{picture}/thumbnail").mimetype == "image/jpeg"


def test_m12_what_is_hidden_or_never_was_has_no_picture(
    visitor: Browser, picture: str, factory: SessionFactory, media: MediaAccess
) -> None:
    [file_id] = media.store.file_ids()
    for address in (f"/article/{file_id[:20]}/file", "/article/nothing/thumbnail", f"/article/{picture}/full"):
        assert visitor.client.get(address).status_code == 404
    with transaction(factory) as session:
        session.get_one(Article, picture).status = Status.BLOCKED
    for variant in ("file", "thumbnail"):
        assert visitor.client.get(f"/article/{picture}/{variant}").status_code == 404


def test_a_picture_whose_bytes_are_gone_is_not_found(visitor: Browser, picture: str, media: MediaAccess) -> None:
    [file_id] = media.store.file_ids()
    media.store.delete(file_id)
    assert visitor.client.get(f"/article/{picture}/file").status_code == 404
    visitor.get(f"/article/{picture}")


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_picture_is_not_shown_and_pages_go_on(
    visitor: Browser,
    picture: str,
    media: MediaAccess,
    factory: SessionFactory,
    clock: Clock,
    tmp_path: Path,
    harm: str,
) -> None:
    [file_id] = media.store.file_ids()
    for path in (tmp_path / "media" / file_id[:2] / file_id).iterdir():
        HARMS[harm](path)
    for variant in ("file", "thumbnail"):
        assert visitor.client.get(f"/article/{picture}/{variant}").status_code == 404
    assert WORDS in visitor.get(f"/article/{picture}").text
    assert visitor.get("/").all("img", src=f"/article/{picture}/thumbnail"), "nobody has looked yet"
    assert [one.id for one in check_all(factory, media.store, clock)] == [file_id]
    page = visitor.get(f"/article/{picture}")
    assert "The file cannot be shown at the moment." in page.text
    assert WORDS in page.text
    for address in (f"/article/{picture}", "/"):
        assert not visitor.get(address).all("img", src=f"/article/{picture}/thumbnail")
        assert not visitor.get(address).all("img", src=f"/article/{picture}/file")


def test_a_store_that_is_away_takes_the_picture_and_not_the_page(
    visitor: Browser, picture: str, media: MediaAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(name: str) -> BinaryIO:
        raise MediaStoreUnavailableError(name)

    monkeypatch.setattr(media.store, "open", away)
    answer = visitor.client.get(f"/article/{picture}/file")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert WORDS in visitor.get(f"/article/{picture}").text


def test_what_disturbs_is_covered_and_who_opens_it_is_noted(
    volunteer: Browser, visitor: Browser, picture: str, factory: SessionFactory, clock: Clock
) -> None:
    volunteer.get(f"/article/{picture}")
    volunteer.submit(f"/article/{picture}/cover", covered="1")
    for someone in (visitor, volunteer):
        assert "covered it, since it may disturb" in someone.get(f"/article/{picture}").text
        assert someone.client.get(f"/article/{picture}/file").status_code == 404
        assert someone.client.get(f"/article/{picture}/thumbnail").status_code == 404
    assert not visitor.get("/").all("img", src=f"/article/{picture}/thumbnail")
    volunteer.get(f"/article/{picture}")
    volunteer.submit(f"/article/{picture}/open")
    assert volunteer.client.get(f"/article/{picture}/file").status_code == 200
    assert visitor.client.get(f"/article/{picture}/file").status_code == 404
    with read_only(factory) as session:
        assert [one.article_id for one in session.scalars(select(MediaOpening))] == [picture]
    volunteer.get(f"/article/{picture}")
    volunteer.submit(f"/article/{picture}/cover", covered="0", status=403)  # a new account
    assert visitor.client.get(f"/article/{picture}/file").status_code == 404
    age(factory, "amy@example.org", clock)
    volunteer.get(f"/article/{picture}")
    volunteer.submit(f"/article/{picture}/cover", covered="0")
    assert visitor.client.get(f"/article/{picture}/file").status_code == 200


def test_who_decides_about_what_is_hidden_can_look_at_it_and_that_is_noted(
    volunteer: Browser, visitor: Browser, picture: str, factory: SessionFactory, clock: Clock
) -> None:
    with transaction(factory) as session:
        decision = Decision(ModerationKind.HOLD, Reason.ILLEGAL, Signal.REMOVED)
        decide(session, Target(TargetKind.ARTICLE, picture), decision, None, now=clock(), source=ReportSource.SIGNAL)
    address, review = f"/article/{picture}/file", f"/review/article/{picture}"
    volunteer.get("/")
    volunteer.post(f"/article/{picture}/open", status=404)
    assert volunteer.client.get(address).status_code == 404
    with transaction(factory) as session:
        session.scalars(select(User).where(User.email == "amy@example.org")).one().role = Role.REVIEWER
    page = volunteer.get(review)
    assert "looks like a picture or film that was removed for good" in page.text
    assert not page.all("img", src=address)
    assert volunteer.client.get(address).status_code == 404
    volunteer.submit(f"/article/{picture}/open")
    page = volunteer.get(review)
    assert page.all("img", src=address)
    assert not page.all("form", action=f"/article/{picture}/cover")
    assert volunteer.client.get(address).status_code == 200
    assert visitor.client.get(address).status_code == 404
    with read_only(factory) as session:
        assert [one.article_id for one in session.scalars(select(MediaOpening))] == [picture]


def test_a_blocked_account_covers_nothing(
    volunteer: Browser, visitor: Browser, picture: str, factory: SessionFactory, clock: Clock
) -> None:
    volunteer.get(f"/article/{picture}")
    with transaction(factory) as session:
        session.scalars(select(User).where(User.email == "amy@example.org")).one().blocked_at = clock()
    volunteer.submit(f"/article/{picture}/cover", covered="1", status=403)
    assert visitor.client.get(f"/article/{picture}/file").status_code == 200


def test_words_that_wait_or_were_refused_are_not_for_everybody(
    app: Flask, volunteer: Browser, visitor: Browser, picture: str, world: World, factory: SessionFactory, clock: Clock
) -> None:
    """A new account cannot publish on the page of versions what it cannot publish beside the picture."""
    address = f"/article/{picture}/transcript"
    volunteer.get(address)
    volunteer.submit("/transcript", text="Casino! Add LINE: win88", alternative_text="")
    assert "win88" in volunteer.follow().text
    assert "win88" not in visitor.get(address).text
    other = logged_in(app, world, "bob@example.org")
    age(factory, "bob@example.org", clock)
    assert "win88" in other.get(address).text
    other.submit("/decide", accepts="0")
    third = logged_in(app, world, "cat@example.org")
    for browser, sees in ((other, False), (third, False), (visitor, False), (volunteer, True)):
        assert ("win88" in browser.get(address).text) == sees
    other.get(address)
    other.submit("/transcript", text="Warm salt water", alternative_text="")  # the refused one has taken a number
    assert "Warm salt water" in visitor.get(address).text


def test_words_are_corrected_compared_and_put_back(
    volunteer: Browser, visitor: Browser, picture: str, factory: SessionFactory, clock: Clock
) -> None:
    age(factory, "amy@example.org", clock)
    address = f"/article/{picture}/transcript"
    volunteer.get(address)
    volunteer.submit(address, text=WORDS.replace("salt", "sugar"), alternative_text="A glass of water")
    assert "Your change is shown." in volunteer.follow().text
    changed = article_of(factory, picture)
    assert ("sugar" in changed.text, changed.alternative_text) == (True, "A glass of water")
    page = visitor.get(address)
    assert [one.text for one in page.all("del")] == ["taken out: salt"]
    assert page.text.count("Read by a machine") == 1
    volunteer.get(address)
    volunteer.submit(f"{address}/1/revert")
    assert article_of(factory, picture).text == WORDS
    with read_only(factory) as session:
        assert len(session.scalars(select(TranscriptRevision)).all()) == 3
    assert visitor.get(f"/article/{picture}").all("img", alt=changed.alternative_text) == []


def test_a_new_accounts_change_waits_for_somebody_else(
    volunteer: Browser, app: Flask, world: World, picture: str, factory: SessionFactory, clock: Clock
) -> None:
    address = f"/article/{picture}/transcript"
    volunteer.get(address)
    volunteer.submit(address, text="nonsense", alternative_text="")
    assert "somebody else looks at the change" in volunteer.follow().text
    assert article_of(factory, picture).text == WORDS
    assert volunteer.client.post(f"{address}/2/decide", data={"accepts": "1"}).status_code == 400, "no token"
    bob = logged_in(app, world, "bob@example.org")
    age(factory, "bob@example.org", clock)
    bob.get(address)
    bob.submit(f"{address}/2/decide", accepts="0")
    assert "It is not shown." in bob.follow().text
    assert article_of(factory, picture).text == WORDS
    volunteer.get(address)
    volunteer.submit(address, text="better words for it", alternative_text="")
    bob.get(address)
    bob.submit(f"{address}/3/decide", accepts="1")
    assert article_of(factory, picture).text == "better words for it"


def test_what_waits_is_shown_to_volunteers_alone_and_listed(
    volunteer: Browser, visitor: Browser, app: Flask, world: World, picture: str, factory: SessionFactory, clock: Clock
) -> None:
    address = f"/article/{picture}/transcript"
    volunteer.get(address)
    volunteer.submit(address, text="Buy my pills at pills.example", alternative_text="")
    assert "pills" not in visitor.get(address).text
    assert "pills" in volunteer.get(address).text
    assert "pills" not in volunteer.get("/waiting").text, "one's own, and a new account's"
    bob = logged_in(app, world, "bob@example.org")
    age(factory, "bob@example.org", clock)
    assert bob.get("/waiting").all("a", href=f"{address}#version-2")
    bob.get(address)
    bob.submit(f"{address}/2/decide", accepts="0")
    assert "pills" not in bob.get("/waiting").text


def test_a_change_that_was_overtaken_becomes_the_newest_when_it_is_shown(
    volunteer: Browser, visitor: Browser, app: Flask, world: World, picture: str, factory: SessionFactory, clock: Clock
) -> None:
    address = f"/article/{picture}/transcript"
    volunteer.get(address)
    volunteer.submit(address, text="the new account's words", alternative_text="")
    bob = logged_in(app, world, "bob@example.org")
    age(factory, "bob@example.org", clock)
    bob.get(address)
    bob.submit(address, text="what bob wrote meanwhile", alternative_text="")
    assert article_of(factory, picture).text == "what bob wrote meanwhile"
    bob.get(address)
    bob.submit(f"{address}/2/decide", accepts="1")
    assert article_of(factory, picture).text == "the new account's words"
    assert next(one.text for one in visitor.get(address).all("ins")).endswith("the new account's words")
    bob.get(address)
    bob.submit(f"{address}/3/revert")
    assert article_of(factory, picture).text == "what bob wrote meanwhile"


def test_a_film_that_nothing_looked_into_is_shown_to_nobody(
    visitor: Browser,
    factory: SessionFactory,
    media: MediaAccess,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("factcheck.media.examining.has_ffmpeg", lambda: False)
    article_id = publish(factory, media, clock, tmp_path, b"\0\0\0\x18ftypisom and where it was filmed")
    assert "cannot be shown here" in visitor.get(f"/article/{article_id}").text
    assert visitor.client.get(f"/article/{article_id}/file").status_code == 404


def test_of_two_who_change_the_words_at_the_same_moment_one_is_shown_both(
    volunteer: Browser, app: Flask, world: World, picture: str, factory: SessionFactory, clock: Clock
) -> None:
    bob = logged_in(app, world, "bob@example.org")
    for email in ("amy@example.org", "bob@example.org"):
        age(factory, email, clock)
    address = f"/article/{picture}/transcript"
    for browser in (volunteer, bob):
        browser.get(address)
    words = {"first": volunteer, "second": bob}
    at_once(*(sending(one, address, text=f"{name} words", alternative_text="") for name, one in words.items()))
    assert statuses(volunteer, bob) == [303, 409]
    late, early = sorted(words, key=lambda name: -words[name].response.status_code)
    assert "Somebody has changed it" in words[late].response.text
    assert f"{late} words" in words[late].response.text
    assert article_of(factory, picture).text == f"{early} words"


@pytest.mark.parametrize(("field", "length"), [("text", 20_001), ("alternative_text", 501)])
def test_too_many_words_come_back(volunteer: Browser, picture: str, field: str, length: int) -> None:
    address = f"/article/{picture}/transcript"
    volunteer.get(address)
    page = volunteer.submit(address, 422, **{field: "a" * length})
    assert "Please use at most" in page.text
    assert "a" * 500 in page.one("textarea", name=field).text


def test_a_text_has_no_transcript(visitor: Browser, world: World) -> None:
    visitor.get(f"/article/{world.article('A text about something, which is long enough.')}/transcript", 404)


def upload(browser: Browser, address: str, body: bytes, name: str = "photo.jpg") -> str:
    answer = browser.client.post(address, data={"picture": (io.BytesIO(body), name), "message": ""})
    return f"{answer.status_code} {answer.get_data(as_text=True)}"


def test_f04_a_picture_is_searched_for(visitor: Browser, picture: str, looker: FakeLooker, media: MediaAccess) -> None:
    looker.write(jpeg(1), WORDS)
    found = upload(visitor, "/search/picture", jpeg(1, quality=40))
    assert found.startswith("200")
    assert f"/article/{picture}" in found
    assert "No message has this picture" in upload(visitor, "/search/picture", jpeg(2))
    assert list(media.incoming.iterdir()) == []


def test_f04_a_picture_is_checked(
    visitor: Browser, picture: str, looker: FakeLooker, world: World, factory: SessionFactory
) -> None:
    looker.write(jpeg(1), WORDS)
    world.reply(picture, "Salt raises blood pressure.")
    said = upload(visitor, "/check", jpeg(1, quality=40))
    assert "Salt raises blood pressure." in said
    unknown = upload(visitor, "/check", jpeg(2))
    assert "Nobody has checked this message yet" in unknown
    assert "We have not kept your picture." in unknown
    with read_only(factory) as session:
        assert len(session.scalars(select(MediaFile)).all()) == 1


@pytest.mark.parametrize("address", ["/check", "/search/picture"])
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<svg onload=alert(1)>", "422"),
        (jpeg(1)[:200], "422"),
        (b"", "422"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "422"),
    ],
)
def test_what_is_no_picture_is_refused(visitor: Browser, address: str, body: bytes, said: str) -> None:
    assert upload(visitor, address, body).startswith(said)


@pytest.mark.parametrize("address", ["/check", "/search/picture"])
def test_a_crowd_with_pictures_leaves_room_for_pages(
    visitor: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = threading.BoundedSemaphore(1)
    monkeypatch.setattr(asked_files, "_places", places)
    assert upload(visitor, address, jpeg(1)).startswith("200")
    assert upload(visitor, address, jpeg(1)).startswith("200"), "its place is free again"
    with places:
        assert "Other pictures are looked at just now." in upload(visitor, address, jpeg(1))


@pytest.mark.parametrize("address", ["/check", "/search/picture"])
def test_a_picture_that_is_too_big_is_refused_before_it_is_read(visitor: Browser, address: str) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\n'
    body = head + jpeg(1) + bytes(6 * 1024 * 1024) + b"\r\n--x--\r\n"
    answer = visitor.client.post(address, data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413


def test_an_imported_picture_has_its_words_alone(visitor: Browser, world: World, factory: SessionFactory) -> None:
    article_id = world.article("Words that came with the data, enough of them.")
    with transaction(factory) as session:
        article = session.get_one(Article, article_id)
        article.article_type, article.attachment_hash = ArticleType.IMAGE, "image.abc.def"
    assert "only its words came with the data" in visitor.get(f"/article/{article_id}").text
    assert visitor.client.get(f"/article/{article_id}/file").status_code == 404


def test_a_sound_has_a_player_that_loads_nothing_by_itself(
    visitor: Browser, factory: SessionFactory, media: MediaAccess, clock: Clock, tmp_path: Path
) -> None:
    sound = (
        b"RIFF"
        + (36 + 3_000_000).to_bytes(4, "little")
        + b"WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0"
    )
    body = sound + b"data" + (3_000_000).to_bytes(4, "little") + bytes(3_000_000)
    article_id = publish(factory, media, clock, tmp_path, body)
    assert visitor.get(f"/article/{article_id}").one("audio").get("preload") == "none"
    address = f"/article/{article_id}/file"
    assert visitor.client.get(address).status_code == 416, "too big for one answer"
    first = visitor.client.get(address, headers={"Range": "bytes=0-"})
    assert (first.status_code, len(first.data)) == (206, 1 << 20)
    total = int(first.headers["Content-Range"].rpartition("/")[2])
    last = visitor.client.get(address, headers={"Range": "bytes=-10"})
    assert (last.status_code, last.headers["Content-Range"]) == (206, f"bytes {total - 10}-{total - 1}/{total}")
    beyond = visitor.client.get(address, headers={"Range": f"bytes={total}-"})
    assert beyond.status_code == 416
    [path] = (tmp_path / "media").rglob("full")
    HARMS["shortened"](path)
    assert visitor.client.get(address, headers={"Range": "bytes=0-"}).status_code == 206, "what is there of it"
    for harm in ("emptied", "removed"):
        HARMS[harm](path)
        assert visitor.client.get(address, headers={"Range": "bytes=0-"}).status_code == 404
    assert visitor.get(f"/article/{article_id}").one("audio")
