"""Profiles, groups, quota, loading animation and webhook settings."""

from datetime import UTC, datetime

from bot.simulator.api.answers import NOT_FOUND, Answer, Call, invalid, ok, refused
from bot.simulator.validation.messages import validate_messages
from bot.simulator.validation.requests import validate_loading, validate_mark_as_read
from bot.simulator.world.chats import Chat
from bot.simulator.world.webhook import Platform


def validate(call: Call) -> Answer:
    kind = call.args["kind"]
    if kind not in ("reply", "push", "multicast", "broadcast", "narrowcast"):
        return refused(404, NOT_FOUND)
    one_chat = kind in ("reply", "push")
    problems = validate_messages(call.json.get("messages"), quotable=one_chat, to_group=one_chat)
    return invalid(problems) if problems else ok()


def start_loading(call: Call) -> Answer:
    problems = validate_loading(call.json)
    if problems:
        return invalid(problems)
    person = call.store.chats.find(str(call.json["chatId"]))
    if person is None:
        return refused(400, "The property, 'chatId', in the request body is invalid")
    seconds = call.json.get("loadingSeconds") or 20
    if isinstance(seconds, int) and person.status != "blocked":
        call.store.chats.show_loading(person.id, call.store.clock() + seconds)
    return ok(status=202)


def mark_as_read(call: Call) -> Answer:
    problems = validate_mark_as_read(call.json)
    if problems:
        return invalid(problems)
    known = call.store.history.mark_read(str(call.json["markAsReadToken"]))
    return ok() if known else refused(400, "Invalid markAsReadToken")


def quota(call: Call) -> Answer:
    limit = call.store.quota.limit()
    return ok({"type": "none"} if limit is None else {"type": "limited", "value": limit})


def consumption(call: Call) -> Answer:
    return ok({"totalUsage": call.store.quota.used(call.store.clock())})


def profile(call: Call) -> Answer:
    """Find a friend or a person who wrote, not one who blocked the bot."""
    person = call.store.chats.find(call.args["user_id"])
    if person is None or not person.is_person or person.status == "blocked":
        return refused(404, NOT_FOUND)
    if person.status == "stranger" and not call.store.history.last_heard(person.id):
        return refused(404, NOT_FOUND)
    return ok(_profile(person) | {"language": person.language})


def _profile(person: Chat) -> dict[str, object]:
    return {"displayName": person.name, "userId": person.id}


def member_count(call: Call) -> Answer:
    group = _joined(call)
    return ok({"count": len(call.store.chats.members(group.id))}) if group else refused(404, NOT_FOUND)


def member_profile(call: Call) -> Answer:
    group = _joined(call)
    members = call.store.chats.members(group.id) if group else []
    person = next((member for member in members if member.id == call.args["user_id"]), None)
    return ok(_profile(person)) if person else refused(404, NOT_FOUND)


def group_summary(call: Call) -> Answer:
    group = _joined(call)
    return ok({"groupId": group.id, "groupName": group.name}) if group else refused(404, NOT_FOUND)


def leave(call: Call) -> Answer:
    group = _joined(call)
    if group is None:
        return refused(404, NOT_FOUND)
    call.store.chats.set_status(group.id, "left")
    return ok()


def _joined(call: Call) -> Chat | None:
    chat = call.store.chats.find(call.args["chat_id"])
    return chat if chat and chat.kind == call.args["kind"] and chat.status == "joined" else None


def bot_info(platform: Platform) -> Answer:
    return ok(
        {
            "userId": platform.store.bot_user_id(),
            "basicId": "@simulator",
            "displayName": platform.bot_name,
            "chatMode": "bot",
            "markAsReadMode": "manual",
        }
    )


def webhook_endpoint(platform: Platform) -> Answer:
    if not platform.webhook_url:
        return refused(404, NOT_FOUND)
    return ok({"endpoint": platform.webhook_url, "active": True})


def webhook_test(platform: Platform) -> Answer:
    """Send the request without events, as LINE's console does for Verify."""
    delivery = platform.deliver()
    good = delivery.status == 200
    return ok(
        {
            "success": good,
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "statusCode": delivery.status or 0,
            "reason": "OK" if good else delivery.error,
            "detail": str(delivery.status or delivery.error),
        }
    )
