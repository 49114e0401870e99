"""Rows as the objects of the schema. What a query wants of a list's items is loaded in one statement a kind."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from factcheck.api.graphql.own import Own
from factcheck.api.graphql.people import COUNTED, Person, people
from factcheck.api.graphql.rows import hyperlinks_of, links_of, states_of
from factcheck.api.graphql.sorted_nodes import best_first, by_age, grouped, references_of, status_of
from factcheck.api.graphql.transcribed import by_machine, transcripts
from factcheck.api.graphql.values import shown
from factcheck.api.graphql.visits import Visits
from factcheck.api.graphql.waiting import waiting_links, waiting_replies
from factcheck.api.graphql.wanted import Wanted, under
from factcheck.models import (
    Article,
    ArticleCategory,
    ArticleCategoryFeedback,
    ArticleHyperlink,
    ArticleReply,
    ArticleReplyFeedback,
    ArticleType,
    Category,
    Cooccurrence,
    CooccurrenceArticle,
    Reply,
    ReplyHyperlink,
    ReplyRequest,
    Status,
    TranscriptRevision,
)
from factcheck.services.cooccurrences import SEPARATOR
from factcheck.services.media import files_of
from factcheck.services.withheld import COMMENT_WITHHELD, REASON_WITHHELD, REPLY_WITHHELD, withheld

Node = dict[str, Any]

TRANSCRIBED = frozenset({"transcribedAt", "aiTranscripts", "contributors"})
"""Fields for which it is looked what was said to stand in a picture."""
PERSON = frozenset({"user", "userId", "userIds"})
"""Fields that name whose an item is, and arguments by which a list is chosen by it."""
WORDS = frozenset({"text", "reference", "status", "hyperlinks", "similarReplies"})
"""Fields of a reply that tell what it says, or that it is hidden."""
VOTES = {1: "UPVOTE", 0: "NEUTRAL", -1: "DOWNVOTE"}
NO_VOTE = 9
MOST_TOGETHER = 200
"""Records of messages forwarded together that one list looks at."""
MOST_REQUESTS = 1_000
"""Of one article, as in Cofacts' API."""


