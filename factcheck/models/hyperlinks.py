from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText
from factcheck.models.enums import PageState


class Hyperlink(Base):
    """A page that messages or replies link to, as the worker last found it. What it said while it was there is kept."""

    __tablename__ = "hyperlinks"

    url: Mapped[str] = mapped_column(primary_key=True)
    """As it stands in `ArticleHyperlink` or `ReplyHyperlink`."""
    host: Mapped[ShortText]
    state: Mapped[ShortText] = mapped_column(default=PageState.WAITING)
    status: Mapped[int] = mapped_column(default=0)
    error: Mapped[ShortText] = mapped_column(default="")
    """A `PageFault` or ''."""
    normalized_url: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    top_image_url: Mapped[str] = mapped_column(default="")
    archive_url: Mapped[str] = mapped_column(default="")
    failures: Mapped[int] = mapped_column(default=0)
    """In a row, since it was last found."""
    wanted_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    """When it was last found."""
    tried_at: Mapped[datetime | None] = mapped_column(index=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    """When it is looked at again."""


class LinkPicture(Base):
    """The picture that a page of a message shows of itself, drawn anew and small. None could be had where it has no
    width."""

    __tablename__ = "link_pictures"

    url: Mapped[str] = mapped_column(ForeignKey("hyperlinks.url", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str]
    """The address that was asked for it."""
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int]
    """Pixels."""
    height: Mapped[int]
    tried_at: Mapped[datetime]
