"""Findings on words: a wording against the figures that it cites, before any cohort is looked at."""

from dataclasses import replace
from typing import Any

import pandas as pd

from evidence.claims.claim import DIRECTIONS, TESTS
from evidence.claims.printed import Figure, Figures
from evidence.forensics.abstract import ALPHA, ARMS, VISITS
from evidence.forensics.finding import CAN_HOLD, CONTRADICTED, Finding
from helpers.ground.results import ResultId

SEARCH = "wording against cited figures"
UPWARD = ("increases", "higher")
BOUNDS = {  # relation: whether some number that prints as the figure suits the bound
    "at_least": lambda figure, bound: figure.high >= bound,
    "greater_than": lambda figure, bound: figure.high > bound,
    "less_than": lambda figure, bound: figure.low < bound,
}
WORDS = {"significant": "significant", "not_significant": "not significant"}
LEVEL = f"{ALPHA}, the usual level"
Claim = Any  # a row of the claims, as `itertuples` gives it


def findings(claims: pd.DataFrame, figures: Figures) -> list[Finding]:
    """Judge each wording that cites a figure.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.
    figures : Figures
        Of the same claims.

    Returns
    -------
    list of Finding
        `CONTRADICTED` where no number that prints as the cited figure suits the wording: a significance
        beside a P value (the level is the study's), a direction beside two rates or two medians, a bound
        beside a figure of the same result.
    """
    found: list[Finding] = []
    bounded = claims[claims["unit"].eq("p_value") & claims["relation"].eq("less_than")]
    below = dict(zip(bounded["result_id"], bounded["value"], strict=True))
    for claim in claims[claims["result_id"].ne("")].itertuples():
        id = ResultId.parse(claim.result_id)
        if claim.relation in TESTS:
            found += _significance(claim, figures.p_value(id))
            found += _beside_bound(claim, below.get(claim.result_id))
        elif claim.relation in DIRECTIONS:
            found += _direction(claim, figures.every(_cited(id)))
        elif claim.relation in BOUNDS:
            found += _bound(claim, figures.p_value(id) if claim.unit == "p_value" else figures.get(id))
    return found


def suits_word(relation: str, printed: Figure) -> bool:
    """Tell whether some number that prints as a P value is (not) significant.

    Parameters
    ----------
    relation : str
        A key of `WORDS`.
    printed : Figure

    Returns
    -------
    bool
    """
    return printed.low < ALPHA if relation == "significant" else printed.high >= ALPHA


def _judge(claim: Claim, suits: bool, reason: str) -> list[Finding]:
    return [Finding(SEARCH, (claim.id,), CAN_HOLD if suits else CONTRADICTED, reason)]


def _significance(claim: Claim, printed: Figure | None) -> list[Finding]:
    if printed is None:
        return []
    below, suits = claim.relation == "significant", suits_word(claim.relation, printed)
    if suits:
        which = f"a value that rounds to it is {'below' if below else 'not below'}"
    else:
        which = f"{'no' if below else 'every'} value that rounds to it is below"
    reason = f"Called {WORDS[claim.relation]} beside P = {printed}: {which} {LEVEL} (the source states none)."
    return _judge(claim, suits, reason)


def _beside_bound(claim: Claim, bound: float | None) -> list[Finding]:
    """Judge "not significant" beside a P value that is printed as lying below a bound."""
    if bound is None or bound > ALPHA or claim.relation == "significant":
        return []
    reason = f"Called {WORDS[claim.relation]} beside P < {bound:g}, which is below {LEVEL}."
    return _judge(claim, False, reason)


def _cited(id: ResultId) -> list[ResultId]:
    """Name the two figures whose difference a direction is about, the one that is subtracted first."""
    if id.statistic == "risk_difference":
        return [replace(id, statistic="rate", group=arm) for arm in reversed(ARMS)]
    if id.statistic == "median_change":
        return [replace(id, statistic=f"median_{visit}") for visit in VISITS]
    return []


def _direction(claim: Claim, cited: list[Figure] | None) -> list[Finding]:
    if not cited:
        return []
    before, after = cited
    suits = after.high > before.low if claim.relation in UPWARD else after.low < before.high
    word = {"increases": "an increase", "decreases": "a decrease"}.get(claim.relation, claim.relation)
    reason = f"Called {word} beside the figures {before} and {after}"
    return _judge(
        claim, suits, reason + ("." if suits else ", which do not go that way whatever was rounded.")
    )


def _bound(claim: Claim, figure: Figure | None) -> list[Finding]:
    if figure is None:
        return []
    suits = BOUNDS[claim.relation](figure, claim.value)
    words = f"{claim.relation.replace('_', ' ')} {claim.value:g}"
    reason = f"The figure printed for the same result, {figure}, {'is' if suits else 'is not'} {words}."
    return _judge(claim, suits, reason)
