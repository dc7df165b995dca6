"""Chapter 2, efficacy: the difference between the arms over the burden of leukaemia, cut and uncut."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.chapters.efficacy.groups import answers, contrast_row, counts
from helpers.estimators import contrasts, cutoffs, homogeneity, logistic, proportions
from helpers.estimators.common import LEVEL, remembered, with_intervals
from helpers.ground.results import DIFFERENCE, Estimate, Row, Rows, not_estimable
from helpers.ground.rounding import multiple
from helpers.ground.study import Study

CUTOFFS = tuple(range(10, 100, 10))  # those with a row of their own; the figure has every one
PLACES = tuple(range(20, 100, 20))  # blasts at which the curve of differences has a row
STEP = 10  # percentage points of blasts to which an odds ratio refers
CURVE = "difference of the arms' Firth logistic curves over blasts, interval recovered from theirs (MOVER)"
ENDS = ["estimate", "ci_low", "ci_high"]

Cell = tuple[bool, bool, int, int]  # given the first arm, above the cut-off, patients, with the outcome
Make = Callable[..., Row]  # of statistic, words, value: `contrast_row` of one outcome


def rows(patients: pd.DataFrame, study: Study, base: int = 0) -> Rows:
    """Give the difference over all cut-offs and over uncut blasts, and the interactions with the arm.

    Parameters
    ----------
    patients : DataFrame
        The cohort's patients with their endpoints.
    study : Study
    base : int
        As of `helpers.chapters.efficacy.groups.counts`.

    Yields
    ------
    dict
        A result row about the patients whose response is assessed, for each outcome.
    """
    for outcome in study.outcomes:
        frame = asked(patients, study, outcome.id)
        make = partial(contrast_row, study, outcome.id, study.assessed)
        if study.cutoff is not None:
            value = _interaction_at_cut(_cells(frame, study.cutoff, base))
            words = "odds ratio at high over low burden, interaction"
            yield make("burden_odds_ratio", words, value, "odds_ratio")
        words = f"change of the odds ratio per {STEP}% more blasts, interaction"
        yield make(
            "blasts_odds_ratio", words, _interaction(frame, frame["blasts"].to_numpy() / STEP), "odds_ratio"
        )
        for cutoff in CUTOFFS:
            words = f"risk difference at blasts > {cutoff}%"
            value = _difference(frame, frame["blasts"].to_numpy() > cutoff, base)
            yield make(f"risk_difference_above_{cutoff}", words, value, kind=DIFFERENCE)
        yield from _search_rows(frame, make)
        yield from _curve_rows(frame, make)


def contrast_rows(patients: pd.DataFrame, study: Study, base: int = 0) -> Rows:
    """Ask whether the difference between the arms itself differs between high and low burden.

    Parameters
    ----------
    patients : DataFrame
    study : Study
    base : int
        As of `helpers.chapters.efficacy.groups.counts`.

    Yields
    ------
    dict
        A result row for each outcome; none in a study without a cut-off.
    """
    if not study.burden:
        return
    words = "risk difference at high minus low burden"
    for outcome in study.outcomes:
        sides = [counts(patients, study, outcome.id, side.id, base) for side in study.burden]
        high, low = (proportions.newcombe_difference(*arms) for arms in sides)
        value, place = contrasts.difference(high, low), (outcome.id, study.assessed)
        yield contrast_row(study, *place, "burden_difference", words, value, kind=DIFFERENCE)
        tested = homogeneity.zelen(sides)
        same = "same odds ratio at high and low burden"
        yield contrast_row(study, *place, "burden_homogeneity", same, tested, "statistic")


def asked(patients: pd.DataFrame, study: Study, outcome: str) -> pd.DataFrame:
    """Lay out the patients whose response is assessed, with blasts and outcome recorded.

    Parameters
    ----------
    patients : DataFrame
    study : Study
    outcome : str

    Returns
    -------
    DataFrame
        ``event`` and ``first`` (given the first arm; bool), ``blasts`` (%), on a fresh index.
    """
    columns = {
        "event": answers(patients, study.outcome(outcome).column),
        "first": study.chosen(patients, group=study.arm_ids[0]),
        "blasts": answers(patients, "bm_blasts_pct"),
    }
    known = study.chosen(patients, study.assessed) & patients["arm"].notna().to_numpy()
    known &= ~np.isnan(columns["event"]) & ~np.isnan(columns["blasts"])
    chosen = {name: values[known] for name, values in columns.items()}
    return pd.DataFrame(chosen | {"event": chosen["event"].astype(bool)})


def blasts_and_response(patients: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Lay out the patients whose response is assessed for the figure of response against blasts.

    Parameters
    ----------
    patients : DataFrame
    study : Study

    Returns
    -------
    DataFrame
        One row for each patient whose marrow blasts are recorded, from few to many blasts: patient_id, arm,
        bm_blasts_pct, response_level (a level of best response, or ``unknown``) and mrd (``negative``,
        ``not negative`` or ``unknown``).
    """
    chosen = patients[study.members(patients, study.assessed) & patients["bm_blasts_pct"].notna()]
    mrd = chosen["mrd_negative"].map({True: "negative", False: "not negative"})
    return (
        chosen[["patient_id", "arm", "bm_blasts_pct"]]
        .assign(
            response_level=chosen["best_response"].astype(object).fillna("unknown"),
            mrd=mrd.astype(object).fillna("unknown"),
        )
        .sort_values(["bm_blasts_pct", "patient_id"], ignore_index=True)
    )


