"""Chapter 2, efficacy: the difference between the arms over the burden of leukaemia, cut and uncut."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.chapters.efficacy.groups import counts, result_id
from helpers.estimators import contrasts, cutoffs, logistic, proportions
from helpers.ground.results import DIFFERENCE, Estimate, not_estimable, row
from helpers.ground.study import CONTRAST, Study

CUTOFFS = tuple(range(10, 100, 10))  # those with a row of their own; the figure has every one
PLACES = tuple(range(20, 100, 20))  # blasts at which the curve of differences has a row
STEP = 10  # percentage points of blasts to which an odds ratio refers
CURVE = "difference of the arms' Firth logistic curves over blasts, interval recovered from theirs (MOVER)"


class Answer(NamedTuple):
    """What becomes a row: the statistic of its id, the words of its label, its unit, number and kind."""

    statistic: str
    words: str
    unit: str
    value: Estimate
    kind: str | None = None


def rows(patients: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """Give the difference over all cut-offs and over uncut blasts, and the interactions with the arm.

    Parameters
    ----------
    patients : DataFrame
        The cohort's patients with their endpoints.
    study : Study

    Returns
    -------
    list of dict
        Result rows about the patients whose response is assessed, for each outcome.
    """
    stratum = study.assessed
    found = []
    for outcome in study.outcomes:
        frame = asked(patients, study, outcome.id)
        for answers in (
            _interactions(frame, study),
            _differences_above(frame),
            _search(frame),
            _differences_at(frame),
        ):
            for statistic, words, unit, value, kind in answers:
                id = result_id(outcome.id, statistic, CONTRAST, stratum)
                found.append(row(id, f"{outcome.label}, {words}", study.label(stratum), unit, value, kind))
    return found


def contrast_rows(patients: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """Ask whether the difference between the arms itself differs between high and low burden.

    Parameters
    ----------
    patients : DataFrame
    study : Study

    Returns
    -------
    list of dict
        A result row for each outcome; none in a study without a cut-off.
    """
    if not study.burden:
        return []
    found = []
    for outcome in study.outcomes:
        high, low = (
            proportions.newcombe_difference(*counts(patients, study, outcome.id, side.id))
            for side in study.burden
        )
        id = result_id(outcome.id, "burden_difference", CONTRAST, study.assessed)
        label = f"{outcome.label}, risk difference at high minus low burden"
        value = contrasts.difference(high, low)
        found.append(row(id, label, study.label(study.assessed), "fraction", value, DIFFERENCE))
    return found


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
    column = study.outcome(outcome).column
    chosen = patients[study.members(patients, study.assessed)].dropna(subset=[column, "bm_blasts_pct"])
    return pd.DataFrame(
        {
            "event": chosen[column].astype(bool),
            "first": chosen["arm"].eq(study.arm_ids[0]),
            "blasts": chosen["bm_blasts_pct"].astype(float),
        }
    ).reset_index(drop=True)


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


def over_cutoffs(patients: pd.DataFrame, study: Study, outcome: str) -> pd.DataFrame:
    """Compare the arms above every cut-off of the blasts, and above it with those at or below it.

    Parameters
    ----------
    patients : DataFrame
    study : Study
    outcome : str

    Returns
    -------
    DataFrame
        One row for each value of the blasts, ascending: ``cutoff``, ``n`` (patients above it), and
        ``estimate, ci_low, ci_high`` of the difference above it, ``contrast, contrast_low, contrast_high`` of
        the difference above minus that at or below it; missing where there is none.
    """
    frame = asked(patients, study, outcome)
    found = []
    for cutoff in np.unique(frame["blasts"]):
        above = frame["blasts"] > cutoff
        upper, lower = _difference(frame[above]), _difference(frame[~above])
        contrast = contrasts.difference(upper, lower)
        ends = _ends(contrast).values()
        names = ("contrast", "contrast_low", "contrast_high")
        found.append(
            {"cutoff": cutoff, "n": above.sum(), **_ends(upper), **dict(zip(names, ends, strict=True))}
        )
    columns = ["cutoff", "n", "estimate", "ci_low", "ci_high", "contrast", "contrast_low", "contrast_high"]
    return pd.DataFrame(found, columns=columns, dtype=float)


def over_blasts(patients: pd.DataFrame, study: Study, outcome: str) -> pd.DataFrame:
    """Give the difference between the arms' Firth logistic curves where both arms have patients.

    Parameters
    ----------
    patients : DataFrame
    study : Study
    outcome : str

    Returns
    -------
    DataFrame
        ``blasts`` (whole percents), ``estimate, ci_low, ci_high``; no rows where an arm has no curve.
    """
    frame = asked(patients, study, outcome)
    low, high = _common_range(frame)
    places = np.arange(np.ceil(low), np.floor(high) + 1) if low <= high else np.empty(0)
    found = [{"blasts": place, **_ends(value)} for place, value in _curve(frame, places)]
    return pd.DataFrame(found, columns=["blasts", "estimate", "ci_low", "ci_high"], dtype=float)


def _interactions(frame: pd.DataFrame, study: Study) -> Iterator[Answer]:
    """Ask by which factor the arms' odds ratio changes with the burden, cut and uncut."""
    questions = {
        "blasts_odds_ratio": (frame["blasts"] / STEP, f"change of the odds ratio per {STEP}% more blasts"),
    }
    if study.cutoff is not None:
        questions = {
            "burden_odds_ratio": (frame["blasts"] > study.cutoff, "odds ratio at high over low burden"),
            **questions,
        }
    for statistic, (burden, words) in questions.items():
        design = pd.DataFrame({"arm": frame["first"], "burden": burden}).astype(float)
        design["interaction"] = design["arm"] * design["burden"]
        value = logistic.firth_logistic(frame["event"], design)["interaction"]
        yield Answer(statistic, f"{words}, interaction", "odds_ratio", value)


