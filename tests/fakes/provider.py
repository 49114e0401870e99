"""A provider of log-ins on loopback whose answers can be as wrong as a test wants. What a proper one does, a provider
from a package shows."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.fakes.service import Reply, Sent, service

KEY = RSAKey.generate_key(2048, {"kid": "ours", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "theirs", "use": "sig"})
SECRET = "s" * 40


@dataclass
class FakeProvider:
    """`answers`: what each path answers, as (status, JSON). `id_token` is put into what the token endpoint answers."""

    issuer: str = ""
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    id_token: Any = None
    asked: list[str] = field(default_factory=list)
    keys: list[RSAKey] = field(default_factory=lambda: [KEY])

    def answer(self, path: str) -> tuple[int, Any]:
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        return {
            "/.well-known/openid-configuration": (200, self.metadata()),
            "/keys": (200, {"keys": [key.as_dict(private=False) for key in self.keys]}),
            "/token": (200, {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token}),
        }.get(path, (404, {}))

    def reply(self, sent: Sent) -> Reply:
        status, body = self.answer(sent.path.partition("?")[0])
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return status, {"Content-Type": "application/json"}, data

    def metadata(self) -> dict[str, Any]:
        places = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.issuer, **{name: self.issuer + path for name, path in places.items()}}


def signed(claims: dict[str, Any], key: RSAKey | OctKey = KEY, algorithm: str = "RS256") -> str:
    header = {"alg": algorithm, **({"kid": key.kid} if key.kid else {})}
    return jwt.encode(header, claims, key, algorithms=[algorithm])


@contextmanager
def provider_on_loopback() -> Iterator[FakeProvider]:
    provider = FakeProvider()
    with service() as place:
        provider.issuer, place.answer = place.url(""), provider.reply
        yield provider
