"""People in one group with the bot: what they write and share, what it says."""

from typing import Any

from sqlalchemy import select, update

from factcheck.db.session import read_only, transaction
from factcheck.models import ArticleReply, UsageEvent
from tests.bot.chatting import Chatting
from tests.stored import count

CLAIM = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months, says a new study."
REPLY = "A spoon does nothing of the kind."
GROUP = "Cg"


class GroupChat:
    """People in one group with the bot."""

    def __init__(self, chat: Chatting) -> None:
        self.chat = chat
        self._messages = 0

    def event(self, kind: str, *, group: str = GROUP, person: str | None = "Ua", **extra: Any) -> dict[str, Any]:
        source_type = "room" if group.startswith("R") else "group"
        source = {"type": source_type, f"{source_type}Id": group} | ({"userId": person} if person else {})
        return self.chat.event(kind, source=source, **extra)

    def text(
        self,
        text: str,
        *,
        mention: bool = False,
        quoting: str | None = None,
        kind: str = "message",
        id: str | None = None,  # noqa: A002
        **extra: Any,
    ) -> dict[str, Any]:
        self._messages += 1
        message: dict[str, Any] = {
            "type": "text",
            "id": id or f"m{self._messages}",
            "text": text,
            "quoteToken": f"quote-{self._messages}",
        }
        if mention:
            message["text"] = f"@Factline {text}"
            message["mention"] = {"mentionees": [{"index": 0, "length": 9, "type": "user", "isSelf": True}]}
        if quoting:
            message["quotedMessageId"] = quoting
        return self.event(kind, message=message, **extra)

    def say(self, text: str, **options: Any) -> list[dict[str, Any]]:
        return self.chat.send(self.text(text, **options))

    def known(self, text: str = CLAIM, reply: str = REPLY, *, helpful: int = 2, not_helpful: int = 0) -> str:
        """An article with a rated reply."""
        article_id = self.chat.publish(text, reply)
        with transaction(self.chat.factory) as session:
            session.execute(
                update(ArticleReply)
                .where(ArticleReply.article_id == article_id)
                .values(positive_feedback_count=helpful, negative_feedback_count=not_helpful)
            )
        return article_id

    def count(self, model: type) -> int:
        return count(self.chat.factory, model)

    def usage(self) -> list[tuple[str, str, str]]:
        with read_only(self.chat.factory) as session:
            rows = session.execute(select(UsageEvent.kind, UsageEvent.chat_kind, UsageEvent.detail))
            return sorted((kind, chat_kind, detail) for kind, chat_kind, detail in rows)
