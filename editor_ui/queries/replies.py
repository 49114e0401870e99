from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from editor_ui.queries.links import Link, reply_links
from editor_ui.queries.votes import Comments, OwnVote, comments, own_votes
from factcheck.errors import NotFoundError
from factcheck.models import Article, ArticleReply, Organisation, PendingReply, Reply, Status, User
from factcheck.services.organisations import named
from factcheck.services.tasks import checked_references

PAGE_SIZE = 20


@dataclass(frozen=True)
class Writer:
    """Somebody who wrote a reply or attached it."""

    name: str = ""
    profile: str = ""
    """The id of their public profile, '' for none."""


NOBODY = Writer()
Writers = Mapping[str, Writer]


@dataclass(frozen=True)
class ShownReply:
    link: ArticleReply
    author: str
    attached_by: str
    """'' when the author attached it."""
    mine: bool
    """The viewer linked it and may take it back."""
    own_words: bool
    """The viewer wrote it and may change it."""
    rateable: bool
    vote: OwnVote | None
    comments: Comments
    links: Sequence[Link]
    author_profile: str = ""
    """See `Writer.profile`."""
    organisation: Organisation | None = None
    """What the author wrote it for."""
    checked: Mapping[str, str] = field(default_factory=dict)
    """Pages that the reply refers to and what people agreed on (`services.tasks.checked_references`)."""


def reply_views(
    session: Session, links: Sequence[ArticleReply], writers: Writers, viewer_id: str | None
) -> list[ShownReply]:
    pages = reply_links(session, [link.reply_id for link in links if link.reply.reference])
    houses = named(session, [link.reply.organisation_id for link in links])
    agreed = checked_references(session, [link.reply_id for link in links])
    votes, said = own_votes(session, links, viewer_id), comments(session, links)

    def view(link: ArticleReply) -> ShownReply:
        key = (link.article_id, link.reply_id)
        author = writers.get(link.reply.user_id or "", NOBODY)
        by_another = link.user_id is not None and link.user_id != link.reply.user_id
        return ShownReply(
            link=link,
            author=author.name,
            attached_by=writers.get(link.user_id or "", NOBODY).name if by_another else "",
            mine=viewer_id is not None and link.user_id == viewer_id,
            own_words=viewer_id is not None and link.reply.user_id == viewer_id,
            rateable=viewer_id not in (link.user_id, link.reply.user_id),
            vote=votes.get(key),
            comments=said.get(key, Comments()),
            links=pages.get(link.reply_id, ()),
            author_profile=author.profile,
            organisation=houses.get(link.reply.organisation_id or ""),
            checked=agreed.get(link.reply_id, {}),
        )

    return [view(link) for link in links]


def writers_of(session: Session, links: Iterable[ArticleReply]) -> Writers:
    """Finds those who wrote or attached replies, by their ids."""
    known = {user_id for link in links for user_id in (link.user_id, link.reply.user_id) if user_id}
    rows = session.execute(_WRITERS, {"ids": list(known)}) if known else ()
    return {row.id: Writer(row.name, row.published_id if row.is_public else "") for row in rows}


def names_by_id(session: Session, user_ids: Iterable[str | None]) -> dict[str, str]:
    known = {user_id for user_id in user_ids if user_id}
    return dict(session.execute(_NAMES, {"ids": list(known)}).all()) if known else {}


def with_authors(session: Session, rows: Sequence[PendingReply]) -> list[tuple[PendingReply, str]]:
    names = names_by_id(session, [row.user_id for row in rows])
    return [(row, names.get(row.user_id, "")) for row in rows]


_NAMED = User.id.in_(bindparam("ids", expanding=True))
_NAMES = select(User.id, User.name).where(_NAMED)
_WRITERS = select(User.id, User.name, User.published_id, User.is_public).where(_NAMED)


def profiles_of(session: Session, user_ids: Collection[str | None]) -> Mapping[str, str]:
    """Maps those of these people who have a public profile to its id."""
    wanted = {one for one in user_ids if one}
    if not wanted:
        return {}
    public = select(User.id, User.published_id).where(User.id.in_(wanted), User.is_public)
    return dict(session.execute(public).all())


def shown_reply(session: Session, reply_id: str, viewer_id: str | None) -> tuple[Reply, list[ArticleReply]]:
    """Loads a reply and its links to shown articles, newest first. Without links only its author sees it. Raises
    NotFoundError."""
    reply = session.get(Reply, reply_id)
    if reply is None:
        raise NotFoundError(f"no reply {reply_id!r}")
    query = (
        select(ArticleReply)
        .join(Article)
        .where(
            ArticleReply.reply_id == reply_id,
            ArticleReply.status == Status.NORMAL,
            Article.status == Status.NORMAL,
        )
        .options(joinedload(ArticleReply.article), joinedload(ArticleReply.reply))
        .order_by(ArticleReply.created_at.desc(), ArticleReply.article_id)
    )
    links = list(session.scalars(query))
    if not links and (viewer_id is None or reply.user_id != viewer_id):
        raise NotFoundError(f"no reply {reply_id!r} that is shown")
    return reply, links
