"""Chapter 2 in words: what the landing page says of burden, where there is little room."""

from itertools import product

import pandas as pd

from helpers.chapters.efficacy.groups import result_id
from helpers.chapters.efficacy.rows import DIFFERENCES, TESTS
from helpers.chapters.efficacy.words.said import ABOUT_BURDEN, compared
from helpers.ground.results import get, is_estimable
from helpers.ground.standing import is_open
from helpers.ground.study import Study
from helpers.printing import comparisons, prose

BRIEF_TESTS = ("fisher_exact", "boschloo")


def zero_inside(rows: pd.DataFrame, study: Study, outcome: str, stratum: str) -> str:
    """Name in short what does not find a difference that Newcombe's interval finds clear; else empty text."""
    judge, *others = compared(rows, outcome, stratum, *DIFFERENCES)
    tests = compared(rows, outcome, stratum, *BRIEF_TESTS)
    known = all(is_estimable(one) and not is_open(one) for one in (judge, *others, *tests))
    if not known or comparisons.clarity(judge) != "a clear difference":
        return ""
    told = [
        f"{DIFFERENCES[one['statistic']][1]} {prose.interval(one)}"
        for one in others
        if comparisons.clarity(one) != "a clear difference"
    ]
    told += [
        f"{TESTS[one['statistic']][1]} {prose.tested(one)}" for one in tests if one["p_value"] >= study.alpha
    ]
    return f"By other methods it is not clear ({'; '.join(told)})." if told else ""


def turn_sentence(rows: pd.DataFrame, study: Study) -> str | None:
    """Say for which outcomes the direction of the difference turns with burden; None without a cut-off."""
    if not study.burden:
        return None
    asked = [one for one in study.outcomes if one.id in ABOUT_BURDEN]
    turned = [one for one in asked if _turns(rows, study, one.id)]
    frail = [one.noun for one in turned if _hangs_on_one(rows, study, one.id)]
    aside = f"; of {' and '.join(frail)} that hangs on one patient" if frail else ""
    names = " and ".join(one.noun for one in turned)
    return f"Of {names} the direction turns with the burden{aside}." if turned else None


def _turns(rows: pd.DataFrame, study: Study, outcome: str) -> bool:
    """Tell whether the print fixes both differences, and they point in opposite directions."""
    sides = [compared(rows, outcome, side.id, "risk_difference")[0] for side in study.burden or ()]
    known = all(is_estimable(side) and not is_open(side) for side in sides)
    return known and sides[0]["estimate"] * sides[1]["estimate"] < 0


def _hangs_on_one(rows: pd.DataFrame, study: Study, outcome: str) -> bool:
    """Tell whether one patient with the other outcome would give both sides one direction, or none."""
    cells = [
        get(rows, result_id(outcome, "count", arm, side.id))
        for side in study.burden or ()
        for arm in study.arm_ids
    ]
    if not all(map(is_estimable, cells)):
        return False
    events, sizes = ([int(cell[name]) for cell in cells] for name in ("events", "n"))
    for place, step in product(range(len(cells)), (-1, 1)):
        other = [*events]
        other[place] += step
        one, two, three, four = (each / size for each, size in zip(other, sizes, strict=True))
        if 0 <= other[place] <= sizes[place] and (one - two) * (three - four) >= 0:
            return True
    return False
