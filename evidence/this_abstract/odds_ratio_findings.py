"""Evidence: what the map of attainable odds ratios says about the odds ratio and P value that are printed."""

from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_REACHED, Finding, judge
from evidence.this_abstract import odds_ratio
from evidence.this_abstract.abstract import ODDS_RATIO
from evidence.this_abstract.odds_ratio import FOLDER, MODELS, Model

SEARCH = "odds ratio of blasts with its P value"
REACHED, PROVED, OPEN = "reached", "proved out of reach", "not reached"
LEAST_P = 1e-12  # stands for a P value that prints as 0, on a logarithmic scale


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
        The figures that the map was made for, as `evidence.this_abstract.odds_ratio.constraints` lists them.
    """

    points: pd.DataFrame
    bounds: pd.DataFrame
    figures: pd.DataFrame


@cache
def load() -> Attainable:
    """Read the map.

    Returns
    -------
    Attainable
    """
    tables = (pd.read_csv(FOLDER / f"odds_ratio{name}.csv") for name in ("", "_bound", "_figures"))
    return Attainable(*tables)


def pair(figures: Figures) -> tuple[Figure, Figure] | None:
    """Look up the printed odds ratio and its P value.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    (Figure, Figure) or None
        None where one of them is not printed.
    """
    ratio, p_value = figures.get(ODDS_RATIO), figures.p_value(ODDS_RATIO)
    return None if ratio is None or p_value is None else (ratio, p_value)


def changed(figures: Figures, attainable: Attainable) -> list[str]:
    """Name the results whose printed figures are not those the map was made for.

    Parameters
    ----------
    figures : Figures
    attainable : Attainable

    Returns
    -------
    list of str
        Result ids as they print.
    """
    now, then = odds_ratio.constraints(figures), attainable.figures
    if now["result_id"].tolist() != then["result_id"].tolist():
        return sorted(set(now["result_id"]) ^ set(then["result_id"]))
    columns = ["value", "decimals"]
    same = np.isclose(now[columns].astype(float), then[columns], equal_nan=True)
    return now["result_id"][~same.all(axis=1)].tolist()


def verdicts(ratio: Figure, p_value: Figure, attainable: Attainable) -> pd.DataFrame:
    """Say for every model whether it reaches the printed pair.

    Parameters
    ----------
    ratio, p_value : Figure
        From `pair`.
    attainable : Attainable

    Returns
    -------
    DataFrame
        One row per model in the order of `MODELS`: ``model`` (its name), ``is_usual`` and the attributes of
        `Model`; ``verdict`` (`REACHED` with a witness; `PROVED` out of reach by a bound; else `OPEN`, which
        is no proof), ``odds_ratio`` and ``p_value`` of the point whose odds ratio prints and whose P value
        is nearest to printing, ``bound_end`` (smallest or largest) and ``bound`` on the P value (missing
        without one).
    """
    return pd.DataFrame([_verdict(model, ratio, p_value, attainable) for model in MODELS])


def _verdict(model: Model, ratio: Figure, p_value: Figure, attainable: Attainable) -> dict[str, object]:
    points, bounds = (table[table["model"] == model.name] for table in (attainable.points, attainable.bounds))
    points = points[ratio.prints(points["odds_ratio"])]
    # Distances of P values are ratios: 0.0005 lies as far from 0.001 as 0.002 does.
    low, high = np.log(max(p_value.low, LEAST_P)), np.log(p_value.high)
    logs = np.log(points["p_value"])
    distance = np.maximum(np.maximum(low - logs, logs - high), 0)
    nearest = points.loc[distance.idxmin()] if len(points) else {"odds_ratio": np.nan, "p_value": np.nan}
    # A bound is proved for one odds ratio with two decimals, and for its whole window.
    bounds = bounds[np.isclose(bounds["goal"], ratio.value) & (ratio.decimals == 2)]
    outside = bounds["p_value"].isna() | np.where(
        bounds["end"] == "smallest", bounds["p_value"] > p_value.high, bounds["p_value"] < p_value.low
    )
    verdict = PROVED if outside.any() else OPEN
    if len(points) and p_value.prints(nearest["p_value"]):
        verdict = REACHED
    return {
        "model": model.name,
        "is_usual": model.is_usual,
        **asdict(model),
        "verdict": verdict,
        "odds_ratio": nearest["odds_ratio"],
        "p_value": nearest["p_value"],
        "bound_end": bounds["end"].iloc[0] if len(bounds) else "",
        "bound": bounds["p_value"].iloc[0] if len(bounds) else np.nan,
    }


def findings(figures: Figures) -> list[Finding]:
    """Judge the printed odds ratio and its P value from the stored map.

    The map comes from a guided search over the candidate models (`MODELS`), so what it does not reach is not
    reached; bounds by duality prove some models unable. The map holds for the figures it was made for: with
    others it judges nothing.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    list of Finding
    """
    printed, attainable = pair(figures), load()
    if printed is None:
        return []
    others = changed(figures, attainable)
    if others:
        reason = (
            f"The stored map of attainable odds ratios does not apply: it was made for other printed figures "
            f"({len(others)} differ, the first is {others[0]})."
        )
        return [judge(SEARCH, printed, NOT_REACHED, reason)]
    table = verdicts(*printed, attainable)
    table = table[table["is_usual"]]
    reached, proved = (int(table["verdict"].eq(verdict).sum()) for verdict in (REACHED, PROVED))
    both = "{} with P = {}".format(*printed)
    if reached:
        outcome = CAN_HOLD
        left = len(table) - reached - proved
        rest = f"; for {left} the search found none, which is no proof" if left else ""
        reason = (
            f"{reached} of {len(table)} candidate models reach {both}, each with made-up patients that print "
            f"the figures of marrow, response and MRD beside it; {proved} cannot, by proof{rest}."
        )
    else:
        outcome = CANNOT_HOLD if proved == len(table) else NOT_REACHED
        reason = (
            f"The search found no patients that print {both} and the other figures under any of "
            f"{len(table)} candidate models; for {proved} of them it is proved that there are none."
        )
    return [judge(SEARCH, printed, outcome, reason, "patients, outcome and covariates of the model")]
