"""Evidence: what a ledger comes to: its contradictions, each once, and how many claims got which verdict."""

import re
from typing import Any

import pandas as pd

from evidence.ledger.verdicts import CONFLICTS, CONTRADICTS, VERDICTS


def contradictions(entries: pd.DataFrame) -> pd.DataFrame:
    """Gather the claims that other printed figures exclude, by what excludes each other.

    Parameters
    ----------
    entries : DataFrame
        As `evidence.ledger.entries.ledger` returns it.

    Returns
    -------
    DataFrame
        One row per contradiction, in the order of the claims: ``conflict`` (the smallest set of figures and
        words), ``verdict``, ``statement`` (what it is about), ``ids`` (of all its claims), ``reason`` (each
        sentence once), and ``changes_conclusion`` (yes, if it does for one).
    """
    found = entries[entries["verdict"].isin(CONFLICTS)]
    key = _same_figures(found, entries["statement"])
    rows = [
        {
            "conflict": group["conflict"].iloc[-1],
            "verdict": group["verdict"].iloc[0],
            "statement": _subject(group),
            "ids": ", ".join(group["id"]),
            "reason": _once(" ".join(group["reason"])),
            "changes_conclusion": "yes" if group["changes_conclusion"].eq("yes").any() else "no",
        }
        for _, group in found.groupby(key, sort=False)
    ]
    columns = ["conflict", "verdict", "statement", "ids", "reason", "changes_conclusion"]
    return pd.DataFrame(rows, columns=columns)


def _same_figures(found: pd.DataFrame, statements: pd.Series) -> pd.Series:
    """Name by the first of them the conflicts of a sentence that print the same: readings of one figure."""
    conflicts = found["conflict"].where(found["conflict"].ne(""), found["reason"])
    printed = conflicts
    for statement in statements:
        printed = printed.str.replace(f" ({statement})", "", regex=False)
    return conflicts.groupby([found["sentence"], printed]).transform("first")


def _subject(group: pd.DataFrame) -> str:
    """Name what a contradiction is about: its last claim, as sizes stand before what is of them."""
    within = [
        statement
        for statement, conflict in zip(group["statement"], group["conflict"], strict=True)
        if f"({statement})" in conflict
    ]
    return (within or group["statement"].tolist())[-1]


def _once(text: str) -> str:
    return " ".join(dict.fromkeys(re.split(r"(?<=\.) (?=[A-Z])", text)))


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
    conflict = "" if one.conflict in one.reason else f"Exclude each other: {one.conflict}. "
    changes = " A conclusion changes with it." if one.changes_conclusion == "yes" else ""
    return f"{conflict}{one.reason}{changes}"


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
