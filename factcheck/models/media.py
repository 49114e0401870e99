"""Pictures, films and sounds. Their bytes are in a `MediaStore`; these rows say whose they are and what is known."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText
from factcheck.models.enums import ArticleType, RevisionState


class MediaFile(Base):
    """A file that was sent, however often, of which we keep our own copy."""

    __tablename__ = "media_files"
    __table_args__ = (
        Index(
            "ix_media_files_unread",
            "created_at",
            sqlite_where=text("was_read = 0 AND type = 'IMAGE'"),
            postgresql_where=text("NOT was_read AND type = 'IMAGE'"),
        ),
        Index(
            "ix_media_files_damaged",
            "damaged_at",
            sqlite_where=text("damaged_at IS NOT NULL"),
            postgresql_where=text("damaged_at IS NOT NULL"),
        ),
    )

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    """SHA-256 of the bytes that were sent, in hex."""
    type: Mapped[ShortText] = mapped_column(default=ArticleType.IMAGE)
    """An `ArticleType`."""
    mime: Mapped[ShortText]
    """Of `full` in the store."""
    media_id: Mapped[ShortText] = mapped_column(default="")
    """Cofacts' id of it."""
    picture_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """None for what is no picture."""
    text: Mapped[str] = mapped_column(default="")
    """What a machine read in it."""
    was_read: Mapped[bool] = mapped_column(default=False)
    """False: nothing could read it, so that no text means nothing."""
    confidence: Mapped[float] = mapped_column(default=0.0)
    faces: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many a machine found in it; nobody's is recognised. 0 for what was not read, too."""
    width: Mapped[int] = mapped_column(default=0)
    """In pixels; 0 for a sound."""
    height: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    has_thumbnail: Mapped[bool] = mapped_column(default=True)
    sound_print: Mapped[bytes | None]
    """What is heard in it (`factcheck.media.signs`), up to 20 kB. None for a picture, and for silence."""
    scene_hashes: Mapped[bytes | None]
    """What is seen in a film, scene by scene: 32 bytes each, at most 64."""
    full_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """SHA-256 of `full` in the store. None: it was kept before this was noted, and not looked at since."""
    thumbnail_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """None: as above, or it has no thumbnail."""
    bytes: Mapped[int] = mapped_column(index=True)
    """Of all that is kept of it. The index adds up without reading texts."""
    damaged_at: Mapped[datetime | None]
    """When the store was found without it, or with something else; None: it is whole, as far as we know."""
    created_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def may_be_shown(self) -> bool:
        """False for what is damaged, and for a film or sound that no ffmpeg has looked into: that is kept as it came,
        with all that a phone wrote into it, such as the place."""
        return self.damaged_at is None and (self.type == ArticleType.IMAGE or self.seconds > 0)

    @property
    def shows_thumbnail(self) -> bool:
        return self.has_thumbnail and self.damaged_at is None


class SentFile(Base):
    """A file that a person sent in a private chat, until they have said what shall become of it. Nobody else sees
    it."""

    __tablename__ = "sent_files"

    message_id: Mapped[ShortText] = mapped_column(primary_key=True)
    """LINE's id of the message."""
    chat_id: Mapped[ShortText] = mapped_column(index=True)
    """LINE's id of the person."""
    file_id: Mapped[ShortText | None] = mapped_column(index=True)
    """None: it was not taken, or it is gone."""
    fault: Mapped[ShortText] = mapped_column(default="")
    """Why it was not taken (`factcheck.services.media.Fault`); '' if it was."""
    created_at: Mapped[datetime] = mapped_column(index=True)


class TranscriptRevision(Base):
    """What was said to stand in a picture, film or sound, or to be heard in it. The newest that is shown is the
    article's text."""

    __tablename__ = "transcript_revisions"
    __table_args__ = (Index("ix_transcript_revisions_state", "state", "created_at"),)

    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """Counts from 1."""
    text: Mapped[str]
    alternative_text: Mapped[str] = mapped_column(default="")
    user_id: Mapped[ShortText | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    """None: a machine's, or by somebody who is gone."""
    by_machine: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ShortText] = mapped_column(default=RevisionState.SHOWN)
    created_at: Mapped[datetime]


class MediaOpening(Base):
    """A volunteer looked behind the cover of what disturbs. Only who runs the service reads it."""

    __tablename__ = "media_openings"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    opened_at: Mapped[datetime] = mapped_column(index=True)