def over_cutoffs(
    patients: pd.DataFrame, study: Study, outcome: str, places: np.ndarray | None = None, base: int = 0
) -> pd.DataFrame:
    """Compare the arms above every cut-off of the blasts, and above it with those at or below it.

    Parameters
    ----------
    patients : DataFrame
    study : Study
    outcome : str
    places : ndarray of float, optional
        The cut-offs; each value of the blasts without them.
    base : int
        As of `helpers.chapters.efficacy.groups.counts`.

    Returns
    -------
    DataFrame
        One row for each cut-off, ascending: ``cutoff``, ``n`` (patients above it), and
        ``estimate, ci_low, ci_high`` of the difference above it, ``contrast, contrast_low, contrast_high`` of
        the difference above minus that at or below it; missing where there is none.
    """
    frame = asked(patients, study, outcome)
    found = []
    for cutoff in np.unique(frame["blasts"]) if places is None else places:
        above = frame["blasts"].to_numpy() > cutoff
        upper, lower = _difference(frame, above, base), _difference(frame, ~above, base)
        found.append((cutoff, above.sum(), *_ends(upper), *_ends(contrasts.difference(upper, lower))))
    columns = ["cutoff", "n", *ENDS, "contrast", "contrast_low", "contrast_high"]
    return pd.DataFrame(found, columns=columns, dtype=float)


def over_blasts(
    patients: pd.DataFrame, study: Study, outcome: str, places: np.ndarray | None = None
) -> pd.DataFrame:
    """Give the difference between the arms' Firth logistic curves where both arms have patients.

    Parameters
    ----------
    patients : DataFrame
    study : Study
    outcome : str
    places : ndarray of float, optional
        The blasts at which it is read; without them whole percents as far as both arms have patients.

    Returns
    -------
    DataFrame
        ``blasts``, ``estimate, ci_low, ci_high``; no rows where an arm has no curve.
    """
    frame = asked(patients, study, outcome)
    if places is None:
        low, high = _common_range(frame)
        places = np.arange(np.ceil(low), np.floor(high) + 1) if low <= high else np.empty(0)
    found = [(place, *_ends(value)) for place, value in _curve(frame, places)]
    return pd.DataFrame(found, columns=["blasts", *ENDS], dtype=float)


def _cells(frame: pd.DataFrame, cutoff: float, base: int) -> tuple[Cell, ...]:
    """Count the patients, and those with the outcome, by arm and side of a cut-off; rounded with a base."""
    kinds = frame.groupby(["first", frame["blasts"].gt(cutoff)], sort=True)["event"]
    return tuple(
        (bool(first), bool(above), multiple(len(event), base), multiple(int(event.sum()), base))
        for (first, above), event in kinds
    )


@remembered
def _interaction_at_cut(cells: tuple[Cell, ...]) -> Estimate:
    """Ask by which factor the arms' odds ratio changes over a cut; of counts, which many cohorts share."""
    counts = pd.DataFrame(cells, columns=["first", "above", "n", "events"])
    patients = counts.loc[counts.index.repeat(counts["n"].astype(int))]
    event = patients.groupby(level=0).cumcount() < patients["events"]
    with with_intervals():
        return _interaction(patients.assign(event=event.astype(bool)), patients["above"].to_numpy(bool))


def _interaction(frame: pd.DataFrame, burden: np.ndarray) -> Estimate:
    """Ask by which factor the arms' odds ratio changes with the burden, cut or uncut."""
    arm = frame["first"].to_numpy(float)
    design = {"arm": arm, "burden": burden, "interaction": arm * burden}
    event = frame["event"].to_numpy()
    return logistic.firth_logistic(event, design, of=["interaction"])["interaction"]


