"""Evidence: the ledger, each published claim beside its recomputed result with a verdict."""

import pandas as pd

from evidence.claims.claim import listed
from evidence.forensics import examine
from evidence.ledger import verdicts
from evidence.ledger.comparison import published
from evidence.ledger.conventions import alternatives, conventions
from helpers.ground.study import Study


def ledger(claims: pd.DataFrame, results: pd.DataFrame, study: Study, provenance: str) -> pd.DataFrame:
    """Put each published claim beside its recomputed result.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.
    results : DataFrame
        The results table of one cohort (`helpers.ground.results.COLUMNS`).
    study : Study
        What the cohort is of.
    provenance : {"reconstructed", "patient-level"}
        What the cohort is. A claim that fails is an unexplained miss in a cohort that was rebuilt to agree
        with it; in real patients it differs.

    Returns
    -------
    DataFrame of str
        One row per claim, in the order of the claims: id, statement, published, recomputed, verdict, reading,
        depends_on, changes_conclusion (yes or no) and reason. The verdict is one of
        `evidence.ledger.verdicts.VERDICTS`; it is empty where the claim names a row that the results lack, or
        one in a unit that cannot be compared.
    """
    rows = results.set_index("id").to_dict("index")
    findings = examine.of_claims(examine.examine(claims))
    miss = verdicts.DIFFERS if provenance == "patient-level" else verdicts.UNEXPLAINED
    every = listed(claims)
    choices = conventions(study, every)
    cases = (
        verdicts.Case(
            claim,
            rows.get(str(claim.result_id), {}),
            findings.get(claim.id, []),
            alternatives(claim.result_id, rows, choices, study),
            miss,
            study.alpha,
        )
        for claim in every
    )
    return pd.DataFrame(map(_entry, cases))


def _entry(case: verdicts.Case) -> dict[str, str]:
    claim, judged = case.claim, verdicts.judge(case)
    return {
        "id": claim.id,
        "statement": claim.statement,
        "published": published(claim),
        "recomputed": judged.recomputed,
        "verdict": judged.verdict,
        # Where no row answers, the reading column says why: that is the reason, not a reading.
        "reading": claim.reading if claim.result_id else "",
        "depends_on": verdicts.dependence(case),
        "changes_conclusion": "yes" if verdicts.changes_conclusion(case, judged.verdict) else "no",
        "reason": judged.reason,
    }


def is_settled(entries: pd.DataFrame) -> bool:
    """Tell whether every claim of a ledger has a verdict, and none is an unexplained miss.

    Parameters
    ----------
    entries : DataFrame
        As `ledger` returns it.

    Returns
    -------
    bool
    """
    return not entries["verdict"].isin((verdicts.UNEXPLAINED, verdicts.NO_VERDICT)).any()


def counts(entries: pd.DataFrame) -> pd.Series:
    """Count the claims of a ledger by verdict.

    Parameters
    ----------
    entries : DataFrame
        As `ledger` returns it.

    Returns
    -------
    Series of int
        By verdict, in the order of `evidence.ledger.verdicts.VERDICTS`, without those not given.
    """
    found = entries["verdict"].value_counts().reindex(verdicts.VERDICTS, fill_value=0)
    return found[found > 0]
