"""Printing: the words for a comparison of the arms, from its row: direction, size and verdict."""

import re
from collections.abc import Callable
from operator import attrgetter

import numpy as np
import pandas as pd

from helpers.ground import standing
from helpers.ground.results import NULLS, is_estimable, is_hidden, is_recorded, reason
from helpers.ground.standing import is_open
from helpers.ground.study import Arm, Study
from helpers.printing import prose
from helpers.printing.marks import part

_NOUNS = {"odds_ratio": "odds ratio", "hazard_ratio": "hazard ratio", "ratio": "ratio"}
# How the method of a size names the test of its P value: "Wald interval and P", "Wald test", "penalised … P".
_TEST = re.compile(r"((?:penalised )?[\w-]+) (?:interval and P|test|P)\b")
FEW_EVENTS = 5  # on one side of a comparison of event times, below which no verdict is read from it


def clarity(result: pd.Series) -> str:
    """Say whether the interval of a comparison leaves out no difference.

    Parameters
    ----------
    result : Series
        A row that compares.

    Returns
    -------
    str
        ``"a clear difference"`` or ``"no clear difference"``, judged by whether the interval contains the
        null value of its kind; a missing end counts as unbounded. ``"open"`` where only a range is known.
    """
    if is_open(result):
        return "open"
    null = NULLS.get(result["kind"], 0)
    low, high = result["ci_low"], result["ci_high"]
    outside = (pd.notna(low) and low > null) or (pd.notna(high) and high < null)
    return "a clear difference" if outside else "no clear difference"


def near_one(ratio: float) -> bool:
    """Say whether a ratio prints as 1 or one last decimal beside it, so that it shows no direction.

    Parameters
    ----------
    ratio : float

    Returns
    -------
    bool
    """
    return abs(float(prose.fixed(ratio, 2)) - 1) < 0.015


def few_events(*events: float) -> bool:
    """Say whether a side of a comparison of event times has fewer than `FEW_EVENTS` events.

    Parameters
    ----------
    *events : float
        Of each side.

    Returns
    -------
    bool
    """
    return min(events) < FEW_EVENTS


def verdict(result: pd.Series, study: Study, few: bool = False) -> str:
    """Judge a comparison of event times, or say that it cannot be judged.

    Parameters
    ----------
    result : Series
        A ratio or a difference, judged by its interval, or a test, judged by its P value.
    study : Study
        Has the level of the tests.
    few : bool
        Whether one side has too few events, as `few_events` says.

    Returns
    -------
    str
        As `clarity`; without a verdict where events are few.
    """
    if is_open(result):
        return "open"
    if few:
        return "too few events on one side for a verdict"
    if result["kind"] in NULLS:
        return clarity(result)
    return "a clear difference" if result["p_value"] < study.alpha else "no clear difference"


def introduced(arm: Arm) -> str:
    """Name an arm where it is met first: with its label too, where that says more.

    Parameters
    ----------
    arm : Arm

    Returns
    -------
    str
    """
    label = prose.inside(arm.label)
    return arm.named if label in arm.phrase else f"{arm.named} ({label})"


def minus(study: Study) -> str:
    """Name the direction of every difference between the arms: the first minus the second.

    Parameters
    ----------
    study : Study

    Returns
    -------
    str
    """
    return f"{study.arms[0].short} minus {study.arms[1].short}"


def by_arm(
    rows: pd.DataFrame,
    study: Study,
    printed: Callable[[pd.Series], str] = prose.of,
    named: Callable[[Arm], str] = attrgetter("named"),
) -> str | None:
    """Print one result of each arm: 83% (10 of 12; ...) with ... and 67% (14 of 21; ...) with ....

    Parameters
    ----------
    rows : DataFrame
        Result rows that differ in their group alone; those of no arm are left out.
    study : Study
    printed : callable
        How a row is printed.
    named : callable
        How an arm is named.

    Returns
    -------
    str or None
        None where there is no row of an arm, as for a population that the study does not have, and where what
        is asked is not recorded.
    """
    if len(rows) and not rows.apply(is_recorded, axis=1).any():
        return None
    found = {result["group"]: printed(result) for _, result in rows.iterrows()}
    parts = [f"{found[arm.id]} {named(arm)}" for arm in study.arms if arm.id in found]
    return " and ".join(parts) or None


def disagreement(result: pd.Series, exact: pd.Series, study: Study) -> str:
    """Say that an exact test of a comparison and its interval do not agree at the study's level.

    Parameters
    ----------
    result : Series
        The row of the comparison, with its interval.
    exact : Series
        The row of the exact test.
    study : Study
        Has the level of the tests.

    Returns
    -------
    str
        A sentence with a space before it; empty text where the two agree or one does not exist.
    """
    if is_open(result) or is_open(exact) or not (is_estimable(result) and is_estimable(exact)):
        return ""
    if (clarity(result) == "a clear difference") == (exact["p_value"] < study.alpha):
        return ""
    side = "includes" if exact["p_value"] < study.alpha else "leaves out"
    return f" The interval {side} no difference, yet the exact test gives {prose.test(exact)}."


