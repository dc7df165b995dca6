"""Findings on figures that the folder itself ties, other than numbers of patients."""

from collections.abc import Iterator

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.claims.groups import Relation
from evidence.claims.printed import SLACK, Figure
from evidence.forensics.finding import Finding
from evidence.forensics.ways import Way, truncated
from evidence.forensics.weighed import weighed

SEARCH = "figures that a relation ties"
BY_HAND = {
    SEARCH: (
        "Write down for each figure the smallest and the largest number that rounds to it; once more for "
        "decimals that are cut off.",
        "For a sum add the smallest ones and the largest ones: the total has to lie between. Equal figures "
        "need a number in common. Of a part the smallest is no more than the largest of what contains it.",
    )
}
TRIED = "rounding to the nearest and cutting decimals off"
ELSEWHERE = {"n", "count", "word", "date"}  # numbers of patients are solved together
Window = tuple[float, float]


def findings(abstract: Abstract) -> Iterator[Finding]:
    """Compare the figures that each relation of the folder ties.

    Parameters
    ----------
    abstract : Abstract

    Yields
    ------
    Finding
    """
    for relation in abstract.relations:
        claims = [abstract[id] for id in relation.members if id in abstract.by_id]
        if len(claims) == len(relation.members) and not ELSEWHERE & {claim.quantity for claim in claims}:
            yield from _judged(relation, claims, abstract.by_id.get(relation.total))


def _judged(relation: Relation, claims: list[PrintedClaim], total: PrintedClaim | None) -> Iterator[Finding]:
    ways = []
    for name, is_cut in (("rounded", False), ("decimals that are cut off, not rounded", True)):
        whole = _window(total.figure, is_cut) if total else None
        if whole is None and relation.total and claims[0].quantity == "percent":
            whole = (100.0, 100.0)  # of everybody
        if _holds(relation.kind, [_window(each.figure, is_cut) for each in claims], whole):
            ways.append(Way(name, not is_cut))
    yield from weighed(SEARCH, [*claims, *filter(None, [total])], ways, TRIED)


def _window(figure: Figure, is_cut: bool) -> Window:
    """Give the numbers that print as a figure."""
    return truncated(figure).window if is_cut and figure.bound == "=" else figure.window


def _holds(kind: str, windows: list[Window], whole: Window | None) -> bool:
    """Tell whether some numbers in the windows are tied as a relation says."""
    lows, highs = zip(*windows, strict=True)
    if kind == "equal":
        return max(lows) <= min(highs) + SLACK
    if whole is None:
        chain = zip(lows, highs[1:], strict=False)
        return kind != "subset" or all(low <= high + SLACK for low, high in chain)
    if kind == "subset":
        return max(lows) <= whole[1] + SLACK
    return sum(lows) <= whole[1] + SLACK and (kind == "disjoint" or sum(highs) >= whole[0] - SLACK)
