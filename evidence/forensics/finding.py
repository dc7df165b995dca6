"""What a search of the printed figures found out about claims."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evidence.claims.printed import Figure

CAN_HOLD = "can hold"  # a search found numbers that print every figure in question
CANNOT_HOLD = "cannot hold"  # an exhaustive search, or a proof, found that no numbers print them
BY_READING = "can hold by a reading"  # not as worded in every detail, and a usual reading that is named fits
NOT_AS_WORDED = "cannot hold as worded"  # the words contradict figures; another reading may fit
NOT_REACHED = "not reached"  # a search that is not exhaustive found none: no proof
OUTCOMES = (CAN_HOLD, BY_READING, CANNOT_HOLD, NOT_AS_WORDED, NOT_REACHED)


@dataclass(frozen=True)
class Finding:
    """The outcome of one search about the claims that it judges.

    Attributes
    ----------
    search : str
        The name of the search, as the chapter calls it ("two-by-two tables").
    claims : tuple of str
        Ids of the claims that enter it and can be blamed; the first is the one that the search is about.
    outcome : str
        One of `OUTCOMES`.
    reason : str
        Whole sentences for a reader: what was searched, what came out. Numbers computed, never typed.
    depends_on : str
        The convention that the outcome rests on ("Pearson's chi-square without continuity correction"), or
        empty text.
    conflict : str
        The smallest set of figures and words that exclude each other; empty text where none do.
    searched : str
        How much was searched; empty text where a look was enough.
    changes_conclusion : bool
        Whether a conclusion rests on the convention that it depends on.
    """

    search: str
    claims: tuple[str, ...]
    outcome: str
    reason: str
    depends_on: str = ""
    conflict: str = ""
    searched: str = ""
    changes_conclusion: bool = False


Findings = Iterator[Finding]


def by_claim(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Gather findings by the claims that they judge.

    Parameters
    ----------
    findings : iterable of Finding

    Returns
    -------
    dict of str to list of Finding
        By the id of each claim; a finding stands under each of its claims.
    """
    gathered: dict[str, list[Finding]] = {}
    for finding in findings:
        for claim in finding.claims:
            gathered.setdefault(claim, []).append(finding)
    return gathered


def judge(
    search: str,
    figures: Iterable[Figure],
    outcome: str | bool,
    reason: str,
    depends_on: str = "",
    conflict: str = "",
) -> Finding:
    """Make a finding about the claims that print some figures.

    Parameters
    ----------
    search : str
    figures : iterable of Figure
        Those that can be blamed, first the one that the search is about.
    outcome : str or bool
        One of `OUTCOMES`; True stands for `CAN_HOLD`, False for `CANNOT_HOLD`.
    reason, depends_on, conflict : str
        As of `Finding`. Without a conflict that of figures which cannot hold is all of them.

    Returns
    -------
    Finding
    """
    if isinstance(outcome, bool):
        outcome = CAN_HOLD if outcome else CANNOT_HOLD
    judged = list(figures)
    if outcome == CANNOT_HOLD and not conflict:
        conflict = "; ".join(f"{figure} ({figure.claim})" for figure in judged)
    return Finding(search, tuple(figure.claim for figure in judged), outcome, reason, depends_on, conflict)