def comparison(result: pd.Series, what: str, study: Study, alike: bool = False, few: bool = False) -> str:
    """Make the sentence about a comparison of the arms.

    Parameters
    ----------
    result : Series
        A row of group ``arm``: the first arm minus, or over, the second.
    what : str
        The outcome that is compared, as the sentence's first words ("The response rate").
    study : Study
    alike : bool
        Whether the two compared numbers print alike; an unclear difference then has no direction.
    few : bool
        Whether it is a comparison of event times with too few events on one side for a verdict.

    Returns
    -------
    str
        Direction, size, interval and whether the difference is clear; or that and why it is not estimable.
    """
    if is_open(result):
        return f"{what}: {open_comparison(result, study)}."
    if not is_estimable(result):
        why = reason(result)
        can = "comparison of the arms is not shown" if is_hidden(why) else "arms cannot be compared"
        return f"{what}: the {can} ({why})."
    first, second = (arm.named for arm in study.arms)
    size = f"{noun(result)} {prose.estimate(result)}; {verdict(result, study, few)}."
    if alike and clarity(result) == "no clear difference":
        return f"{what} was estimated alike {first} and {second}: {size}"
    side = int(np.sign(result["estimate"] - NULLS.get(result["kind"], 0)))
    direction = {1: "higher", -1: "lower", 0: "neither higher nor lower"}[side]
    return f"{what} was {direction} {first} than {second}: {size}"


def open_comparison(result: pd.Series, study: Study) -> str:
    """Say what is known of a comparison that the print leaves open.

    Parameters
    ----------
    result : Series
        An open row of group ``arm``.
    study : Study

    Returns
    -------
    str
        Range, in how many of the cohorts it is lower with the first arm, and in how many significant; where
        all of them point one way, how far a search for the extremes came, and whether that is the other way.
    """
    parts = [f"open, {noun(result)} {prose.number(result)}"]
    if pd.notna(result["share_below_null"]):
        lower = part(result, prose.how_many(result["share_below_null"]))
        parts.append(f"lower {study.arms[0].named} in {lower} of the cohorts")
    if pd.notna(result["share_significant"]):
        parts.append(small(result, study))
    return ", ".join(parts) + searched(result)


def searched(result: pd.Series) -> str:
    """Say how far a search for the extremes came, where all cohorts that were drawn point one way.

    Parameters
    ----------
    result : Series
        An open row that compares.

    Returns
    -------
    str
        With a semicolon before it; empty text where the cohorts point both ways, or nothing was searched.
    """
    ends = [result.get(name) for name in standing.REACHED]
    if result["share_below_null"] not in (0, 1) or any(map(pd.isna, ends)):
        return ""
    reached = pd.Series({**result, "range_low": ends[0], "range_high": ends[1]})
    met = part(result, prose.bare(reached))
    so = ", so that its direction is not fixed" if _is_turned(result) else ""
    return f"; within stated limits a search met cohorts from {met}{so}"


def turned(result: pd.Series) -> str:
    """Say what `searched` says where the search met the other direction.

    Parameters
    ----------
    result : Series
        An open row that compares.

    Returns
    -------
    str
        Empty text where it met none.
    """
    return searched(result) if _is_turned(result) else ""


def _is_turned(result: pd.Series) -> bool:
    low, high = (result.get(name, float("nan")) for name in standing.REACHED)
    return bool(low < NULLS.get(result["kind"], float("nan")) < high)


def small(result: pd.Series, study: Study) -> str:
    """Say in which share of the cohorts the P value of an open comparison is small, and by which test.

    Parameters
    ----------
    result : Series
        An open row with ``share_significant``.
    study : Study

    Returns
    -------
    str
        P below 0.05 in 3% (Wald test).
    """
    test = test_of(result)
    share = part(result, prose.how_many(result["share_significant"]))
    return f"P below {study.alpha:g} in {share}" + (f" ({test})" if test else "")


def test_of(result: pd.Series) -> str:
    """Name the test behind the P value of a size, as its method does.

    Parameters
    ----------
    result : Series
        A row of the results table.

    Returns
    -------
    str
        Empty text where the method names none.

    Examples
    --------
    >>> test_of(pd.Series({"method": "Cox model, Efron ties, Wald interval and P"}))
    'Wald test'
    """
    found = _TEST.search(result["method"])
    return f"{found[1]} test" if found else ""


def noun(result: pd.Series) -> str:
    """Name what a comparison is: odds ratio, hazard ratio, ratio or difference.

    Parameters
    ----------
    result : Series
        A row that compares.

    Returns
    -------
    str
    """
    return _NOUNS.get(result["unit"], "difference")
