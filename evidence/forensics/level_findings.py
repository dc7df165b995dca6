"""Findings on two groups by the levels of one question: the counts of every level and their P value."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.forensics import count_tables
from evidence.forensics.finding import NOT_REACHED, Finding
from evidence.forensics.named_findings import PAIRS, is_known
from evidence.forensics.taken import DOUBLED, MEANT
from evidence.forensics.two_by_two import COLUMNS, SIDE, TESTS, TIE
from evidence.forensics.ways import Way
from evidence.forensics.weighed import weighed

SEARCH = "counts of levels"
BY_HAND = {
    SEARCH: (
        "Write the printed counts as a table, a row for each group and a column for each level.",
        "Compute the tests that the reason names with any statistics program, with whoever has no printed "
        "level as a further column or left out, and compare at the printed decimals.",
    )
}
TRIED = (
    "Pearson's and the likelihood-ratio chi-square test of all levels, Fisher's exact test where its tables "
    "can be listed, Mann-Whitney and the test for trend of ordered levels, of two levels every test of "
    "two-by-two tables, each level against the rest; with whoever has no printed level apart or left out; "
    "one-sided where a test has sides"
)
REST = "of one level against the rest"
NAMED = MEANT | {"kruskal_wallis": ("mann_whitney",), "cochran_armitage": ("trend",)}
MOST_LISTED = 1_000_000  # tables of Fisher's test
MOST_PATIENTS = 1_000_000  # of two groups, whose ranks are compared one by one


class Tested(NamedTuple):
    """A test of levels: its key, its name in print, and its P values; no one-sided one where it has none."""

    key: str
    name: str
    p_value: float
    one_sided: float | None = None


def findings(abstract: Abstract) -> Iterator[Finding]:
    """Compare the P value of two groups with the counts of the levels of what it compares.

    Parameters
    ----------
    abstract : Abstract

    Yields
    ------
    Finding
    """
    for claim in abstract.claims:
        if claim.quantity == "p_value" and claim.versus and is_known(abstract, claim):
            groups = [_levels(abstract, claim, population) for population in (claim.population, claim.versus)]
            levels = [level for level in groups[0] if level in groups[1]]
            if len(levels) > 1 and len(levels) == len(groups[0]) == len(groups[1]):
                counts = [[group[level] for level in levels] for group in groups]
                yield from _compared(abstract, claim, counts)


def _compared(abstract: Abstract, claim: PrintedClaim, counts: list[list[PrintedClaim]]) -> Iterator[Finding]:
    rows = np.array([[each.figure.count for each in row] for row in counts])
    if rows.sum() > MOST_PATIENTS:
        reason = f"Groups of more than {MOST_PATIENTS:,} patients together are not searched."
        yield Finding(SEARCH, (claim.id,), NOT_REACHED, reason)
        return
    sizes = [abstract.size(population) for population in (claim.population, claim.versus)]
    tried = [(test, name) for table, name in _tables(rows, sizes) for test in _tests(table)]
    named = NAMED.get(claim.test, (claim.test,))
    meant = [(test, name) for test, name in tried if not claim.test or test.key in named]
    if not meant:
        return  # no such test of these levels is known
    values = [test.p_value for test, _ in tried if test.key != REST]
    least, most = min(values), max(values)
    yield from weighed(
        SEARCH,
        [claim, *counts[0], *counts[1]],
        _ways(claim, meant, abstract.sides_of(claim)),
        TRIED,
        "" if abstract.are_disjoint(claim.population, claim.versus) else PAIRS,
        f"The tests of all levels give a P value from {least:.2g} to {most:.2g}.",
        count_tables.is_turned(claim.figure, values, abstract.alpha),
        [
            Way(f"{way.name}, not the test that is named")
            for way in _ways(claim, tried, abstract.sides_of(claim))
        ],
    )


def _levels(abstract: Abstract, claim: PrintedClaim, population: str) -> dict[str, PrintedClaim]:
    return {
        each.variable: each
        for each in abstract.claims
        if each.quantity == "count"
        and each.figure.bound == "="
        and each.variable.startswith(f"{claim.variable}=")
        and (each.population, each.at) == (population, claim.at)
    }


def _tables(rows: np.ndarray, sizes: list[int | None]) -> Iterator[tuple[np.ndarray, str]]:
    """Give the table of the levels, and that with whoever has none, without empty columns."""
    tables = {"": rows}
    rest = [(size or 0) - int(row.sum()) for size, row in zip(sizes, rows, strict=True)]
    if all(sizes) and min(rest) >= 0 and max(rest) > 0:
        tables[", with those of no printed level"] = np.hstack([rows, np.array(rest)[:, None]])
    for name, table in tables.items():
        kept = table[:, table.sum(axis=0) > 0]
        if kept.shape[1] > 1 and kept.sum(axis=1).all():
            yield kept, name


def _ways(claim: PrintedClaim, tried: list[tuple[Tested, str]], sides: int) -> list[Way]:
    found = []
    for test, name in tried:
        one = sides == 1 and test.one_sided is not None
        if claim.figure.prints(test.p_value):
            found.append(Way(f"{test.name}{name}", not one and not name))
        elif test.one_sided is not None and claim.figure.prints(test.one_sided):
            found.append(Way(f"{test.name}, one-sided{name}", one and not name))
    return sorted(found, key=lambda way: not way.usual)


def fisher(table: np.ndarray) -> float | None:
    """Compute Fisher's exact test of two groups by any number of levels.

    Parameters
    ----------
    table : array of int
        A row for each group.

    Returns
    -------
    float or None
        None where there are more than `MOST_LISTED` tables to go through.

    References
    ----------
    Freeman GH, Halton JH (1951). Biometrika 38, 141-149.
    """
    table = table[:, np.argsort(table.sum(axis=0))]  # the largest level is what the others leave
    columns, first = table.sum(axis=0), table[0].sum()
    if np.prod(columns[:-1] + 1.0) > MOST_LISTED:
        return None
    others = np.indices(columns[:-1] + 1).reshape(len(columns) - 1, -1)
    last = first - others.sum(axis=0)
    possible = np.vstack([others, last])[:, (last >= 0) & (last <= columns[-1])]
    logs = special.gammaln(np.arange(columns.max() + 1) + 1.0)
    ways = (-logs[possible] - logs[columns[:, None] - possible]).sum(axis=0)
    chances = np.exp(ways - special.logsumexp(ways))
    observed = chances[(possible == table[0][:, None]).all(axis=0)][0]
    return float(min(chances[chances <= observed * TIE].sum(), 1.0))


def _tests(table: np.ndarray) -> Iterator[Tested]:
    """Give the P value of every test."""
    # Takes longer to import than all else here, and few abstracts print levels.
    from scipy import stats

    if table.shape[1] == 2:
        yield from _of_two_levels(table)
    else:
        for key, name, power in (
            ("pearson", "Pearson's chi-square", "pearson"),
            ("likelihood_ratio", "likelihood-ratio chi-square", "log-likelihood"),
        ):
            value = stats.chi2_contingency(table, correction=False, lambda_=power).pvalue
            yield Tested(key, name, float(value))
        exact = fisher(table)
        if exact is not None:
            yield Tested("fisher", "Fisher's exact test", exact)
    scores = np.arange(table.shape[1])
    first, second = (np.repeat(scores, row) for row in table)
    for corrected in (False, True):
        test = stats.mannwhitneyu(first, second, use_continuity=corrected, method="asymptotic")
        yield _sided("mann_whitney", "Mann-Whitney", test.pvalue)
    together, group = np.concatenate([first, second]), np.repeat([0, 1], table.sum(axis=1))
    if np.ptp(together):
        correlation = np.corrcoef(together, group)[0, 1]
        for total in (len(group), len(group) - 1):
            yield _sided("trend", "test for trend", special.chdtrc(1, correlation**2 * total))
    for level in scores if table.shape[1] > 2 else ():
        apart = np.column_stack([table[:, level], table.sum(axis=1) - table[:, level]])
        if apart.sum(axis=0).all():
            for corrected in (False, True):
                value = stats.chi2_contingency(apart, correction=corrected).pvalue
                yield _sided(REST, f"chi-square {REST}", value)
            yield _sided(REST, f"Fisher's exact test {REST}", stats.fisher_exact(apart).pvalue)


def _sided(key: str, name: str, p_value: float) -> Tested:
    return Tested(key, name, float(p_value), float(p_value) / 2)


def _of_two_levels(table: np.ndarray) -> Iterator[Tested]:
    (yes, no), (others, none) = table
    cells = pd.DataFrame([[yes, yes + no, others, others + none]], columns=COLUMNS)
    values = count_tables.p_values(cells).iloc[0]
    for key in (*TESTS, DOUBLED):
        one_sided = values.get(f"{key}{SIDE}")
        yield Tested(
            key, count_tables.NAMES[key], float(values[key]), None if one_sided is None else float(one_sided)
        )
