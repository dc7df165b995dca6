"""Words of the sixth chapter about what the printed figures say by themselves, as for any abstract."""

import pandas as pd

from evidence.forensics.count_shown import ONLY
from evidence.ledger import verdicts

FOUND = {"statement": "Claim", "published": "Published", "verdict": "Verdict", "reason": "What was found"}


def found_table(entries: pd.DataFrame) -> pd.DataFrame:
    """List the claims that the figures alone contradict, or of which they leave one table.

    Parameters
    ----------
    entries : DataFrame
        As `evidence.ledger.of_abstract.ledger` returns it.

    Returns
    -------
    DataFrame
        Claim, Published, Verdict, What was found.
    """
    conflicts = entries["verdict"].isin(verdicts.CONFLICTS)
    only = entries["reason"].str.startswith(ONLY)
    return entries.loc[conflicts | only, list(FOUND)].rename(columns=FOUND).reset_index(drop=True)


def agreement_sentence(alone: pd.DataFrame, entries: pd.DataFrame) -> str:
    """Compare the verdicts from the figures alone with those of the ledger, which has a cohort as witness.

    Parameters
    ----------
    alone, entries : DataFrame
        Of `evidence.ledger.of_abstract.ledger` and of `evidence.ledger.entries.ledger`.

    Returns
    -------
    str
    """
    both = alone.merge(entries[["id", "verdict"]], on="id", suffixes=("", "_ledger"))
    same = both["verdict"].eq(both["verdict_ledger"])
    unwitnessed = both["verdict"].eq(verdicts.NOTHING) & ~same
    other = int((~same & ~unwitnessed).sum())
    conflicts = both["verdict"].isin(verdicts.CONFLICTS), both["verdict_ledger"].isin(verdicts.CONFLICTS)
    if conflicts[0].equals(conflicts[1]):
        agreed = "Both find the same claims in conflict."
    else:
        apart = both.loc[conflicts[0] != conflicts[1], "statement"]
        agreed = f"They differ on what is in conflict: {'; '.join(apart)}."
    return (
        f"Of {len(both)} claims {int(same.sum())} have the same verdict as in the ledger. "
        f"On {int(unwitnessed.sum())} "
        "no other printed figure bears in a way that holds for any abstract; the ledger has patients, models"
        " or "
        f"courses of this one that do. {other} differ otherwise. {agreed}"
    )
