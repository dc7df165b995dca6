"""Evidence: what the map of attainable odds ratios says about the odds ratio and P value that are printed."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics import odds_ratio
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_REACHED, Finding
from evidence.forensics.odds_ratio import FOLDER, MODELS, RESULT, Model

SEARCH = "odds ratio of blasts with its P value"
REACHED, PROVED, OPEN = "reached", "proved out of reach", "not reached"
OUTCOMES = {
    "mrd_negativity": "MRD negativity",
    "composite": "CR with MRD negativity, in some of the MRD-negative",
    "complete_remission": "CR, in the MRD-negative and others",
    "response": "response",
}


@dataclass(frozen=True)
class Attainable:
    """The stored map.

    Attributes
    ----------
    points : DataFrame
        ``witness, model, goal, end, odds_ratio, p_value``.
    bounds : DataFrame
        ``model, goal, end, p_value``; no P value where no patients have that odds ratio.
    figures : DataFrame
        The figures that the map was made for, as `evidence.forensics.odds_ratio.constraints` lists them.
    """

    points: pd.DataFrame
    bounds: pd.DataFrame
    figures: pd.DataFrame


@cache
def load() -> Attainable:
    """Read the map."""
    tables = (pd.read_csv(FOLDER / f"odds_ratio{name}.csv") for name in ("", "_bound", "_figures"))
    return Attainable(*tables)


def changed(figures: Figures, attainable: Attainable) -> list[str]:
    """Name the results whose printed figures are not those the map was made for."""
    now = odds_ratio.constraints(figures)
    if now["result_id"].tolist() != attainable.figures["result_id"].tolist():
        return sorted(set(now["result_id"]) ^ set(attainable.figures["result_id"]))
    same = np.isclose(
        now[["value", "decimals"]].astype(float), attainable.figures[["value", "decimals"]], equal_nan=True
    )
    return now["result_id"][~same.all(axis=1)].tolist()


def verdicts(odds_ratio_printed: Figure, p_printed: Figure, attainable: Attainable) -> pd.DataFrame:
    """Say for every model whether it reaches the printed pair.

    Returns
    -------
    DataFrame
        One row per model in the order of `MODELS`: ``model``, ``verdict`` (`REACHED` with a witness; `PROVED`
        out of reach by a bound; else `OPEN`, which is no proof), ``odds_ratio`` and ``p_value`` of the point
        whose odds ratio prints and whose P value is nearest to printing, ``bound_end`` (smallest or largest)
        and ``bound`` on the P value (missing without one).
    """
    return pd.DataFrame([_verdict(model, odds_ratio_printed, p_printed, attainable) for model in MODELS])


def _verdict(model: Model, odds_ratio_printed: Figure, p_printed: Figure, attainable: Attainable) -> dict:
    points = attainable.points[attainable.points["model"] == model.name]
    points = points[odds_ratio_printed.prints(points["odds_ratio"])]
    low, high = np.log(max(p_printed.low, 1e-12)), np.log(p_printed.high)
    logs = np.log(points["p_value"])
    distance = np.maximum(np.maximum(low - logs, logs - high), 0)
    nearest = points.loc[distance.idxmin()] if len(points) else {"odds_ratio": np.nan, "p_value": np.nan}
    bounds = attainable.bounds[attainable.bounds["model"] == model.name]
    bounds = bounds[np.isclose(bounds["goal"], odds_ratio_printed.value) & (odds_ratio_printed.decimals == 2)]
    outside = bounds["p_value"].isna() | np.where(
        bounds["end"] == "smallest", bounds["p_value"] > p_printed.high, bounds["p_value"] < p_printed.low
    )
    verdict = PROVED if outside.any() else OPEN
    if len(points) and p_printed.prints(nearest["p_value"]):
        verdict = REACHED
    return {
        "model": model.name,
        "verdict": verdict,
        "odds_ratio": nearest["odds_ratio"],
        "p_value": nearest["p_value"],
        "bound_end": bounds["end"].iloc[0] if len(bounds) else "",
        "bound": bounds["p_value"].iloc[0] if len(bounds) else np.nan,
    }


def is_usual(model: Model) -> bool:
    """Tell a model of its own from one that repeats another under other quartiles or without equal values."""
    return not model.distinct and model.quartiles == 7


def findings(figures: Figures) -> list[Finding]:
    """Judge the printed odds ratio and its P value from the stored map.

    The map comes from a guided search over the candidate models (`MODELS`), so what it does not reach is not
    reached; bounds by duality prove some models unable. The map holds for the figures it was made for: with
    others it judges nothing.
    """
    odds_ratio_printed, p_printed = figures.get(RESULT), figures.p_value(RESULT)
    if odds_ratio_printed is None or p_printed is None:
        return []
    claims = (odds_ratio_printed.claim, p_printed.claim)
    attainable = load()
    others = changed(figures, attainable)
    if others:
        reason = (
            f"The stored map of attainable odds ratios does not apply: it was made for other printed figures "
            f"({len(others)} differ, the first is {others[0]})."
        )
        return [Finding(SEARCH, claims, NOT_REACHED, reason)]
    usual = [is_usual(model) for model in MODELS]
    table = verdicts(odds_ratio_printed, p_printed, attainable)[usual]
    counts = table["verdict"].value_counts()
    reached, proved = (int(counts.get(verdict, 0)) for verdict in (REACHED, PROVED))
    pair = f"{odds_ratio_printed} with P = {p_printed}"
    if reached:
        outcome = CAN_HOLD
        left = len(table) - reached - proved
        rest = f"; for {left} the search found none, which is no proof" if left else ""
        reason = (
            f"{reached} of {len(table)} candidate models reach {pair}, each with made-up patients that print "
            f"the figures of marrow, response and MRD beside it; {proved} cannot, by proof{rest}."
        )
    else:
        outcome = CANNOT_HOLD if proved == len(table) else NOT_REACHED
        reason = (
            f"The search found no patients that print {pair} and the other figures under any of "
            f"{len(table)} candidate models; for {proved} of them it is proved that there are none."
        )
    return [Finding(SEARCH, claims, outcome, reason, "patients, outcome and covariates of the model")]
