"""Findings on two groups by the levels of one question: the counts of every level and their P value."""

from collections.abc import Iterator

import numpy as np
from scipy import special, stats

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.forensics.count_tables import is_turned
from evidence.forensics.finding import Finding
from evidence.forensics.two_by_two import TIE
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
    "can be listed, Mann-Whitney and the test for trend of ordered levels, each level against the rest; with "
    "whoever has no printed level apart or left out; one-sided where a test has sides"
)
REST = "of one level against the rest"
NAMED = {  # how the name of a test begins here
    "pearson": "Pearson",
    "chi_square": "Pearson",
    "likelihood_ratio": "likelihood-ratio",
    "fisher": "Fisher",
    "mann_whitney": "Mann-Whitney",
}
MOST_LISTED = 1_000_000  # tables of Fisher's test


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
        if claim.quantity == "p_value" and claim.versus and "=" not in claim.variable:
            groups = [_levels(abstract, claim, population) for population in (claim.population, claim.versus)]
            levels = [level for level in groups[0] if level in groups[1]]
            if len(levels) > 1 and len(levels) == len(groups[0]) == len(groups[1]):
                counts = [[group[level] for level in levels] for group in groups]
                rows = np.array([[each.figure.count for each in row] for row in counts])
                sizes = [abstract.size(population) for population in (claim.population, claim.versus)]
                tables = list(_tables(rows, sizes))
                ways = _ways(claim, tables, abstract.sides_of(claim))
                given, turns = _given(claim, tables, abstract.alpha)
                used = [claim, *counts[0], *counts[1]]
                yield from weighed(SEARCH, used, ways, TRIED, given=given, turns=turns)


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


def _given(claim: PrintedClaim, tables: list[tuple[np.ndarray, str]], alpha: float) -> tuple[str, bool]:
    """Say what the tests of all levels give, and whether that lies across the level of significance."""
    tests = [each for table, _ in tables for each in _p_values(table)]
    values = [value for test, value, _ in tests if REST not in test]
    if not values:
        return "", False
    given = f"The tests of all levels give a P value from {min(values):.2g} to {max(values):.2g}."
    return given, is_turned(claim.figure, values, alpha)


def _ways(claim: PrintedClaim, tables: list[tuple[np.ndarray, str]], sides: int) -> list[Way]:
    found = []
    for table, name in tables:
        for test, p_value, sided in _p_values(table):
            one = sided and sides == 1
            is_named = test.startswith(NAMED.get(claim.test, "")) and (REST not in test or not claim.test)
            worded = is_named and not name
            other = "" if is_named else ", not the test that is named"
            if claim.figure.prints(p_value):
                found.append(Way(f"{test}{other}{name}", worded and not one))
            elif sided and claim.figure.prints(p_value / 2):
                found.append(Way(f"{test}, one-sided{other}{name}", worded and one))
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


def _p_values(table: np.ndarray) -> Iterator[tuple[str, float, bool]]:
    """Give the P value of every test, and whether it has sides."""
    yield "Pearson's chi-square", float(stats.chi2_contingency(table, correction=False).pvalue), False
    ratio = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
    yield "likelihood-ratio chi-square", float(ratio.pvalue), False
    exact = fisher(table)
    if exact is not None:
        yield "Fisher's exact test", exact, table.shape[1] == 2
    scores = np.arange(table.shape[1])
    first, second = (np.repeat(scores, row) for row in table)
    for corrected in (False, True):
        test = stats.mannwhitneyu(first, second, use_continuity=corrected, method="asymptotic")
        yield "Mann-Whitney", float(test.pvalue), True
    together, group = np.concatenate([first, second]), np.repeat([0, 1], table.sum(axis=1))
    if np.ptp(together):
        correlation = np.corrcoef(together, group)[0, 1]
        for total in (len(group), len(group) - 1):
            yield "test for trend", float(stats.chi2.sf(correlation**2 * total, 1)), True
    for level in scores:
        apart = np.column_stack([table[:, level], table.sum(axis=1) - table[:, level]])
        if table.shape[1] > 2 and apart.sum(axis=0).all():
            for corrected in (False, True):
                p_value = float(stats.chi2_contingency(apart, correction=corrected).pvalue)
                yield f"chi-square {REST}", p_value, True
            yield (
                f"Fisher's exact test {REST}",
                float(stats.fisher_exact(apart).pvalue),
                True,
            )
