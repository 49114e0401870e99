"""Pictures, films and sounds on the pages."""

from pathlib import Path

import pytest
from sqlalchemy import select

from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import (
    Article,
    ArticleType,
    MediaOpening,
    ModerationKind,
    Reason,
    ReportSource,
    Role,
    Status,
    TargetKind,
    User,
)
from factcheck.moderation.actions import Decision, decide
from factcheck.moderation.signals import Signal
from factcheck.moderation.targets import Target
from factcheck.services.asked_files import MediaAccess
from tests.editor_ui.browser import Browser
from tests.editor_ui.media.conftest import WORDS, age, publish
from tests.editor_ui.world import World


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
