"""Findings on two groups by the levels of one question: the counts of every level and their P value."""

from collections.abc import Iterator

import numpy as np
from scipy import stats

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.forensics.finding import Finding
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
    "Pearson's and the likelihood-ratio chi-square test of all levels, Fisher's exact test, Mann-Whitney and "
    "the test for trend of ordered levels, each level against the rest; with whoever has no printed level "
    "apart or left out; one-sided where a test has sides"
)
MOST_EXACT = 80  # patients of which Fisher's test of more than four cells is computed


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
                ways = _ways(claim, rows, sizes)
                yield from weighed(SEARCH, [claim, *counts[0], *counts[1]], ways, TRIED)


def _levels(abstract: Abstract, claim: PrintedClaim, population: str) -> dict[str, PrintedClaim]:
    return {
        each.variable: each
        for each in abstract.claims
        if each.quantity == "count"
        and each.figure.bound == "="
        and each.variable.startswith(f"{claim.variable}=")
        and (each.population, each.at) == (population, claim.at)
    }


def _ways(claim: PrintedClaim, rows: np.ndarray, sizes: list[int | None]) -> list[Way]:
    tables = {"": rows}
    rest = [(size or 0) - int(row.sum()) for size, row in zip(sizes, rows, strict=True)]
    if all(sizes) and min(rest) >= 0 and max(rest) > 0:
        tables[", with those of no printed level"] = np.hstack([rows, np.array(rest)[:, None]])
    found = []
    for name, table in tables.items():
        kept = table[:, table.sum(axis=0) > 0]
        if kept.shape[1] < 2 or not kept.sum(axis=1).all():
            continue
        for test, p_value, sided in _p_values(kept):
            if claim.figure.prints(p_value):
                found.append(Way(f"{test}{name}", not name))
            elif sided and claim.figure.prints(p_value / 2):
                found.append(Way(f"{test}, one-sided{name}", False))
    return sorted(found, key=lambda way: not way.usual)


def _p_values(table: np.ndarray) -> Iterator[tuple[str, float, bool]]:
    """Give the P value of every test, and whether it has sides."""
    yield "Pearson's chi-square", float(stats.chi2_contingency(table, correction=False).pvalue), False
    ratio = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
    yield "likelihood-ratio chi-square", float(ratio.pvalue), False
    if table.sum() <= MOST_EXACT or table.shape[1] == 2:
        yield "Fisher's exact test", float(stats.fisher_exact(table).pvalue), table.shape[1] == 2
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
                yield "chi-square of one level against the rest", p_value, True
            yield (
                "Fisher's exact test of one level against the rest",
                float(stats.fisher_exact(apart).pvalue),
                True,
            )
