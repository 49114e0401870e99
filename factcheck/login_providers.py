"""Others may say who somebody is, beside a mailed link: providers of log-ins, as the settings declare them."""

import json
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

LOOPBACK = ("localhost", "127.0.0.1", "::1")
KNOWN_ISSUERS = {"line": "https://access.line.me", "github": "https://github.com"}
EXAMPLE = '[{"name": "google", "issuer": "https://accounts.google.com", "client_id": "…", "client_secret": "…"}]'


class LoginProvider(BaseModel):
    """A provider with OpenID Connect and discovery; or LINE Login, whose tokens are signed with the channel's secret
    and whose addresses nobody proved; or GitHub, which has OAuth alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")
    """Stands in the addresses that the provider is told."""
    label: str = Field("", max_length=30)
    """What people know it by; '': its name with a capital."""
    kind: Literal["openid", "line", "github"] = "openid"
    issuer: str = ""
    client_id: str = Field(min_length=1)
    client_secret: str = Field(min_length=1, repr=False)
    proves_addresses: bool = True
    """Accounts are joined on an address of which it says that it is verified. Never at LINE."""

    @model_validator(mode="before")
    @classmethod
    def _known_issuer(cls, given: Any) -> Any:
        if isinstance(given, dict) and not given.get("issuer"):
            return {**given, "issuer": KNOWN_ISSUERS.get(given.get("kind", ""), "")}
        return given

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        parts = urlsplit(self.issuer)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError(f"issuer of {self.name} must be https://...")
        return self

    @property
    def shown_label(self) -> str:
        return self.label or self.name.capitalize()

    @property
    def believes_addresses(self) -> bool:
        return self.proves_addresses and self.kind != "line"


def parsed(value: object) -> object:
    """Reads the setting's JSON. Raises ValueError for what is no list, or names two providers alike."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.strip() else []
        except ValueError:  # its text would quote the secrets
            raise ValueError(f"must be JSON like {EXAMPLE}") from None
    if not isinstance(value, list | tuple):
        raise ValueError(f"must be a list like {EXAMPLE}")
    names = [one.get("name") if isinstance(one, dict) else getattr(one, "name", None) for one in value]
    if len(set(map(str, names))) < len(names):
        raise ValueError("names a provider twice")
    return value
