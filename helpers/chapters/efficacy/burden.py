"""Chapter 2, efficacy: the difference between the arms over the burden of leukaemia, cut and uncut."""

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.chapters.efficacy.groups import COLUMNS, OUTCOMES, result_id
from helpers.estimators import contrasts, cutoffs, logistic, proportions
from helpers.ground.endpoints import ARMS, HIGH_BURDEN_BLASTS, LABELS, in_stratum
from helpers.ground.results import Estimate, not_estimable, row

STRATUM = "relapsed_refractory"
CUTOFFS = tuple(range(10, 100, 10))  # those with a row of their own; the figure has every one
PLACES = (20, 40, 60, 80)  # blasts at which the curve of differences has a row
STEP = 10  # percentage points of blasts to which an odds ratio refers
CURVE = "difference of the arms' Firth logistic curves over blasts, interval recovered from theirs (MOVER)"


def rows(patients: pd.DataFrame) -> list[dict]:
    """Give the difference over all cut-offs and over uncut blasts, and the interactions with the arm.

    Parameters
    ----------
    patients : DataFrame
        The cohort's patients with their endpoints.

    Returns
    -------
    list of dict
        Result rows about relapsed/refractory patients, for each outcome.
    """
    return [
        _row(outcome, statistic, words, unit, value)
        for outcome in OUTCOMES
        for compute in (_interactions, _differences_above, _search, _differences_at)
        for statistic, words, unit, value in compute(asked(patients, outcome))
    ]


