"""Findings on test statistics beside P value and degrees of freedom, and on P values of rank tests."""

from collections.abc import Iterator

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.claims.printed import Figure
from evidence.forensics import order_statistics, rank_tests, rank_words, reported_tests, summaries, t_tests
from evidence.forensics.finding import CAN_HOLD, Finding
from evidence.forensics.named_findings import PAIRS, is_known
from evidence.forensics.ways import Way
from evidence.forensics.weighed import weighed

STATISTIC, FREEDOM, RANKS = "test statistics", "degrees of freedom", "rank tests"
BY_HAND = {
    STATISTIC: ("Look the statistic up in the table of its distribution, at its degrees of freedom.",),
    FREEDOM: (
        "A t test of n and m patients has n + m \N{MINUS SIGN} 2 degrees of freedom, of n pairs "
        "n \N{MINUS SIGN} 1; Welch's are between those of the smaller group alone and those of both.",
    ),
    RANKS: (
        "List the rank sums that so many patients can have, without ties and with each pattern of ties, and "
        "the P value of each by the normal approximation, with continuity correction or not, and exactly.",
    ),
}
WALD = ("z", "chi_square")  # either is printed as Wald's statistic, one the square of the other
ONE_DEGREE = ("pearson", "yates", "chi_square", "log_rank")  # of two groups, where none are printed
MEDIANS = ("median", "q1", "q3")


def findings(abstract: Abstract) -> Iterator[Finding]:
    """Compare statistics with their P values, and P values of rank tests with the numbers of patients.

    Parameters
    ----------
    abstract : Abstract

    Yields
    ------
    Finding
    """
    for claim in abstract.claims:
        if claim.quantity == "statistic":
            yield from _reported(abstract, claim)
        elif claim.quantity == "df":
            yield from _freedom(abstract, claim)
        elif claim.quantity == "p_value":
            yield from _ranked(abstract, claim)


def _reported(abstract: Abstract, claim: PrintedClaim) -> Iterator[Finding]:
    near = _beside(abstract, claim, "p_value")
    p_value = abstract.of(claim, "p_value") or (near[0] if len(near) == 1 else None)
    test = claim.test or (p_value.test if p_value else "")
    kinds = WALD if test == "wald" else tuple(filter(None, [reported_tests.OF_TEST.get(test)]))
    if p_value is None or not is_known(abstract, p_value) or not is_known(abstract, claim):
        return
    both = (claim.id, p_value.id)
    printed = [each for each in abstract.claims if each.quantity == "df" and each.of in both]
    printed = printed or _beside(abstract, claim, "df")
    freedom: tuple[float | Figure, ...] = tuple(each.figure for each in printed)
    if any(each.figure.high <= 0 or "<" in each.figure.bound for each in printed):
        return
    has_levels = any(each.variable.startswith(f"{claim.variable}=") for each in abstract.claims)
    if not freedom and test in ONE_DEGREE and claim.versus and not has_levels:
        freedom = (1.0,)
    sizes = _sizes_of_t_test(abstract, claim, test) if not freedom else []
    least, most = summaries.freedom(test, *sizes) if sizes else (0, 0)
    freedom = (float(most),) if sizes else freedom
    ways: list[Way] | None = None
    given = ""
    for kind in kinds:
        own = freedom or (1.0,) if test == "wald" and kind == "chi_square" else freedom
        if len(own) == reported_tests.PAIRS.get(kind, 1):
            sides = abstract.sides_of(p_value)
            found = reported_tests.reported(kind, claim.figure, p_value.figure, own, sides)
            ways = [*(ways or []), *found]
            value = reported_tests.implied(kind, claim.figure, own)
            name = reported_tests.STATISTICS[kind]
            if value is not None:
                given = f"A {name} of {claim.value}{_with(own)} gives a two-sided P value of {value:.2g}."
    if sizes and not any(way.usual for way in ways or []):
        # With missing values they are fewer, by as many as nobody prints.
        window = ((float(max(least, 1)), float(most)),)
        found = reported_tests.reported("t", claim.figure, p_value.figure, window, abstract.sides_of(p_value))
        ways = [*(ways or []), *(Way(f"{way.name}, of fewer values than patients", False) for way in found)]
    if not ways and test == "wald" and not freedom and not claim.versus:
        return  # of more than two groups it has more degrees of freedom, which are not printed
    yield from weighed(STATISTIC, [p_value, claim, *printed], ways, reported_tests.TRIED, given=given)


def _with(freedom: tuple[float | Figure, ...]) -> str:
    shown = [f"{each.value if isinstance(each, Figure) else each:g}" for each in freedom]
    degrees = "degree" if shown == ["1"] else "degrees"
    return f" with {' and '.join(shown)} {degrees} of freedom" if shown else ""


