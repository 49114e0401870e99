"""What matching keeps of articles."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText


class ArticleFacts(Base):
    """What is compared of an article, derived from its text (`matching.compare.kept`)."""

    __tablename__ = "article_facts"

    article_id: Mapped[ShortText] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int]
    """The article's; with another, its words may be others."""
    code: Mapped[ShortText]
    """Names the code that derived it; what another release derived is not read."""
    text_mark: Mapped[ShortText]
    """Tells the text."""
    data: Mapped[bytes] = mapped_column(LargeBinary)
