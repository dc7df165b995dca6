"""Findings on effects: an estimate with its interval, its P value, and the counts that it is of."""

from collections.abc import Iterator
from math import inf

from evidence.claims.abstract import EFFECTS, RATIOS, Abstract, PrintedClaim
from evidence.claims.printed import Figure
from evidence.forensics import count_tables, order_statistics, ratios
from evidence.forensics.finding import BY_READING, CAN_HOLD, Finding
from evidence.forensics.named_findings import is_known
from evidence.forensics.taken import DOUBLED
from evidence.forensics.two_by_two import EVERY
from evidence.forensics.ways import Way, meets
from evidence.forensics.weighed import weighed

SEARCH = "estimates with interval and P value"
TABLE = "estimates beside their counts"
BY_HAND = {
    SEARCH: (
        "Of a ratio take the logarithms of estimate and limits. The middle of the limits is the estimate, "
        "but for rounding; half of their distance, divided by the normal quantile of the level, is the "
        "standard error.",
        "The estimate divided by the standard error is the deviate whose two-sided P value is to be printed."
        " Go through the smallest and largest numbers that round to what is printed.",
    ),
    TABLE: (
        "Divide the shares or the odds of the two groups, or subtract the shares, and round as printed.",
    ),
}
# How the two groups, or those without the event, are compared.
NAMES = ("as compared", "the groups exchanged", "of those without it", "of those without it, exchanged")
Window = tuple[float, float]
OF_COUNTS = ("odds_ratio", "risk_ratio", "risk_difference")
OF_MODELS = ("wald", "cox", "z")  # tests that rest on the estimate and its standard error
ADJUSTED = "an estimate that is adjusted, or of other patients"


def findings(abstract: Abstract) -> Iterator[Finding]:
    """Compare every estimate with its limits, its P value and its counts.

    Parameters
    ----------
    abstract : Abstract

    Yields
    ------
    Finding
    """
    for claim in abstract.claims:
        if claim.quantity in ("date", "word", "p_value", "ci_low", "ci_high") or not claim.value:
            continue
        low, high = abstract.of(claim, "ci_low"), abstract.of(claim, "ci_high")
        is_compared = claim.quantity in EFFECTS or _is_difference(claim)
        p_value = abstract.of(claim, "p_value") if is_compared else None
        if p_value and not is_known(abstract, p_value):
            p_value = None
        if low or high or p_value:
            yield from _with_limits(abstract, claim, low, high, p_value)
        if claim.quantity in OF_COUNTS and claim.versus:
            yield from _with_counts(abstract, claim)


def _with_limits(
    abstract: Abstract,
    claim: PrintedClaim,
    low: PrintedClaim | None,
    high: PrintedClaim | None,
    p_value: PrintedClaim | None,
) -> Iterator[Finding]:
    claims = [each for each in (p_value, claim, low, high) if each is not None]
    own, least, most, p = (each.figure if each else None for each in (claim, low, high, p_value))
    sides = abstract.sides_of(p_value)
    level = next((each.level for each in (low, high) if each), 95.0)
    if own is None or own.bound != "=":
        return
    if claim.quantity in RATIOS:
        risks = claim.quantity == "risk_ratio"
        ways = ratios.ratio(own, least, most, p, level, risks, sides, _is_test_open(abstract, claim, p_value))
        counts = _counts(abstract, claim)
        if p_value and not any(way.usual for way in ways or ()) and counts:
            if not is_adjusted(abstract, claim):
                # The test is that of the counts, which are searched for it.
                claims, ways = claims[1:], ratios.ratio(own, least, most, None, level, risks)
            elif count_tables.by_test([sum(counts, ())], p_value.figure, (*EVERY, DOUBLED))[0]:
                ways = [*(ways or ()), Way("a test of the counts beside an estimate that is adjusted", False)]
        given = _given(claims, ratios.implied(own, least, most, level), p_value)
        yield from weighed(SEARCH, claims, ways, ratios.TRIED, given=given)
    elif claim.quantity == "risk_difference" or _is_difference(claim):
        ways = ratios.difference(own, least, most, p, level, sides=sides)
        given = _given(claims, ratios.implied(own, least, most, level, is_ratio=False), p_value)
        yield from weighed(SEARCH, claims, ways, ratios.TRIED, given=given)
    else:
        ordered = [each for each in (least, own, most) if each is not None]
        kept = [each for each in claims if each is not p_value]
        yield from weighed(SEARCH, kept, order_statistics.in_order(ordered), order_statistics.TRIED_ORDER)


def _is_difference(claim: PrintedClaim) -> bool:
    return claim.quantity == "mean" and bool(claim.versus)


def _is_test_open(abstract: Abstract, claim: PrintedClaim, p_value: PrintedClaim | None) -> bool:
    """Tell whether a P value may as well be of another test than the one that goes with the interval."""
    names = {p_value.test} if p_value and p_value.test else {*abstract.tests}
    return names.isdisjoint(OF_MODELS) and (bool(names) or claim.quantity in OF_COUNTS)


def _given(
    claims: list[PrintedClaim], implied: tuple[float, float] | None, p_value: PrintedClaim | None
) -> str:
    """Say what the limits imply: the P value where one is compared, and else the estimate."""
    if implied is None:
        return ""
    middle, p = implied
    if p_value in claims:
        return f"By Wald's method estimate and limits give a two-sided P value of {p:.2g}."
    places = max(each.figure.decimals for each in claims) + 1
    return f"By Wald's method the estimate is in the middle of the limits, at {middle:.{places}f}."


