"""Chapter 5 in words: the printed P values, what an adjustment leaves of them, what is not printed."""

from collections.abc import Iterable, Iterator
from itertools import product

import pandas as pd

from helpers.chapters.immune.families import VERSIONS, below, families, printed_family
from helpers.chapters.immune.panel import result_id
from helpers.ground.results import get
from helpers.ground.standing import FOLLOWS, OBSERVED, is_open
from helpers.ground.study import CONTRAST, Study
from helpers.printing import prose
from helpers.printing.marks import marked

NO_ZEROS = "The print does not say whether a share was 0; the cohorts are drawn without zeros."


def are_drawn(found: pd.DataFrame) -> bool:
    """Tell whether rows were drawn to agree with the print, which says nothing of a share of 0."""
    return "standing" in found and bool(found["standing"].ne(OBSERVED).any())


def family_sentence(results: pd.DataFrame, study: Study) -> str | None:
    """Say how many printed P values are small, and how many stay so; None where none is printed."""
    family = printed_family(results, study)
    if family.empty:
        return None
    few, size = int(family["p_value"].lt(study.alpha).sum()), len(family)
    stay = [adjusted(p, size) for p in family["together"] if p < study.alpha]
    smallest = adjusted(family["together"].min(), size)
    return (
        f"Of the {prose.spelled(size)} printed P values {prose.spelled(few)} are below {study.alpha:g}; "
        f"adjusted together (Benjamini-Hochberg), {prose.listed(stay) or 'none'} of them "
        f"{'is' if len(stay) < 2 else 'are'} (the smallest is {smallest}). "
        f"{_between_sentence(family, study)} {_declared_sentence(results, study)}"
    )


def _between_sentence(family: pd.DataFrame, study: Study) -> str:
    """Say which P values between the arms stay small when the printed ones are a family of their own."""
    own = family[family["group"].eq(CONTRAST)]
    stay = [adjusted(p, len(own)) for p in own["by_kind"] if p < study.alpha]
    which = f"Of the {prose.spelled(len(own))} printed ones between the arms, as a family of their own"
    return f"{which}, {prose.spelled(len(stay))} stay below: {prose.listed(stay)}." if stay else ""


def _declared_sentence(results: pd.DataFrame, study: Study) -> str:
    """Say how many tests between the arms stay small when those that are not printed count too."""
    family = families(study)["between"]
    ends = (f"{below(study)}{version}_bh" for version in VERSIONS)
    normal, exact = (get(results, result_id(family.outcome, end, family.group)) for end in ends)
    return (
        f"Over all {prose.spelled(len(study.cells))} between the arms, printed or not, "
        f"{prose.number(normal)} stay below by the normal approximation and {prose.number(exact)} by exact "
        "tests."
    )


def large_sentence(results: pd.DataFrame, study: Study) -> str | None:
    """Name the printed P values at or above the level; None where there is none."""
    family = printed_family(results, study)
    large = [
        f"{prose.tested(test)} ({_named(test['outcome'], test['group'], study)})"
        for _, test in family[family["p_value"].ge(study.alpha)].iterrows()
    ]
    return f"At or above {study.alpha:g}: {prose.listed(large)}." if large else None


def unprinted_sentence(results: pd.DataFrame, study: Study) -> str | None:
    """Name the changes of which nothing is printed; None where each is known."""
    found = [
        _named(cell.id, arm.id, study)
        for arm, cell in product(study.arms, study.cells)
        if _unprinted(get(results, result_id(cell.id, "signed_rank", arm.id)))
    ]
    return f"Nothing is printed of {prose.listed(found)}." if found else None


def uncompared_sentence(results: pd.DataFrame, study: Study) -> str | None:
    """Give the ranges of the comparisons between the arms that are not printed; None where each is known."""
    ratios = {cell.id: get(results, result_id(cell.id, "ratio_of_ratios", CONTRAST)) for cell in study.cells}
    found = [
        f"{prose.inside(cell.label)}, {prose.number(ratios[cell.id])}"
        for cell in study.cells
        if _unprinted(get(results, result_id(cell.id, "ratio_mann_whitney", CONTRAST)))
    ]
    return (
        f"No comparison of these is printed, so the ratio of ratios is open: {'; '.join(found)}."
        if found
        else None
    )


def conditions_sentence(results: pd.DataFrame, study: Study) -> str | None:
    """Name the ratios that lie on one side of 1 as their direction is printed; None where each is known."""
    ratios = {cell.id: get(results, result_id(cell.id, "ratio_of_ratios", CONTRAST)) for cell in study.cells}
    found = [
        cell for cell, ratio in ratios.items() if is_open(ratio) and ratio.get("share_below_null") in (0, 1)
    ]
    alone = [
        cell for cell in found if _unprinted(get(results, result_id(cell, "ratio_mann_whitney", CONTRAST)))
    ]
    if not found:
        return None
    only = f", if only in its conclusion ({_names(alone, study)})" if alone else ""
    return (
        f"Where the abstract names a direction{only}, the cohorts are drawn to have it. So it is no finding "
        f"that these ratios lie on one side of 1: {_names(found, study)}."
    )


def _names(cells: Iterable[str], study: Study) -> str:
    return prose.listed(prose.inside(study.label(cell)) for cell in cells)


def median_lines(results: pd.DataFrame, study: Study) -> Iterator[str]:
    """Give both medians of each population and arm, for an alternative text."""
    for cell, arm in product(study.cells, study.arms):
        found = [get(results, result_id(cell.id, f"median_{visit.id}", arm.id)) for visit in study.ends]
        said = ", ".join(
            f"{prose.bare(median)} {visit.phrase}" for median, visit in zip(found, study.ends, strict=True)
        )
        yield f"{cell.share}, {prose.inside(arm.label)}: {said}."


def adjusted(p: float, size: int) -> str:
    """Print an adjusted P value, which follows from the printed ones."""
    return marked(prose.p_figure(p), FOLLOWS, f"Benjamini-Hochberg over {size} printed P values")


def _unprinted(test: pd.Series) -> bool:
    return is_open(test) and pd.isna(test["p_value"])


def _named(cell: str, group: str, study: Study) -> str:
    if group == CONTRAST:
        return f"{prose.inside(study.label(cell))} between the arms"
    return f"{prose.inside(study.label(cell))} {study.arm(group).named}"
