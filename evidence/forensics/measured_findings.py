"""Findings on measurements: means, spreads and quantiles of a group, and tests between groups and visits."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations
from math import sqrt

from evidence.claims.abstract import MEASURED, Abstract, PrintedClaim
from evidence.forensics import means, order_statistics, summaries, t_tests
from evidence.forensics.finding import Finding
from evidence.forensics.named_findings import is_known
from evidence.forensics.t_tests import Group
from evidence.forensics.ways import Way, of_fewer
from evidence.forensics.weighed import weighed
from evidence.forensics.word_findings import FIRST_TIMES

ORDER, WHOLE, T_TEST = "order of quantiles", "means of whole numbers", "t tests"
SPREAD, DIFFERENCE = "standard errors beside deviations", "differences of means"
BY_HAND = {
    ORDER: ("Minimum, first quartile, median, third quartile and maximum do not descend.",),
    WHOLE: (
        "Multiply the mean by the number of patients. A whole number nearby, divided by them again, rounds "
        "to it.",
        "With a standard deviation: look for a sum of squares of that total that prints it.",
    ),
    SPREAD: ("Divide the standard deviation by the square root of the number of patients.",),
    DIFFERENCE: ("Subtract one mean from the other.",),
    T_TEST: (
        "Compute the t test from both means, spreads and sizes with any statistics program, for the smallest"
        " and the largest numbers that round to what is printed.",
    ),
}
ORDERED = ("minimum", "q1", "median", "q3", "maximum")
COUNTED = ("cycles", "items", "doses", "lesions", "visits")
COUNTED_UNITS = (*COUNTED, "days", "points", "score")
YES_OR_NO = ("proportion", "yes_no")
T_TESTS = (*t_tests.NAMES, "anova")  # which may be of more groups or visits than the two
OF_FEWER = "all patients and as few as half of them"
NOT_WHOLE = "measurements that are not whole numbers, or fewer of them than patients"
ADJUSTED = "a difference that is adjusted, of other patients, or of changes"
OTHER_TEST = "another test than a t test of two groups (ranks, pairs, or adjusted)"
Place = tuple[str, str, str, str]
Values = dict[str, PrintedClaim]


def findings(abstract: Abstract) -> Iterator[Finding]:
    """Compare the figures of each measurement with each other, and with the P values of tests on them.

    Parameters
    ----------
    abstract : Abstract

    Yields
    ------
    Finding
    """
    groups: dict[Place, Values] = {}
    for claim in abstract.claims:
        if claim.quantity in MEASURED and not claim.versus and claim.variable:
            place = (claim.variable, claim.population, claim.at, claim.unit)
            groups.setdefault(place, {}).setdefault(claim.quantity, claim)
    for values in groups.values():
        yield from _ordered(values)
        yield from _of_one_sample(abstract, values)
    for claim in abstract.claims:
        if claim.quantity == "mean" and claim.versus and claim.variable:
            yield from _subtracted(claim, groups)
        if claim.quantity == "p_value" and claim.test in ("", *T_TESTS) and is_known(abstract, claim):
            yield from _tested(abstract, claim, groups)


def _ordered(values: Values) -> Iterator[Finding]:
    claims = [values[name] for name in ORDERED if name in values]
    # Two that descend are blamed alone, not with all others of the sample.
    for pair in combinations(claims, 2):
        ways = order_statistics.in_order([claim.figure for claim in pair])
        yield from weighed(ORDER, pair, ways, order_statistics.TRIED_ORDER)


def _of_one_sample(abstract: Abstract, values: Values) -> Iterator[Finding]:
    mean, sd, se, median = (values.get(name) for name in ("mean", "sd", "se", "median"))
    low, high = values.get("minimum"), values.get("maximum")
    tried = f"{order_statistics.TRIED}; {OF_FEWER}"
    if mean and sd and median:
        ways = order_statistics.mean_and_median(mean.figure, median.figure, sd.figure)
        yield from weighed(ORDER, [mean, sd, median], ways, order_statistics.TRIED)
    first = mean or sd
    n = abstract.size(first.population) if first else None
    if not n:
        return
    if se and sd:
        both = se.figure, sd.figure
        yield from _of_group(
            abstract,
            SPREAD,
            [se, sd],
            n,
            lambda m: summaries.standard_error(*both, m),
            f"{summaries.TRIED_SE}; {OF_FEWER}",
            given=f"{sd.value} over the root of {n} is "
            f"{sd.figure.value / sqrt(n):.{se.figure.decimals + 1}f}.",
        )
    if mean and low and high:
        found = order_statistics.mean_in_range(mean.figure, low.figure, high.figure, n)
        yield from weighed(ORDER, [mean, low, high], found, order_statistics.TRIED, sizes=f"n = {n}")
    if sd and low and high:
        ends = sd.figure, low.figure, high.figure
        yield from _of_group(
            abstract, ORDER, [sd, low, high], n, lambda m: order_statistics.sd_in_range(*ends, m), tried
        )
    if mean:
        yield from _whole(abstract, mean, sd, n)


def _of_group(
    abstract: Abstract,
    search: str,
    claims: list[PrintedClaim],
    n: int,
    ways_of: Callable[[int], list[Way] | None],
    tried: str,
    otherwise: str = "",
    given: str = "",
) -> Iterator[Finding]:
    """Judge claims of one group, of which some may have no value unless their sentence prints the size."""
    ways = ways_of(n)
    fewer = of_fewer(n, ways_of) if ways == [] else []
    is_sized = any(map(abstract.is_sized_beside, claims))
    yield from _or_fewer(search, claims, ways, fewer, is_sized, tried, otherwise, f"n = {n}", given)


def _or_fewer(
    search: str,
    claims: list[PrintedClaim],
    ways: list[Way] | None,
    fewer: list[Way],
    is_sized: bool,
    tried: str,
    otherwise: str,
    sizes: str,
    given: str = "",
) -> Iterator[Finding]:
    """Judge claims by all patients or else by fewer, which is a reading unless the size is printed beside."""
    taken = fewer if fewer and not is_sized else ways
    yield from weighed(search, claims, taken, tried, otherwise, given, instead=fewer, sizes=sizes)


def _whole(abstract: Abstract, mean: PrintedClaim, sd: PrintedClaim | None, n: int) -> Iterator[Finding]:
    """Ask whether a mean, with its standard deviation, is that of whole numbers, where it should be."""
    tried = f"{means.TRIED}; {OF_FEWER}"
    if mean.unit in YES_OR_NO and sd:
        both = mean.figure, sd.figure
        yield from _of_group(abstract, WHOLE, [mean, sd], n, lambda m: means.yes_no(*both, m), tried)
        return
    is_whole = mean.whole or mean.unit in COUNTED_UNITS
    # Ages are mostly whole years, and sometimes taken from dates.
    if not is_whole and mean.unit != "years":
        return
    # What is counted is whole; days and scores may be parts of one, unless the claim says otherwise.
    otherwise = "" if mean.whole or mean.unit in COUNTED else NOT_WHOLE
    near = " and ".join(f"{each:.{mean.figure.decimals + 1}f}" for each in means.nearest(mean.figure, n))
    given = f"The means of {n} whole numbers that are nearest are {near}."
    if otherwise:  # which is likelier than that values are missing
        ways = means.mean(mean.figure, n)
        yield from weighed(WHOLE, [mean], ways, tried, otherwise, given, sizes=f"n = {n}")
    else:
        yield from _of_group(
            abstract, WHOLE, [mean], n, lambda m: means.mean(mean.figure, m), tried, given=given
        )
    if sd:
        ways = means.mean_and_sd(mean.figure, sd.figure, n)
        yield from weighed(WHOLE, [sd, mean], ways, means.TRIED, NOT_WHOLE, sizes=f"n = {n}")


def _subtracted(claim: PrintedClaim, groups: dict[Place, Values]) -> Iterator[Finding]:
    """Compare a difference with the means of the two groups at the same time."""
    places = [(claim.variable, group, claim.at, claim.unit) for group in (claim.population, claim.versus)]
    both = [groups[place]["mean"] for place in places if "mean" in groups.get(place, {})]
    if len(both) == 2:
        ways = summaries.difference(claim.figure, both[0].figure, both[1].figure)
        yield from weighed(DIFFERENCE, [claim, *both], ways, summaries.TRIED_DIFFERENCE, ADJUSTED)


def _tested(abstract: Abstract, claim: PrintedClaim, groups: dict[Place, Values]) -> Iterator[Finding]:
    """Compare a P value with the means and spreads of the two groups, or visits, that it is between."""
    near = {
        place: values for place, values in groups.items() if place[0] == claim.variable and "mean" in values
    }
    if claim.versus:
        pair = [
            [
                values
                for place, values in near.items()
                if place[1] == population and claim.at in ("", place[2])
            ]
            for population in (claim.population, claim.versus)
        ]
    else:
        own = {place[2]: values for place, values in near.items() if place[1] == claim.population}
        first = [values for at, values in own.items() if at in FIRST_TIMES]
        pair = [
            first,
            [values for at, values in own.items() if at not in FIRST_TIMES and claim.at in ("", at)],
        ]
    if not all(len(found) == 1 for found in pair):
        return
    sides = [found[0] for found in pair]
    kinds = [next((kind for kind in ("sd", "se") if kind in values), "") for values in sides]
    sizes = [abstract.size(values["mean"].population) for values in sides]
    if kinds[0] != kinds[1] or not kinds[0] or None in sizes:
        return
    one, other = (
        Group(values["mean"].figure, values[kinds[0]].figure, size)
        for values, size in zip(sides, sizes, strict=True)
        if size is not None
    )
    used = [claim, *(values[name] for values in sides for name in ("mean", kinds[0]))]
    tails = abstract.sides_of(claim)
    # Two groups that may be the same patients, as in a crossover study, may have been compared in pairs.
    are_apart = not claim.versus or abstract.are_disjoint(claim.population, claim.versus)
    is_alone = claim.test in t_tests.NAMES and (are_apart or claim.test == "paired_t")
    fewer: list[Way] = []
    given = ""
    if claim.versus and claim.test != "paired_t":
        ways, tried = t_tests.two_groups(one, other, claim.figure, kinds[0], tails), t_tests.TRIED
        ways = _as_named(ways, claim.test)
        if ways == [] and is_alone:
            fewer = t_tests.two_groups_of_fewer(one, other, claim.figure, kinds[0], tails)
            given = t_tests.implied(one, other, kinds[0], claim.test)
    else:
        ways = _paired(one, other, claim, tails, one.n) if kinds[0] == "sd" else None
        tried = t_tests.TRIED_PAIRED
        if ways == [] and is_alone:
            fewer = of_fewer(one.n, partial(_paired, one, other, claim, tails))
    is_sized = any(abstract.is_sized_beside(values["mean"]) for values in sides)
    otherwise, sizes = "" if is_alone else OTHER_TEST, f"n = {one.n} and {other.n}"
    yield from _or_fewer(T_TEST, used, ways, fewer, is_sized, tried, otherwise, sizes, given)


def _as_named(ways: list[Way] | None, test: str) -> list[Way] | None:
    """Take what another t test than the one that is named prints as a reading."""
    named = {"student_t": "Student's", "welch_t": "Welch's"}.get(test)
    if ways is None or named is None:
        return ways
    return [replace(way, usual=way.usual and way.name.startswith(named)) for way in ways]


def _paired(one: Group, other: Group, claim: PrintedClaim, sides: int, n: int) -> list[Way] | None:
    if one.n != other.n:
        return None
    return t_tests.paired(one._replace(n=n), other._replace(n=n), claim.figure, sides)
