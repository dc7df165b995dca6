"""Findings on words: a wording against the figures that it cites, before any cohort is looked at."""

import pandas as pd

from evidence.claims.claim import DIRECTIONS, TESTS
from evidence.claims.printed import Figure, Figures
from evidence.forensics.finding import CAN_HOLD, CONTRADICTED, Finding
from helpers.ground.results import SIGNIFICANT

SEARCH = "wording against cited figures"
UPWARD = ("increases", "higher")
BOUNDS = {  # relation: whether some number that prints as the figure suits the bound
    "at_least": lambda figure, bound: figure.high >= bound,
    "greater_than": lambda figure, bound: figure.high > bound,
    "less_than": lambda figure, bound: figure.low < bound,
}
WORDS = {"significant": "significant", "not_significant": "not significant"}


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
        beside a P value (the level is `helpers.ground.results.SIGNIFICANT`), a direction beside two rates or two
        medians, a bound beside a figure of the same result.
    """
    found = []
    bounded = claims[claims["unit"].eq("p_value") & claims["relation"].eq("less_than")]
    below = dict(zip(bounded["result_id"], bounded["value"], strict=True))
    for claim in claims[claims["result_id"].ne("")].itertuples():
        if claim.relation in TESTS:
            found += _significance(claim, figures.p_value(claim.result_id))
            found += _beside_bound(claim, below.get(claim.result_id))
        elif claim.relation in DIRECTIONS:
            found += _direction(claim, _cited(claim.result_id, figures))
        elif claim.relation in BOUNDS:
            printed = figures.p_value if claim.unit == "p_value" else figures.get
            found += _bound(claim, printed(claim.result_id))
    return found


def suits_word(relation: str, printed: Figure) -> bool:
    """Tell whether some number that prints as a P value is (not) significant, as the relation has it."""
    return printed.low < SIGNIFICANT if relation == "significant" else printed.high >= SIGNIFICANT


def _significance(claim, printed: Figure | None) -> list[Finding]:
    if printed is None:
        return []
    below, suits = claim.relation == "significant", suits_word(claim.relation, printed)
    side = "below" if below else "not below"
    level = f"{SIGNIFICANT}, the usual level (the source states none)"
    reason = f"Called {WORDS[claim.relation]} beside P = {printed}: "
    if suits:
        reason += f"a value that rounds to it is {side} {level}."
    else:
        other = "no value that rounds to it is below" if below else "every value that rounds to it is below"
        reason += f"{other} {level}."
    return [Finding(SEARCH, (claim.id,), CAN_HOLD if suits else CONTRADICTED, reason)]


def _beside_bound(claim, bound: float | None) -> list[Finding]:
    """Judge "not significant" beside a P value that is printed as lying below a bound."""
    if bound is None or bound > SIGNIFICANT or claim.relation == "significant":
        return []
    reason = (
        f"Called {WORDS[claim.relation]} beside P < {bound:g}, which is below {SIGNIFICANT}, the usual level."
    )
    return [Finding(SEARCH, (claim.id,), CONTRADICTED, reason)]


def _cited(result_id: str, figures: Figures) -> tuple[Figure | None, Figure | None]:
    """Return the two figures whose difference a direction is about, the one that is subtracted first."""
    chapter, outcome, statistic, group, *stratum = result_id.split(".")
    rest = "".join(f".{each}" for each in stratum)
    if statistic == "risk_difference":
        pair = [f"{chapter}.{outcome}.rate.{arm}{rest}" for arm in ("monotherapy", "combination")]
    elif statistic == "median_change":
        pair = [f"{chapter}.{outcome}.median_{visit}.{group}{rest}" for visit in ("baseline", "day28")]
    else:
        return None, None
    return figures.get(pair[0]), figures.get(pair[1])


def _direction(claim, cited: tuple[Figure | None, Figure | None]) -> list[Finding]:
    before, after = cited
    if before is None or after is None:
        return []
    up = claim.relation in UPWARD
    suits = after.high > before.low if up else after.low < before.high
    word = {"increases": "an increase", "decreases": "a decrease"}.get(claim.relation, claim.relation)
    reason = f"Called {word} beside the figures {before} and {after}"
    reason += "." if suits else ", which do not go that way whatever was rounded."
    return [Finding(SEARCH, (claim.id,), CAN_HOLD if suits else CONTRADICTED, reason)]


def _bound(claim, figure: Figure | None) -> list[Finding]:
    if figure is None:
        return []
    suits = BOUNDS[claim.relation](figure, claim.value)
    words = f"{claim.relation.replace('_', ' ')} {claim.value:g}"
    reason = f"The figure printed for the same result, {figure}, {'is' if suits else 'is not'} {words}."
    return [Finding(SEARCH, (claim.id,), CAN_HOLD if suits else CONTRADICTED, reason)]
