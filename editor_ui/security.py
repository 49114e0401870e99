"""Response headers: only our own files are loaded, nobody frames us, log-in links do not leak by Referer, and who may
keep a copy."""

from flask import Flask, Response, request

from editor_ui.routes import REVALIDATED, group_of
from editor_ui.sharing import SHARED, finish_shared, may_be_shared

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "manifest-src 'self'; connect-src 'self'; media-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The CSRF check over https needs our own referrer.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
HSTS = "max-age=31536000"


def init_security(app: Flask, *, https: bool) -> None:

    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        _add_caching(response)
        return response

    app.after_request(add_headers)


def _add_caching(response: Response) -> None:
    shared = may_be_shared(response)
    if request.endpoint != "static":
        group = group_of(request.blueprint)
        wanted = group.cache if group else REVALIDATED
        response.headers.setdefault("Cache-Control", REVALIDATED if wanted == SHARED and not shared else wanted)
        response.vary.update(("Cookie", "Accept-Language"))
    if shared and response.cache_control.public:
        finish_shared(response)
