"""Feeds of checks as others publish them, and the server that they come from."""

import json
from collections.abc import Callable
from typing import Any

from factcheck.elsewhere.reading import Outcome
from tests.fakes.service import Service

LEMON = "Drinking warm lemon water every morning cures high blood pressure, says a doctor from far away"
PUBLISHER, LICENCE = "Some Checkers", "CC BY 4.0"

ReadNow = Callable[[], Outcome]


def review(number: int, claim: str = LEMON, **more: Any) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"https://checkers.example/{number}",
        "claimReviewed": claim,
        "author": {"@type": "Organization", "name": "The Checkers"},
        "datePublished": "2026-02-01",
        "reviewRating": {"ratingValue": 1, "bestRating": 5, "worstRating": 1, "alternateName": "False"},
        "headline": "Lemons cure nothing",
        **more,
    }


def feed(*reviews: dict[str, Any]) -> bytes:
    elements = [{"@type": "DataFeedItem", "item": [one]} for one in reviews]
    return json.dumps({"@type": "DataFeed", "dataFeedElement": elements}).encode()


def serve(server: Service, body: bytes, status: int = 200, **headers: str) -> None:
    server.answer = lambda _sent: (status, headers, body)
