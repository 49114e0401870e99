"""Three aliases that name the index in use, and the indices built beside it.

`PREFIX-articles` exists for any index. The others have a digest in their names: of model and mapping for searching, of
the whole identity for writing. They move together, so no process meets vectors of another model.
"""

import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError

from factcheck.errors import IndexLostError, SearchUnavailableError
from indexer.backends.elasticsearch import mapping
from indexer.backends.elasticsearch.client import ADMIN_SECONDS, EXISTS, SEARCH_SECONDS, TIMED_OUT, errors, understood
from indexer.backends.identity import IndexIdentity

_ABANDONED_SECONDS = 7 * 24 * 3600.0
_COPIES_SECONDS, _WAIT_SECONDS = 600.0, 20.0
_LOOK_SECONDS = 0.2
_SWITCH_ATTEMPTS = 5
_LAST_SEARCHES_SECONDS = 1.0
"""For searches that still read the old index."""
_JSON = {"accept": "application/json"}


def filling(name: str) -> str:
    """The alias of an index until it is put in use."""
    return f"{name}.filling"


@dataclass(frozen=True)
class Layout:
    shards: int = 1
    replicas: str = "0-1"


@dataclass(frozen=True)
class Beside:
    name: str
    identity: IndexIdentity
    created: float
    """Seconds since 1970."""


