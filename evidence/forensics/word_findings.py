"""Findings on words: significance beside the P value that it is about, direction beside the figures compared.

A word is judged against the figure that it names, or else against figures of its own sentence: what another
sentence prints may be of other patients, or of another test.
"""

from collections.abc import Iterator

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.claims.printed import Figure
from evidence.forensics.finding import CAN_HOLD, NOT_AS_WORDED, Finding

Window = tuple[float, float]
SEARCH = "words beside their figures"
BY_HAND = {
    SEARCH: (
        "For a word about significance: compare the P value of its sentence with the level of significance.",
        "For a direction: subtract the figures that the sentence compares, or look on which side of no "
        "effect (1 of a ratio, 0 of a difference) its figure lies. Compare the sign with the word.",
    )
}
SIGNIFICANCE = {"significant": True, "not_significant": False}
DIRECTIONS = {"higher": 1, "increases": 1, "lower": -1, "decreases": -1}
COMPARED = ("percent", "probability", "median", "mean", "count")
FIRST_TIMES = ("", "baseline", "start", "before", "day0", "day1", "entry", "screening")
NULL = {"odds_ratio": 1, "hazard_ratio": 1, "risk_ratio": 1, "risk_difference": 0}


def findings(abstract: Abstract) -> Iterator[Finding]:
    """Judge every word that cites a figure.

    Parameters
    ----------
    abstract : Abstract

    Yields
    ------
    Finding
    """
    for claim in abstract.claims:
        if claim.quantity != "word":
            continue
        if claim.value in SIGNIFICANCE:
            yield from _significance(abstract, claim)
        elif claim.value in DIRECTIONS:
            yield from _direction(abstract, claim)


def _significance(abstract: Abstract, claim: PrintedClaim) -> Iterator[Finding]:
    p_value = _p_value(abstract, claim)
    if p_value is None:
        return
    wanted = SIGNIFICANCE[claim.value]
    level = f"{abstract.alpha:g}"
    if suits(claim.value, p_value.figure, abstract.alpha):
        yield Finding(SEARCH, (claim.id,), CAN_HOLD, f"{p_value.printed} beside the level {level}.")
        return
    conflict = f"{claim.printed}; {p_value.quoted}"
    side = "is not below" if wanted else "is below"
    # A two-sided P value is twice the one-sided one: beside half of it, or twice it, the word may be right.
    half, double = p_value.figure.window[0] / 2, 2 * p_value.figure.window[1]
    is_of_sides = half < abstract.alpha if wanted else double > abstract.alpha
    value, places = p_value.figure.value, p_value.figure.decimals + 1
    halved = f" (P = {value / 2:.{places}f})" if p_value.figure.bound == "=" else ""
    other = f" a test of one side{halved}," if wanted else " a P value of one side,"
    reading = f"another level,{other * is_of_sides} or a word that does not mean the test"
    reason = f"{p_value.printed} {side} {level}. Both can stand by this reading: {reading}."
    yield Finding(SEARCH, (claim.id,), NOT_AS_WORDED, reason, "the level of significance", conflict)


def suits(word: str, figure: Figure, alpha: float) -> bool:
    """Tell whether some number that prints as a P value lies on the side of a level that a word says.

    Parameters
    ----------
    word : str
        Of `SIGNIFICANCE`.
    figure : Figure
    alpha : float

    Returns
    -------
    bool
    """
    low, high = figure.window
    if SIGNIFICANCE[word]:
        return low < alpha and (figure.bound != "=" or figure.value <= alpha)
    return high > alpha or figure.value == alpha


def _p_value(abstract: Abstract, claim: PrintedClaim) -> PrintedClaim | None:
    """Return the P value that a word is about: the one that it names, or the only fitting one beside it."""
    if claim.of:
        named = abstract[claim.of]
        if named.quantity == "p_value":
            return named
        return next(
            (each for each in abstract.claims if each.quantity == "p_value" and each.of == named.id), None
        )
    found = [
        each
        for each in abstract.claims
        if each.quantity == "p_value"
        and each.sentence == claim.sentence
        and (each.variable, each.population, each.versus) == (claim.variable, claim.population, claim.versus)
    ]
    return found[0] if len(found) == 1 else None


