"""Chapter 3 in words: what the print of the model says, and what it keeps silent about."""

import pandas as pd

from helpers.chapters.multivariable.model import COMPOSITE, outcomes, primary_id, terms
from helpers.chapters.multivariable.odds_ratios import PRINTED
from helpers.chapters.multivariable.selection import set_label
from helpers.ground import standing
from helpers.ground.results import get
from helpers.ground.standing import is_open
from helpers.ground.study import EVERYBODY, Study
from helpers.printing import prose
from helpers.printing.digits import in_unit
from helpers.printing.marks import part

SILENT = "not significant, as “sole” is read"
POINTS = 10  # of blasts


def primary(rows: pd.DataFrame, study: Study, statistic: str, group: str = EVERYBODY) -> pd.Series:
    """Return a result row of the primary model."""
    return get(rows, primary_id(study, statistic, group))


def printed_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say what the print of the odds ratio of blasts holds, and what of ten points follows from it."""
    point = primary(rows, study, "odds_ratio_blasts")
    ten, least, most = (primary(rows, study, f"{name}_odds_ratio_blasts_per_10") for name in PRINTED)
    return (
        f"Each further percentage point of blasts goes with an odds ratio of {prose.number(point)} "
        f"({prose.tested(point)}) for {outcomes(study)[COMPOSITE].noun}; over ten points that is "
        f"{prose.number(ten)} ({prose.number(least)} to {prose.number(most)} by the rounding of the print; "
        f"{prose.interval(ten)} if the P value is that of a Wald test, over the rounding of both)."
    )


def edge_sentence(rows: pd.DataFrame, study: Study) -> str | None:
    """Say where in the rounding of the print the cohorts have the odds ratio; None where none are drawn."""
    ten, point = (primary(rows, study, f"odds_ratio_blasts{end}") for end in ("_per_10", ""))
    if not is_open(ten):
        return None
    ends = [ten[f"range_{end}"] ** (1 / POINTS) for end in ("low", "high")]
    span = part(point, " to ".join(prose.fixed(end, 4) for end in ends))
    of_print = primary(rows, study, "printed_odds_ratio_blasts_per_10")
    return (
        f"In this model 95% of the cohorts have an odds ratio of one point of {span} before it is rounded"
        f"{_half(ends, point)}. So over ten points they have {prose.number(ten)}, as in the first line of "
        f"the figure, while the printed digits alone give the {prose.number(of_print)} of the table."
    )


def _half(ends: list[float], point: pd.Series) -> str:
    """Say that a range lies on one side of what is printed; empty text where it lies on both."""
    sides = {end < point["estimate"] for end in ends}
    if len(sides) > 1:
        return ""
    half = "lower" if sides.pop() else "upper"
    return f": the pair is met in the {half} half of what prints as {prose.number(point)}"


def is_silent(rows: pd.DataFrame, study: Study, term: str) -> bool:
    """Tell whether a covariate is significant in no cohort as the print names another as the sole one."""
    told, result = (primary(rows, study, name) for name in ("significant_terms", f"odds_ratio_{term}"))
    sole = told.get("standing") == standing.PRINTED and told["estimate"] == 1
    return sole and prose.is_read_as_not_significant(result)


def silence_sentence(rows: pd.DataFrame, study: Study) -> str | None:
    """Say that "sole" is a condition of the draw, and what a search reaches under it; None without one."""
    silent = [term for term in terms(study) if is_silent(rows, study, term)]
    if not silent:
        return None
    found = {
        set_label((term,), study): _reached(primary(rows, study, f"odds_ratio_{term}")) for term in silent
    }
    reached = "; ".join(f"{name} {ends}" for name, ends in found.items() if ends)
    search = f" A search for the extremes under the same condition reached, within stated limits: {reached}."
    return (
        f"The print calls blasts the sole adverse covariate, so only cohorts are drawn in which "
        f"{' and '.join(found)} are not significant (that one is favourable and significant, which “sole "
        f"adverse” leaves room for, is not drawn). That is a condition and no finding, and it also narrows "
        f"the ranges of their odds ratios.{search if reached else ''}"
    )


def _reached(result: pd.Series) -> str:
    """Print how far a search for the extremes came within stated limits; empty text where none was made."""
    ends = [result.get(name) for name in standing.REACHED]
    return "" if any(map(pd.isna, ends)) else part(result, " to ".join(in_unit(result, end) for end in ends))
