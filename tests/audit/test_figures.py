"""The table of `make audit` tells what falls short, and what nobody counted."""

import json
from dataclasses import replace

from tests.audit.figures import Figure, declared, table

REQUESTS = Figure("requests", "requests compared", ">= 5000", short=">= 50")
LEAKS = Figure("leaks", "leaks found", "= 0", databases=("sqlite",))


def test_a_figure_holds_by_its_own_bound_in_each_form():
    assert REQUESTS.holds(5000, long=True, database="sqlite")
    assert not REQUESTS.holds(4999, long=True, database="sqlite")
    assert REQUESTS.holds(50, long=False, database="sqlite")
    assert not LEAKS.holds(1, long=False, database="sqlite")
    # What is gone through whole on one database is sampled on the other.
    once = replace(REQUESTS, whole=("sqlite",))
    assert not once.holds(50, long=True, database="sqlite")
    assert once.holds(50, long=True, database="postgresql") and not once.holds(49, long=True, database="postgresql")
    thin = replace(once, thin=">= 5")
    assert [thin.holds(5, long=long, database="postgresql") for long in (False, True)] == [True, False]
    assert not thin.holds(49, long=False, database="sqlite") and not thin.holds(4, long=False, database="postgresql")


def test_what_nobody_counted_is_short():
    text, short = table([REQUESTS, LEAKS], ['{"name": "leaks", "database": "sqlite", "reached": 0}'], long=True)
    assert short == 2
    assert text.count("not counted") == 2


def test_the_worst_of_several_reports_counts():
    seen = [json.dumps({"name": "leaks", "database": "sqlite", "reached": number}) for number in (0, 3)]
    text, short = table([LEAKS], seen, long=True)
    assert short == 1
    assert "0, 3" in text


def test_every_declared_figure_can_be_read():
    for figure in declared().values():
        assert figure.what
        for long in (True, False):
            sign, number = figure.bound(long=long, database="sqlite").split()
            assert sign in {"=", ">=", "<="}
            float(number)
        assert set(figure.databases) <= {"sqlite", "postgresql"}
        assert "sqlite" in figure.whole or figure.databases == ("postgresql",)
