"""Evidence: the words, tables and frames that chapter 6 takes from the ledger."""

import math

import pandas as pd

from evidence.ledger.conventions import alternatives
from evidence.ledger.page import MARKS, MISSING, TITLES
from evidence.ledger.verdicts import (
    DIFFERS,
    IMPOSSIBLE,
    NO_VERDICT,
    NOT_DETERMINED,
    UNEXPLAINED,
    VERDICTS,
    counts,
)
from helpers.ground.results import CHAPTERS, SIGNIFICANT
from helpers.printing import prose

NOT_MET = (IMPOSSIBLE, DIFFERS, UNEXPLAINED, NO_VERDICT)
MAIN = "as in the ledger"
FROM_PRINT = "Computed from the printed figures alone; no cohort enters."
TEST_COLUMNS = ["claim", "label", "convention", "name", "p_value"]


def verdict_table(entries: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Count the claims by verdict and chapter.

    Parameters
    ----------
    entries : DataFrame of str
        As `evidence.ledger.verdicts.ledger` returns it.
    claims : DataFrame
        The claims it was made from.

    Returns
    -------
    DataFrame of str
        One row per verdict that was given, in the order of `evidence.ledger.verdicts.VERDICTS`, and one of all; a
        column for each chapter with a claim, and one of all.
    """
    chapters = entries["id"].map(claims.set_index("id")["chapter"])
    table = pd.crosstab(entries["verdict"], chapters, margins=True, margins_name="All")
    given = [verdict for verdict in VERDICTS if verdict in table.index]
    present = [chapter for chapter in CHAPTERS if chapter in table.columns]
    table = table.loc[[*given, "All"], [*present, "All"]].astype(str).rename(columns=TITLES)
    names = [*(f"{MARKS[verdict]} {verdict or MISSING}" for verdict in given), "All"]
    return table.set_axis(names).rename_axis("Verdict", axis=0).rename_axis(None, axis=1).reset_index()


def counts_sentence(entries: pd.DataFrame) -> str:
    """Count the claims by verdict in a sentence."""
    listed = [f"{count} {verdict or MISSING}" for verdict, count in counts(entries).items()]
    return f"Of {_claims(len(entries))}, the verdicts are: {'; '.join(listed)}."


def flags_sentence(entries: pd.DataFrame) -> str:
    """Say how many claims depend on a convention, and how many change a conclusion."""
    depends, changes = entries["depends_on"].ne("").sum(), entries["changes_conclusion"].eq("yes").sum()
    return (
        f"{_claims(depends)} of {len(entries)} {'rests' if depends == 1 else 'rest'} on a convention or a "
        f"reading that could have been another one; for {_claims(changes)} a conclusion would change."
    )


def witness_sentence(provenance: str) -> str:
    """Say what the cohort of this build can testify to."""
    if provenance == "patient-level":
        return (
            "The cohort of this build holds patients' own rows. Where they differ from the abstract, that is "
            "a difference between two groups of patients, or two ways of counting, and no more is said."
        )
    return (
        "The cohort of this build is rebuilt from the abstract. It is a witness: a figure that it reproduces "
        "can hold together with all the others that it reproduces. It is no evidence about the patients."
    )


def changing_table(entries: pd.DataFrame) -> pd.DataFrame:
    """List the claims of which another convention, or the printed figure itself, would change the conclusion.

    Returns
    -------
    DataFrame of str
        Claim, Published, Recomputed and Depends on. Without any, one row that says so.
    """
    names = {
        "statement": "Claim",
        "published": "Published",
        "recomputed": "Recomputed",
        "depends_on": "Depends on",
    }
    table = entries.loc[entries["changes_conclusion"].eq("yes"), list(names)].rename(columns=names)
    table["Depends on"] = table["Depends on"].replace("", "the figure printed beside it")
    return table if len(table) else pd.DataFrame([["none", "", "", ""]], columns=list(names.values()))


def _claims(count: int) -> str:
    return f"{count} claim{'' if count == 1 else 's'}"


def not_met_sentence(entries: pd.DataFrame) -> str:
    """Count the claims that the cohort does not meet, by verdict, beside those that it could have met."""
    asked = entries[entries["verdict"].ne(NOT_DETERMINED)]
    found = counts(asked[asked["verdict"].isin(NOT_MET)])
    listed = "; ".join(f"{count} {verdict or MISSING}" for verdict, count in found.items())
    return f"Of {_claims(len(asked))} that a result can answer, not met: {listed or 'none'}."


def not_met_table(entries: pd.DataFrame) -> pd.DataFrame:
    """List the claims that the cohort does not meet, with the reason.

    Returns
    -------
    DataFrame of str
        Claim, Published, Recomputed, Verdict and Reason: of every claim that is impossible as printed,
        differs, is an unexplained miss or has no verdict. Without any, one row that says so.
    """
    rows = entries[entries["verdict"].isin(NOT_MET)]
    names = ["statement", "published", "recomputed", "verdict", "reason"]
    table = rows[names].assign(verdict=rows["verdict"].replace(NO_VERDICT, MISSING))
    if table.empty:
        table = pd.DataFrame([["none", "", "", "", ""]], columns=names)
    return table.rename(columns={"statement": "Claim"} | {name: name.capitalize() for name in names[1:]})


def printed_tests(claims: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """Gather every printed P value under the ledger's convention and under the others.

    Parameters
    ----------
    claims : DataFrame
        The published claims; those in the unit ``p_value`` with a result are taken.
    results : DataFrame
        The results table of one cohort.

    Returns
    -------
    DataFrame
        Columns `TEST_COLUMNS`: the claim's id, what is tested, the kind of convention (`MAIN` for the
        ledger's own), its name, and the P value. No row for a P value that does not exist.
    """
    by_id = results.set_index("id").to_dict("index")
    printed = claims[claims["unit"].eq("p_value") & claims["result_id"].isin(list(by_id))]
    rows = []
    for claim in printed.itertuples():
        result = by_id[claim.result_id]
        what = claim.statement.removeprefix("P value of ").removeprefix("the ")
        label = what[:1].upper() + what[1:]
        rows.append((claim.id, label, MAIN, result["method"], result["p_value"]))
        rows += [
            (claim.id, label, other.convention, other.name, other.result["p_value"])
            for other in alternatives(claim.result_id, by_id)
        ]
    tests = pd.DataFrame(rows, columns=TEST_COLUMNS)
    main = tests[tests["convention"].eq(MAIN) & tests["p_value"].map(math.isfinite)]
    return tests[tests["claim"].isin(main["claim"]) & tests["p_value"].map(math.isfinite)]


def crossing(tests: pd.DataFrame) -> pd.DataFrame:
    """Pick the tests that lie on the other side of the usual level than the ledger's own.

    Parameters
    ----------
    tests : DataFrame
        As `printed_tests` returns it.

    Returns
    -------
    DataFrame
        The same columns.
    """
    main = tests[tests["convention"].eq(MAIN)].set_index("claim")["p_value"]
    own = tests["claim"].map(main).lt(SIGNIFICANT)
    return tests[tests["p_value"].lt(SIGNIFICANT).ne(own)]


def tests_sentence(tests: pd.DataFrame) -> str:
    """Say how many printed P values lie on the other side of the usual level under another convention."""
    total = tests["claim"].nunique()
    if not total:
        return "No printed P value can be recomputed in this cohort."
    across = crossing(tests)
    kinds = across.groupby("convention", sort=False)["claim"].nunique()
    listed = f" ({'; '.join(f'{kind}: {count}' for kind, count in kinds.items())})" if len(kinds) else ""
    return (
        f"Of the {total} printed P values that can be recomputed, {across['claim'].nunique()} would lie on "
        f"the other side of {SIGNIFICANT} with another choice{listed}."
    )


def tests_alt(tests: pd.DataFrame) -> str:
    """Describe the figure of the printed P values, with what lies on the other side of the usual level."""
    across = "; ".join(
        f"{row.label}, {row.name}: {prose.p_value(row.p_value)}"
        for row in crossing(tests).itertuples(index=False, name="Test")
    )
    return (
        f"P values on a logarithmic axis with a line at {SIGNIFICANT}, one line of the figure for each. "
        f"{tests_sentence(tests)} On the other side: {across or 'none'}."
    )
