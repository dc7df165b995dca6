"""Evidence: the words, tables and frames that chapter 6 takes from the ledger."""

from collections.abc import Mapping, Sequence
from math import isfinite, nan
from types import MappingProxyType

import pandas as pd

from evidence.claims.claim import listed
from evidence.forensics.finding import Finding
from evidence.ledger import verdicts
from evidence.ledger.comparison import Row, rows_by_id
from evidence.ledger.contradictions import contradictions, counts, explained, headline
from evidence.ledger.conventions import alternatives, conventions
from evidence.ledger.page import MARKS, MISSING, TITLES
from helpers.ground import standing
from helpers.ground.study import Study
from helpers.printing import prose

OPEN = (verdicts.NOT_REACHED, verdicts.NO_VERDICT)
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


def counts_sentence(entries: pd.DataFrame, findings: Mapping[str, list[Finding]]) -> str:
    """Count the claims that another figure bears on by verdict, beside those that nothing bears on."""
    asked = entries[entries["verdict"].ne(verdicts.NOTHING)]
    alone, times = len(entries) - len(asked), len(contradictions(entries, findings))
    apart = f" The claims that contradict are about {times} statement{'s' * (times != 1)}." * (times > 0)
    patients = entries["patients"][entries["patients"].ne("")].value_counts()
    told = "; ".join(f"{count} {verdict}" for verdict, count in patients.items())
    beside = f" Beside the verdicts on the print, the patients' rows: {told}." * bool(told)
    return (
        f"Of {_claims(len(entries))}, {alone} leave nothing to check: doses, the literature, a count "
        "or a word on which no other printed figure bears. "
        f"Of the other {len(asked)}: {_listed(asked) or 'none'}.{apart}{beside}"
    )


def contradictions_list(entries: pd.DataFrame, findings: Mapping[str, list[Finding]]) -> str:
    """List the contradictions as Markdown, each with its reason and what excludes each other."""
    found = contradictions(entries, findings)
    # A claim that is entered once for each of its readings is one statement here.
    told = found["statement"].str.replace(r" \(\w+ reading\)$", "", regex=True)
    lines = [
        f"- **{statement}.** {explained(one)}"
        for statement, one in zip(told, found.itertuples(), strict=True)
    ]
    return "\n".join([headline(found), "", *lines])


