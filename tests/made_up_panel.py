"""A small immune panel by hand, what may be wrong with a panel, and other studies that may have one."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.ground import study as studies
from helpers.ground.cohort import Cohort
from helpers.ground.study import Study
from helpers.ground.study_parts import Arm, Cell, Panel, Visit

STUDY = studies.load()
CELLS = [cell.id for cell in STUDY.cells]
# The first and the last value of each patient, by population; without ties, where scipy's exact tests hold.
COMBINATION = {
    "t_cells": [(70, 71), (60, 62), (80, 83), (75, 79), (65, 70), (72, 78)],
    "nkt": [(20, 19), (0, 2), (18, 21), (22, 18), (25, 30), (15, 9)],
    "treg": [(8, 7), (9, 7), (6, 3), (10, 6), (12, 7), (7, 1)],
    "cd8_cd45ra": [(40, 39), (42, 40), (37, 40), (35, 31), (50, 45), (41, 35)],
    "cd8_cd45ro": [(50, 51), (45, 47), (53, 50), (60, 64), (40, 45), (48, 54)],
}
MONOTHERAPY = {
    "t_cells": [(74, 75), (70, 68), (78, 81), (71, 67), (69, 74)],
    "nkt": [(20, 18), (21, 17), (15, 14), (30, 22), (24, 19)],
    "treg": [(8, 9), (9, 7), (6, 6), (11, 14), (7, None)],
    "cd8_cd45ra": [(40, 41), (44, 46), (38, 41), (36, 40), (39, 44)],
    "cd8_cd45ro": [(50, 49), (46, 44), (52, 49), (58, 54), (47, 42)],
}


def _samples(values: dict, arm: str) -> pd.DataFrame:
    rows = [
        (f"{arm[0].upper()}{number}", visit.id, cell, STUDY.cell(cell).parent, percent, True, arm)
        for cell, pairs in values.items()
        for number, pair in enumerate(pairs)
        for visit, percent in zip(STUDY.ends, pair, strict=True)
    ]
    names = ["patient_id", "visit", "population", "parent", "percent", "synthetic", "arm"]
    return pd.DataFrame(rows, columns=names).astype({"percent": float})


def small_cohort() -> Cohort:
    """Give 17 patients, eleven of them in the panel."""
    ids = [f"C{number}" for number in range(8)] + [f"M{number}" for number in range(9)]
    status = ["relapsed_refractory"] * 5 + ["mrd_positive"] * 3 + ["relapsed_refractory"] * 4
    patients = pd.DataFrame(
        {
            "patient_id": ids,
            "centre": ["one"] * 12 + ["two"] * 4 + ["three"],
            "arm": ["combination"] * 8 + ["monotherapy"] * 9,
            "disease_status": pd.Categorical([*status, *["mrd_positive"] * 5], STUDY.statuses),
            "mrd_negative": pd.array([True, False, None, *[True] * 5, *[False, True] * 4, True], "boolean"),
            "response": pd.array(
                [True, True, False, True, None, None, None, None, False, True, True, *[None] * 6], "boolean"
            ),
        }
    )
    samples = pd.concat([_samples(COMBINATION, "combination"), _samples(MONOTHERAPY, "monotherapy")])
    return Cohort(
        "small", "Small", "reconstructed", "by hand", STUDY, patients, samples.reset_index(drop=True)
    )


def with_zero(cohort: Cohort) -> Cohort:
    """Set the CD45RA share of the first patient of the combination to 0 at the last visit."""
    panel = cohort.immune.copy()
    chosen = panel["patient_id"].eq("C0") & panel["population"].eq("cd8_cd45ra") & panel["visit"].eq("day28")
    panel.loc[chosen, "percent"] = 0.0
    return replace(cohort, immune=panel)


def of_three_populations(cohort: Cohort) -> Cohort:
    """Leave NKT cells and the two populations of the balance: each population has axes of its own."""
    balance = cohort.study.balance
    kept = {"nkt", balance.numerator, balance.denominator}
    study = replace(cohort.study, cells=tuple(cell for cell in cohort.study.cells if cell.id in kept))
    immune = cohort.immune[cohort.immune["population"].isin(kept)]
    return replace(cohort, study=study, immune=immune.reset_index(drop=True))


def _edited(**changes) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda panel: panel.assign(**changes)


HOSTILE: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "no panel": lambda panel: panel.iloc[:0],
    "no monotherapy": lambda panel: panel[panel["arm"] == "combination"],
    "no combination": lambda panel: panel[panel["arm"] == "monotherapy"],
    "baseline only": lambda panel: panel[panel["visit"] == "baseline"],
    "no value": _edited(percent=np.nan),
    "all zero": _edited(percent=0.0),
    "no change": _edited(percent=40.0),
    "zero on day 28": lambda panel: panel.assign(percent=panel["percent"].mask(panel["visit"] == "day28", 0)),
    "one patient": lambda panel: panel[panel["patient_id"] == "C0"],
    "one population": lambda panel: panel[panel["population"] == "nkt"],
    "missing here and there": lambda panel: panel.assign(
        percent=panel["percent"].mask(np.arange(len(panel)) % 7 == 0)
    ),
}


def _other_visits(cohort: Cohort) -> Cohort:
    visits = (
        Visit("pre", "Before treatment", "before treatment"),
        Visit("mid", "Week 2"),
        Visit("end", "Week 6"),
    )
    names = {"baseline": "pre", "day28": "end"}
    return _of(cohort, replace(STUDY, visits=visits), visit=cohort.immune["visit"].map(names))


def _other_arms(cohort: Cohort) -> Cohort:
    arms = (Arm("new", "Drug A", "A", "drug A"), Arm("old", "Drug B", "B", "drug B"))
    names = dict(zip(STUDY.arm_ids, ("new", "old"), strict=True))
    changed = _of(cohort, replace(STUDY, arms=arms, lead_in=None), arm=cohort.immune["arm"].map(names))
    return replace(changed, patients=cohort.patients.assign(arm=cohort.patients["arm"].map(names)))


def _without(cohort: Cohort, cells: tuple[Cell, ...], **parts) -> Cohort:
    chosen = cohort.immune["population"].isin([cell.id for cell in cells])
    study = replace(STUDY, cells=cells, balance=None, **parts)
    return replace(cohort, study=study, immune=cohort.immune[chosen].reset_index(drop=True))


def _of(cohort: Cohort, study: Study, **columns: pd.Series) -> Cohort:
    return replace(cohort, study=study, immune=cohort.immune.assign(**columns))


OTHER_STUDIES: dict[str, Callable[[Cohort], Cohort]] = {
    "other visits": _other_visits,
    "other arms": _other_arms,
    "another level": lambda cohort: replace(cohort, study=replace(STUDY, alpha=0.01)),
    "two populations of cells": lambda cohort: _without(cohort, STUDY.cells[:2]),
    "one population of cells": lambda cohort: _without(cohort, STUDY.cells[2:3]),
    "no population of cells": lambda cohort: _without(cohort, (), visits=()),
    "no outcome": lambda cohort: replace(cohort, study=replace(STUDY, panel=Panel())),
}