def _counts(abstract: Abstract, claim: PrintedClaim) -> list[tuple[int, int]]:
    """Return the printed events and patients of both groups; none where one is not printed."""
    groups = [_counted(abstract, claim, group) for group in (claim.population, claim.versus) if group]
    return [group for group in groups if group] if len(groups) == 2 and all(groups) else []


def _with_counts(abstract: Abstract, claim: PrintedClaim) -> Iterator[Finding]:
    """Compare an estimate with the one that the printed counts of both groups give."""
    groups = _counts(abstract, claim)
    if claim.figure.bound != "=":
        return
    if not groups:
        yield from _with_shares(abstract, claim)
        return
    (events, first), (others, second) = groups
    tables = [
        (events, first, others, second),
        (others, second, events, first),
        (first - events, first, second - others, second),
        (second - others, second, first - events, first),
    ]
    scale = 100 if claim.unit == "percent" else 1
    for name, table in zip(NAMES, tables, strict=True):
        value = _estimate(claim.quantity, *table)
        if value is not None and claim.figure.prints(scale * value):
            yield _found(claim, f"{events}/{first} v {others}/{second}", name)
            return
    crude = _estimate(claim.quantity, *tables[0])
    given = "no estimate" if crude is None else f"{scale * crude:#.3g}".rstrip(".")
    reason = f"{events}/{first} v {others}/{second} give {given}, not {claim.printed}: {ADJUSTED}."
    yield Finding(TABLE, (claim.id,), BY_READING, reason, ADJUSTED)


def _with_shares(abstract: Abstract, claim: PrintedClaim) -> Iterator[Finding]:
    """Compare an estimate with the range of those that the printed percentages of both groups leave."""
    shares = [_share(abstract, claim, group) for group in (claim.population, claim.versus)]
    both = [each for each in shares if each is not None]
    if len(both) < 2:
        return
    one, other = (_fraction(each.figure) for each in both)
    rest, others = ((1 - high, 1 - low) for low, high in (one, other))
    pairs = [(one, other), (other, one), (rest, others), (others, rest)]
    scale = 100 if claim.unit == "percent" else 1
    shown = " v ".join(each.printed for each in both)
    ranges = [_range(claim.quantity, *pair) for pair in pairs]
    for name, (low, high) in zip(NAMES, ranges, strict=True):
        if meets(claim.figure, scale * low, scale * high):
            yield _found(claim, shown, name)
            return
    given = " to ".join(f"{scale * end:#.3g}".rstrip(".") for end in ranges[0])
    reason = f"{shown} give {given}, not {claim.printed}: {ADJUSTED}."
    yield Finding(TABLE, (claim.id,), BY_READING, reason, ADJUSTED)


def _share(abstract: Abstract, claim: PrintedClaim, population: str) -> PrintedClaim | None:
    about = (population, claim.variable, claim.at)
    found = [
        each
        for each in abstract.claims
        if each.quantity == "percent" and (each.population, each.variable, each.at) == about
    ]
    return found[0] if len(found) == 1 and found[0].figure.bound == "=" else None


def _fraction(figure: Figure) -> Window:
    low, high = figure.window
    return max(low / 100, 0.0), min(high / 100, 1.0)


def _range(quantity: str, one: Window, other: Window) -> Window:
    """Return the least and the greatest estimate of two shares in their windows."""
    if quantity == "risk_difference":
        return one[0] - other[1], one[1] - other[0]
    if quantity == "odds_ratio":
        one, other = (
            (low / (1 - low) if low < 1 else inf, high / (1 - high) if high < 1 else inf)
            for low, high in (one, other)
        )
    return (one[0] / other[1] if other[1] else inf), (one[1] / other[0] if other[0] else inf)


def _found(claim: PrintedClaim, shown: str, name: str) -> Finding:
    reading = "" if name == NAMES[0] else name
    how = f" ({name})" if reading else ""
    outcome = BY_READING if reading else CAN_HOLD
    return Finding(TABLE, (claim.id,), outcome, f"{shown} give {claim.printed}{how}.", reading)


def is_adjusted(abstract: Abstract, claim: PrintedClaim) -> bool:
    """Tell whether the printed counts of both groups give another estimate than a claim's, however compared.

    Parameters
    ----------
    abstract : Abstract
    claim : PrintedClaim

    Returns
    -------
    bool
    """
    if claim.quantity not in OF_COUNTS or not claim.versus:
        return False
    return any(finding.depends_on == ADJUSTED for finding in _with_counts(abstract, claim))


def _counted(abstract: Abstract, claim: PrintedClaim, population: str) -> tuple[int, int] | None:
    size = abstract.size(population)
    for other in abstract.claims:
        if other.quantity == "count" and (other.population, other.variable, other.at) == (
            population,
            claim.variable,
            claim.at,
        ):
            own = abstract.size(other.denominator) if other.denominator else size
            if own and other.figure.bound == "=" and other.figure.count <= own:
                return other.figure.count, own
    return None


def _estimate(quantity: str, events: int, first: int, others: int, second: int) -> float | None:
    if quantity == "risk_difference":
        return events / first - others / second
    if quantity == "risk_ratio":
        return (events / first) / (others / second) if others else None
    odds = (first - events) * others
    return events * (second - others) / odds if odds else None
