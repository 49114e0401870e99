"""Pages that are the same for everybody who is not logged in: caches may keep them, here and on the way."""

import gzip

from flask import Response, request, session

from editor_ui.sessions import SESSION_COOKIE

SHARED = "public, max-age=60, stale-while-revalidate=60"
"""What browsers and caches on the way may do, where what is hidden can stay for two minutes; our own keeps a page for
less (`editor_ui.front.cache`)."""

GZIP_LEVEL = 5
FEEDS = ("rss+xml", "atom+xml", "feed+json")
PACKED = (
    "text/",
    "application/javascript",
    "image/svg+xml",
    *(f"application/{kind}" for kind in FEEDS),
    "application/xml",
    "application/json",
    "application/ld+json",
)


def may_be_shared(response: Response) -> bool:
    """Tells whether there was nobody to know, and nothing is told to one alone."""
    stranger = SESSION_COOKIE not in request.cookies and not session.modified
    return stranger and request.method in ("GET", "HEAD") and response.status_code == 200


def finish_shared(response: Response) -> None:
    """Packs it and gives it the name of its bytes. Pages with a form's token are never packed: how well what a stranger
    adds to them packs would tell of the token."""
    _read(response)
    if (response.mimetype or "").startswith(PACKED):
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] and "Content-Encoding" not in response.headers:
            response.set_data(gzip.compress(response.get_data(), GZIP_LEVEL, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
    response.add_etag(overwrite=True)
    for name in [name for name, _ in response.headers if name.startswith("X-RateLimit")]:
        del response.headers[name]


def _read(response: Response) -> None:
    """Has the bytes of a file in place of the file."""
    if response.direct_passthrough:
        response.direct_passthrough = False
        response.get_data()
        response.close()
