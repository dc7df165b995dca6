"""Evidence: the ledger, each published claim beside its recomputed result with a verdict."""

from collections.abc import Mapping

import pandas as pd

from evidence.claims.claim import DIRECTIONS, TESTS, Claim, listed
from evidence.claims.printed import Figures
from evidence.forensics.finding import Finding
from evidence.ledger import case as cases
from evidence.ledger import ranged, verdicts
from evidence.ledger.comparison import published, rows_by_id
from evidence.ledger.conventions import alternatives, conventions
from helpers.ground.study import Study


def ledger(
    claims: pd.DataFrame,
    findings: Mapping[str, list[Finding]],
    results: pd.DataFrame,
    study: Study,
    provenance: str,
    ranges: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put each published claim beside its recomputed result.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.
    findings : mapping of str to list of Finding
        What the searches of the printed figures found, by claim: `evidence.this_abstract.examine.examine`.
    results : DataFrame
        The results table of one cohort (`helpers.ground.results.COLUMNS`).
    study : Study
        What the cohort is of.
    provenance : {"reconstructed", "patient-level"}
        What the cohort is. A claim that fails is not reached by a cohort that was rebuilt to agree with it;
        real patients may differ from it, which stands beside the verdict on the print.
    ranges : DataFrame, optional
        What is known of each result, as `helpers.ground.standing.read` returns it: what is open is then told
        by its range over many cohorts, and never by its value in this one.

    Returns
    -------
    DataFrame of str
        One row per claim, in the order of the claims: id, sentence, statement, published, recomputed,
        verdict, reading, depends_on, changes_conclusion (yes or no), reason, conflict (the smallest set of
        figures and words that exclude each other; empty where none do) and patients (what real rows say:
        agrees, differs, not estimable, or empty). The verdict is one of
        `evidence.ledger.verdicts.VERDICTS`; it is empty where the claim names a row that the results lack, or
        one in a unit that cannot be compared.
    """
    rows = rows_by_id(ranged.known(results, ranges))
    is_real = provenance == "patient-level"
    every, printed = listed(claims), Figures(claims)
    choices = conventions(study, every)
    each = (
        cases.Case(
            claim,
            rows.get(str(claim.result_id), {}),
            findings.get(claim.id, []),
            alternatives(claim.result_id, rows, choices, study),
            is_real,
            study.alpha,
            bears(claim, findings.get(claim.id, []), printed),
        )
        for claim in every
    )
    return pd.DataFrame(map(_entry, each))


def bears(claim: Claim, found: list[Finding], printed: Figures) -> bool:
    """Tell whether another printed figure bears on a claim.

    Parameters
    ----------
    claim : Claim
    found : list of Finding
        What the searches say about it.
    printed : Figures

    Returns
    -------
    bool
        False for a count that no search ties to another figure, for a direction of a comparison of which
        nothing is printed, and for a word about a P value that is not printed. A cohort that was built with
        such a claim only repeats it.
    """
    if found or claim.result_id is None:
        return bool(found)
    if claim.relation in TESTS:
        return printed.p_value(claim.result_id) is not None
    if claim.relation in DIRECTIONS:
        return printed.is_about(
            chapter=claim.chapter, outcome=claim.result_id.outcome, group=claim.result_id.group
        )
    return claim.unit != "count"


def _entry(case: cases.Case) -> dict[str, str]:
    claim, judged = case.claim, cases.judge(case)
    return {
        "id": claim.id,
        "sentence": str(claim.source_sentence),
        "statement": claim.statement,
        "published": published(claim),
        "recomputed": judged.recomputed,
        "verdict": judged.verdict,
        "reading": claim.reading,
        "depends_on": cases.dependence(case),
        "changes_conclusion": "yes" if cases.changes_conclusion(case) else "no",
        "reason": judged.reason,
        "conflict": case.of_figures.conflict,
        "patients": case.agreement,
    }


def is_settled(entries: pd.DataFrame) -> bool:
    """Tell whether every claim of a ledger has a verdict, and a rebuilt cohort misses none.

    Parameters
    ----------
    entries : DataFrame
        As `ledger` returns it.

    Returns
    -------
    bool
    """
    missed = entries["verdict"].eq(verdicts.NOT_REACHED) & entries["patients"].eq("")
    return not (missed | entries["verdict"].eq(verdicts.NO_VERDICT)).any()
