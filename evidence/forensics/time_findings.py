"""Findings on times: probabilities over time, medians and events beside them, dates and durations."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from math import inf

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.claims.dates import span
from evidence.claims.groups import EVERYBODY, Relation
from evidence.claims.printed import Figure
from evidence.forensics import curves, dates
from evidence.forensics.finding import Finding
from evidence.forensics.ways import Way
from evidence.forensics.weighed import weighed

CURVES, DATES = "probabilities over time", "dates and durations"
BY_HAND = {
    CURVES: (
        "A survival does not rise with time and lies on the side of a half that the median says. After d of "
        "n patients with the event it is not above (n - d) / n. At one time, in whichever unit, it is one.",
    ),
    DATES: (
        "Count the days from the first day that the earlier date can be to the last day that the later one "
        "can.",
    ),
}
FALLS = re.compile(r"surviv|\balive\b", re.IGNORECASE)
RISES = re.compile(r"incidence|mortality|\bdied\b|\bdead\b", re.IGNORECASE)
UNIT = "d(?:ays?)?|w(?:(?:ee)?ks?)?|m(?:o(?:nth)?s?|ths?)?|y(?:(?:ea)?rs?)?"
AT = re.compile(
    rf"(?:(?P<before>{UNIT})\.?[-_ ]*)?(?P<number>\d+(?:\.\d+)?)[-_ ]*(?:(?P<after>{UNIT})\.?)?",
    re.IGNORECASE,
)
MONTHS = {"d": 1 / 30.4375, "w": 7 / 30.4375, "m": 1.0, "y": 12.0}  # by the first letter of the unit
STARTS = ("start", "begin", "first", "opened", "from", "baseline")
ENDS = ("end", "last", "closed", "to", "cutoff", "cut_off", "data_cut")
NEAR = "two times that are near each other and not the same"
DURATIONS = ("days", "weeks", "months", "years")
FOLLOW_UP = re.compile(r"follow", re.IGNORECASE)


def findings(abstract: Abstract) -> Iterator[Finding]:
    """Compare probabilities, medians and events of one outcome, dates, and durations with dates.

    Parameters
    ----------
    abstract : Abstract

    Yields
    ------
    Finding
    """
    yield from _curves(abstract)
    yield from _dates(abstract)
    for relation in abstract.relations:
        yield from _ordered(abstract, relation)


def months(text: str) -> float | None:
    """Read a time at which something is asked.

    Parameters
    ----------
    text : str
        As in ``24 months``, ``2-year``, ``12 mo``, ``1 y``, ``month12``, ``day28``.

    Returns
    -------
    float or None
        In months; None where it is no time.
    """
    read = AT.fullmatch(text.strip())
    unit = read and (read["before"] or read["after"])
    return float(read["number"]) * MONTHS[unit[0].lower()] if read and unit else None


def _curves(abstract: Abstract) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[tuple[float, PrintedClaim]]] = {}
    for claim in abstract.claims:
        time = months(claim.at)
        if claim.quantity == "probability" and time is not None and claim.variable:
            groups.setdefault((claim.variable, claim.population), []).append((time, claim))
    for points in groups.values():
        rises = _rises([claim for _, claim in points])
        if rises is None:
            continue
        for (early, one), (late, other) in combinations(sorted(points, key=lambda point: point[0]), 2):
            yield from _at_two_times(one, other, late / early if early else inf, rises)
        for time, claim in points:
            yield from _beside_others(abstract, claim, time, rises)


def _at_two_times(one: PrintedClaim, other: PrintedClaim, later: float, rises: bool) -> Iterator[Finding]:
    """Compare two probabilities of a curve, of which the second is so many times later as the first."""
    figures = _percent(one), _percent(other)
    if later > 1 + curves.SAME_TIME:
        ways = curves.at_two_times(*figures, rises)
        yield from weighed(CURVES, [other, one], ways, curves.TRIED)
    # At one time, in one unit, a figure is printed twice, which is told apart.
    elif (one.at, one.unit) != (other.at, other.unit):
        otherwise = "" if later <= 1 + curves.ONE_TIME else NEAR
        yield from weighed(CURVES, [other, one], curves.at_one_time(*figures), curves.TRIED, otherwise)


def _percent(claim: PrintedClaim) -> Figure:
    figure = claim.figure
    if not claim.is_fraction:
        return figure
    return replace(figure, value=100 * figure.value, decimals=figure.decimals - 2)


def _rises(claims: list[PrintedClaim]) -> bool | None:
    """Tell whether probabilities are of having had the event; None where their words do not say."""
    texts = [f"{claim.variable.replace('_', ' ')} {claim.statement}" for claim in claims]
    falls, rises = any(map(FALLS.search, texts)), any(map(RISES.search, texts))
    return None if falls == rises else rises


def _beside_others(abstract: Abstract, claim: PrintedClaim, time: float, rises: bool) -> Iterator[Finding]:
    """Compare a probability with the median and the events of the same outcome in the same patients."""
    size = abstract.size(claim.population)
    for other in abstract.claims:
        if (other.variable, other.population) != (claim.variable, claim.population) or other.versus:
            continue
        if other.quantity in ("median", "months") and other.unit in DURATIONS and other.figure.bound == "=":
            at = time / MONTHS[other.unit[0]]
            ways = curves.beside_median(other.figure, _percent(claim), at, rises)
            yield from weighed(CURVES, [claim, other], ways, curves.TRIED)
        elif other.quantity == "count" and other.figure.bound == "=" and size:
            yield from _with_events(claim, other, size, rises)


def _with_events(claim: PrintedClaim, other: PrintedClaim, size: int, rises: bool) -> Iterator[Finding]:
    count = other.figure.count
    if count > size:
        return  # said of the counts
    by_then = _is_one_time(claim.at, other.at)
    found: list[Way] = []
    # A count of one outcome may be of those with the event or of those without it.
    for events in {count, size - count}:
        least = events if by_then else 0  # of all that are printed, some may be later
        found += curves.with_events(_percent(claim), size, (least, events), rises=rises)
    yield from weighed(CURVES, [claim, other], found, curves.TRIED)


def _is_one_time(one: str, other: str) -> bool:
    times = sorted(time for time in (months(one), months(other)) if time is not None)
    return len(times) == 2 and times[1] <= times[0] * (1 + curves.ONE_TIME)


def _dates(abstract: Abstract) -> Iterator[Finding]:
    printed = [claim for claim in abstract.claims if claim.quantity == "date"]
    for one in printed:
        for other in printed:
            same = (one.variable, one.population) == (other.variable, other.population)
            if same and _is(one, STARTS) and _is(other, ENDS):
                yield from weighed(DATES, [one, other], dates.in_order(one.value, other.value), dates.TRIED)
    yield from _lasting(abstract, printed)
    if abstract.published:
        for claim in printed:
            yield from _before_publication(abstract, claim)
    yield from _follow_up(abstract, printed)


def _lasting(abstract: Abstract, printed: list[PrintedClaim]) -> Iterator[Finding]:
    """Compare a duration with the two dates of what it is of, where it has no others."""
    for claim in abstract.claims:
        unit = claim.unit or "months"
        if claim.quantity != "months" or not claim.variable or claim.at or unit not in DURATIONS:
            continue
        own = [
            each for each in printed if (each.variable, each.population) == (claim.variable, claim.population)
        ]
        firsts, lasts = ([each for each in own if _is(each, words)] for words in (STARTS, ENDS))
        if len(firsts) == len(lasts) == 1 and len(own) == 2:
            ways = dates.between(claim.figure, unit, firsts[0].value, lasts[0].value)
            yield from weighed(DATES, [claim, firsts[0], lasts[0]], ways, dates.TRIED)


def _is(claim: PrintedClaim, words: tuple[str, ...]) -> bool:
    return any(part in words for part in (claim.at, *claim.at.split(), *claim.at.split("_")))


def _before_publication(abstract: Abstract, claim: PrintedClaim) -> Iterator[Finding]:
    if not dates.in_order(claim.value, abstract.published):
        yield from weighed(DATES, [claim], [], f"{dates.TRIED}; the publication, {abstract.published}")


def _follow_up(abstract: Abstract, printed: list[PrintedClaim]) -> Iterator[Finding]:
    """Compare how long patients were followed with the time from the first date to publication."""
    starts = [claim for claim in printed if _is(claim, STARTS)]
    if not starts or not abstract.published:
        return
    first = min(starts, key=lambda claim: span(claim.value)[0])
    for claim in abstract.claims:
        told = f"{claim.variable} {claim.statement}"
        measured = claim.quantity in ("median", "q1", "q3", "mean", "minimum", "maximum", "months")
        # Of patients who entered after the first date; those of an earlier cohort may be followed longer.
        if measured and claim.unit in DURATIONS and FOLLOW_UP.search(told) and claim.population == EVERYBODY:
            ways = dates.no_longer(claim.figure, claim.unit, first.value, abstract.published)
            yield from weighed(DATES, [claim, first], ways, f"{dates.TRIED}; until publication")


def _ordered(abstract: Abstract, relation: Relation) -> Iterator[Finding]:
    """Compare dates of which the folder itself tells the order."""
    if relation.kind == "before" and all(id in abstract.by_id for id in relation.members):
        claims = [abstract[id] for id in relation.members]
        for one, other in zip(claims, claims[1:], strict=False):
            if one.quantity == other.quantity == "date":
                yield from weighed(DATES, [other, one], dates.in_order(one.value, other.value), dates.TRIED)
