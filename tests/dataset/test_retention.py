from datetime import UTC, datetime, timedelta

from factcheck.dataset.retention import kept

BEGINNING = datetime(2023, 5, 3, 4, tzinfo=UTC)


def name(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")


def after(weeks: int) -> tuple[set[str], datetime]:
    """What is left after a release a week, when each release removes what may go."""
    left: set[str] = set()
    for week in range(weeks):
        now = BEGINNING + timedelta(weeks=week)
        left = kept({*left, name(now)}, now)
    return left, BEGINNING + timedelta(weeks=weeks - 1)


def test_all_of_a_month_then_firsts_of_months_then_firsts_of_years() -> None:
    left, now = after(180)
    assert now == datetime(2026, 10, 7, 4, tzinfo=UTC)
    assert sorted(left) == [
        "20230503T040000Z",
        "20240103T040000Z",
        "20250101T040000Z",
        "20251105T040000Z",
        "20251203T040000Z",
        "20260107T040000Z",
        "20260204T040000Z",
        "20260304T040000Z",
        "20260401T040000Z",
        "20260506T040000Z",
        "20260603T040000Z",
        "20260701T040000Z",
        "20260805T040000Z",
        "20260902T040000Z",
        "20260909T040000Z",
        "20260916T040000Z",
        "20260923T040000Z",
        "20260930T040000Z",
        "20261007T040000Z",
    ]


def test_the_newest_stays_however_old_it_looks() -> None:
    assert kept(["20200101T000000Z", "20200301T000000Z"], datetime(2026, 1, 1, tzinfo=UTC)) == {
        "20200101T000000Z",
        "20200301T000000Z",
    }
    assert kept(["20260301T000000Z-2", "20260301T000000Z"], datetime(2027, 6, 1, tzinfo=UTC)) == {
        "20260301T000000Z",
        "20260301T000000Z-2",
    }
    assert kept([], datetime(2026, 1, 1, tzinfo=UTC)) == set()
