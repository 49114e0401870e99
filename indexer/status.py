"""What `python -m indexer status` says about the index, and what to do about it."""

from dataclasses import dataclass
from enum import IntEnum

from factcheck.errors import IndexLostError
from factcheck.ports import IndexStatus
from indexer.backends.identity import REBUILD_COMMAND
from indexer.sync import Drift

SYNC_COMMAND = "python -m indexer sync"


class Code(IntEnum):
    """Exit codes, most serious last. 1: the index or the database cannot be asked."""

    FINE = 0
    DRIFT = 3
    REBUILD = 4
    DATA_MISSING = 5


@dataclass(frozen=True)
class IndexProblem:
    code: Code
    text: str


def lines(status: IndexStatus, drift: Drift) -> list[str]:
    size = "unknown" if status.size_bytes is None else f"{status.size_bytes / 1e6:.1f} MB"
    found = [
        f"Backend:   {status.backend}",
        f"Index:     {status.identity or 'not built yet'}",
        f"Expected:  {status.expected_identity}",
        f"Documents: {status.documents}",
        f"Size:      {size}",
        f"Drift:     {drift_line(drift)}",
    ]
    if status.cluster:
        cluster = status.cluster
        found.append(
            f"Cluster:   {cluster.colour}, {cluster.nodes} nodes, {cluster.unassigned_shards} of our shards on no node"
        )
    for build in status.unfinished:
        fate = "reindex goes on with it" if build.resumable else "of another model, mapping or treatment of texts"
        found.append(f"Unfinished: {build.name}, {build.documents} documents, {build.identity}: {fate}")
    return found


def problems(status: IndexStatus, drift: Drift) -> list[IndexProblem]:
    """Says nothing of a missing index while there are no articles."""
    found = []
    if status.cluster and status.cluster.colour == "red":
        text = "Some of the index is on no node that answers. Start the nodes that are missing."
        found.append(IndexProblem(Code.DATA_MISSING, text))
    if status.fault:
        found.append(IndexProblem(Code.REBUILD, str(IndexLostError(status.fault))))
    elif status.differences:
        text = f"The index was built with another {' and another '.join(status.differences)}. Run: {REBUILD_COMMAND}"
        found.append(IndexProblem(Code.REBUILD, text))
    elif not status.exists and len(drift):
        found.append(IndexProblem(Code.REBUILD, f"Nothing is indexed yet. Run: {REBUILD_COMMAND}"))
    elif len(drift):
        found.append(IndexProblem(Code.DRIFT, f"The index differs from the database. Run: {SYNC_COMMAND}"))
    return found


def exit_code(found: list[IndexProblem]) -> Code:
    return max((problem.code for problem in found), default=Code.FINE)


def drift_line(drift: Drift) -> str:
    return f"{len(drift.missing)} missing, {len(drift.stale) + len(drift.ahead)} stale, {len(drift.extra)} extra"
