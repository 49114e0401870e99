"""Which releases stay: a citation names one, and must find it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

ALL_OF = timedelta(days=31)
FIRST_OF_MONTH_FOR = timedelta(days=366)


def kept(releases: Iterable[str], now: datetime) -> set[str]:
    """Keeps all of a month, the first of each month for a year, the first of each year for ever, and the newest."""
    found = sorted(releases, key=age_key)
    firsts_of_months = _firsts(found, len("202603"))
    firsts_of_years = _firsts(found, len("2026"))
    return {
        name
        for name in found
        if now - moment_of(name) <= ALL_OF
        or (now - moment_of(name) <= FIRST_OF_MONTH_FOR and name in firsts_of_months)
        or name in firsts_of_years
        or name == found[-1]
    }


def age_key(release: str) -> tuple[str, int]:
    """Orders names, of which those of one second have a number."""
    stem, _, number = release.partition("-")
    return stem, int(number or 1)


def moment_of(release: str) -> datetime:
    return datetime.strptime(age_key(release)[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _firsts(releases: Iterable[str], length: int) -> set[str]:
    firsts: dict[str, str] = {}
    for name in releases:
        firsts.setdefault(name[:length], name)
    return set(firsts.values())