def _differences_above(frame: pd.DataFrame) -> Iterator[Answer]:
    for cutoff in CUTOFFS:
        words, value = f"risk difference at blasts > {cutoff}%", _difference(frame[frame["blasts"] > cutoff])
        yield Answer(f"risk_difference_above_{cutoff}", words, "fraction", value, DIFFERENCE)


def _search(frame: pd.DataFrame) -> list[Answer]:
    """Ask what a search over all cut-offs would have found, and how often chance alone finds as much."""
    n, events = len(frame), int(frame["event"].sum())
    values = [(cutoff, _counts(frame[frame["blasts"] > cutoff])) for cutoff in np.unique(frame["blasts"])]
    tests = [(cutoff, proportions.pearson_chi_square(*counts).p_value) for cutoff, counts in values]
    made = [(cutoff, p) for cutoff, p in tests if not np.isnan(p)]
    intervals = [proportions.newcombe_difference(*counts) for _, counts in values]
    clear = sum(value.ci_low > 0 or value.ci_high < 0 for value in intervals)
    largest = cutoffs.largest_chi_square(frame["event"], frame["first"], frame["blasts"])
    strongest = not_estimable("no cut-off leaves both arms and both outcomes", n=n, events=events)
    if made:
        cutoff, p = min(made, key=lambda test: test[1])
        method = "the cut-off with the smallest Pearson P, not adjusted for the search"
        strongest = Estimate(estimate=cutoff, p_value=p, n=n, events=events, method=method)
    count = Estimate(estimate=len(made), n=n, events=events, method="count of Pearson tests")
    limits = Estimate(estimate=clear, n=n, events=events, method="count of Newcombe intervals without 0")
    return [
        Answer("cutoffs_tested", "cut-offs that can be tested", "count", count),
        Answer("cutoffs_clear", "cut-offs with a clear difference above them", "count", limits),
        Answer("cutoffs_strongest", "cut-off with the smallest P", "percent_points", strongest),
        Answer("cutoffs_largest_chi_square", "largest chi-square over the cut-offs", "statistic", largest),
    ]


def _differences_at(frame: pd.DataFrame) -> Iterator[Answer]:
    found = dict(_curve(frame, np.array(PLACES, dtype=float)))
    low, high = _common_range(frame)
    for place in PLACES:
        value = found.get(place)
        if value is None:
            value = not_estimable("an arm has no Firth logistic curve", n=len(frame))
        elif not low <= place <= high:
            value = not_estimable("outside the blasts that both arms have", n=len(frame))
        words = f"difference of the fitted rates at {place}% blasts"
        yield Answer(f"firth_difference_at_{place}", words, "fraction", value, DIFFERENCE)


def _curve(frame: pd.DataFrame, places: np.ndarray) -> list[tuple[float, Estimate]]:
    """Fit each arm its own Firth curve, the same as one model with arm, blasts and their product."""
    curves = []
    for arm in (frame[frame["first"]], frame[~frame["first"]]):
        curve = logistic.predicted_probability(
            arm["event"], arm[["blasts"]], "blasts", places, {}, penalised=True
        )
        curves.append(curve.assign(n=len(arm), events=int(arm["event"].sum())))
    pairs = zip(*(_estimates(curve) for curve in curves), strict=False)
    differences = [replace(contrasts.difference(*pair), method=CURVE) for pair in pairs]
    return list(zip(places, differences, strict=False))


def _estimates(curve: pd.DataFrame) -> list[Estimate]:
    columns = ["estimate", "ci_low", "ci_high", "n", "events"]
    return [Estimate(**values, ci_level=logistic.LEVEL) for values in curve[columns].to_dict("records")]


def _common_range(frame: pd.DataFrame) -> tuple[float, float]:
    spans = frame.groupby("first")["blasts"].agg(["min", "max"])
    return (spans["min"].max(), spans["max"].min()) if len(spans) == 2 else (1.0, 0.0)


def _counts(frame: pd.DataFrame) -> tuple[int, int, int, int]:
    first, second = frame[frame["first"]], frame[~frame["first"]]
    return int(first["event"].sum()), len(first), int(second["event"].sum()), len(second)


def _difference(frame: pd.DataFrame) -> Estimate:
    return proportions.newcombe_difference(*_counts(frame))


def _ends(value: Estimate) -> dict[str, float]:
    return {"estimate": value.estimate, "ci_low": value.ci_low, "ci_high": value.ci_high}
