from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from editor_ui.dependencies import parts

blueprint = Blueprint("about", __name__)

ROBOTS = """User-agent: *
Disallow: /login
Disallow: /me
Disallow: /check/
Disallow: /search
Disallow: /language/
Disallow: /article/*/reuse
Disallow: /article/*/replies/

Sitemap: {base_url}/sitemap.xml
"""


@blueprint.get("/about")
def show() -> ResponseReturnValue:
    return render_template("about.html")


@blueprint.get("/robots.txt")
def robots() -> Response:
    return Response(ROBOTS.format(base_url=parts().settings.base_url), mimetype="text/plain")
