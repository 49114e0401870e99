"""What is said of a message asked about on the web: what the chat would say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from editor_ui import sizes
from factcheck.graphemes import excerpt
from factcheck.matching.decide.decision import Decision, Outcome, Scored
from factcheck.matching.decide.thresholds import MOST_CARDS
from factcheck.matching.text.excerpts import beginning, shared_spans
from factcheck.models import Article, ArticleReply
from factcheck.services.articles import load_articles
from factcheck.services.clusters import one_each
from factcheck.services.matching import asked_about, only_shown, settled
from factcheck.services.replies import replies_for
from factcheck.wording import difference_lines, standing_words


@dataclass(frozen=True)
class Card:
    article: Article
    standing: str
    shown: Markup
    replies: Sequence[ArticleReply]


@dataclass(frozen=True)
class Checked:
    outcome: Outcome
    article: Article | None
    """What is meant (ANSWER, DIFFERS)."""
    replies: Sequence[ArticleReply]
    """Of that article, best first."""
    differences: Sequence[str]
    cards: Sequence[Card]
    perhaps: Sequence[Card]


def checked(session: Session, text: str, decided: Decision, *, plain_answers: bool) -> Checked:
    """Reads what may be shown now. `plain_answers`: False has everything asked."""
    ids = [scored.article_id for scored in (*decided.candidates, *decided.perhaps)]
    articles = {article.id: article for article in one_each(load_articles(session, ids))}
    decision = only_shown(decided, articles)
    decision = decision if plain_answers else asked_about(decision)
    known = settled(decision)
    named = known is not None or decision.outcome == Outcome.DIFFERS
    article = articles[known or decision.candidates[0].article_id] if named else None
    replies = replies_for(article) if article is not None else []
    said = difference_lines(gettext, decision.difference, _quote, checked=bool(replies)) if decision.difference else []
    return Checked(
        outcome=Outcome.ANSWER if known is not None else decision.outcome,
        article=article,
        replies=replies,
        differences=said,
        cards=[] if named else _cards(articles, decision.candidates[:MOST_CARDS], text),
        perhaps=[] if named else _cards(articles, [*decision.candidates[MOST_CARDS:], *decision.perhaps], text),
    )


def _cards(articles: Mapping[str, Article], offered: Sequence[Scored], text: str) -> list[Card]:
    found = [(articles[one.article_id], one) for one in offered if one.article_id in articles]
    return [
        Card(article, standing_words(gettext, one.standing), marked(article.text, text), replies_for(article))
        for article, one in found
    ]


def marked(text: str, sent: str) -> Markup:
    """Shows the part of a text that is most like what was sent, and marks what both say."""
    graphemes, lines = sizes.CARD
    start = beginning(text, sent, graphemes) if len(text) > graphemes else 0
    shown = ("…" if start else "") + excerpt(text[start:], graphemes, lines)
    parts, at = [], 0
    for begin, end in shared_spans(shown, sent):
        parts += [escape(shown[at:begin]), Markup("<mark>{}</mark>").format(shown[begin:end])]
        at = end
    return Markup("").join([*parts, escape(shown[at:])])


def _quote(text: str) -> str:
    return excerpt(" ".join(text.split()), *sizes.QUOTED) or "…"
