"""What people do in groups and with several messages, as a browser without JavaScript sees it."""

from flask.testing import FlaskClient

from bot.simulator.testing import FakeLine
from bot.simulator.world.chats import Chat
from tests.simulator.conftest import Api, Listener
from tests.simulator.samples import text
from tests.simulator.test_page import arrived, do, page


def test_a_reply_quotes(line: FakeLine, client: FlaskClient, mary: Chat, listener: Listener) -> None:
    joe = line.person("Joe")
    group = line.group("Family", [mary, joe])
    said = line.phone.text(joe, "Garlic cures <all>", chat=group)
    shown = page(client, group, f"?as={mary.id}&quote={said.message.id}")
    assert "Reply to: <q>Garlic cures &lt;all&gt;</q>" in shown
    assert f'name="quote" value="{said.message.id}"' in shown
    do(client, group, "text", text="@Bot is it true?", quote=said.message.id, **{"as": mary.id})
    message = arrived(listener, 1)[0]["message"]
    assert message["quotedMessageId"] == said.message.id
    assert message["mention"]["mentionees"][0]["isSelf"] is True
    assert '<blockquote class="quoted">Garlic cures &lt;all&gt;</blockquote>' in page(client, group)


def test_what_the_bot_quotes_is_shown(line: FakeLine, client: FlaskClient, mary: Chat, api: Api) -> None:
    said = line.phone.text(mary, "the question")
    api.push(mary.id, text("the answer", quoteToken=said.message.quote_token))
    assert '<blockquote class="quoted">the question</blockquote>' in page(client, mary)
    line.phone.unsend(said.message)
    assert '<blockquote class="quoted">(unsent)</blockquote>' in page(client, mary)


def test_messages_of_other_chats_cannot_be_quoted_or_edited(
    line: FakeLine, client: FlaskClient, mary: Chat, listener: Listener
) -> None:
    joe = line.person("Joe")
    group = line.group("Family", [mary, joe])
    private, theirs = line.phone.text(joe, "private"), line.phone.text(joe, "Joe's", chat=group)
    do(client, group, "text", text="hm", quote=private.message.id, **{"as": mary.id})
    assert "quotedMessageId" not in arrived(listener, 1)[0]["message"]
    for message in (private.message, theirs.message):
        assert "error" in do(client, group, "edit", message=message.id, text="x", **{"as": mary.id}).location
    own = line.phone.text(mary, "private chats have no edits")
    assert "error" in do(client, mary, "edit", message=own.message.id, text="x").location


def test_an_edit_keeps_the_message(line: FakeLine, client: FlaskClient, mary: Chat, listener: Listener) -> None:
    group = line.group("Family", [mary])
    said = line.phone.text(mary, "first", chat=group)
    assert ">first</textarea>" in page(client, group, f"?edit={said.message.id}")
    do(client, group, "edit", message=said.message.id, text="second", **{"as": mary.id})
    event = arrived(listener, 1)[0]
    assert (event["type"], event["message"]["id"], event["message"]["text"]) == (
        "messageEdited",
        said.message.id,
        "second",
    )
    assert '<div class="bubble">second</div>' in page(client, group)


def test_an_album(line: FakeLine, client: FlaskClient, mary: Chat, listener: Listener) -> None:
    do(client, mary, "album")
    sets = [event["message"]["imageSet"] for event in arrived(listener, 3)]
    assert sorted(one["index"] for one in sets) == [1, 2, 3]
    assert len({one["id"] for one in sets}) == 1


def test_people_join_and_leave_a_group(line: FakeLine, client: FlaskClient, mary: Chat, listener: Listener) -> None:
    joe = line.person("Joe")
    group = line.group("Family", [mary])
    assert "error" in do(client, group, "quit", **{"as": mary.id}).location
    assert f'<option value="{joe.id}" lang="zh-TW">Joe</option>' in page(client, group)
    do(client, group, "invite", member=joe.id)
    assert arrived(listener, 1)[0]["joined"]["members"][0]["userId"] == joe.id
    do(client, group, "quit", **{"as": mary.id})
    assert arrived(listener, 2)[1]["left"]["members"][0]["userId"] == mary.id
    assert [one.id for one in line.store.chats.members(group.id)] == [joe.id]
    assert "error" in do(client, group, "invite", member=group.id).location


def test_a_share_of_the_calls_can_be_made_to_fail(line: FakeLine, client: FlaskClient, mary: Chat, api: Api) -> None:
    do(client, mary, "trouble", what="fault", kind="status", pattern="message/push", times=1000, percent=50)
    statuses = {api.push(mary.id, text()).status for _ in range(60)}
    assert statuses == {200, 500}
