"""How many messages LINE still lets us push this month, as the database holds it."""

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
    """LINE refused a push because of the limit, which may come before `used` reaches it."""

    @property
    def left(self) -> int | None:
        """Messages that may still be pushed; None: any number."""
        return None if self.limit is None else max(0, self.limit - self.used)

    def is_exhausted(self, now: datetime) -> bool:
        return self.exhausted_until is not None and now < self.exhausted_until


def load_quota(session: Session, *, lock: bool = False) -> LineQuota | None:
    """Loads what is known of the quota; None: LINE has not been asked yet. `lock`: nobody else plans with it until the
    transaction ends."""
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
    """Makes the row's value, which `load_quota` reads."""
    until = quota.exhausted_until.isoformat() if quota.exhausted_until else None
    return asdict(quota) | {"asked_at": quota.asked_at.isoformat(), "exhausted_until": until}
