"""Evidence: the published claims of a study, each beside the row of the results that answers it."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from evidence.claims import folder
from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.claims.claim import BOUNDS, COLUMNS, DIRECTIONS, TESTS
from evidence.claims.folder import ClaimsFolderError
from helpers.ground import study as studies
from helpers.ground.results import CHAPTERS, ResultId
from helpers.ground.study import Study

UNITS = {"n": "count", "count": "count", "percent": "percent", "probability": "percent"}
OWN_UNIT = ("p_value", "odds_ratio", "hazard_ratio", "risk_ratio")
# Words that are figures: how a result must stand to which, in what unit.
FIGURE_WORDS = {
    "all": ("equals", 100.0, "percent"),
    "none": ("equals", 0.0, "percent"),
    "most": ("greater_than", 50.0, "percent"),
    "only": ("equals", 1.0, "count"),
}
Problem = tuple[str, str]  # a column, and the rule with what to do


class ClaimsError(ClaimsFolderError):
    """Claims that break the rules, or that no result of the book can be put beside."""


def load(path: str | Path | None = None, study: Study | None = None) -> pd.DataFrame:
    """Read and validate the claims of a study as a table.

    Parameters
    ----------
    path : path, optional
    study : Study, optional
        Both as of `read`.

    Returns
    -------
    DataFrame
        As `table` returns it.

    Raises
    ------
    ClaimsError
        As of `read`.
    """
    return table(read(path, study))


def read(path: str | Path | None = None, study: Study | None = None) -> Abstract:
    """Read and validate the claims of a study.

    Parameters
    ----------
    path : path, optional
        A file of claims; without it the published claims of the study. The columns and their rules are
        written down in ``data/published/README.md``. Populations and ties are those of the files beside it,
        or else of those beside the study's published claims.
    study : Study, optional
        Whose arms the claims may name; without it the default study.

    Returns
    -------
    Abstract

    Raises
    ------
    ClaimsError
        With one line for each problem: file, row (the header is row 1), column, rule, what to do.
    """
    study = study or studies.load()
    if path is None and study.claims is None:
        raise ClaimsError(["the study has no published claims; name a claims file"])
    path = Path(path or study.claims or "")
    beside = path.parent / folder.STUDY
    described = beside if beside.exists() or study.claims is None else study.claims.parent / folder.STUDY
    try:
        abstract = folder.load_claims(path, described)
    except ClaimsFolderError as error:
        raise ClaimsError(error.problems) from None
    groups = (*study.groups, studies.CONTRAST)
    found = [
        f"{path.name}: row {claim.row}, column {column}: {rule}"
        for claim in abstract.claims
        for column, rule in _problems(claim, groups)
    ]
    if found:
        raise ClaimsError(found)
    return abstract


def table(abstract: Abstract) -> pd.DataFrame:
    """Lay claims out as a table.

    Parameters
    ----------
    abstract : Abstract

    Returns
    -------
    DataFrame
        `COLUMNS`, one row per claim in the order of the file: value float (NaN for wording and dates),
        decimals nullable whole, source_sentence whole, everything else text (empty where there is none).
    """
    claims = pd.DataFrame([_row(claim) for claim in abstract.claims], columns=COLUMNS)
    return claims.astype({"value": float, "decimals": "Int64", "source_sentence": int})


def _problems(claim: PrintedClaim, groups: tuple[str, ...]) -> Iterator[Problem]:
    """Check what the book needs beyond the rules of a claims folder."""
    if claim.chapter not in CHAPTERS:
        yield "chapter", f"must be one of {', '.join(CHAPTERS)}; correct it"
    if not claim.result_id:
        return
    if _relation(claim)[0] == "states":
        yield "result_id", "must be empty beside words that no figure decides, and dates; remove it"
        return
    try:
        result = ResultId.parse(claim.result_id)
    except ValueError:
        result = None
    if result is None or result.group not in groups:
        yield "result_id", "must read chapter.outcome.statistic.group[.stratum]; correct it"
    elif claim.chapter in CHAPTERS and result.chapter != claim.chapter:
        yield "result_id", "must begin with the claim's chapter; correct one of the two"


def _row(claim: PrintedClaim) -> dict[str, Any]:
    relation, value, decimals, unit = _relation(claim)
    return asdict(claim) | {
        "source_sentence": claim.sentence,
        "printed": "" if claim.quantity == "word" else claim.value,
        "relation": relation,
        "value": value,
        "decimals": decimals,
        "unit": unit,
    }


def _relation(claim: PrintedClaim) -> tuple[str, float | None, int | None, str]:
    """Return how a result must stand to a claim, to which value of how many decimals, in which unit."""
    if claim.quantity == "word" and claim.value in FIGURE_WORDS:
        relation, value, unit = FIGURE_WORDS[claim.value]
        return relation, value, 0, unit
    if claim.quantity == "word" and claim.value in (*DIRECTIONS, *TESTS):
        return claim.value, None, None, ""
    if claim.quantity in ("word", "date"):
        return "states", None, None, ""
    figure = claim.figure
    unit = claim.quantity if claim.quantity in OWN_UNIT else UNITS.get(claim.quantity, claim.unit)
    return BOUNDS[figure.bound], figure.value, figure.decimals, unit
