"""Evidence: the words, tables and frames that chapter 6 takes from the ledger."""

from math import isfinite, nan

import pandas as pd

from evidence.claims.claim import listed
from evidence.ledger import verdicts
from evidence.ledger.conventions import alternatives, conventions
from evidence.ledger.entries import counts
from evidence.ledger.page import MARKS, MISSING, TITLES
from helpers.ground.study import Study
from helpers.printing import prose

NOT_MET = (verdicts.IMPOSSIBLE, verdicts.DIFFERS, verdicts.UNEXPLAINED, verdicts.NO_VERDICT)
MAIN = "as in the ledger"
FROM_PRINT = "Computed from the printed figures alone; no cohort enters."
CLAIM = {"statement": "Claim", "published": "Published", "recomputed": "Recomputed"}
TEST_COLUMNS = ["claim", "label", "convention", "name", "p_value"]


def verdict_table(entries: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Count the claims of a ledger by verdict, with its mark, and by chapter; the last of each is all."""
    chapters = entries["id"].map(claims.set_index("id")["chapter"])
    table = pd.crosstab(entries["verdict"], chapters, margins=True, margins_name="All")
    given = [verdict for verdict in verdicts.VERDICTS if verdict in table.index]
    present = [chapter for chapter in TITLES if chapter in table.columns]
    table = table.loc[[*given, "All"], [*present, "All"]].astype(str).rename(columns=TITLES)
    names = [*(f"{MARKS[verdict]} {verdict or MISSING}" for verdict in given), "All"]
    return table.set_axis(names).rename_axis("Verdict", axis=0).rename_axis(None, axis=1).reset_index()


def counts_sentence(entries: pd.DataFrame) -> str:
    """Count the claims by verdict in a sentence."""
    return f"Of {_claims(len(entries))}, the verdicts are: {_listed(entries)}."


def flags_sentence(entries: pd.DataFrame) -> str:
    """Say how many claims depend on a convention, beside those that depend on a reading, and what changes."""
    depends, reading = entries["depends_on"].ne(""), entries["verdict"].eq(verdicts.UNDER_READING)
    changes, both = entries["changes_conclusion"].eq("yes").sum(), (depends & reading).sum()
    return (
        f"Whatever the reading of the words, {_claims(depends.sum())} of {len(entries)} "
        f"{'depends' if depends.sum() == 1 else 'depend'} on a convention, and another one could turn the "
        f"answer. The claims that are reproduced under a stated reading are another count, {reading.sum()}; "
        f"{both} {'is' if both == 1 else 'are'} in both. For {_claims(changes)} a conclusion would change."
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
    """List the claims whose conclusion another convention, or the printed figure itself, would change."""
    rows = entries[entries["changes_conclusion"].eq("yes")]
    on = rows["depends_on"].replace("", "the figure printed beside it")
    return _table(rows.assign(depends_on=on), CLAIM | {"depends_on": "Depends on"})


def not_met_sentence(entries: pd.DataFrame) -> str:
    """Count the claims that the cohort does not meet, by verdict, beside those that it could have met."""
    asked = entries[entries["verdict"].ne(verdicts.NOT_DETERMINED)]
    missed = _listed(asked[asked["verdict"].isin(NOT_MET)])
    return f"Of {_claims(len(asked))} that a result can answer, not met: {missed or 'none'}."


def not_met_table(entries: pd.DataFrame) -> pd.DataFrame:
    """List the claims that are impossible as printed, differ, are missed unexplained or have no verdict."""
    rows = entries[entries["verdict"].isin(NOT_MET)]
    rows = rows.assign(verdict=rows["verdict"].replace(verdicts.NO_VERDICT, MISSING))
    return _table(rows, CLAIM | {"verdict": "Verdict", "reason": "Reason"})


def _table(rows: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Name the columns to print; without rows, one that says so."""
    if rows.empty:
        rows = pd.DataFrame([["none", *[""] * (len(names) - 1)]], columns=list(names))
    return rows[list(names)].rename(columns=names)


def _claims(count: int) -> str:
    return f"{count} claim{'' if count == 1 else 's'}"


def _listed(entries: pd.DataFrame) -> str:
    return "; ".join(f"{count} {verdict or MISSING}" for verdict, count in counts(entries).items())


def printed_tests(claims: pd.DataFrame, results: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Gather every printed P value under the ledger's convention and under the others.

    Parameters
    ----------
    claims : DataFrame
        The published claims; those in the unit ``p_value`` with a result are taken.
    results : DataFrame
        The results table of one cohort.
    study : Study

    Returns
    -------
    DataFrame
        Columns `TEST_COLUMNS`: the claim's id, what is tested, the kind of convention (`MAIN` for the
        ledger's own), its name, and the P value. No row for a P value that does not exist.
    """
    every = listed(claims)
    by_id, choices = results.set_index("id").to_dict("index"), conventions(study, every)
    rows: list[tuple[str, str, str, str, float]] = []
    for claim in every:
        result = by_id.get(str(claim.result_id), {"p_value": nan})
        if claim.unit == "p_value" and isfinite(result["p_value"]):
            label = prose.begin(claim.statement.removeprefix("P value of ").removeprefix("the "))
            others = alternatives(claim.result_id, by_id, choices, study)
            rows.append((claim.id, label, MAIN, result["method"], result["p_value"]))
            rows += [(claim.id, label, each.convention, each.name, each.result["p_value"]) for each in others]
    tests = pd.DataFrame(rows, columns=TEST_COLUMNS)
    return tests[tests["p_value"].map(isfinite)]


def crossing(tests: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Pick the tests that lie on the other side of a level than the ledger's own."""
    main = tests[tests["convention"].eq(MAIN)].set_index("claim")["p_value"]
    return tests[tests["p_value"].lt(alpha).ne(tests["claim"].map(main).lt(alpha))]


def tests_sentence(tests: pd.DataFrame, alpha: float) -> str:
    """Say how many printed P values lie on the other side of a level under another convention."""
    total = tests["claim"].nunique()
    if not total:
        return "No printed P value can be recomputed in this cohort."
    across = crossing(tests, alpha)
    kinds = across.groupby("convention", sort=False)["claim"].nunique()
    listed = f" ({'; '.join(f'{kind}: {count}' for kind, count in kinds.items())})" if len(kinds) else ""
    return (
        f"Of the {total} printed P values that can be recomputed, {across['claim'].nunique()} would lie on "
        f"the other side of {alpha} with another choice{listed}."
    )


def tests_alt(tests: pd.DataFrame, alpha: float) -> str:
    """Describe the figure of the printed P values, with what lies on the other side of a level."""
    rows = crossing(tests, alpha)[["label", "name", "p_value"]].itertuples(index=False, name=None)
    across = "; ".join(f"{label}, {name}: {prose.p_value(p_value)}" for label, name, p_value in rows)
    return (
        f"P values on a logarithmic axis with a line at {alpha}, one line of the figure for each. "
        f"{tests_sentence(tests, alpha)} On the other side: {across or 'none'}."
    )
