"""Sending messages: who gets them, what they cost, and what LINE answers."""

from collections.abc import Callable, Sequence
from functools import partial

from bot.simulator.api.answers import FAILED, INVALID_TOKEN, MONTHLY_LIMIT, Answer, Call, invalid, ok, refused
from bot.simulator.validation.node import BodyProblem, JSONObject
from bot.simulator.validation.requests import RETRY_KEY, validate_sending
from bot.simulator.world.chats import Chat
from bot.simulator.world.store import Store

STRANGER_SECONDS = 7 * 24 * 3600
"""How long after their last message a stranger can be written to."""


def reply(call: Call) -> Answer:
    store = call.store
    if call.retry_key is not None:
        return refused(400, "The X-Line-Retry-Key header cannot be used with this endpoint")
    now = store.clock()
    problems = validate_sending("reply", call.json, to_group=True)
    if problems:
        return invalid(problems)
    token = str(call.json["replyToken"])
    with store.transaction():
        chat_id = store.reply_tokens.chat_of_usable(token, now)
        chat = store.chats.find(chat_id) if chat_id else None
        if chat is None:
            return refused(400, INVALID_TOKEN)
        if chat.status == "left":
            return refused(400, FAILED)
        problems = _after_lookup(store, "reply", call.json, chat)
        if problems:
            return invalid(problems)
        store.reply_tokens.use(token, now)
        return ok({"sentMessages": _deliver(store, chat, call.json, now)})


def push(call: Call) -> Answer:
    return _with_retry_key(call, partial(_push, call.store, call.json))


def multicast(call: Call) -> Answer:
    return _with_retry_key(call, partial(_multicast, call.store, call.json))


def broadcast(call: Call) -> Answer:
    return _with_retry_key(call, partial(_broadcast, call.store, call.json))


def _with_retry_key(call: Call, send: Callable[[], Answer]) -> Answer:
    """Runs `send` once for each retry key; later requests get 409 with the first answer. Refusals are not kept."""
    store, key = call.store, call.retry_key
    if key is None:
        with store.transaction():
            return send()
    if not RETRY_KEY.fullmatch(key):
        return refused(400, "Invalid request header: X-Line-Retry-Key must be a UUID")
    now = store.clock()
    with store.transaction():
        before = store.retry_keys.find(key, now)
        if before is not None:
            body = {"message": "The retry key is already accepted", **before.answer}
            return Answer(409, body, {"x-line-accepted-request-id": before.request_id})
        answer = send()
        if answer.status == 200 and isinstance(answer.body, dict):
            store.retry_keys.remember(key, call.request_id, answer.body, now)
        return answer


def _push(store: Store, body: JSONObject) -> Answer:
    problems = validate_sending("push", body, to_group=True)
    if problems:
        return invalid(problems)
    chat = store.chats.find(str(body["to"]))
    if chat is None or chat.status == "left":
        return refused(400, FAILED)
    problems = _after_lookup(store, "push", body, chat)
    if problems:
        return invalid(problems)
    answer, sent = _charge_and_deliver(store, [chat], body)
    return answer or ok({"sentMessages": sent})


def _multicast(store: Store, body: JSONObject) -> Answer:
    problems = validate_sending("multicast", body)
    if problems:
        return invalid(problems)
    ids = body["to"]
    wanted = dict.fromkeys(ids) if isinstance(ids, list) else {}
    chats = [store.chats.find(str(one)) for one in wanted]
    known = [chat for chat in chats if chat is not None and chat.is_person]
    if len(known) < len(chats):
        return refused(400, FAILED)
    answer, _ = _charge_and_deliver(store, known, body)
    return answer or ok()


def _broadcast(store: Store, body: JSONObject) -> Answer:
    problems = validate_sending("broadcast", body)
    if problems:
        return invalid(problems)
    friends = [chat for chat in store.chats.people() if chat.status == "friend"]
    answer, _ = _charge_and_deliver(store, friends, body)
    return answer or ok()


def _after_lookup(store: Store, kind: str, body: JSONObject, chat: Chat) -> list[BodyProblem]:
    """Problems with mentions and quote tokens, which show only once the chat is known."""
    problems = validate_sending(kind, body, to_group=not chat.is_person)
    messages = body["messages"]
    for index, message in enumerate(messages if isinstance(messages, list) else []):
        token = message.get("quoteToken")
        if token is not None and store.history.of_quote_token(chat.id, token) is None:
            problems.append(BodyProblem("Invalid quote token", f"messages[{index}].quoteToken"))
    return problems


def reachable(store: Store, chat: Chat, now: float) -> bool:
    """Tell whether a push arrives. LINE answers 200 either way, and charges only what arrives."""
    if chat.status == "stranger":
        return now - store.history.last_heard(chat.id) <= STRANGER_SECONDS
    return chat.status in ("friend", "joined")


def _charge_and_deliver(
    store: Store, chats: Sequence[Chat], body: JSONObject
) -> tuple[Answer | None, list[JSONObject]]:
    """Returns a refusal, or the sent messages of the last chat."""
    now = store.clock()
    reached = [chat for chat in chats if reachable(store, chat, now)]
    recipients = sum(1 if chat.is_person else len(store.chats.members(chat.id)) for chat in reached)
    if not store.quota.has_room(max(recipients, 1), now):
        return refused(429, MONTHLY_LIMIT), []
    sent = _invented_ids(store, body)
    for chat in reached:
        sent = _deliver(store, chat, body, now)
    store.quota.count(recipients, now)
    return None, sent


def _deliver(store: Store, chat: Chat, body: JSONObject, now: float) -> list[JSONObject]:
    """Ends the chat's loading animation. Returns `sentMessages`."""
    if chat.status == "blocked":
        return _invented_ids(store, body)
    sent: list[JSONObject] = []
    messages = body["messages"]
    for content in messages if isinstance(messages, list) else []:
        message = store.history.add(chat.id, "out", content, now)
        entry: JSONObject = {"id": message.id}
        if message.quote_token:
            entry["quoteToken"] = message.quote_token
        sent.append(entry)
    store.chats.show_loading(chat.id, 0)
    return sent


def _invented_ids(store: Store, body: JSONObject) -> list[JSONObject]:
    """LINE answers with ids even for messages that nobody sees."""
    messages = body["messages"]
    count = len(messages) if isinstance(messages, list) else 0
    return [{"id": f"{int(store.clock() * 1000)}{index:05}"} for index in range(count)]