def asked(patients: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Lay out the relapsed/refractory patients with blasts and outcome recorded.

    Returns
    -------
    DataFrame
        ``event`` and ``combination`` (bool), ``blasts`` (%), on a fresh index.
    """
    column = patients[COLUMNS[outcome]]
    kept = in_stratum(patients, STRATUM) & column.notna() & patients["bm_blasts_pct"].notna()
    chosen = patients[kept]
    return pd.DataFrame(
        {
            "event": column[kept].astype(bool),
            "combination": chosen["arm"].eq(ARMS[0]),
            "blasts": chosen["bm_blasts_pct"].astype(float),
        }
    ).reset_index(drop=True)


def over_cutoffs(patients: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Compare the arms above every cut-off of the blasts, and above it with those at or below it.

    Returns
    -------
    DataFrame
        One row for each value of the blasts, ascending: ``cutoff``, ``n`` (patients above it), and
        ``estimate, ci_low, ci_high`` of the difference above it, ``contrast, contrast_low, contrast_high`` of
        the difference above minus that at or below it; missing where there is none.
    """
    frame = asked(patients, outcome)
    found = []
    for cutoff in np.unique(frame["blasts"]):
        above = frame["blasts"] > cutoff
        upper, lower = _difference(frame[above]), _difference(frame[~above])
        contrast = contrasts.difference(upper, lower)
        found.append(
            {
                "cutoff": cutoff,
                "n": int(above.sum()),
                **_ends(upper),
                "contrast": contrast.estimate,
                "contrast_low": contrast.ci_low,
                "contrast_high": contrast.ci_high,
            }
        )
    columns = ["cutoff", "n", "estimate", "ci_low", "ci_high", "contrast", "contrast_low", "contrast_high"]
    return pd.DataFrame(found, columns=columns, dtype=float)


def over_blasts(patients: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Give the difference between the arms' Firth logistic curves where both arms have patients.

    Returns
    -------
    DataFrame
        ``blasts`` (whole percents), ``estimate, ci_low, ci_high``; no rows where an arm has no curve.
    """
    frame = asked(patients, outcome)
    low, high = _common_range(frame)
    places = np.arange(np.ceil(low), np.floor(high) + 1) if low <= high else np.empty(0)
    found = [{"blasts": place, **_ends(value)} for place, value in _curve(frame, places)]
    return pd.DataFrame(found, columns=["blasts", "estimate", "ci_low", "ci_high"], dtype=float)


def _row(outcome: str, statistic: str, words: str, unit: str, value: Estimate) -> dict:
    label = f"{LABELS[outcome]}, {words}"
    return row(result_id(outcome, statistic, "arm", STRATUM), label, LABELS[STRATUM], unit, value)


def _interactions(frame: pd.DataFrame) -> list[tuple]:
    """Ask by which factor the arms' odds ratio changes with the burden, cut and uncut."""
    questions = {
        "burden_odds_ratio": (frame["blasts"] > HIGH_BURDEN_BLASTS, "odds ratio at high over low burden"),
        "blasts_odds_ratio": (frame["blasts"] / STEP, f"change of the odds ratio per {STEP}% more blasts"),
    }
    found = []
    for statistic, (burden, words) in questions.items():
        design = pd.DataFrame({"combination": frame["combination"], "burden": burden}).astype(float)
        design["interaction"] = design["combination"] * design["burden"]
        value = logistic.firth_logistic(frame["event"], design)["interaction"]
        found.append((statistic, f"{words}, interaction", "odds_ratio", value))
    return found


def _differences_above(frame: pd.DataFrame) -> list[tuple]:
    return [
        (
            f"risk_difference_above_{cutoff}",
            f"risk difference at blasts > {cutoff}%",
            "fraction",
            _difference(frame[frame["blasts"] > cutoff]),
        )
        for cutoff in CUTOFFS
    ]


def _search(frame: pd.DataFrame) -> list[tuple]:
    """Ask what a search over all cut-offs would have found, and how often chance alone finds as much."""
    n, events = len(frame), int(frame["event"].sum())
    values = [(cutoff, _counts(frame[frame["blasts"] > cutoff])) for cutoff in np.unique(frame["blasts"])]
    tests = [(cutoff, proportions.pearson_chi_square(*counts).p_value) for cutoff, counts in values]
    made = [(cutoff, p) for cutoff, p in tests if not np.isnan(p)]
    intervals = [proportions.newcombe_difference(*counts) for _, counts in values]
    clear = sum(value.ci_low > 0 or value.ci_high < 0 for value in intervals)
    largest = cutoffs.largest_chi_square(frame["event"], frame["combination"], frame["blasts"])
    strongest = not_estimable("no cut-off leaves both arms and both outcomes", n=n, events=events)
    if made:
        cutoff, p = min(made, key=lambda test: test[1])
        method = "the cut-off with the smallest Pearson P, not adjusted for the search"
        strongest = Estimate(estimate=cutoff, p_value=p, n=n, events=events, method=method)
    count = Estimate(estimate=len(made), n=n, events=events, method="count of Pearson tests")
    limits = Estimate(estimate=clear, n=n, events=events, method="count of Newcombe intervals without 0")
    return [
        ("cutoffs_tested", "cut-offs that can be tested", "count", count),
        ("cutoffs_clear", "cut-offs with a clear difference above them", "count", limits),
        ("cutoffs_strongest", "cut-off with the smallest P", "percent_points", strongest),
        ("cutoffs_largest_chi_square", "largest chi-square over the cut-offs", "statistic", largest),
    ]


def _differences_at(frame: pd.DataFrame) -> list[tuple]:
    found = dict(_curve(frame, np.array(PLACES, dtype=float)))
    low, high = _common_range(frame)
    rows = []
    for place in PLACES:
        value = found.get(place)
        if value is None:
            value = not_estimable("an arm has no Firth logistic curve", n=len(frame))
        elif not low <= place <= high:
            value = not_estimable("outside the blasts that both arms have", n=len(frame))
        words = f"difference of the fitted rates at {place}% blasts"
        rows.append((f"firth_difference_at_{place}", words, "fraction", value))
    return rows


def _curve(frame: pd.DataFrame, places: np.ndarray) -> list[tuple[float, Estimate]]:
    """Fit each arm its own Firth curve, the same as one model with arm, blasts and their product."""
    curves = []
    for arm in (frame[frame["combination"]], frame[~frame["combination"]]):
        curve = logistic.predicted_probability(
            arm["event"], arm[["blasts"]], "blasts", places, {}, penalty_weight=logistic.FIRTH
        )
        curves.append(curve.assign(n=len(arm), events=int(arm["event"].sum())))
    pairs = zip(*(_estimates(curve) for curve in curves), strict=False)
    differences = [replace(contrasts.difference(*pair), method=CURVE) for pair in pairs]
    return list(zip(places, differences, strict=False))


def _estimates(curve: pd.DataFrame) -> list[Estimate]:
    columns = ["estimate", "ci_low", "ci_high", "n", "events"]
    return [Estimate(**values, ci_level=logistic.LEVEL) for values in curve[columns].to_dict("records")]


def _common_range(frame: pd.DataFrame) -> tuple[float, float]:
    spans = frame.groupby("combination")["blasts"].agg(["min", "max"])
    return (spans["min"].max(), spans["max"].min()) if len(spans) == 2 else (1.0, 0.0)


def _counts(frame: pd.DataFrame) -> tuple[int, int, int, int]:
    arms = frame[frame["combination"]], frame[~frame["combination"]]
    return tuple(number for arm in arms for number in (int(arm["event"].sum()), len(arm)))


def _difference(frame: pd.DataFrame) -> Estimate:
    return proportions.newcombe_difference(*_counts(frame))


def _ends(value: Estimate) -> dict[str, float]:
    return {"estimate": value.estimate, "ci_low": value.ci_low, "ci_high": value.ci_high}
