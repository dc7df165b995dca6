"""Findings on one quantity that is printed more than once."""

from collections.abc import Iterator
from itertools import combinations

from evidence.claims.abstract import EFFECTS, Abstract, PrintedClaim
from evidence.claims.printed import Figure
from evidence.forensics.finding import BY_READING, CAN_HOLD, CANNOT_HOLD, NOT_AS_WORDED, Finding

SEARCH = "the same figure printed twice"
BY_HAND = {
    SEARCH: (
        "Look up each place where the figure is printed.",
        "Round the one with more decimals to the decimals of the other, and compare the two.",
    )
}
OTHER_MODEL = "one of the two is adjusted, or of another test"
APART = ("word", "dose", "ci_low", "ci_high", "statistic", "df")  # which a variable does not tell apart


def findings(abstract: Abstract) -> Iterator[Finding]:
    """Compare the figures that are printed more than once.

    Parameters
    ----------
    abstract : Abstract

    Yields
    ------
    Finding
        One for each two claims of one quantity.
    """
    groups: dict[tuple[str, ...], list[PrintedClaim]] = {}
    for claim in abstract.claims:
        if claim.quantity not in APART and (claim.variable or claim.quantity == "n"):
            groups.setdefault(_quantity(claim), []).append(claim)
    for claims in groups.values():
        for one, other in combinations(claims, 2):
            yield _judged(one, other)


def _quantity(claim: PrintedClaim) -> tuple[str, ...]:
    parts = (claim.quantity, claim.variable, claim.population, claim.denominator, claim.at, claim.versus)
    return (*parts, claim.unit, claim.of, claim.test, str(claim.sides))


def _judged(one: PrintedClaim, other: PrintedClaim) -> Finding:
    if one.quantity == "date":
        agree = one.value.startswith(other.value) or other.value.startswith(one.value)
    else:
        (low, high), (least, most) = one.figure.window, other.figure.window
        # Two figures of one decimal agree only where they are the same.
        same = one.figure.decimals == other.figure.decimals and one.figure.bound == other.figure.bound == "="
        agree = one.figure.value == other.figure.value if same else low <= most and least <= high
    shown = f"{one.quoted}; {other.quoted}"
    if agree:
        is_twice = one.quantity == "date" or one.figure.bound == other.figure.bound
        fits = "Printed twice, alike" if is_twice else "These fit"
        return Finding(SEARCH, (one.id, other.id), CAN_HOLD, f"{fits}: {shown}.")
    if one.quantity != "date" and _is_cut_off(
        *sorted((one.figure, other.figure), key=lambda each: each.decimals)
    ):
        reason = f"Printed twice: {shown}, of which one cuts off the decimals of the other."
        return Finding(
            SEARCH, (one.id, other.id), BY_READING, reason, "decimals that are cut off, not rounded"
        )
    if one.quantity in (*EFFECTS, "p_value") or (one.quantity == "mean" and one.versus):
        reason = f"One quantity has two values: {shown}. Both can stand by this reading: {OTHER_MODEL}."
        # What one sentence says of a figure that it prints, as that it is below 1, is of that figure.
        is_of_it = one.sentence == other.sentence and "=" in (one.figure.bound, other.figure.bound)
        if is_of_it and one.figure.bound != other.figure.bound:
            return Finding(SEARCH, (one.id, other.id), NOT_AS_WORDED, reason, OTHER_MODEL, shown)
        return Finding(SEARCH, (one.id, other.id), BY_READING, reason, OTHER_MODEL)
    tried = "rounding of one to the decimals of the other, and cutting them off"
    reason = f"One quantity has two values: {shown}. Tried: {tried}."
    return Finding(SEARCH, (one.id, other.id), CANNOT_HOLD, reason, conflict=shown)


def _is_cut_off(fewer: Figure, more: Figure) -> bool:
    if fewer.bound != "=" or more.bound != "=" or fewer.decimals == more.decimals:
        return False
    return str(more)[: len(str(fewer))] == str(fewer)
