"""All settings, read once. The only module that reads the environment.

Entry points (`wsgi.py`, the command-line programs) call `load_settings()` and hand the frozen result down. A missing or
wrong setting stops the start with its name and what to do.
"""

import json
import os
import re
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from factcheck.errors import FactlineError
from factcheck.languages import TAGS
from factcheck.login_providers import LoginProvider, parsed
from factcheck.media_settings import MediaSettings

LINE_HOST = "https://api.line.me"
LINE_CONTENT_HOST = "https://api-data.line.me"
SECRET_NAMES = ("SECRET_KEY", "LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN")


HOTLINE_KINDS = ("fraud", "police", "emergency", "support")
_NUMBER = re.compile(r"\+?[0-9][0-9-]{1,18}")


class SettingsError(FactlineError):
    """The settings do not allow a start; the message names each one and what to do."""


class Settings(MediaSettings):
    """Names are the environment variables in lower case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    trial: bool = Field(
        False,
        description=(
            "1 gives the conveniences of a trial: the simulator, log-in links on screen, invented "
            "secrets. Never in production."
        ),
    )
    var_dir: Path = Field(Path("var"), description="Folder for everything that is made at run time.")
    database_url: str = Field(
        "",
        description=(
            "`postgresql://user:password@host:5432/name` or `sqlite:////path/to/file`. Default: a "
            "SQLite file in VAR_DIR."
        ),
    )
    search_backend: Literal["embedded", "elasticsearch"] = Field(
        "embedded",
        description=("The search index. `embedded` is files on this machine, so all processes must be on it."),
    )
    elasticsearch_url: str = Field("http://127.0.0.1:9200", description="URLs of the cluster, comma-separated.")
    elasticsearch_prefix: str = Field("factline", description="What the names of indices and aliases begin with.")
    elasticsearch_shards: int = Field(
        1, ge=1, le=64, description="Shards of a new index; one holds millions of articles."
    )
    elasticsearch_replicas: str = Field(
        "0-1",
        pattern=r"^\d+-(\d+|all)$",
        description="Copies of each shard of a new index, as many as nodes allow, within this range.",
    )
    embedding_model: str = Field(
        "intfloat/multilingual-e5-small",
        description=("A sentence-transformers name or folder. It runs with 8 bits where it can be exported so."),
    )
    line_channel_secret: str = Field(
        "",
        description=(
            "From the LINE console; signs webhooks. Needed. While it is changed: the old and the new "
            "one, comma-separated."
        ),
    )
    line_channel_access_token: str = Field(
        "", description="From the LINE console; allows sending. Needed, or the next."
    )
    line_channel_access_token_file: Path | None = Field(
        None, description=("A file that holds the access token. A new token in it is used at once, without a restart.")
    )
    line_api_base: str = Field("", description="One base for LINE's API and content hosts. Default: LINE's own.")
    base_url: str = Field("", description="Where people reach the web pages, `https://...`. Needed.")
    article_hosts: str = Field(
        "",
        description=(
            "Other host names of the web pages, comma-separated: links to them in a chat are understood, too."
        ),
    )
    trusted_proxies: int = Field(
        0,
        ge=0,
        le=5,
        description=("How many proxies stand before web. Their X-Forwarded-For and X-Forwarded-Proto are believed."),
    )
    host: str = Field("", description="Address at which web listens. Default: this machine alone in a trial, else all.")
    port: int = Field(8000, ge=1, le=65535, description="Port of web.")
    secret_key: str = Field(
        "",
        description=("Signs web sessions and forms, keys the published user ids. Needed: keep it, and keep it secret."),
    )
    session_days: int = Field(
        30, ge=1, le=365, description="Days after which a volunteer must log in again, however often they come."
    )
    session_idle_days: int = Field(
        14, ge=1, le=365, description="Days without a visit after which a volunteer must log in again."
    )
    undo_seconds: int | None = Field(
        None,
        ge=0,
        le=3600,
        description=(
            "Seconds in which a volunteer can take back a new reply before it is published; of a new account, while "
            "nobody is a reviewer, five times as many. Default: 120, in a trial 5."
        ),
    )
    mail_url: str = Field("", description="`smtp://user:password@host:587` or `smtps://...`, for log-in links. Needed.")
    mail_bounces: str = Field(
        "",
        description=(
            "Address to which undeliverable mail is returned, with a mark of the person before the @ "
            "(`bounces+mark@…`), for `python -m factcheck bounce`. Default: MAIL_FROM, and nobody is told."
        ),
    )
    login_providers: Annotated[tuple[LoginProvider, ...], NoDecode] = Field(
        (),
        repr=False,
        description=(
            "JSON list of those by whom people can log in beside the mailed link, each with `name`, `client_id`, "
            "`client_secret`, and `issuer` (with discovery and RS256), or `kind` `line` (LINE Login) or `github`. Each "
            "must be told the address `BASE_URL/login/with/NAME/back`. `label` is shown; `proves_addresses` false: its "
            "word on an address joins no accounts."
        ),
    )
    contact: str = Field(
        "", description="Address of a page or `mailto:...` where people reach you. Shown on the help pages."
    )
    mail_from: str = Field("Factline <no-reply@localhost>", description="Sender of mails.")
    hotlines: str = Field(
        "fraud=165, police=110, support=1925",
        description=(
            "Whom people can call who were cheated, do not want to live, or want a person: `kind=number`, "
            "comma-separated. Kinds: fraud (anti-fraud line), police, emergency, support (who listens). `none`: nobody."
        ),
    )
    plain_answers: bool = Field(
        True,
        description=(
            "0: no message is answered with a check before its sender has said that this is the one; in groups nothing "
            "is said unasked."
        ),
    )
    default_locale: str = Field(
        "zh-Hant", description=f"Language in the chat until a person's is known: {', '.join(TAGS)}."
    )
    retention_days: int = Field(
        30,
        ge=1,
        le=365,
        description=("Days for which what LINE sent and was sent is remembered. Message texts go earlier."),
    )
    blocked_line_users: str = Field("", description="LINE user ids, comma-separated, that the bot does not answer.")
    messages_a_minute: int = Field(
        60,
        ge=1,
        le=10_000,
        description=(
            "Messages and button presses of one chat that are handled; the first beyond is told so. "
            "With fewer than 60, forwarding 50 messages at once can end halfway."
        ),
    )
    fetch_links: bool = Field(
        True, description="0: the pages that messages and replies link to are not fetched; only addresses are shown."
    )
    ask_archive: bool = Field(
        False, description="1: archive.org is asked for its copy of each page that is fetched, and so learns of them."
    )
    fetch_loopback: bool = Field(
        False, description="1: pages of this machine may be fetched, too. For tests, in a trial alone."
    )
    transcribe_url: str = Field(
        "",
        description=(
            "Address of a transcription service that speaks OpenAI's form, such as http://127.0.0.1:8000/v1. Sound and "
            "video that may be published are sent there. Default: none, and nothing is sent anywhere."
        ),
    )
    transcribe_key: str = Field("", description="Sent to the transcription service as a bearer token.")
    transcribe_model: str = Field("whisper-1", description="The transcription service's name for its model.")
    dataset_dir: Path | None = Field(
        None, description="Folder of the published dataset. Default: in VAR_DIR. All machines must share it."
    )
    erasures_file: Path | None = Field(
        None,
        description=(
            "File of keyed digests of what people had erased and reviewers decided, by which restoring a backup does "
            "not undo it. Default: in VAR_DIR. All machines must share it; keep it with the backups."
        ),
    )
    dataset_licence: str = Field("CC BY-SA 4.0", description="Licence of what is published.")
    worker_threads: int = Field(
        2, ge=1, le=64, description="Jobs a worker does at once, beside one that sends. Each keeps webhooks waiting."
    )
    prometheus_multiproc_dir: Path | None = Field(
        None, description="Folder in which the processes of a machine share their metrics."
    )
    worker_metrics_port: int | None = Field(
        None, ge=1, le=65535, description="Port of this machine, or of HOST, at which a worker tells what it counts."
    )
    metrics_token: str = Field(
        "", description=("/metrics asks for it as a bearer token. Without one, /metrics is there in a trial only.")
    )

    @field_validator("base_url", "line_api_base", "transcribe_url")
    @classmethod
    def _http_url(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("login_providers", mode="before")
    @classmethod
    def _list_of_providers(cls, value: object) -> object:
        return parsed(value)

    @field_validator("mail_bounces")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z0-9._-]{1,20}@[A-Za-z0-9.-]+", value):
            raise ValueError("must look like bounces@example.org, with at most 20 characters before the @")
        return value

    @field_validator("hotlines")
    @classmethod
    def _callable(cls, value: str) -> str:
        if any(kind not in HOTLINE_KINDS or not _NUMBER.fullmatch(number) for kind, number in _hotlines(value)):
            raise ValueError(f"must look like fraud=165, police=110; kinds are {', '.join(HOTLINE_KINDS)}")
        return value

    @field_validator("default_locale")
    @classmethod
    def _spoken(cls, value: str) -> str:
        if value not in TAGS:
            raise ValueError(f"must be one of {', '.join(TAGS)}")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            known = not value or make_url(_with_driver(value)).get_backend_name() in ("sqlite", "postgresql")
        except (ArgumentError, ValueError):  # its text may quote the password
            known = False
        if not known:
            raise ValueError("must look like postgresql://user:password@host:5432/name or sqlite:////path/to/file")
        return value

    @model_validator(mode="after")
    def _loopback_is_for_trials(self) -> Self:
        if self.fetch_loopback and not self.trial:
            raise ValueError("FETCH_LOOPBACK is for tests: it needs TRIAL=1")
        return self

    @property
    def resolved_database_url(self) -> str:
        return _with_driver(self.database_url or f"sqlite:///{(self.var_dir / 'factline.sqlite').resolve()}")

    @property
    def line_host(self) -> str:
        return self.line_api_base or LINE_HOST

    @property
    def line_content_host(self) -> str:
        return self.line_api_base or LINE_CONTENT_HOST

    @property
    def embedder_socket(self) -> Path:
        """Gives the path where the machine's one copy of the model answers. Kept short: a Unix socket path has 107
        bytes."""
        return self.var_dir / "embedder.sock"

    @property
    def reader_socket(self) -> Path:
        """Gives the path where the machine's text reader answers."""
        return self.var_dir / "reader.sock"

    @property
    def other_hosts(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.article_hosts.split(",") if part.strip())

    @property
    def numbers_to_call(self) -> dict[str, str]:
        """Gives the kind and number of each hotline, in order."""
        return dict(_hotlines(self.hotlines))

    @property
    def undo_window(self) -> timedelta:
        usual = 5 if self.trial else 120
        return timedelta(seconds=usual if self.undo_seconds is None else self.undo_seconds)

    @property
    def blocked_users(self) -> frozenset[str]:
        return frozenset(part.strip() for part in self.blocked_line_users.split(",") if part.strip())

    @property
    def resolved_dataset_dir(self) -> Path:
        return self.dataset_dir or self.var_dir / "dataset"

    @property
    def resolved_media_dir(self) -> Path:
        return Path(self.media_store) if self.media_store else self.var_dir / "media"

    @property
    def incoming_dir(self) -> Path:
        """Gives the folder of files that are being looked at."""
        return self.var_dir / "incoming"

    @property
    def resolved_erasures_file(self) -> Path:
        return self.erasures_file or self.var_dir / "erasures.jsonl"


