import time
from collections.abc import Sequence

from indexer.backends.elasticsearch.client import ADMIN_SECONDS, connect, errors


def remove_indices(urls: Sequence[str], prefix: str, *, older_than: float = 0.0) -> None:
    """Removes indices of the prefix that are at least `older_than` seconds old. Raises SearchUnavailableError."""
    with errors(), connect(urls) as client:
        admin = client.options(request_timeout=ADMIN_SECONDS)
        found = admin.indices.get_settings(index=f"{prefix}*", name="index.creation_date", flat_settings=True)
        latest = (time.time() - older_than) * 1000
        for name, entry in dict(found).items():  # by name: a cluster may forbid deleting by pattern
            if int(entry["settings"]["index.creation_date"]) <= latest:
                admin.indices.delete(index=name, ignore_unavailable=True)