class Nodes:
    """Makes objects within one session, of rows: objects of the models, or their columns."""

    def __init__(self, session: Session, viewer_id: str | None = None) -> None:
        self.session, self.viewer_id = session, viewer_id
        self.own = Own(session, viewer_id)
        self._known: dict[str | None, Person] = {}

    def articles(self, rows: Sequence[Article], wanted: Wanted) -> list[Node]:
        ids = [row.id for row in rows]
        who = self._people(rows, wanted)
        links = self._article_replies(ids, wanted)
        categories = self._categories(ArticleCategory.article_id.in_(ids), wanted)
        requests = self._requests(ids, wanted)
        hyperlinks = (
            hyperlinks_of(self.session, ArticleHyperlink, ArticleHyperlink.article_id, ids)
            if "hyperlinks" in wanted
            else {}
        )
        asked = self.own.requested(ids) if "requestedForReply" in wanted else {}
        together, visits = self._together(ids, wanted), Visits(ids)
        files = files_of(self.session, rows) if "attachmentUrl" in wanted else {}
        said = transcripts(self.session, ids) if TRANSCRIBED & wanted.keys() else {}
        return [
            {
                "id": row.id,
                "attachmentHash": row.attachment_hash if row.status == Status.NORMAL else "",
                "attachment": (row, files.get(row.id)),
                "text": row.text if row.status == Status.NORMAL else "",
                "createdAt": shown(row.created_at) if "createdAt" in wanted else None,
                "updatedAt": shown(row.updated_at) if "updatedAt" in wanted else None,
                "status": Status.NORMAL if row.status == Status.NORMAL else Status.BLOCKED,
                "references": references_of(row) if "references" in wanted else [],
                "replyCount": row.normal_article_reply_count,
                "replyRequestCount": row.reply_request_count,
                "lastRequestedAt": shown(row.last_requested_at) if "lastRequestedAt" in wanted else None,
                "articleType": row.article_type or ArticleType.TEXT,
                "user": who.get(row.user_id),
                "categoryCount": sum(1 for one in categories.get(row.id, ()) if one["status"] == Status.NORMAL),
                "links": best_first(links.get(row.id, ())),
                "categories": categories.get(row.id, []),
                "requests": requests.get(row.id, []),
                "requestedForReply": asked.get(row.id, False) if self.viewer_id else None,
                "cooccurrences": together.get(row.id, []),
                "visits": visits,
                "transcribedAt": shown(said[row.id][0].created_at) if row.id in said else None,
                "aiTranscripts": by_machine(said.get(row.id, ())) if row.status == Status.NORMAL else [],
                "contributors": self._contributors(said.get(row.id, ()), wanted),
                "hyperlinks": hyperlinks.get(row.id, []) if row.status == Status.NORMAL else [],
            }
            for row in rows
        ]

    def replies(self, rows: Sequence[Reply], wanted: Wanted) -> list[Node]:
        ids = [row.id for row in rows]
        who = self._people(rows, wanted)
        states = states_of(self.session, ids) if "status" in wanted else {}
        hidden = withheld(self.session, Reply.id, ids, REPLY_WITHHELD) if WORDS & wanted.keys() else ()
        links = self._article_replies(ids, wanted, by="replyId")
        hyperlinks = (
            hyperlinks_of(self.session, ReplyHyperlink, ReplyHyperlink.reply_id, ids) if "hyperlinks" in wanted else {}
        )
        return [
            {
                "id": row.id,
                "user": who.get(row.user_id),
                "createdAt": shown(row.created_at),
                "text": "" if row.id in hidden else row.text,
                "type": row.type,
                "status": Status.BLOCKED if row.id in hidden else status_of(states.get(row.id, set())),
                "reference": "" if row.id in hidden else row.reference,
                "links": sorted(links.get(row.id, ()), key=by_age, reverse=True),
                "hyperlinks": [] if row.id in hidden else hyperlinks.get(row.id, []),
            }
            for row in rows
        ]

    def article_replies(self, rows: Sequence[ArticleReply | Row[Any]], wanted: Wanted) -> list[Node]:
        who = self._people(rows, wanted)
        replies = self._by_id(Reply, {row.reply_id for row in rows}, wanted, "reply", also=("replyType",))
        articles = self._by_id(Article, {row.article_id for row in rows}, wanted, "article")
        feedbacks = self._feedbacks(rows, wanted)
        own = self.own.votes({row.article_id for row in rows}) if "ownVote" in wanted else {}
        return [
            {
                "articleId": row.article_id,
                "replyId": row.reply_id,
                "article": articles.get(row.article_id),
                "reply": replies.get(row.reply_id),
                "replyType": replies.get(row.reply_id, {}).get("type"),
                "user": who.get(row.user_id),
                "userId": who[row.user_id]["id"] if row.user_id in who else "",
                "appId": row.app_id,
                "canUpdateStatus": self.viewer_id is not None and row.user_id == self.viewer_id,
                "ownVote": VOTES.get(own.get((row.article_id, row.reply_id), NO_VOTE)),
                "feedbackCount": row.positive_feedback_count + row.negative_feedback_count,
                "positiveFeedbackCount": row.positive_feedback_count,
                "negativeFeedbackCount": row.negative_feedback_count,
                "votes": feedbacks.get((row.article_id, row.reply_id), []),
                "status": row.status,
                "at": row.created_at,
                "createdAt": shown(row.created_at) if "createdAt" in wanted else None,
                "updatedAt": shown(row.updated_at) if "updatedAt" in wanted else None,
            }
            for row in rows
        ]

    def feedbacks(self, rows: Sequence[ArticleReplyFeedback], wanted: Wanted) -> list[Node]:
        who = self._people(rows, {"user": {}, **wanted})
        articles = self._by_id(Article, {row.article_id for row in rows}, wanted, "article")
        replies = self._by_id(Reply, {row.reply_id for row in rows}, {"reply": {}, **wanted}, "reply", also=("user",))
        keys = {(row.article_id, row.reply_id) for row in rows}
        query = select(ArticleReply).where(ArticleReply.article_id.in_({key[0] for key in keys}))
        links = [link for link in self.session.scalars(query) if (link.article_id, link.reply_id) in keys]
        nodes = self.article_replies(links, {"userId": {}, **under(wanted, "articleReply")})
        linked = {(node["articleId"], node["replyId"]): node for node in nodes}
        hidden = self._withheld(ArticleReplyFeedback, rows, COMMENT_WITHHELD, "comment", wanted)
        return [
            {
                "id": str(row.id),
                "user": who.get(row.user_id),
                "userId": who[row.user_id]["id"],
                "appId": who[row.user_id]["appId"],
                "replyUserId": ((replies.get(row.reply_id) or {}).get("user") or {}).get("id", ""),
                "articleReplyUserId": linked.get((row.article_id, row.reply_id), {}).get("userId", ""),
                "comment": None if row.id in hidden else row.comment or None,
                "createdAt": shown(row.created_at),
                "updatedAt": shown(row.updated_at),
                "status": row.status,
                "vote": VOTES[row.score],
                "score": row.score,
                "article": articles.get(row.article_id),
                "reply": replies.get(row.reply_id),
                "articleReply": linked.get((row.article_id, row.reply_id)),
            }
            for row in rows
        ]

    def requests(self, rows: Sequence[ReplyRequest], wanted: Wanted) -> list[Node]:
        who = self._people(rows, {"user": {}, **wanted})
        articles = self._by_id(Article, {row.article_id for row in rows}, wanted, "article")
        own = self.own.votes_on_reasons({row.id for row in rows}) if "ownVote" in wanted else {}
        hidden = self._withheld(ReplyRequest, rows, REASON_WITHHELD, "reason", wanted)
        return [
            {
                "id": str(row.id),
                "articleId": row.article_id,
                "article": articles.get(row.article_id),
                "user": who.get(row.user_id),
                "userId": who[row.user_id]["id"],
                "appId": who[row.user_id]["appId"],
                "reason": None if row.id in hidden else row.reason or None,
                "feedbackCount": row.positive_feedback_count + row.negative_feedback_count,
                "positiveFeedbackCount": row.positive_feedback_count,
                "negativeFeedbackCount": row.negative_feedback_count,
                "createdAt": shown(row.created_at),
                "updatedAt": shown(row.updated_at),
                "status": row.status,
                "ownVote": VOTES.get(own.get(row.id, NO_VOTE)),
            }
            for row in rows
        ]

    def article_categories(self, rows: Sequence[ArticleCategory], wanted: Wanted) -> list[Node]:
        who = self._people(rows, {"user": {}, **wanted})
        categories = self._by_id(Category, {row.category_id for row in rows}, wanted, "category")
        articles = self._by_id(Article, {row.article_id for row in rows}, wanted, "article")
        own = self.own.votes_on_topics({row.article_id for row in rows}) if "ownVote" in wanted else {}
        feedbacks = self._topic_feedbacks(rows, wanted)
        return [
            {
                "id": f"{row.article_id}__{row.category_id}",
                "articleId": row.article_id,
                "article": articles.get(row.article_id),
                "categoryId": row.category_id,
                "category": categories.get(row.category_id),
                "user": who.get(row.user_id),
                "userId": who[row.user_id]["id"] if row.user_id in who else "",
                "appId": row.app_id,
                "feedbackCount": row.positive_feedback_count + row.negative_feedback_count,
                "positiveFeedbackCount": row.positive_feedback_count,
                "negativeFeedbackCount": row.negative_feedback_count,
                "feedbacks": feedbacks.get((row.article_id, row.category_id), []),
                "canUpdateStatus": self.viewer_id is not None and row.user_id == self.viewer_id,
                "ownVote": VOTES.get(own.get((row.article_id, row.category_id), NO_VOTE)),
                "status": row.status,
                "aiModel": row.ai_model,
                "aiConfidence": row.ai_confidence,
                "createdAt": shown(row.created_at),
                "updatedAt": shown(row.updated_at),
            }
            for row in rows
        ]

    def categories(self, rows: Sequence[Category], _wanted: Wanted) -> list[Node]:
        return [
            {
                "id": row.id,
                "title": row.title,
                "description": row.description,
                "createdAt": shown(row.created_at),
                "updatedAt": shown(row.updated_at),
            }
            for row in rows
        ]

    def cooccurrences(self, rows: Sequence[Cooccurrence], wanted: Wanted) -> list[Node]:
        who = self._people(rows, {"user": {}, **wanted})
        named = [row.article_ids.split(SEPARATOR) for row in rows]
        articles = self._by_id(Article, {one for each in named for one in each}, wanted, "articles")
        return [
            {
                "id": str(row.id),
                "userId": who[row.user_id]["id"],
                "appId": who[row.user_id]["appId"],
                "articleIds": article_ids,
                "articles": [articles[one] for one in article_ids if one in articles],
                "createdAt": shown(row.created_at),
                "updatedAt": shown(row.updated_at),
            }
            for row, article_ids in zip(rows, named, strict=True)
        ]

    def _contributors(self, revisions: Sequence[TranscriptRevision], wanted: Wanted) -> list[Node]:
        """Lists who wrote what stands in a picture, each once, the latest first."""
        latest = {row.user_id: row for row in reversed(revisions) if row.user_id}
        if not latest:
            return []
        who = self._people(latest.values(), {"user": {}, **under(wanted, "contributors")})
        return [
            {
                "user": who[user_id],
                "userId": who[user_id]["id"],
                "appId": who[user_id]["appId"],
                "updatedAt": shown(row.created_at),
            }
            for user_id, row in reversed(latest.items())
        ]

    def _together(self, ids: Sequence[str], wanted: Wanted) -> dict[str, list[Node]]:
        """Loads what articles were forwarded with, the newest few of each."""
        if "cooccurrences" not in wanted or not ids:
            return {}
        near = select(CooccurrenceArticle.cooccurrence_id).where(CooccurrenceArticle.article_id.in_(ids))
        newest = select(Cooccurrence).order_by(Cooccurrence.updated_at.desc(), Cooccurrence.id).limit(MOST_TOGETHER)
        rows = self.session.scalars(newest.where(Cooccurrence.id.in_(near))).all()
        nodes = self.cooccurrences(rows, under(wanted, "cooccurrences"))
        return {one: [node for node in nodes if one in node["articleIds"]] for one in ids}

    def _topic_feedbacks(self, rows: Sequence[ArticleCategory], wanted: Wanted) -> dict[tuple[str, str], list[Node]]:
        if "feedbacks" not in wanted:
            return {}
        vote = ArticleCategoryFeedback
        query = select(vote).where(vote.article_id.in_({row.article_id for row in rows}))
        votes = self.session.scalars(query.order_by(vote.updated_at, vote.user_id)).all()
        who, found = self._people(votes, {"user": {}, **under(wanted, "feedbacks")}), defaultdict(list)
        for row in votes:
            person = who[row.user_id]
            found[row.article_id, row.category_id].append(
                {
                    "id": f"{row.article_id}__{row.category_id}__{person['id']}",
                    "user": person,
                    "vote": VOTES[row.score],
                    "createdAt": shown(row.updated_at),
                    "updatedAt": shown(row.updated_at),
                }
            )
        return found

    def _withheld(
        self,
        model: type[ReplyRequest | ArticleReplyFeedback],
        rows: Sequence[Any],
        which: Any,
        field: str,
        wanted: Wanted,
    ) -> set[int]:
        ids = [row.id for row in rows if getattr(row, field)] if field in wanted else ()  # most votes say nothing
        return withheld(self.session, model.id, ids, which)

    def _people(self, rows: Iterable[Any], wanted: Wanted) -> dict[str | None, Person]:
        """Loads each person once, but for those whose work is counted."""
        if not PERSON & wanted.keys():
            return {}
        user_ids, fields = {row.user_id for row in rows if row.user_id}, under(wanted, "user")
        if COUNTED & fields.keys():
            return people(self.session, user_ids, fields)
        if missing := user_ids - self._known.keys():
            self._known.update(people(self.session, missing, fields))
        return self._known

    def _by_id(
        self, model: Any, ids: set[str], wanted: Wanted, field: str, also: Sequence[str] = ()
    ) -> dict[str, Node]:
        if field not in wanted and not any(name in wanted for name in also):
            return {}
        rows: list[Any] = [*self.session.scalars(select(model).where(model.id.in_(ids)))]
        if model is Reply:
            rows += waiting_replies(self.session, ids - {row.id for row in rows}, self.viewer_id)
        makers: dict[Any, Any] = {Article: self.articles, Reply: self.replies, Category: self.categories}
        fields = {**under(wanted, field), **{name: {} for name in also if name == "user"}}
        return {node["id"]: node for node in makers[model](rows, fields)}

    def _article_replies(self, ids: Sequence[str], wanted: Wanted, by: str = "articleId") -> dict[str, list[Node]]:
        if "articleReplies" not in wanted:
            return {}
        rows: list[Any] = links_of(self.session, ids, by)
        key = "article_ids" if by == "articleId" else "reply_ids"
        rows += waiting_links(self.session, self.viewer_id, **{key: ids})
        return grouped(self.article_replies(rows, under(wanted, "articleReplies")), by)

    def _categories(self, where: ColumnElement[bool], wanted: Wanted) -> dict[str, list[Node]]:
        if not {"articleCategories", "categoryCount"} & wanted.keys():
            return {}
        newest = (ArticleCategory.created_at.desc(), ArticleCategory.category_id)
        rows = self.session.scalars(select(ArticleCategory).where(where).order_by(*newest)).all()
        return grouped(self.article_categories(rows, under(wanted, "articleCategories")), "articleId")

    def _requests(self, ids: Sequence[str], wanted: Wanted) -> dict[str, list[Node]]:
        if "replyRequests" not in wanted:
            return {}
        place = func.row_number().over(partition_by=ReplyRequest.article_id, order_by=ReplyRequest.id).label("place")
        numbered = select(ReplyRequest.id, place).where(ReplyRequest.article_id.in_(ids)).subquery()
        first = select(numbered.c.id).where(numbered.c.place <= MOST_REQUESTS)
        rows = self.session.scalars(select(ReplyRequest).where(ReplyRequest.id.in_(first)).order_by(ReplyRequest.id))
        return grouped(self.requests(rows.all(), under(wanted, "replyRequests")), "articleId")

    def _feedbacks(self, links: Sequence[ArticleReply | Row[Any]], wanted: Wanted) -> dict[tuple[str, str], list[Node]]:
        if "feedbacks" not in wanted:
            return {}
        query = select(ArticleReplyFeedback).where(
            ArticleReplyFeedback.article_id.in_({link.article_id for link in links}),
            ArticleReplyFeedback.reply_id.in_({link.reply_id for link in links}),
        )
        rows = self.session.scalars(query.order_by(ArticleReplyFeedback.id)).all()
        found: dict[tuple[str, str], list[Node]] = {}
        for row, node in zip(rows, self.feedbacks(rows, under(wanted, "feedbacks")), strict=True):
            found.setdefault((row.article_id, row.reply_id), []).append(node)
        return found
