"""Evidence: the verdicts, and that on a claim by what the searches of the printed figures found."""

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.forensics.finding import (
    BY_READING,
    CAN_HOLD,
    CANNOT_HOLD,
    NOT_AS_WORDED,
    Finding,
)
from evidence.forensics.finding import NOT_REACHED as WITHOUT_END

CONSISTENT = "consistent"  # one set of patients prints it with all that it is tied to, as worded
UNDER_READING = "consistent under a reading"  # the words leave something open, and a named reading fits
CONTRADICTS = "contradicts as worded"  # other figures exclude the words, and a named reading resolves it
IMPOSSIBLE = "impossible as printed"  # nothing that was tried resolves it
NOT_REACHED = "not reached"  # neither a witness nor a proof
NOTHING = "nothing to check"  # no other figure bears on it
NO_VERDICT = ""
VERDICTS = (CONSISTENT, UNDER_READING, CONTRADICTS, IMPOSSIBLE, NOT_REACHED, NOTHING, NO_VERDICT)
CONFLICTS = (CONTRADICTS, IMPOSSIBLE)
# A sign of its own for each verdict, so that none is told by its colour alone.
MARKS = dict(zip(VERDICTS, "✓≈≠✗?○–", strict=True))
FEW = 0.05  # of the cohorts: a range leaves as many out
# What patients' own rows say, beside the verdict on the print.
AGREES, DIFFERS, NOT_ESTIMATED = "agrees", "differs", "not estimable"
# What a claim of several findings gets, the gravest first.
BY_OUTCOME = {
    CANNOT_HOLD: IMPOSSIBLE,
    NOT_AS_WORDED: CONTRADICTS,
    WITHOUT_END: NOT_REACHED,
    BY_READING: UNDER_READING,
    CAN_HOLD: CONSISTENT,
}
READ = (NOT_AS_WORDED, BY_READING)


@dataclass(frozen=True)
class OfFigures:
    """What the printed figures say of a claim.

    Attributes
    ----------
    verdict : str
        One of `VERDICTS`; `NOTHING` where no search bears on it.
    reason, depends_on, conflict : str
        As in the ledger.
    changes_conclusion : bool
        Whether a conclusion changes with what the verdict depends on, or is taken back by the figures.
    deciding : tuple of Finding
        Those that decided.
    """

    verdict: str
    reason: str = ""
    depends_on: str = ""
    conflict: str = ""
    changes_conclusion: bool = False
    deciding: tuple[Finding, ...] = ()


def of_figures(found: list[Finding], is_read: bool, is_conclusion: bool) -> OfFigures:
    """Judge a claim by the gravest finding.

    Parameters
    ----------
    found : list of Finding
        All that judge it.
    is_read : bool
        Whether it is read in a way that its words leave open.
    is_conclusion : bool
        Whether it is a word about significance or a direction.

    Returns
    -------
    OfFigures
    """
    outcomes = {finding.outcome for finding in found}
    outcome = next((each for each in BY_OUTCOME if each in outcomes), None)
    if outcome is None:
        return OfFigures(NOTHING)
    verdict = BY_OUTCOME[outcome]
    if verdict == CONSISTENT and is_read:
        verdict = UNDER_READING
    deciding = tuple(finding for finding in found if finding.outcome == outcome)
    # What a reading resolves has patients that print it, as read.
    shown = [*deciding, *(each for each in found if outcome in READ and each.outcome == CAN_HOLD)]
    changes = any(finding.changes_conclusion for finding in deciding)
    return OfFigures(
        verdict,
        joined((finding.reason for finding in shown), " "),
        joined(finding.depends_on for finding in deciding),
        joined((finding.conflict for finding in deciding), " / "),
        changes or (verdict in CONFLICTS and is_conclusion),
        deciding,
    )


def joined(texts: Iterable[str], between: str = "; ") -> str:
    """Join texts that are not empty, each once.

    Parameters
    ----------
    texts : iterable of str
    between : str

    Returns
    -------
    str
    """
    return between.join(dict.fromkeys(filter(None, texts)))
