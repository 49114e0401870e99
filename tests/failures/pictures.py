"""Pictures that are sent, and what is kept of them."""

from typing import Any

from sqlalchemy import select

from bot.simulator.world.chats import Chat
from bot.simulator.world.phone import Said
from factcheck.db.session import read_only
from factcheck.models import Article, InboxEvent
from tests.failures.harness import Bot
from tests.pictures import jpeg
from tests.stored import count

CLAIM = "Drinking a glass of warm salt water each morning cures high blood pressure within two weeks."


def picture(bot: Bot, person: Chat, seed: int = 1, text: str = "", *, quality: int = 90, **extra: Any) -> Said:
    body = jpeg(seed, quality=quality)
    if text:
        bot.looker.write(body, text)
    return bot.line.phone.attach(person, "photo.jpg", body, "image/jpeg", **extra)


def open_events(bot: Bot) -> int:
    return count(bot.factory, InboxEvent, InboxEvent.handled_at.is_(None))


def published(bot: Bot) -> Article:
    with read_only(bot.factory) as session:
        return session.scalars(select(Article).where(Article.article_type != "TEXT")).one()
