"""A reply as schema.org's ClaimReview, by which search engines and other checkers find it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from factcheck.graphemes import excerpt
from factcheck.matching.text.urls import address_to_open, find_urls
from factcheck.models import ELSEWHERE, Article, ArticleReply, ReplyType, VoteStatus

LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"
RATINGS: Mapping[str, int | None] = {ReplyType.RUMOR: 1, ReplyType.NOT_RUMOR: 5, ReplyType.OPINIONATED: None}
"""Of 1 to 5; an opinion has none. What is not for checking is no review of a claim."""
SHOWN_CITATIONS = 10


def is_review(link: ArticleReply) -> bool:
    """Tells whether a reply is a check of ours with references that its readers do not mostly reject."""
    accepted = link.positive_feedback_count >= link.negative_feedback_count
    accepted = accepted and link.vote_status != VoteStatus.DISPUTED
    ours = link.app_id != ELSEWHERE and link.reply.app_id != ELSEWHERE
    return ours and link.reply.type in RATINGS and bool(citations(link.reply.reference)) and accepted


def citations(reference: str) -> list[str]:
    found = (address_to_open(url.written) for url in find_urls(reference))
    return list(dict.fromkeys(url for url in found if url))[:SHOWN_CITATIONS]


def claim_review(
    link: ArticleReply, article: Article, *, verdict: str, author: str, site: str, reply_url: str, article_url: str
) -> dict[str, Any]:
    """Describes the reply at an article. `site` is the address of the whole, without a slash."""
    reply, rating = link.reply, RATINGS[link.reply.type]
    publisher = {"@type": "Organization", "name": "Factline", "url": f"{site}/"}
    return _filled(
        {
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "@id": f"{reply_url}#review",
            "url": reply_url,
            "claimReviewed": excerpt(article.text, 300, 6),
            "reviewBody": reply.text,
            "datePublished": reply.created_at.isoformat() if reply.created_at else None,
            "dateModified": reply.edited_at.isoformat() if reply.edited_at else None,
            "author": {"@type": "Person", "name": author} if author else publisher,
            "publisher": publisher,
            "license": LICENCE,
            "citation": citations(reply.reference),
            "reviewRating": _rating(rating, verdict),
            "itemReviewed": _filled(
                {
                    "@type": "Claim",
                    "text": excerpt(article.text, 300, 6),
                    "datePublished": article.created_at.isoformat() if article.created_at else None,
                    "appearance": [{"@type": "CreativeWork", "url": article_url}],
                }
            ),
        }
    )


def _rating(rating: int | None, verdict: str) -> dict[str, Any]:
    scale = {} if rating is None else {"ratingValue": rating, "bestRating": 5, "worstRating": 1}
    return {"@type": "Rating", "alternateName": verdict, **scale}


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def structured(reviews: Sequence[dict[str, Any]]) -> Any:
    """Gives what stands in the page: one review alone, or all of them."""
    return reviews[0] if len(reviews) == 1 else list(reviews)
