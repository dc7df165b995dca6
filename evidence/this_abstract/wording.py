"""Findings on words: a wording against the figures that it cites, before any cohort is looked at."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from evidence.claims.claim import DIRECTIONS, TESTS
from evidence.claims.printed import Figure, Figures
from evidence.forensics.finding import CAN_HOLD, CONTRADICTED, NOT_AS_WORDED, Finding
from evidence.this_abstract.abstract import ALPHA, ARMS, VISITS
from helpers.ground.results import ResultId

SEARCH = "wording against cited figures"
BOUNDS = {  # relation: whether some number that prints as the figure suits the bound
    "at_least": lambda figure, bound: figure.high >= bound,
    "greater_than": lambda figure, bound: figure.high > bound,
    "less_than": lambda figure, bound: figure.low < bound,
}
WORDS = {"significant": "significant", "not_significant": "not significant"}
LEVEL = f"{ALPHA}, the usual level (the source states none)"
Claim = Any  # a row of the claims, as `itertuples` gives it
# Whether it suits or which of the outcomes it is, why, and what excludes each other.
Judged = Iterator[tuple[str | bool, str, str]]


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
        beside a figure of the same result. `NOT_AS_WORDED` where the significance would suit a P value of
        the other number of sides, as the source states neither level nor sides.
    """
    bounded = claims[claims["unit"].eq("p_value") & claims["relation"].eq("less_than")]
    below = dict(zip(bounded["result_id"], bounded["value"], strict=True))
    return [
        Finding(SEARCH, (claim.id,), _outcome(suits), reason, conflict="" if suits is True else conflict)
        for claim in claims[claims["result_id"].ne("")].itertuples()
        for suits, reason, conflict in _judged(claim, figures, below.get(claim.result_id))
    ]


def _outcome(suits: str | bool) -> str:
    return suits if isinstance(suits, str) else CAN_HOLD if suits else CONTRADICTED


def _judged(claim: Claim, figures: Figures, bound: float | None) -> Judged:
    """Set a wording beside each figure that it cites, and beside the bound of a P value of its result."""
    id = ResultId.parse(claim.result_id)
    if claim.relation in TESTS:
        yield from _significance(claim.relation, figures.p_value(id))
        yield from _beside_bound(claim.relation, bound)
    elif claim.relation in DIRECTIONS:
        yield from _direction(claim.relation, figures.every(_cited(id)))
    elif claim.relation in BOUNDS:
        yield from _bound(claim, figures.p_value(id) if claim.unit == "p_value" else figures.get(id))


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


def _significance(relation: str, printed: Figure | None) -> Judged:
    if printed is None:
        return
    below = relation == "significant"
    start, conflict = f"Called {WORDS[relation]} beside P = {printed}", f"“{WORDS[relation]}”; P = {printed}"
    if suits_word(relation, printed):
        yield True, f"{start}: a value that rounds to it is {'below' if below else 'not below'} {LEVEL}.", ""
        return
    which = f"{'no' if below else 'every'} value that rounds to it is below {ALPHA}"
    reason = f"{start}: word and figure disagree at {ALPHA}, as {which}. The source states no level"
    # A two-sided P value is twice the one-sided one, and the other way round.
    other = printed.low / 2 < ALPHA if below else 2 * printed.high >= ALPHA
    if not other:
        sides = "one-sided" if below else "two-sided"
        yield False, f"{reason}; read as {sides} it disagrees as well.", conflict
        return
    if below:
        fits = f"at a level of 0.1, or with a one-sided test, whose P value is half of {printed}"
    else:
        fits = (
            f"at a stricter level, or if {printed} is one-sided, so that the two-sided one is twice as large"
        )
    yield NOT_AS_WORDED, f"{reason}: it fits {fits}.", conflict


def _beside_bound(relation: str, bound: float | None) -> Judged:
    """Judge "not significant" beside a P value that is printed as lying below a bound."""
    if bound is not None and bound <= ALPHA and relation != "significant":
        reason = f"Called {WORDS[relation]} beside P < {bound:g}, which is below {LEVEL}."
        yield False, reason, f"“{WORDS[relation]}”; P < {bound:g}"


def _cited(id: ResultId) -> list[ResultId]:
    """Name the two figures whose difference a direction is about, the one that is subtracted first."""
    if id.statistic == "risk_difference":
        return [replace(id, statistic="rate", group=arm) for arm in reversed(ARMS)]
    if id.statistic == "median_change":
        return [replace(id, statistic=f"median_{visit}") for visit in VISITS]
    return []


def _direction(relation: str, cited: list[Figure] | None) -> Judged:
    if not cited:
        return
    before, after = cited
    suits = after.high > before.low if DIRECTIONS[relation] > 0 else after.low < before.high
    word = {"increases": "an increase", "decreases": "a decrease"}.get(relation, relation)
    end = "." if suits else ", which do not go that way whatever was rounded."
    yield suits, f"Called {word} beside the figures {before} and {after}{end}", f"“{word}”; {before}; {after}"


def _bound(claim: Claim, figure: Figure | None) -> Judged:
    if figure is None:
        return
    suits = BOUNDS[claim.relation](figure, claim.value)
    words = f"{claim.relation.replace('_', ' ')} {claim.value:g}"
    reason = f"The figure printed for the same result, {figure}, {'is' if suits else 'is not'} {words}."
    yield suits, reason, f"{words}; {figure}"
