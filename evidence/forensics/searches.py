"""Every search of the figures of any abstract, run on its claims."""

from evidence.claims.abstract import Abstract
from evidence.forensics import (
    count_findings,
    effect_findings,
    level_findings,
    measured_findings,
    named_findings,
    repeat_findings,
    statistic_findings,
    tied_findings,
    time_findings,
    word_findings,
)
from evidence.forensics.finding import Finding

SEARCHES = (
    count_findings,
    level_findings,
    effect_findings,
    measured_findings,
    statistic_findings,
    time_findings,
    repeat_findings,
    tied_findings,
    word_findings,
    named_findings,
)


def by_hand() -> dict[str, tuple[str, ...]]:
    """Tell how each search is done again without this project.

    Returns
    -------
    dict of str to tuple of str
        Steps by the name of the search.
    """
    return {name: steps for search in SEARCHES for name, steps in search.BY_HAND.items()}


def examine(abstract: Abstract) -> list[Finding]:
    """Run every search on the claims of an abstract.

    Parameters
    ----------
    abstract : Abstract

    Returns
    -------
    list of Finding
        In the order of the searches; a claim can be judged by several.
    """
    return [finding for search in SEARCHES for finding in search.findings(abstract)]
