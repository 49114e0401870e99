from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.models import LineFact

QUOTA = "quota"


@dataclass(frozen=True)
class LineQuota:
    limit: int | None
    """None: no limit."""
    used: int
    """What LINE has counted, and what we began to send since."""
    asked_at: datetime
    exhausted_until: datetime | None = None
    """LINE refused a push because of the limit, perhaps before `used` reaches it."""

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used)

    def is_exhausted(self, now: datetime) -> bool:
        return self.exhausted_until is not None and now < self.exhausted_until


def load_quota(session: Session, *, lock: bool = False) -> LineQuota | None:
    """Returns None when LINE has not been asked yet. `lock`: nobody else plans with it until the transaction ends."""
    query = select(LineFact.value).where(LineFact.name == QUOTA)
    value = session.scalar(query.with_for_update() if lock else query)
    if value is None:
        return None
    until = value["exhausted_until"]
    return LineQuota(
        value["limit"],
        value["used"],
        datetime.fromisoformat(value["asked_at"]),
        datetime.fromisoformat(until) if until else None,
    )


def quota_value(quota: LineQuota) -> dict[str, Any]:
    until = quota.exhausted_until.isoformat() if quota.exhausted_until else None
    return asdict(quota) | {"asked_at": quota.asked_at.isoformat(), "exhausted_until": until}
