from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from factcheck.db.base import Base, ShortText
from factcheck.models.enums import Role

WEBSITE = "WEBSITE"
LINE_BOT = "RUMORS_LINE_BOT"
"""Cofacts' name for the LINE bot, so that analyses of its data work on ours."""
ELSEWHERE = "ELSEWHERE"
"""The app of what others checked (`factcheck.services.elsewhere`): no data of ours, and never voted on."""


class App(Base):
    """What data came through. Only a registered one has a secret (`factcheck.services.apps`)."""

    __tablename__ = "apps"

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    secret_hash: Mapped[ShortText | None] = mapped_column(index=True)
    """SHA-256 of a secret of 256 random bits, which no slow hash would make safer."""
    origins: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    """Sites whose pages may speak for the app; none: any."""
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    requests_a_minute: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]


class User(Base):
    """A volunteer (WEBSITE, with an e-mail address) or someone who asks (RUMORS_LINE_BOT, with a LINE id).

    `email` and `app_user_id` never leave the database; the dataset shows `published_id`.
    """

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("app_id", "app_user_id"),)

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    app_id: Mapped[ShortText] = mapped_column(ForeignKey("apps.id"))
    app_user_id: Mapped[ShortText | None]
    email: Mapped[ShortText | None] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="", index=True)
    """A pseudonym until its owner chooses another."""
    locale: Mapped[ShortText | None]
    published_id: Mapped[ShortText] = mapped_column(unique=True)
    published_key: Mapped[int | None]
    """The number of the key that `published_id` was made with; 0: it came with another dataset. None: of before there
    were numbers (`services.published_ids`)."""
    is_friend: Mapped[bool] = mapped_column(default=True)
    """False after `unfollow`: nothing is pushed."""
    wants_notices: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Following the bot again does not change it."""
    session_version: Mapped[int] = mapped_column(default=1)
    """Read by the release before alone; goes with the next contraction."""
    terms_version: Mapped[ShortText | None]
    """The terms that a volunteer has accepted (`factcheck.services.terms`)."""
    terms_accepted_at: Mapped[datetime | None]
    role: Mapped[ShortText] = mapped_column(default=Role.VOLUNTEER, server_default=Role.VOLUNTEER)
    blocked_at: Mapped[datetime | None]
    """Since then they may publish nothing (`factcheck.services.roles`)."""
    is_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Everybody may see the volunteer's profile; the next two say what is on it."""
    shows_votes: Mapped[bool] = mapped_column(default=False, server_default=false())
    shows_reach: Mapped[bool] = mapped_column(default=False, server_default=false())
    time_zone: Mapped[ShortText | None]
    """The IANA name; None: that of the site."""
    single_keys: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Single letters do something on pages (`editor_ui/static/keys.js`)."""
    inbox_seen_at: Mapped[datetime | None]
    wants_digest: Mapped[bool] = mapped_column(default=False, server_default=false())
    digest_at: Mapped[datetime | None] = mapped_column(index=True)
    """Until then, what is new has been mailed."""
    mail_refused_at: Mapped[datetime | None]
    """A mail came back. No digest is sent until the person asks for it again."""
    created_at: Mapped[datetime | None]
    last_active_at: Mapped[datetime | None]


class UserIdKey(Base):
    """A key of published user ids. The highest number holds; without a row it is 1."""

    __tablename__ = "user_id_keys"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime]


class FormerPublishedId(Base):
    """What stood for a person in releases under an earlier key, so that what they have erased is found there."""

    __tablename__ = "former_published_ids"

    published_id: Mapped[ShortText] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)


class LoginToken(Base):
    __tablename__ = "login_tokens"

    token_hash: Mapped[ShortText] = mapped_column(primary_key=True)
    email: Mapped[ShortText] = mapped_column(index=True)
    network: Mapped[ShortText | None]
    """Keyed digest of where it was asked for."""
    joins_user_id: Mapped[ShortText | None]
    """The account without an address that asked, and gets this one. It may be gone."""
    created_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginSession(Base):
    """Somebody is logged in on one device: the cookie names the row, and nobody is without one."""

    __tablename__ = "login_sessions"

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    device: Mapped[ShortText]
    """What browser and system call themselves, in two words."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """True to the hour."""


class MailRequest(Base):
    """Somebody who asked on the web for a check, and is told by mail. Until the address is confirmed the row holds what
    they want published, and after that only who asked about what."""

    __tablename__ = "mail_requests"

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    email: Mapped[ShortText] = mapped_column(index=True)
    """'' once confirmed: the user's row has it."""
    text: Mapped[str] = mapped_column(Text)
    """'' once published, or if they asked about an article that was there."""
    locale: Mapped[ShortText]
    article_id: Mapped[ShortText | None] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[ShortText | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class Identity(Base):
    """A log-in at a provider, which knows a person as `subject`. It says nothing but who comes back."""

    __tablename__ = "identities"

    issuer: Mapped[ShortText] = mapped_column(primary_key=True)
    subject: Mapped[ShortText] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]


class ChatLink(Base):
    """A link sent in the chat, by which who asks there becomes a volunteer. It works once."""

    __tablename__ = "chat_links"

    token_hash: Mapped[ShortText] = mapped_column(primary_key=True)
    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    """Who asks in LINE."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class JoinedChat(Base):
    """A volunteer and who asks in LINE are one person. Both rows stay, so that the chat's is never a web session."""

    __tablename__ = "joined_chats"

    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    """The volunteer."""
    chat_user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    joined_at: Mapped[datetime]


class Organisation(Base):
    """A newsroom or fact-checking house, whose label stands on what its members write."""

    __tablename__ = "organisations"

    id: Mapped[ShortText] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    """Its own page."""
    created_at: Mapped[datetime]


class Membership(Base):
    """Somebody writes for an organisation now. What they wrote keeps its label when they leave."""

    __tablename__ = "memberships"

    user_id: Mapped[ShortText] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[ShortText] = mapped_column(ForeignKey("organisations.id"), index=True)
    since: Mapped[datetime]