def _direction(abstract: Abstract, claim: PrintedClaim) -> Iterator[Finding]:
    pair = _compared(abstract, claim)
    sign = DIRECTIONS[claim.value]
    if pair is None:
        shares = [_share(abstract, claim, group) for group in (claim.versus, claim.population) if group]
        yield from _of_shares(claim, shares, sign) if len(shares) == 2 else ()
        yield from _effect(abstract, claim, sign)
        return
    first, second = pair
    difference = (second.figure.value - first.figure.value) * sign
    shown = f"{second.quoted} beside {first.quoted}"
    if difference > 0 or _may_differ(first.figure, second.figure, sign):
        yield Finding(SEARCH, (claim.id,), CAN_HOLD, f"{shown}.")
        return
    reason = f"{shown} is not {claim.value}. Both can stand by this reading: {_exchanged(claim)}."
    yield Finding(SEARCH, (claim.id,), NOT_AS_WORDED, reason, conflict=f"{claim.printed}; {shown}")


def _may_differ(first: Figure, second: Figure, sign: int) -> bool:
    """Tell whether figures that are printed alike, to other decimals or as limits can differ as is said."""
    low, high = (first, second) if sign > 0 else (second, first)
    is_alike = low.decimals == high.decimals and low.bound == high.bound == "="
    return low.value == high.value if is_alike else low.window[0] < high.window[1]


def _exchanged(claim: PrintedClaim) -> str:
    return "the groups exchanged" if claim.versus else "the earlier and the later figure exchanged"


def _compared(abstract: Abstract, claim: PrintedClaim) -> tuple[PrintedClaim, PrintedClaim] | None:
    """Return the figures that a direction compares: what it is compared with, and what is said to differ."""
    near = [
        each
        for each in abstract.claims
        if each.sentence == claim.sentence and each.variable == claim.variable and each.quantity in COMPARED
    ]
    for quantity in COMPARED:
        own = [each for each in near if each.quantity == quantity and each.population == claim.population]
        if claim.versus and quantity == "count":
            continue  # of groups that may differ in size
        if claim.versus:
            others = [each for each in near if each.quantity == quantity and each.population == claim.versus]
            mine = [each for each in own if not claim.at or each.at == claim.at]
        else:
            others = [each for each in own if each.at in FIRST_TIMES]
            mine = [each for each in own if each.at not in FIRST_TIMES and claim.at in ("", each.at)]
        if len(mine) == 1 and len(others) == 1:
            return others[0], mine[0]
    return None


def _share(abstract: Abstract, claim: PrintedClaim, group: str) -> tuple[Window, str] | None:
    """Return the share of a group in percent, by its percentage or by its count and size, and its words."""
    near = [
        each
        for each in abstract.claims
        if (each.sentence, each.variable, each.population) == (claim.sentence, claim.variable, group)
        and claim.at in ("", each.at)
    ]
    for each in (each for each in near if each.quantity == "percent"):
        return each.figure.window, each.quoted
    size = abstract.size(group)
    for each in near:
        if each.quantity == "count" and each.figure.bound == "=" and size and not each.denominator:
            share = 100 * each.figure.count / size
            return (share, share), f"{each.figure.count}/{size} ({each.statement})"
    return None


def _of_shares(claim: PrintedClaim, shares: list[tuple[Window, str] | None], sign: int) -> Iterator[Finding]:
    """Judge a direction by a percentage of one group and a count of the other."""
    first, second = shares
    if first is None or second is None:
        return
    shown = f"{second[1]} beside {first[1]}"
    below, above = (first[0], second[0]) if sign > 0 else (second[0], first[0])
    if below[0] < above[1]:
        yield Finding(SEARCH, (claim.id,), CAN_HOLD, f"{shown}.")
    else:
        reason = f"{shown} is not {claim.value}. Both can stand by this reading: {_exchanged(claim)}."
        yield Finding(SEARCH, (claim.id,), NOT_AS_WORDED, reason, conflict=f"{claim.printed}; {shown}")


def _effect(abstract: Abstract, claim: PrintedClaim, sign: int) -> Iterator[Finding]:
    """Judge a direction by the effect that it names."""
    named = abstract[claim.of] if claim.of else None
    if named is None or named.quantity not in NULL:
        return
    apart = (named.figure.value - NULL[named.quantity]) * sign
    if apart > 0:
        yield Finding(SEARCH, (claim.id,), CAN_HOLD, f"{named.quoted}.")
    elif apart < 0:
        reason = (
            f"{named.quoted} is on the other side of {NULL[named.quantity]}. Both can stand "
            "by this reading: the groups exchanged."
        )
        conflict = f"{claim.printed}; {named.quoted}"
        yield Finding(SEARCH, (claim.id,), NOT_AS_WORDED, reason, conflict=conflict)
