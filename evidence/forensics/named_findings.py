"""Findings on P values whose test is named by a name that is not known here: nothing is said of them."""

import re
from collections.abc import Iterator

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.forensics import rank_words, reported_tests, t_tests
from evidence.forensics.finding import NOT_REACHED, Finding
from evidence.forensics.taken import DOUBLED, MEANT, UNCONDITIONAL
from evidence.forensics.two_by_two import TESTS

SEARCH = "tests that are not tried"
BY_HAND = {
    SEARCH: (
        "Compute the test that is named with any statistics program, where the printed figures are all that "
        "it needs.",
    )
}
PAIRS = "a test of pairs, for the two groups may share patients"
# Of a difference from a margin, and not from none, whoever says so.
MARGIN = re.compile(r"non[- ]?inferior|equivalen", re.IGNORECASE)
KNOWN = {
    *(*TESTS, *MEANT, DOUBLED, *UNCONDITIONAL, *rank_words.TESTS, *t_tests.NAMES, *reported_tests.OF_TEST),
    *("trend", "cochran_armitage", "stratified_log_rank", "gray", "wald", "cox", "score"),
}


def findings(abstract: Abstract) -> Iterator[Finding]:
    """Tell of which P values nothing is said, for the test that is named is not known.

    Parameters
    ----------
    abstract : Abstract

    Yields
    ------
    Finding
    """
    for claim in abstract.claims:
        if claim.quantity == "p_value" and not is_known(abstract, claim):
            names = ", ".join(_names(abstract, claim))
            reason = f"Its test ({names}) is none of those that are tried here: nothing is said of it."
            yield Finding(SEARCH, (claim.id,), NOT_REACHED, reason)


def is_known(abstract: Abstract, claim: PrintedClaim) -> bool:
    """Tell whether the test of a claim is not named, or by a name that is known here.

    Parameters
    ----------
    abstract : Abstract
    claim : PrintedClaim
        A P value or a statistic.

    Returns
    -------
    bool
    """
    names = _names(abstract, claim)
    return not names or not KNOWN.isdisjoint(names)


def _names(abstract: Abstract, claim: PrintedClaim) -> tuple[str, ...]:
    if claim.test:
        return (claim.test,)
    is_of_margin = MARGIN.search(f"{claim.variable} {claim.statement}")
    return ("non-inferiority or equivalence",) if is_of_margin else abstract.tests
