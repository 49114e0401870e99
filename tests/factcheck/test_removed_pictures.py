"""What was removed for good does not come back as a copy that is encoded anew, smaller, or marked."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from factcheck.backup.aftermath import erase_again
from factcheck.db.session import SessionFactory, transaction
from factcheck.errors import NotFoundError
from factcheck.matching.decide.pictures import HASH_BITS, bits_between, tells_apart
from factcheck.matching.decide.thresholds import LIKE_REMOVED, SAME_AS_REMOVED
from factcheck.media.signs import packed_scenes
from factcheck.models import (
    Article,
    ArticleType,
    MediaFile,
    ModerationKind,
    Reason,
    RemovedPicture,
    Report,
    ReportSource,
    Status,
    TargetKind,
)
from factcheck.moderation.actions import Decision, decide
from factcheck.moderation.publishing import publish_file
from factcheck.moderation.removal import remove
from factcheck.moderation.signals import Signal
from factcheck.moderation.targets import Target
from factcheck.services.erasure_log import CONTENT, Erasure, ErasureLog
from tests.factcheck.moderating import KEY, reviewer
from tests.factcheck.world import NOW, user

RANDOM = np.random.default_rng(18)
HASH = RANDOM.bytes(32)
LATER = NOW + timedelta(hours=1)


def with_bits(count: int, picture_hash: bytes = HASH) -> bytes:
    return (int.from_bytes(picture_hash) ^ ((1 << count) - 1)).to_bytes(32)


def sent(session: Session, picture_hash: bytes | None, *scenes: bytes) -> str:
    """Adds a file that somebody sent, and returns its id."""
    file = MediaFile(
        id=RANDOM.bytes(32).hex(),
        type=ArticleType.VIDEO if scenes else ArticleType.IMAGE,
        mime="image/jpeg",
        picture_hash=picture_hash,
        scene_hashes=packed_scenes(scenes),
        seconds=5.0 if scenes else 0.0,
        bytes=1,
        created_at=NOW,
    )
    session.add(file)
    session.flush()
    return file.id


def publish(session: Session, picture_hash: bytes | None, *scenes: bytes) -> Article:
    return publish_file(session, sent(session, picture_hash, *scenes), user(session, "asker"), now=NOW, secret_key=KEY)


def remove_it(session: Session, article: Article) -> None:
    decision = Decision(ModerationKind.REMOVE, Reason.ILLEGAL)
    remove(session, Target(TargetKind.ARTICLE, article.id), decision, None, secret_key=KEY, now=NOW)
    session.flush()


def test_a_copy_of_what_was_removed_is_refused_and_what_looks_like_it_is_held(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        remove_it(session, publish(session, HASH))
        for bits in (0, SAME_AS_REMOVED):
            with pytest.raises(NotFoundError):
                publish(session, with_bits(bits))
        assert session.scalars(select(Article.id)).all() == []
        held = publish(session, with_bits(LIKE_REMOVED))
        assert (held.status, held.reply_request_count) == (Status.BLOCKED, 1)
        [report] = session.scalars(select(Report)).all()
        assert (report.source, report.note, report.target_id) == (ReportSource.SIGNAL, Signal.REMOVED, held.id)
        for other in (with_bits(LIKE_REMOVED + 1), RANDOM.bytes(32)):
            assert publish(session, other).status == Status.NORMAL


def test_what_a_reviewer_lets_pass_is_published_and_not_held_again(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by = reviewer(session)
        remove_it(session, publish(session, HASH))
        held = publish(session, with_bits(30))
        decide(
            session,
            Target(TargetKind.ARTICLE, held.id),
            Decision(ModerationKind.RESTORE, Reason.OTHER),
            by,
            now=LATER,
        )
        assert held.file_id is not None
        again = publish_file(session, held.file_id, user(session, "another"), now=LATER, secret_key=KEY)
        assert (again.id, again.status, again.reply_request_count) == (held.id, Status.NORMAL, 2)


def test_what_a_reviewer_keeps_hidden_is_not_published_by_the_next_who_sends_it(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        remove_it(session, publish(session, HASH))
        held = publish(session, with_bits(30))
        again = (session, str(held.file_id), user(session, "another"))
        with pytest.raises(NotFoundError):
            publish_file(*again, now=LATER, secret_key=KEY)
        decision = Decision(ModerationKind.HIDE, Reason.ILLEGAL)
        decide(session, Target(TargetKind.ARTICLE, held.id), decision, reviewer(session), now=LATER)
        with pytest.raises(NotFoundError):
            publish_file(*again, now=LATER, secret_key=KEY)
        assert [one.upheld for one in session.scalars(select(Report))] == [True]


def test_a_film_is_known_by_half_of_its_scenes(factory: SessionFactory) -> None:
    scenes = [RANDOM.bytes(32) for _ in range(4)]
    with transaction(factory) as session:
        remove_it(session, publish(session, None, *scenes))
        with pytest.raises(NotFoundError):
            publish(session, None, *(with_bits(5, scene) for scene in scenes[:2]), RANDOM.bytes(32), RANDOM.bytes(32))
        with pytest.raises(NotFoundError):
            publish(session, with_bits(3, scenes[1]))
        assert publish(session, None, scenes[0], *(RANDOM.bytes(32) for _ in range(3))).status == Status.NORMAL


def test_nearly_even_pictures_are_not_all_refused_because_one_was(factory: SessionFactory) -> None:
    even = bytes(30) + b"\x01\x02"
    assert not tells_apart(even)
    with transaction(factory) as session:
        remove_it(session, publish(session, even))
        assert publish(session, bytes(32)).status == Status.NORMAL
        assert session.scalars(select(RemovedPicture)).all() == []


def test_a_removal_that_a_backup_does_not_know_is_listed_again(factory: SessionFactory, tmp_path: Path) -> None:
    with transaction(factory) as session:
        remove_it(session, publish(session, HASH))
        remove_it(session, publish(session, with_bits(100)))  # hidden twice is listed once more, and harms nothing
        session.execute(text("DELETE FROM removed_pictures"))
    noted = [Erasure(CONTENT, "digest", LATER, LATER, {"digests": [], "pictures": [HASH.hex(), HASH.hex()]})]
    with transaction(factory) as session:
        erase_again(session, ErasureLog(tmp_path / "erasures", KEY), noted, now=LATER)
        erase_again(session, ErasureLog(tmp_path / "erasures", KEY), noted, now=LATER)
        assert session.scalars(select(RemovedPicture.picture_hash)).all() == [HASH]
        with pytest.raises(NotFoundError):
            publish(session, with_bits(2))


def test_nothing_is_near_where_nothing_was_removed() -> None:
    assert bits_between([HASH], []) == bits_between([], [HASH]) == HASH_BITS
    assert bits_between([HASH], [with_bits(200), with_bits(7)]) == 7