def _hotlines(value: str) -> list[tuple[str, str]]:
    if value.strip() == "none":
        return []
    parts = (part.partition("=") for part in value.split(",") if part.strip())
    return [(kind.strip(), number.strip()) for kind, _, number in parts]


def _with_driver(url: str) -> str:
    """psycopg 3 is the driver that is installed; the short forms are what hosting platforms hand out."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def load_settings(**overrides: object) -> Settings:
    """Read the environment. Raises SettingsError naming every setting that is missing or wrong."""
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsError("Settings are wrong:\n  " + "\n  ".join(problems)) from None
    return _with_trial_defaults(settings) if settings.trial else settings


def require_for_service(settings: Settings) -> None:
    """Checks the settings for `web` and `worker` at their start. Raises SettingsError naming what is missing."""
    needed = {
        "SECRET_KEY": settings.secret_key,
        "LINE_CHANNEL_SECRET": settings.line_channel_secret.strip(", "),
        "LINE_CHANNEL_ACCESS_TOKEN": settings.line_channel_access_token or settings.line_channel_access_token_file,
        "BASE_URL": settings.base_url,
        "MAIL_URL": settings.mail_url or ("shown on screen" if settings.trial else ""),
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise SettingsError(
            "These settings are missing: " + ", ".join(missing) + ".\nSet them as environment variables "
            "(docs/settings.md), or set TRIAL=1 to try the service on this machine alone."
        )


def _with_trial_defaults(settings: Settings) -> Settings:
    base_url = settings.base_url or f"http://localhost:{settings.port}"
    kept = _kept_secrets(settings.var_dir)
    values = {name.lower(): getattr(settings, name.lower()) or kept[name] for name in SECRET_NAMES}
    values["base_url"] = base_url
    values["line_api_base"] = settings.line_api_base or f"{base_url}/simulator/line"
    return settings.model_copy(update=values)


def _kept_secrets(var_dir: Path) -> dict[str, str]:
    """Secrets invented for a trial, the same again after a restart. Safe when two processes start at once."""
    path = var_dir / "trial-secrets.json"
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(0o600)  # before there is anything to read
        draft.write_text(json.dumps({name: secrets.token_hex(24) for name in SECRET_NAMES}))
        try:
            os.link(draft, path)  # fails if another process was first; its secrets then count
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    try:
        found = json.loads(path.read_text())
        return {name: str(found[name]) for name in SECRET_NAMES}
    except (ValueError, KeyError, TypeError):
        raise SettingsError(f"{path} is damaged. Delete it; the trial then invents new secrets.") from None
