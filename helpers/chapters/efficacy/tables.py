"""Chapter 2, efficacy: its long tables."""

from collections.abc import Callable
from functools import partial

import pandas as pd

from helpers.chapters.efficacy.groups import places, result_id
from helpers.chapters.efficacy.rows import DIFFERENCES, TESTS
from helpers.chapters.efficacy.words import readings
from helpers.ground.endpoints import RESPONSES
from helpers.ground.results import get, is_estimable
from helpers.ground.rounding import ROUNDED
from helpers.ground.standing import is_open
from helpers.ground.study import CONTRAST, Study
from helpers.printing import prose
from helpers.printing.marks import mark

Column = tuple[str, str, Callable[[pd.Series], str]]  # statistic, group, how a row is printed


def best_response_table(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print the levels of best response where it is assessed, one column per arm."""
    ids = {level: f"best_response_{level.lower()}" for level in RESPONSES}
    return pd.DataFrame(
        {
            "Best response": RESPONSES[level],
            **{
                study.label(group): prose.of(get(rows, result_id(outcome, "rate", group, study.assessed)))
                for group in (*study.arm_ids, "all")
            },
        }
        for level, outcome in ids.items()
    )


def rates_table(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print every outcome in every population: the rate of each arm, and the difference."""
    rates: dict[str, Column] = {arm.label: ("rate", arm.id, prose.of) for arm in study.arms}
    return _table(rows, study, {**rates, "Difference": ("risk_difference", CONTRAST, prose.with_interval)})


def differences_table(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print the difference of every outcome in every population, with its interval and its first P value."""
    columns: dict[str, Column] = {
        "Difference": ("risk_difference", CONTRAST, prose.with_interval),
        f"P{_rounded(rows)}": (next(iter(TESTS)), CONTRAST, partial(_p_or_nothing, alpha=study.alpha)),
    }
    return _table(rows, study, columns)


def _p_or_nothing(test: pd.Series, alpha: float) -> str:
    """Print the P value beside a difference, which says itself why it does not exist."""
    return _p(test, alpha) if is_estimable(test) else ""


def tests_table(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print the P values of every comparison beside each other, with the smallest expected count."""
    shown = partial(_p, alpha=study.alpha)
    rounded = _rounded(rows)
    tests: dict[str, Column] = {
        f"{words} P{rounded}": (test, CONTRAST, shown) for test, (_, words) in TESTS.items()
    }
    expected: Column = ("smallest_expected_count", CONTRAST, prose.number)
    return _table(rows, study, {"Smallest expected count": expected, **tests}, named=True)


def intervals_table(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print three intervals of every risk difference beside each other."""
    intervals: dict[str, Column] = {
        name: (statistic, CONTRAST, prose.interval) for statistic, (_, name) in DIFFERENCES.items()
    }
    first: dict[str, Column] = {"Difference": ("risk_difference", CONTRAST, prose.number)}
    return _table(rows, study, first | intervals, named=True)


def e_values_table(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print the risk ratio of every outcome and population with its two E-values."""
    columns: dict[str, Column] = {
        "Risk ratio": ("risk_ratio", CONTRAST, prose.with_interval),
        "E-value": ("e_value", CONTRAST, _number),
        "E-value of the limit": ("e_value_limit", CONTRAST, _number),
    }
    return _table(rows, study, columns)


def _table(
    rows: pd.DataFrame, study: Study, columns: dict[str, Column], *, named: bool = False
) -> pd.DataFrame:
    """Print columns for every outcome and population, which names a reading where the cells do not."""
    return pd.DataFrame(
        {
            "Outcome": study.label(outcome),
            "Patients": _patients(rows, study, outcome, stratum) if named else study.label(stratum),
            **{
                header: printed(get(rows, result_id(outcome, statistic, group, stratum)))
                for header, (statistic, group, printed) in columns.items()
            },
        }
        for outcome, stratum in places(study)
    )


def _rounded(rows: pd.DataFrame) -> str:
    """Say in the header of P values that they come from rounded counts, where they do."""
    return f", {ROUNDED}" if rows["method"].str.endswith(ROUNDED).any() else ""


def _patients(rows: pd.DataFrame, study: Study, outcome: str, stratum: str) -> str:
    return readings.patients(get(rows, result_id(outcome, "risk_difference", CONTRAST, stratum)), study)


def _number(result: pd.Series) -> str:
    return prose.number(result) if is_estimable(result) else ""


def _p(result: pd.Series, alpha: float) -> str:
    if not is_estimable(result):
        return prose.no_number(result)
    known = pd.notna(result["p_value"]) or not is_open(result)
    return mark(result, prose.p_figure(result["p_value"])) if known else prose.how_often_small(result, alpha)
