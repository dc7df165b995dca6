"""Evidence: what a ledger comes to: its contradictions, each once, and how many claims got which verdict."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from evidence.forensics.finding import CAN_HOLD, Finding
from evidence.ledger.verdicts import BY_OUTCOME, CONFLICTS, CONTRADICTS, VERDICTS, joined

COLUMNS = [
    *("conflict", "verdict", "statement", "ids", "reason", "changes_conclusion", "search", "searched"),
]


def contradictions(entries: pd.DataFrame, findings: Mapping[str, list[Finding]]) -> pd.DataFrame:
    """Gather what excludes each other in print: each set of figures and words once.

    Parameters
    ----------
    entries : DataFrame
        As `evidence.ledger.entries.ledger` returns it.
    findings : mapping of str to list of Finding
        By claim, as the ledger was made from them.

    Returns
    -------
    DataFrame
        One row per contradiction, in the order of the claims: ``conflict`` (the smallest set of figures and
        words), ``verdict``, ``statement`` (what it is about), ``ids`` (of its claims, which may stand in
        others too), ``reason``, ``changes_conclusion`` (yes or no), ``search`` and ``searched``.
    """
    claims = entries.set_index("id")
    groups: dict[str, list[Finding]] = {}
    first: dict[tuple[str, str], str] = {}
    for id, verdict in claims["verdict"].items():
        for each in findings.get(str(id), ()):
            if BY_OUTCOME[each.outcome] == verdict and verdict in CONFLICTS:
                conflict = each.conflict or each.reason
                group = groups.setdefault(first.setdefault(_same_figures(each, claims), conflict), [])
                group += [each] * (each not in group)
    members = [
        [id for id in claims.index if any(id in each.claims for each in group)] for group in groups.values()
    ]
    times = Counter(id for ids in members for id in ids)
    rows = [
        _told(group, claims.loc[ids], findings, [id for id in ids if times[id] == 1])
        for group, ids in zip(groups.values(), members, strict=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _told(
    group: list[Finding], own: pd.DataFrame, findings: Mapping[str, list[Finding]], alone: list[str]
) -> dict[str, str]:
    """Tell of one contradiction, whose claims are given, and of them those that stand in no other."""
    verdict = BY_OUTCOME[group[0].outcome]
    # What a reading resolves has patients that print it, as read.
    shown = [each for id in own.index for each in findings[id] if each.outcome == CAN_HOLD]
    reasons = [each.reason for each in [*group, *shown * (verdict == CONTRADICTS)]]
    changes = own["changes_conclusion"][alone].eq("yes").any() or any(
        each.changes_conclusion for each in group
    )
    return {
        "conflict": group[-1].conflict,
        "verdict": verdict,
        "statement": _subject(own["statement"], group[-1].conflict),
        "ids": ", ".join(own.index),
        "reason": joined(reasons, " "),
        "changes_conclusion": "yes" if changes else "no",
        "search": joined(each.search for each in group),
        "searched": joined(each.searched for each in group),
    }


def _same_figures(finding: Finding, claims: pd.DataFrame) -> tuple[str, str]:
    """Name the sentence and the print of a conflict, alike for several readings of one figure."""
    printed = finding.conflict or finding.reason
    for statement in claims["statement"]:
        printed = printed.replace(f" ({statement})", "")
    return claims["sentence"].get(finding.claims[0], ""), printed


def _subject(statements: pd.Series, conflict: str) -> str:
    """Name what a contradiction is about: its last claim, as sizes stand before what is of them."""
    within = [statement for statement in statements if f"({statement})" in conflict]
    return str((within or statements.tolist())[-1])


def explained(one: Any) -> str:
    """Say what excludes each other in a contradiction, why, and if a conclusion is seen to change.

    Parameters
    ----------
    one : namedtuple
        A row of `contradictions`, as `itertuples` gives it.

    Returns
    -------
    str
    """
    conflict = "" if one.conflict in one.reason else f"Cannot all hold: {one.conflict}. "
    changes = " A conclusion changes with it." if one.changes_conclusion == "yes" else ""
    return f"{conflict}{one.reason}{changes}"


def numbered(found: pd.DataFrame) -> dict[str, list[int]]:
    """Tell in which contradictions a claim stands.

    Parameters
    ----------
    found : DataFrame
        From `contradictions`.

    Returns
    -------
    dict of str to list of int
        Numbers from 1, in their order, by the id of the claim.
    """
    numbers: dict[str, list[int]] = {}
    for number, ids in enumerate(found["ids"], 1):
        for id in ids.split(", "):
            numbers.setdefault(id, []).append(number)
    return numbers


def headline(found: pd.DataFrame) -> str:
    """Say how many contradictions there are, and how many of them a reading resolves.

    Parameters
    ----------
    found : DataFrame
        From `contradictions`.

    Returns
    -------
    str
    """
    if found.empty:
        return "No printed figure or word was found to contradict another."
    count, resolved = len(found), int(found["verdict"].eq(CONTRADICTS).sum())
    start = "One contradiction was found" if count == 1 else f"{count} contradictions were found"
    left = count - resolved
    fits = "each" if not left and count > 1 else "it" if not left else f"{resolved} of them"
    end = f"; {fits} fits if read otherwise" if resolved else ""
    others = "it" if count == 1 else "any" if left == count else "the other" if left == 1 else "the others"
    return f"{start}{end}; no reading that was tried resolves {others}." if left else f"{start}{end}."


def counts(entries: pd.DataFrame) -> pd.Series:
    """Count the claims of a ledger by verdict.

    Parameters
    ----------
    entries : DataFrame
        As `evidence.ledger.entries.ledger` or `evidence.ledger.of_abstract.ledger` returns it.

    Returns
    -------
    Series of int
        By verdict, in the order of `evidence.ledger.verdicts.VERDICTS`, without those not given.
    """
    found = entries["verdict"].value_counts().reindex(VERDICTS, fill_value=0)
    return found[found > 0]
