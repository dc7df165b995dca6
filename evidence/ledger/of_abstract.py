"""Evidence: the ledger of any abstract: a verdict on each claim from the printed figures alone."""

from collections.abc import Iterable

import pandas as pd

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.forensics import searches
from evidence.forensics.finding import (
    BY_READING,
    CAN_HOLD,
    CANNOT_HOLD,
    NOT_AS_WORDED,
    NOT_REACHED,
    Finding,
)
from evidence.ledger import verdicts

COLUMNS = [
    *("id", "sentence", "statement", "published", "verdict", "reading", "depends_on", "changes_conclusion"),
    *("reason", "conflict", "search", "searched"),
]
# What a claim of several findings gets, the gravest first.
BY_OUTCOME = {
    CANNOT_HOLD: verdicts.IMPOSSIBLE,
    NOT_AS_WORDED: verdicts.CONTRADICTS,
    NOT_REACHED: verdicts.NOT_REACHED,
    BY_READING: verdicts.UNDER_READING,
    CAN_HOLD: verdicts.CONSISTENT,
}
READ = (NOT_AS_WORDED, BY_READING)
ALONE = "No other printed figure bears on this."


def ledger(abstract: Abstract) -> pd.DataFrame:
    """Judge every claim of an abstract by its own figures.

    Parameters
    ----------
    abstract : Abstract

    Returns
    -------
    DataFrame of str
        `COLUMNS`, one row per claim in their order. The verdict is one of
        `evidence.ledger.verdicts.VERDICTS`; ``search`` names the searches that decided, and ``searched`` says
        how much they tried.
    """
    found: dict[str, list[Finding]] = {}
    for finding in searches.examine(abstract):
        for id in finding.claims:
            found.setdefault(id, []).append(finding)
    entries = [_entry(claim, found.get(claim.id, [])) for claim in abstract.claims]
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
    outcomes = {finding.outcome for finding in found}
    outcome = next((each for each in BY_OUTCOME if each in outcomes), None)
    verdict = BY_OUTCOME[outcome] if outcome else verdicts.NOTHING
    if verdict == verdicts.CONSISTENT and claim.reading:
        verdict = verdicts.UNDER_READING
    deciding = [finding for finding in found if finding.outcome == outcome]
    # What a reading resolves has patients that print it, as read.
    shown = [*deciding, *(each for each in found if outcome in READ and each.outcome == CAN_HOLD)]
    conflict = verdict in verdicts.CONFLICTS
    changes = any(finding.changes_conclusion for finding in deciding) or (
        conflict and claim.quantity == "word"
    )
    return {
        "id": claim.id,
        "sentence": str(claim.sentence),
        "statement": claim.statement,
        "published": claim.printed,
        "verdict": verdict,
        "reading": claim.reading,
        "depends_on": _joined(finding.depends_on for finding in deciding),
        "changes_conclusion": "yes" if changes else "no",
        "reason": _joined((finding.reason for finding in shown), " ") or ALONE,
        "conflict": _joined((finding.conflict for finding in deciding), " / "),
        "search": _joined(finding.search for finding in deciding),
        "searched": _joined(finding.searched for finding in deciding),
    }


def _joined(texts: Iterable[str], between: str = "; ") -> str:
    return between.join(dict.fromkeys(filter(None, texts)))
