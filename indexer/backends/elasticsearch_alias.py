"""The alias that names the index in use: making, switching and removing indices, and the client's errors."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from factcheck.errors import SearchUnavailableError
from indexer.backends import elasticsearch_mapping as mapping
from indexer.backends.identity import IndexIdentity

SEARCH_SECONDS, ADMIN_SECONDS = 5.0, 60.0
_ORPHAN_MILLISECONDS = 24 * 3600 * 1000
_EXISTS = "resource_already_exists_exception"


class Alias:
    """Every method raises SearchUnavailableError when the cluster does not answer or refuses."""

    def __init__(self, client: Elasticsearch, name: str) -> None:
        self._client = client
        self.name = name

    def identity(self) -> IndexIdentity | None:
        """Of the index in use, None when there is none. Asked anew each time: another process may have switched, and
        writes must never mix two models."""
        try:
            with errors():
                found = self._client.options(request_timeout=SEARCH_SECONDS).indices.get_mapping(index=self.name)
        except NotFoundError:
            return None
        identities = [mapping.identity_of(entry["mappings"]) for entry in dict(found).values()]
        if len(identities) != 1 or identities[0] is None:
            raise SearchUnavailableError(
                f"The alias {self.name} does not point to one index of ours but to: {', '.join(found)}."
            )
        return identities[0]

    def create_first(self, identity: IndexIdentity) -> None:
        """Alias and index in one step, under a fixed name: of two processes that try, one gets an error it can
        pass over."""
        try:
            self._create(f"{self.name}-000001", identity, {self.name: {}})
        except ApiError as error:
            if error.error != _EXISTS:
                raise SearchUnavailableError(f"The index cannot be created: {error}") from error

    def create_beside(self, identity: IndexIdentity) -> str:
        """A new index that the alias does not name yet."""
        self._remove_orphans()
        name = f"{self.name}-{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{secrets.token_hex(4)}"
        self._create(name, identity, {})
        return name

    def move_to(self, name: str) -> None:
        """In one step, and remove the index before."""
        with errors():
            client = self._admin()
            client.indices.refresh(index=name)
            before = self._aliased(client)
            remove = [{"remove": {"index": old, "alias": self.name}} for old in before]
            client.indices.update_aliases(actions=[*remove, {"add": {"index": name, "alias": self.name}}])
            if before:
                client.indices.delete(index=",".join(before), ignore_unavailable=True)

    def remove(self, name: str) -> None:
        with errors():
            self._admin().indices.delete(index=name, ignore_unavailable=True)

    def _admin(self) -> Elasticsearch:
        return self._client.options(request_timeout=ADMIN_SECONDS)

    def _create(self, name: str, identity: IndexIdentity, aliases: dict[str, dict[str, str]]) -> None:
        with errors():
            self._admin().indices.create(
                index=name, settings=mapping.settings(), mappings=mapping.mappings(identity), aliases=aliases
            )

    def _aliased(self, client: Elasticsearch) -> list[str]:
        try:
            return list(client.indices.get_alias(name=self.name))
        except NotFoundError:
            return []

    def _remove_orphans(self) -> None:
        """Indices of rebuilds that were killed; a day is longer than any rebuild."""
        with errors():
            client = self._admin()
            live = set(self._aliased(client))
            found = client.indices.get_settings(index=f"{self.name}-*", name="index.creation_date", flat_settings=True)
            oldest = time.time() * 1000 - _ORPHAN_MILLISECONDS
            for name, entry in dict(found).items():
                if name not in live and int(entry["settings"]["index.creation_date"]) < oldest:
                    client.indices.delete(index=name, ignore_unavailable=True)


@contextmanager
def errors() -> Iterator[None]:
    """No connection, time-outs and everything that the server refuses, as the port's error. "Not found" and "exists
    already" mean something to the caller and pass."""
    try:
        yield
    except TransportError as error:
        raise SearchUnavailableError(f"Elasticsearch cannot be reached: {error}") from error
    except NotFoundError:
        raise
    except ApiError as error:
        if error.error == _EXISTS:
            raise
        raise SearchUnavailableError(f"Elasticsearch answered {error.status_code}: {error}") from error