def flags_sentence(entries: pd.DataFrame) -> str:
    """Say how many claims depend on a choice of test, rule or definition, and what changes with another."""
    depends, changes = entries["depends_on"].ne("").sum(), entries["changes_conclusion"].eq("yes").sum()
    return (
        f"For {_claims(depends)} of {len(entries)} another choice (of test, rule for quartiles, model, "
        f"definition or population) could turn the answer. For {_claims(changes)} a conclusion would change."
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


def witness_note(provenance: str) -> str:
    """Say under a table of verdicts on what they rest; empty text where the rows are patients' own."""
    if provenance == "patient-level":
        return ""
    return "Computed from the printed figures; a cohort serves as witness."


def changing_table(entries: pd.DataFrame) -> pd.DataFrame:
    """List the claims whose conclusion another convention, or the printed figure itself, would change."""
    rows = entries[entries["changes_conclusion"].eq("yes")]
    on = rows["depends_on"].replace("", "the figure printed beside it")
    return _table(rows.assign(depends_on=on), CLAIM | {"depends_on": "Depends on"})


def open_sentence(entries: pd.DataFrame) -> str:
    """Count the claims that are neither shown by a set of patients nor excluded by a proof."""
    missed = _listed(entries[entries["verdict"].isin(OPEN)])
    return f"Undecided, which is no pass: {missed or 'none'}."


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
    """Gather every printed P value under the convention of the ledger and others, where it has one value.

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
    tests = _every_test(claims, results, study)
    return tests.loc[tests["p_value"].map(isfinite), TEST_COLUMNS]


def partly_across(claims: pd.DataFrame, results: pd.DataFrame, study: Study) -> dict[str, list[float]]:
    """Give the share of the cohorts in which a convention turns a printed P value, where its own is open.

    Parameters
    ----------
    claims, results, study
        As `printed_tests` takes them; a result that is open has the share of the cohorts below the level.

    Returns
    -------
    dict of list of float
        By kind of convention, the largest share of each P value that it turns in one cohort at least.
    """
    tests = _every_test(claims, results, study)
    main = tests[tests["convention"].eq(MAIN)].set_index("claim")["p_value"]
    rest = tests[tests["share"].notna() & ~tests["p_value"].map(isfinite)]
    below = rest["claim"].map(main).lt(study.alpha)
    across = rest.assign(across=rest["share"].mask(below, 1 - rest["share"]))
    most = across[across["across"] > 0].groupby(["convention", "claim"], sort=False)["across"].max()
    return {str(kind): shares.tolist() for kind, shares in most.groupby(level=0, sort=False)}


def _every_test(claims: pd.DataFrame, results: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Gather the printed P values that have one value and others of each, with the share below the level."""
    every = listed(claims)
    by_id, choices = rows_by_id(results), conventions(study, every)
    rows: list[tuple[str, str, str, str, float, float]] = []
    for claim in every:
        result = by_id.get(str(claim.result_id), {"p_value": nan})
        if claim.unit == "p_value" and isfinite(result["p_value"]):
            label = prose.begin(claim.statement.removeprefix("P value of ").removeprefix("the "))
            others = alternatives(claim.result_id, by_id, choices, study)
            # Of what is printed a rebuilt cohort has decimals of its own, which say nothing.
            main = claim.value if result.get("standing") == standing.PRINTED else result["p_value"]
            rows.append((claim.id, label, MAIN, result["method"], main, nan))
            rows += [
                (claim.id, label, each.convention, each.name, each.result["p_value"], _small(each.result))
                for each in others
            ]
    return pd.DataFrame(rows, columns=[*TEST_COLUMNS, "share"])


def _small(result: Row) -> float:
    return float(result.get("share_significant", nan))


def crossing(tests: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Pick the tests that lie on the other side of a level than the ledger's own."""
    main = tests[tests["convention"].eq(MAIN)].set_index("claim")["p_value"]
    return tests[tests["p_value"].lt(alpha).ne(tests["claim"].map(main).lt(alpha))]


def tests_sentence(
    tests: pd.DataFrame, alpha: float, partly: Mapping[str, Sequence[float]] = MappingProxyType({})
) -> str:
    """Say how many printed P values lie on the other side of a level under another convention."""
    total = tests["claim"].nunique()
    if not total:
        return "No printed P value can be recomputed in this cohort."
    across = crossing(tests, alpha)
    kinds = across.groupby("convention", sort=False)["claim"].nunique()
    listed = f" ({'; '.join(f'{kind}: {count}' for kind, count in kinds.items())})" if len(kinds) else ""
    more = "; ".join(f"{kind}: {_in_cohorts(shares)}" for kind, shares in partly.items())
    more = f" Where the other value is open, more would ({more})." if more else ""
    return (
        f"Of the {total} printed P values that can be recomputed, {across['claim'].nunique()} would lie on "
        f"the other side of {alpha} with another choice{listed}.{more}"
    )


def _in_cohorts(shares: Sequence[float]) -> str:
    """Print in how many cohorts P values turn: 6 in all, 1 in 39% of the cohorts."""
    counted = pd.Series(shares).map(prose.how_many).value_counts(sort=False)
    return f"{', '.join(f'{number} in {share}' for share, number in counted.items())} of the cohorts"


def tests_alt(tests: pd.DataFrame, alpha: float) -> str:
    """Describe the figure of the printed P values, with what lies on the other side of a level."""
    rows = crossing(tests, alpha)[["label", "name", "p_value"]].itertuples(index=False, name=None)
    across = "; ".join(f"{label}, {name}: {prose.p_value(p_value)}" for label, name, p_value in rows)
    return (
        f"P values on a logarithmic axis with a line at {alpha}, one line of the figure for each. "
        f"{tests_sentence(tests, alpha)} On the other side: {across or 'none'}."
    )
