"""Searches that take long: what they list, that they end, and what is said where they do not."""

import numpy as np
import pytest
from few_claims import abstract, outcomes, sizes
from scipy.stats import fisher_exact

from evidence.forensics import count_findings, level_findings
from evidence.forensics.count_system import CountSystem
from evidence.forensics.finding import CANNOT_HOLD, NOT_AS_WORDED, NOT_REACHED
from evidence.forensics.taken import as_worded


def limits(first, second, p_value):
    """Two groups of 7 and 6, a limit of the percentage of each, and the P value between them by Fisher's."""
    return [
        *sizes(7, 6),
        ("percent", first, {}),
        ("percent", second, {"population": "b"}),
        ("p_value", p_value, {"versus": "b", "test": "fisher"}),
    ]


def fisher(x, y):
    """Return Fisher's P value of x of 7 and y of 6: the two-sided one, and the one-sided one doubled."""
    table = [[x, 7 - x], [y, 6 - y]]
    sides = {each: fisher_exact(table, alternative=each).pvalue for each in ("two-sided", "less", "greater")}
    return np.array([sides["two-sided"], min(1, 2 * sides["less"], 2 * sides["greater"])])


@pytest.mark.parametrize("p_value", ["<0.9", "<0.05", ">0.05", "<0.6"])
def test_tables_of_a_limit_are_those_of_an_enumeration(p_value):
    """Whether those that print it are listed or those that do not, which are fewer."""
    rows = abstract(*limits(">10", "<90", p_value))
    system = CountSystem(rows, [as_worded(rows, claim) for claim in rows.claims])
    expected = {
        (x, 7, y, 6)
        for x in range(8)
        for y in range(7)
        if 10 * x > 7 and 10 * y < 54 and rows["c4"].figure.prints(fisher(x, y)).any()
    }
    tables, are_all = system.tables("c4", list(system.literals), 60)
    assert are_all and set(tables) == expected != set()


def test_shares_that_no_size_bounds_are_judged():
    """62 % of some patients, and all of the group that they are a part of: no size is printed."""
    rows = abstract(("percent", "62", {"population": "a"}), ("word", "all", {"population": "all"}))
    system = CountSystem(rows, [as_worded(rows, claim) for claim in rows.claims])
    assert system.solve(["c0", "c1"])[0] is False
    assert system.solve(["c0"])[0] and system.solve(["c1"])[0]


def test_nothing_is_impossible_as_long_as_a_reading_is_open(monkeypatch):
    rows = limits("50", "50", "0.001")
    assert CANNOT_HOLD in outcomes(count_findings, *rows).values()
    monkeypatch.setattr(count_findings, "can_hold", lambda *_: None)
    found = outcomes(count_findings, *rows)
    assert NOT_REACHED in found.values() and CANNOT_HOLD not in found.values()


def test_ranks_of_millions_are_not_searched():
    counts = [
        ("count", str(each), {"population": group, "variable": f"x={level}"})
        for group in "ab"
        for level, each in enumerate((400_000, 300_000, 200_000))
    ]
    found = outcomes(level_findings, *counts, ("p_value", "0.9", {"versus": "b"}))
    assert found == {"c6": NOT_REACHED}


OF_ALL = {"population": "all"}


@pytest.mark.parametrize(
    "rows",
    [
        # 4/20 v 592/1480, of which no test gives less than 0.05: more patients than are searched.
        [("n", "1500", OF_ALL), ("n", "20", {}), ("count", "4", {}), ("count", "592", {"population": "b"})]
        + [("p_value", "<0.001", {"versus": "b"})],
        # Fisher's P value is below 0.001, and Boschloo's no larger; it would take minutes.
        [*sizes(400, 400), ("percent", "50", {}), ("percent", "30", {"population": "b"})]
        + [("p_value", "<0.001", {"versus": "b", "test": "boschloo"})],
        [*sizes(10**9, 10**9), ("percent", "50", {}), ("percent", "50", {"population": "b"})]
        + [("p_value", ">0.05", {"versus": "b"})],
        # 20 of 40, and of 35 evaluable; P = 0.005 is Fisher's of 20/40 v 8/40.
        [*sizes(40, 40), ("percent", "50", {}), ("percent", "20", {"population": "b"})]
        + [("percent", "57", {"denominator": "all"}), ("p_value", "0.009", {"versus": "b"})],
    ],
)
def test_a_p_value_that_is_not_searched_is_not_reached(rows):
    found = outcomes(count_findings, *rows)
    assert found.pop(f"c{len(rows) - 1}") == NOT_REACHED
    assert CANNOT_HOLD not in found.values()


def test_a_test_of_times_does_not_wait_for_which_share_is_compared():
    shares = [
        ("percent", "50", {}),
        ("percent", "57", {"denominator": "all"}),
        ("percent", "20", {"population": "b"}),
    ]
    p_value = ("p_value", "0.009", {"versus": "b", "test": "log_rank"})
    assert "c5" not in outcomes(count_findings, *sizes(40, 40), *shares, p_value)


def test_large_groups_are_answered_or_said_to_be_too_large():
    """63 % and 51 % of 300 and 280 give P values of about 0.003, and of fewer patients also 0.4."""
    shares = [("percent", "63", {}), ("percent", "51", {"population": "b"})]
    p_value = ("p_value", "0.400", {"versus": "b"})

    def judged(*numbers):
        found = count_findings.findings(abstract(*sizes(*numbers), *shares, p_value))
        return {each.outcome for each in found if "c4" in each.claims}

    assert NOT_AS_WORDED in judged(300, 280)
    # Of 10,000 as many tables are left as nobody lists: no reading is said to fit that was not searched.
    assert judged(10_000, 10_000) == {NOT_REACHED}
