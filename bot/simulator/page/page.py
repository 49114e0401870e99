"""The chat page: play people and watch the traffic, without JavaScript if need be."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from bot.simulator.page.actions import register_actions
from bot.simulator.page.chat_view import chat_view, excerpt, hue, initial, linkify, printable
from bot.simulator.page.traffic_view import traffic_rows
from bot.simulator.world.chats import DEVICES, Chat
from bot.simulator.world.store import Store
from bot.simulator.world.traffic import FAULT_KINDS
from bot.simulator.world.webhook import platform
from factcheck.directions import undirected
from factcheck.languages import LANGUAGES

# Inline styles are allowed: Flex messages carry their colours and sizes.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' https: http: data:; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_INLINE_MEDIA = ("image/png", "image/jpeg", "image/gif", "image/webp")


def simulator_page() -> Blueprint:
    """Make the page and its forms. They carry no CSRF tokens; requests whose Origin is another site are refused."""
    blueprint = Blueprint(
        "simulator", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
    )
    blueprint.add_app_template_filter(linkify, "simulator_linkify")
    blueprint.add_app_template_filter(printable, "simulator_printable")
    blueprint.add_app_template_filter(initial, "simulator_initial")
    blueprint.add_app_template_filter(hue, "simulator_hue")
    blueprint.add_app_template_filter(undirected, "simulator_undirected")
    blueprint.before_request(_refuse_other_sites)
    blueprint.after_request(_protect)
    _register_views(blueprint)
    register_actions(blueprint)
    return blueprint


def find_chat(store: Store, chat_id: str) -> Chat:
    return store.chats.find(chat_id) or abort(404)


def played_person(store: Store, chat: Chat) -> Chat:
    """Find the chat's person, or in a group the member named by `as`, else the first."""
    if chat.is_person:
        return chat
    members = store.chats.members(chat.id)
    wanted = request.values.get("as", "")
    return next((one for one in members if one.id == wanted), members[0] if members else chat)


def _register_views(blueprint: Blueprint) -> None:
    @blueprint.get("/")
    def home() -> BaseResponse:
        known = platform().store.chats
        chats = known.all()
        if not chats:
            known.add_person("Mary", "en")
            chats = known.all()
        return redirect(url_for("simulator.chat", chat_id=chats[0].id))

    @blueprint.get("/chat/<chat_id>")
    def chat(chat_id: str) -> str:
        return _render("simulator/chat.html", find_chat(platform().store, chat_id))

    @blueprint.get("/chat/<chat_id>/updates")
    def updates(chat_id: str) -> BaseResponse:
        """Return the page's changing parts, or 304 if the browser's ETag is current."""
        store = platform().store
        chat = find_chat(store, chat_id)
        loading = store.chats.loading_until(chat.id) > store.clock()
        etag = f"{store.sequence()}-{loading:d}"
        response = Response(headers={"Cache-Control": "no-cache"})
        response.set_etag(etag)
        if etag not in request.if_none_match:
            response.set_data(_render("simulator/parts.html", chat))
        return response.make_conditional(request)

    @blueprint.get("/media/<message_id>")
    def media(message_id: str) -> Response:
        history = platform().store.history
        message = history.find(message_id)
        found = history.media(message.id) if message and not message.unsent else None
        if found is None or not found.body:
            abort(404)
        # Only kinds that cannot run a script are shown in the page.
        inline = found.mime in _INLINE_MEDIA
        headers = {"Content-Disposition": "inline" if inline else "attachment"}
        return Response(found.body, headers=headers, mimetype=found.mime if inline else "application/octet-stream")

    @blueprint.get("/menu/<menu_id>")
    def menu_image(menu_id: str) -> Response:
        menu = platform().store.menus.find(menu_id)
        if menu is None or menu.image is None:
            abort(404)
        return Response(menu.image, mimetype=menu.mime)


def _render(template: str, chat: Chat) -> str:
    line = platform()
    store = line.store
    person = played_person(store, chat)
    forwarded, quoted, edited = (
        store.history.find(request.args.get(name, "")) for name in ("forward", "quote", "edit")
    )
    return render_template(
        template,
        view=chat_view(store, chat, person, line.bot_name),
        chats=store.chats.all(),
        traffic=traffic_rows(store),
        faults=store.faults.waiting(),
        fault_kinds=FAULT_KINDS,
        forwarded=forwarded if forwarded and forwarded.content.get("type") == "text" else None,
        quoted=quoted,
        edited=edited,
        excerpt=excerpt,
        strangers=[] if chat.is_person else _not_in(store, chat),
        bot_name=line.bot_name,
        webhook_url=line.webhook_url,
        languages=[(language.line_tag, language.name) for language in LANGUAGES],
        devices=DEVICES,
        error=request.args.get("error", ""),
        quota_limit=store.quota.limit(),
        quota_used=store.quota.used(store.clock()),
    )


def _not_in(store: Store, group: Chat) -> list[Chat]:
    members = {one.id for one in store.chats.members(group.id)}
    return [one for one in store.chats.people() if one.id not in members]


def _refuse_other_sites() -> None:
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin and origin != "null" and urlsplit(origin).netloc != request.host:
        abort(403)


def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