def _freedom(abstract: Abstract, claim: PrintedClaim) -> Iterator[Finding]:
    """Compare the degrees of freedom of a t test with the numbers of patients."""
    of = abstract.by_id.get(claim.of)
    test = claim.test or (of.test if of else "")
    sizes = _sizes_of_t_test(abstract, claim, test)
    if not sizes or claim.figure.bound != "=":
        return
    ways = summaries.degrees_of_freedom(test, claim.figure, *sizes)
    yield from weighed(FREEDOM, [claim, *_sizes(abstract, claim)], ways, summaries.TRIED_DF)


def _sizes_of_t_test(abstract: Abstract, claim: PrintedClaim, test: str) -> list[int]:
    """Return the numbers of patients that a t test is of, where they are printed; of pairs, their number."""
    groups = [group for group in (claim.population, claim.versus) if group]
    sizes = [size for size in map(abstract.size, groups) if size]
    are_pairs = len(groups) == 2 and (test == "paired_t" or not abstract.are_disjoint(*groups))
    if test not in t_tests.NAMES or len(sizes) < len(groups) or are_pairs or sum(sizes) < 3:
        return []
    return sizes


def _beside(abstract: Abstract, claim: PrintedClaim, quantity: str) -> list[PrintedClaim]:
    """List the claims of a quantity that belong to none, beside a statistic of the same comparison."""

    def about(each: PrintedClaim) -> tuple[object, ...]:
        return each.sentence, each.population, each.versus, each.variable, each.at

    return [
        each
        for each in abstract.claims
        if each.quantity == quantity
        and not each.of
        and about(each) == about(claim)
        and each.test in ("", claim.test)
    ]


def _ranked(abstract: Abstract, claim: PrintedClaim) -> Iterator[Finding]:
    """Compare a P value with what rank tests of so many patients can give.

    Where the test is not named another one may have been used, so that nothing is impossible.
    """
    is_named = claim.test in rank_words.TESTS
    kind = claim.test if is_named else "mann_whitney" if claim.versus else "signed_rank"
    sizes = [abstract.size(population) for population in filter(None, (claim.population, claim.versus))]
    if None in sizes or (claim.test and not is_named) or len(sizes) != 1 + (kind == "mann_whitney"):
        return
    if not is_known(abstract, claim):
        return
    if not is_named and (not _has_medians(abstract, claim) or _is_of_times(abstract, claim)):
        return
    numbers = [size for size in sizes if size is not None]
    if min(numbers) < 1:
        return
    ways, shown = _ways(kind, claim.figure, numbers)
    used = [claim, *_sizes(abstract, claim)]
    if is_named:
        share = claim.versus and not abstract.are_disjoint(claim.population, claim.versus)
        yield from weighed(RANKS, used, ways, order_statistics.TRIED_RANKS, PAIRS if share else "")
    elif ways and ways[0].usual:
        yield Finding(
            RANKS, (claim.id,), CAN_HOLD, f"{claim.printed}: {shown}.", "the test, which is not named"
        )


def _has_medians(abstract: Abstract, claim: PrintedClaim) -> bool:
    return any(
        each.quantity in MEDIANS and each.variable == claim.variable and each.population == claim.population
        for each in abstract.claims
    )


def _is_of_times(abstract: Abstract, claim: PrintedClaim) -> bool:
    """Tell whether times to an event are compared, which a test of ranks without censoring does not fit."""
    return any(
        each.quantity in ("hazard_ratio", "probability") and each.variable == claim.variable
        for each in abstract.claims
    )


def _sizes(abstract: Abstract, claim: PrintedClaim) -> list[PrintedClaim]:
    groups = (claim.population, claim.versus)
    return [each for each in abstract.claims if each.quantity == "n" and each.population in groups]


def _ways(kind: str, figure: Figure, sizes: list[int]) -> tuple[list[Way], str]:
    """Return the ways to print a P value, and in words what prints it."""
    few = (
        rank_tests.signed_rank_is_exhaustive(sizes[0])
        if kind == "signed_rank"
        else sum(sizes) <= rank_tests.MOST_TIED_VALUES
    )
    if not few or figure.bound != "=":
        return order_statistics.rank_test(kind, figure, *sizes), "a rank test can give it"
    found = rank_words.solutions(kind, figure, *sizes)
    if len(found):
        shown, plainest = rank_words.told(kind, found)
        names = (rank_words.TESTS[kind][name] for name in found["convention"].drop_duplicates())
        others = "; ".join(name for name in names if name != plainest)
        more = f"; other samples also by {others}" if others else ""
        return [Way(plainest)], f"{shown} ({plainest}){more}"
    doubled = Figure(figure.claim, 2 * figure.value, figure.decimals)
    one_sided = figure.value <= 0.5 and len(rank_tests.solutions(kind, doubled, *sizes)) > 0
    return ([Way("a one-sided test", False)] if one_sided else []), ""
