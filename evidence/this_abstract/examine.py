"""All searches of the published figures: those of any abstract, and those that only this one has."""

from collections.abc import Iterator

import pandas as pd

from evidence.claims import load
from evidence.claims.abstract import Abstract
from evidence.claims.printed import Figures
from evidence.forensics import searches
from evidence.forensics.finding import Finding, by_claim
from evidence.this_abstract import (
    odds_ratio_findings,
    quartile_findings,
    rank_findings,
    rates,
    survival_findings,
)

LARGEST = 200  # patients in all: beyond, exhaustive searches take too long, and pin nothing down


def examine(abstract: Abstract) -> dict[str, list[Finding]]:
    """Run every search on the claims of the study.

    Parameters
    ----------
    abstract : Abstract
        As `evidence.claims.load.read` returns it.

    Returns
    -------
    dict of str to list of Finding
        By the id of each claim that they judge, those of any abstract first.
    """
    return by_claim([*searches.examine(abstract), *findings(load.table(abstract))])


def findings(claims: pd.DataFrame) -> Iterator[Finding]:
    """Run the searches that rest on what only this study prints: its models, panel, quartiles and follow-up.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it. A search whose figures are not all there is left out, and
        all are where a printed group of patients is larger than `LARGEST`.

    Yields
    ------
    Finding
    """
    figures = Figures(claims)
    sizes = figures.matching(outcome="patients", statistic="count").values()
    if any(size.value > LARGEST for size in sizes):
        return
    yield from quartile_findings.findings(figures, rates.number_above_cut(figures))
    yield from rank_findings.findings(figures)
    yield from odds_ratio_findings.findings(figures)
    yield from survival_findings.findings(claims, figures)