def _search_rows(frame: pd.DataFrame, make: Make) -> Rows:
    """Ask what a search over all cut-offs would have found, and how often chance alone finds as much."""
    size = {"n": len(frame), "events": int(frame["event"].sum())}
    blasts, event, first = (frame[name].to_numpy() for name in ("blasts", "event", "first"))
    above = {
        float(cutoff): _tallied(event[blasts > cutoff], first[blasts > cutoff])
        for cutoff in np.unique(blasts)
    }
    tests = [proportions.pearson_chi_square(*arms).p_value for arms in above.values()]
    made = {cutoff: test for cutoff, test in zip(above, tests, strict=True) if not np.isnan(test)}
    tested = Estimate(len(made), **size, method="count of Pearson tests")
    yield make("cutoffs_tested", "cut-offs that can be tested", tested, "count")
    intervals = [proportions.newcombe_difference(*arms) for arms in above.values()]
    outside = sum(value.ci_low > 0 or value.ci_high < 0 for value in intervals)
    clear = Estimate(outside, **size, method="count of Newcombe intervals without 0")
    yield make("cutoffs_clear", "cut-offs with a clear difference above them", clear, "count")
    strongest = not_estimable("no cut-off leaves both arms and both outcomes", **size)
    if len(made):
        method = "the cut-off with the smallest Pearson P, not adjusted for the search"
        least = min(made, key=lambda cutoff: made[cutoff])
        strongest = Estimate(least, p_value=made[least], **size, method=method)
    yield make("cutoffs_strongest", "cut-off with the smallest P", strongest, "percent_points")
    largest = cutoffs.largest_chi_square(frame["event"], frame["first"], frame["blasts"])
    yield make("cutoffs_largest_chi_square", "largest chi-square over the cut-offs", largest, "statistic")


def _curve_rows(frame: pd.DataFrame, make: Make) -> Rows:
    """Give the difference of the arms' curves at `PLACES`."""
    found = dict(_curve(frame, np.array(PLACES, dtype=float)))
    low, high = _common_range(frame)
    for place in PLACES:
        value = found.get(place) or not_estimable("an arm has no Firth logistic curve", n=len(frame))
        if found and not low <= place <= high:
            value = not_estimable("outside the blasts that both arms have", n=len(frame))
        words = f"difference of the fitted rates at {place}% blasts"
        yield make(f"firth_difference_at_{place}", words, value, kind=DIFFERENCE)


def _curve(frame: pd.DataFrame, places: np.ndarray) -> Iterator[tuple[float, Estimate]]:
    """Fit each arm its own Firth curve, the same as one model with arm, blasts and their product."""
    curves = []
    event, blasts, first = (frame[name].to_numpy() for name in ("event", "blasts", "first"))
    for arm in (first, ~first):
        known, outcome = {"blasts": blasts[arm]}, event[arm]
        curve = logistic.predicted_probability(outcome, known, "blasts", places, {}, penalised=True)
        n, events = len(outcome), int(outcome.sum())
        ends = zip(*(curve[end].tolist() for end in ENDS), strict=True)
        curves.append([Estimate(value, low, high, LEVEL, n=n, events=events) for value, low, high in ends])
    for place, *pair in zip(places, *curves, strict=False):  # a curve that does not exist is empty
        yield place, replace(contrasts.difference(*pair), method=CURVE)


def _common_range(frame: pd.DataFrame) -> tuple[float, float]:
    first, blasts = frame["first"].to_numpy(), frame["blasts"].to_numpy()
    arms = blasts[first], blasts[~first]
    if not all(map(len, arms)):
        return 1.0, 0.0
    return max(arm.min() for arm in arms), min(arm.max() for arm in arms)


def _tallied(event: np.ndarray, first: np.ndarray) -> tuple[int, int, int, int]:
    both = int((event & first).sum())
    return both, int(first.sum()), int(event.sum()) - both, int((~first).sum())


def _difference(frame: pd.DataFrame, chosen: np.ndarray, base: int = 0) -> Estimate:
    event, first = (frame[name].to_numpy()[chosen] for name in ("event", "first"))
    return proportions.newcombe_difference(*(multiple(count, base) for count in _tallied(event, first)))


def _ends(value: Estimate) -> tuple[float, float, float]:
    return value.estimate, value.ci_low, value.ci_high
