"""Evidence: the ledger of any abstract: a verdict on each claim from the printed figures alone."""

from collections.abc import Mapping

import pandas as pd

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.claims.claim import DIRECTIONS, TESTS
from evidence.forensics import searches
from evidence.forensics.finding import Finding, by_claim
from evidence.ledger import verdicts
from evidence.ledger.verdicts import joined

COLUMNS = [
    *("id", "sentence", "statement", "published", "verdict", "reading", "depends_on", "changes_conclusion"),
    *("reason", "conflict", "search", "searched"),
]
CONCLUSIONS = (*TESTS, *DIRECTIONS)
ALONE = "No search compares this with another figure."


def examine(abstract: Abstract) -> dict[str, list[Finding]]:
    """Run every search on an abstract.

    Parameters
    ----------
    abstract : Abstract

    Returns
    -------
    dict of str to list of Finding
        By the id of each claim that they judge.
    """
    return by_claim(searches.examine(abstract))


def ledger(abstract: Abstract, findings: Mapping[str, list[Finding]] | None = None) -> pd.DataFrame:
    """Judge every claim of an abstract by its own figures.

    Parameters
    ----------
    abstract : Abstract
    findings : mapping of str to list of Finding, optional
        As `examine` returns them, which runs where they are not given.

    Returns
    -------
    DataFrame of str
        `COLUMNS`, one row per claim in their order. The verdict is one of
        `evidence.ledger.verdicts.VERDICTS`; ``search`` names the searches that decided, and ``searched`` says
        how much they tried.
    """
    findings = examine(abstract) if findings is None else findings
    entries = [_entry(claim, findings.get(claim.id, [])) for claim in abstract.claims]
    return pd.DataFrame(entries, columns=COLUMNS)


def by_sentence(entries: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Part a ledger by the sentences of the abstract.

    Parameters
    ----------
    entries : DataFrame
        As `ledger` returns it.

    Returns
    -------
    list of tuple of str and DataFrame
        The number of the sentence and its claims, in the order of the abstract.
    """
    return sorted(entries.groupby("sentence"), key=lambda part: int(part[0]))


def _entry(claim: PrintedClaim, found: list[Finding]) -> dict[str, str]:
    judged = verdicts.of_figures(found, bool(claim.reading), claim.value in CONCLUSIONS)
    return {
        "id": claim.id,
        "sentence": str(claim.sentence),
        "statement": claim.statement,
        "published": claim.printed,
        "verdict": judged.verdict,
        "reading": claim.reading,
        "depends_on": judged.depends_on,
        "changes_conclusion": "yes" if judged.changes_conclusion else "no",
        "reason": judged.reason or ALONE,
        "conflict": judged.conflict,
        "search": joined(finding.search for finding in judged.deciding),
        "searched": joined(finding.searched for finding in judged.deciding),
    }