class Alias:
    """Every method raises SearchUnavailableError when the cluster refuses or does not answer."""

    def __init__(self, client: Elasticsearch, name: str, layout: Layout) -> None:
        self._client = client
        self.name = name
        self._layout = layout

    def searched(self, identity: IndexIdentity) -> str:
        """The alias that exists only for an index of this form."""
        return self._marked(identity.form)

    def written(self, identity: IndexIdentity) -> str:
        """The alias that exists only for an index of this identity."""
        return self._marked(str(identity))

    def _all(self, identity: IndexIdentity) -> list[str]:
        return [self.name, self.searched(identity), self.written(identity)]

    def _marked(self, mark: str) -> str:
        return f"{self.name}.{sha256(mark.encode()).hexdigest()[:12]}"

    def identity(self) -> IndexIdentity | None:
        """Returns None when no index is in use."""
        try:
            with errors():
                found = self._client.options(request_timeout=SEARCH_SECONDS).indices.get_mapping(index=self.name)
        except NotFoundError:
            return None
        with understood():
            identities = [mapping.identity_of(entry["mappings"]) for entry in dict(found).values()]
        if len(identities) != 1 or identities[0] is None:
            raise SearchUnavailableError(
                f"The alias {self.name} does not point to one index of ours but to: {', '.join(found)}. Nothing was "
                "changed. Remove or rename what is there, or choose another ELASTICSEARCH_PREFIX."
            )
        return identities[0]

    def check_whole(self, identity: IndexIdentity) -> None:
        """Raises IndexLostError when the index in use, of this identity, lacks an alias: searches would find nothing,
        and writes no index."""
        client = self._client.options(request_timeout=SEARCH_SECONDS)
        with errors(), suppress(NotFoundError):  # gone this moment: the next look sees it
            found = {
                alias
                for entry in dict(client.indices.get_alias(index=self.name)).values()
                for alias in entry["aliases"]
            }
            wanted = {self.name, self.searched(identity)}
            if identity.texts:  # releases without them had no alias for writing
                wanted.add(self.written(identity))
            if missing := sorted(wanted - found):
                raise IndexLostError(f"The index {self.name} has lost the alias {', '.join(missing)}.")

    def create_first(self, identity: IndexIdentity) -> None:
        """Creates aliases and index in one step under a fixed name, so that a second process gets an error to pass
        over."""
        settings = mapping.settings(self._layout.shards, self._layout.replicas)
        try:
            self._create(f"{self.name}-000001", identity, settings, {alias: {} for alias in self._all(identity)})
        except ApiError as error:
            if error.error != EXISTS:
                raise SearchUnavailableError(f"The index cannot be created: {error}") from error

    def beside(self) -> list[Beside]:
        """Indices being built or left by a killed rebuild, newest first."""
        with errors():
            found = dict(self._admin().indices.get(index=f"{self.name}-*", flat_settings=True))
        indices = [
            Beside(name, identity, int(entry["settings"]["index.creation_date"]) / 1000)
            for name, entry in found.items()
            if filling(name) in entry["aliases"] and (identity := mapping.identity_of(entry["mappings"])) is not None
        ]
        return sorted(indices, key=lambda index: index.created, reverse=True)

    def create_beside(self, identity: IndexIdentity) -> str:
        name = f"{self.name}-{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{secrets.token_hex(4)}"
        self._create(name, identity, mapping.building_settings(self._layout.shards), {filling(name): {}})
        return name

    def remove_abandoned(self, keep: IndexIdentity) -> None:
        """Removes other builds older than a week (longer than any rebuild), and indices whose removal was cut short."""
        for index in self.beside():
            if index.identity != keep and time.time() - index.created > _ABANDONED_SECONDS:
                self.remove(index.name)
        with errors():
            found = dict(self._admin().indices.get_alias(index=f"{self.name}-*"))
        for name, entry in found.items():
            if not entry["aliases"]:
                self.remove(name)

    def finish(self, name: str) -> None:
        """Merges a filled index, so that a search walks through few graphs, and makes copies where there is room."""
        try:
            with errors():
                self._merge(name)
                self._open(name)
                deadline = time.monotonic() + _COPIES_SECONDS
                while (colour := self._colour(name)) != "green" and time.monotonic() < deadline:
                    pass  # asking waits
        except NotFoundError as error:
            raise SearchUnavailableError(f"The unfinished index {name} was removed by somebody else.") from error
        if colour == "red":
            raise SearchUnavailableError(f"Some data of {name} is on no node that answers.")

    def move_to(self, name: str, identity: IndexIdentity) -> None:
        """Moves the aliases in one step, then removes the index before."""
        for _ in range(_SWITCH_ATTEMPTS):
            self.identity()  # raises for an index that is not ours, which must not be removed
            with errors(), suppress(NotFoundError):  # another process switched or removed this build
                before = self._in_use()
                if before == [name]:
                    return
                self._open(name)
                self._put_in_use(name, identity, before)
                time.sleep(_LAST_SEARCHES_SECONDS)
                for old in before:
                    self.remove(old)
                return
        raise SearchUnavailableError(f"{name} cannot be put in use: it is gone, or others switch all the time.")

    def remove(self, name: str) -> None:
        """Removes an index, unless it is in use."""
        with errors():
            if name not in self._in_use():
                self._admin().indices.delete(index=name, ignore_unavailable=True)

    def _admin(self) -> Elasticsearch:
        return self._client.options(request_timeout=ADMIN_SECONDS)

    def _open(self, name: str) -> None:
        self._admin().indices.put_settings(index=name, settings=mapping.finished_settings(self._layout.replicas))
        self._admin().indices.refresh(index=name)

    def _put_in_use(self, name: str, identity: IndexIdentity, before: list[str]) -> None:
        actions: list[dict[str, Any]] = [{"remove": {"index": name, "alias": filling(name)}}]
        actions += [{"remove": {"index": old, "aliases": [self.name, f"{self.name}.*"]}} for old in before]
        actions += [{"add": {"index": name, "alias": alias}} for alias in self._all(identity)]
        self._admin().indices.update_aliases(actions=actions)

    def _merge(self, name: str) -> None:
        """Runs as a task of the cluster: it takes up to an hour. If its node dies the index stays as it was."""
        client = self._admin()
        counted = client.indices.stats(index=name, metric="docs")["_all"]["primaries"].get("docs")
        if counted is None:  # no node told in time: the index is as good, only in more parts
            return
        documents = counted["count"]
        parts = mapping.parts(documents, self._layout.shards)
        task = client.indices.forcemerge(index=name, max_num_segments=parts, wait_for_completion=False)["task"]
        with suppress(NotFoundError):
            # The client's own method warns at every call.
            while not client.perform_request("GET", f"/_tasks/{task}", headers=_JSON).body["completed"]:
                time.sleep(_LOOK_SECONDS)

    def _colour(self, name: str) -> str:
        wait = f"{_WAIT_SECONDS:.0f}s"
        admin = self._admin().options(ignore_status=TIMED_OUT)  # the answer to who waited in vain
        return str(admin.cluster.health(index=name, wait_for_status="green", timeout=wait)["status"])

    def _create(
        self, name: str, identity: IndexIdentity, settings: dict[str, Any], aliases: dict[str, dict[str, str]]
    ) -> None:
        with errors():
            self._admin().indices.create(
                index=name, settings=settings, mappings=mapping.mappings(identity), aliases=aliases
            )

    def _in_use(self) -> list[str]:
        try:
            return list(self._admin().indices.get_alias(name=self.name))
        except NotFoundError:
            return []
