"""All searches of the published figures, run on one claims file."""

import pandas as pd

from evidence.claims.printed import Figures
from evidence.forensics.finding import Finding
from evidence.this_abstract import (
    counts,
    odds_ratio_findings,
    quartile_findings,
    rank_findings,
    rates,
    survival_findings,
    wording,
)

LARGEST = 200  # patients in all: beyond, exhaustive searches take too long, and pin nothing down


def examine(claims: pd.DataFrame) -> list[Finding]:
    """Run every search on the figures of a claims file.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it. A search whose figures are not all there is left out. Where
        a printed group of patients is larger than `LARGEST`, only sums, shares and wordings are judged.

    Returns
    -------
    list of Finding
        In the order of the searches; a claim can be judged by several.
    """
    figures = Figures(claims)
    plain = [*counts.findings(figures), *wording.findings(claims, figures)]
    sizes = figures.matching(outcome="patients", statistic="count").values()
    if any(size.value > LARGEST for size in sizes):
        return plain
    return [
        *plain,
        *rates.findings(figures),
        *quartile_findings.findings(figures, rates.number_above_cut(figures)),
        *rank_findings.findings(figures),
        *odds_ratio_findings.findings(figures),
        *survival_findings.findings(claims, figures),
    ]


def of_claims(findings: list[Finding]) -> dict[str, list[Finding]]:
    """Gather findings by claim.

    Parameters
    ----------
    findings : list of Finding

    Returns
    -------
    dict of str to list of Finding
        By the id of each claim that they judge.
    """
    gathered: dict[str, list[Finding]] = {}
    for finding in findings:
        for claim in finding.claims:
            gathered.setdefault(claim, []).append(finding)
    return gathered
