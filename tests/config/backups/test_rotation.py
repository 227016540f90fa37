"""Which backups stay: the newest of each day, week and month that the rule names."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.backups.rotation import Keeping, name_of, superfluous, time_of

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
TIMES = st.lists(
    st.datetimes(datetime(2020, 1, 1), datetime(2027, 1, 1)).map(lambda one: one.replace(microsecond=0, tzinfo=UTC)),
    unique=True,
)
RULES = st.builds(Keeping, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))


def names(*times: datetime) -> list[str]:
    return [name_of(time) for time in times]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(TIMES)
def test_a_name_says_when_the_backup_was_made(times):
    assert [time_of(name) for name in names(*times)] == times


def test_what_is_no_backup_of_ours_is_left_alone():
    foreign = [
        "visavis-20261328T120000Z.tar.gz.age",
        "notes.txt",
        ".visavis-20261128T120000Z.tar.gz.age",
        "x.age.sha256",
    ]
    assert [time_of(name) for name in foreign] == [None] * 4
    assert superfluous(foreign, Keeping(1, 0, 0)) == []


def test_of_one_day_the_newest_stays():
    morning, evening = NOON - timedelta(hours=3), NOON + timedelta(hours=3)
    assert superfluous(names(morning, evening), Keeping(7, 0, 0)) == names(morning)


def test_a_year_of_nightly_backups_leaves_days_weeks_and_months():
    nights = [NOON - timedelta(days=number) for number in range(365)]
    kept = set(names(*nights)) - set(superfluous(names(*nights), Keeping(7, 4, 6)))
    # Seven days; the Sundays 22, 15 and 8 November of the weeks before this one; the last nights of five months.
    dates = sorted(time_of(name).date().isoformat() for name in kept)
    assert dates == [
        "2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-08", "2026-11-15", "2026-11-22",
        "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28",
    ]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(TIMES, RULES)
def test_the_newest_stays_whatever_the_rule_and_pruning_again_takes_nothing(times, rule):
    listed = names(*times)
    gone = superfluous(listed, rule)
    assert set(gone) < set(listed) or not listed
    assert not times or name_of(max(times)) not in gone
    rest = [name for name in listed if name not in gone]
    assert superfluous(rest, rule) == []
    assert len(rest) <= max(1, rule.daily + rule.weekly + rule.monthly)
