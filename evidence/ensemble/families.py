"""Ensemble: the open results that chapter 7 shows, each searched for its smallest and largest value."""

from collections.abc import Iterator

from evidence.this_abstract.abstract import ARMS, CELLS, REFRACTORY, STUDY, blasts, cohort, immune, survival
from helpers.ground.results import ResultId
from helpers.ground.study import CONTRAST, EVERYBODY

GROUPS = (EVERYBODY, *ARMS)
MODEL = ("multivariable", "complete_remission_mrd_negative")
EVENTS = ("relapse", "death", "transplant")


def _survival() -> Iterator[ResultId]:
    for outcome in ("os", "dfs"):
        yield survival(outcome, "hazard_ratio", CONTRAST)
        yield survival(outcome, f"rmst_difference_{STUDY.horizon}m", CONTRAST)
        for month in STUDY.horizons:
            printed = month == STUDY.horizon  # of all patients together
            for group in ARMS if printed else GROUPS:
                yield survival(outcome, f"km_{month}m", group)


def _course() -> Iterator[ResultId]:
    for event in EVENTS:
        yield from (cohort(event, "count", arm) for arm in ARMS)
    yield from (survival("followup", "median", arm) for arm in ARMS)
    yield from (survival("followup", "reverse_km_median", group) for group in GROUPS)
    yield survival("relapse", f"cumulative_incidence_{STUDY.horizon}m")


def _model() -> Iterator[ResultId]:
    for term in ("combination", "age"):
        yield ResultId(*MODEL, f"odds_ratio_{term}", EVERYBODY, REFRACTORY)
    yield ResultId(*MODEL, "ratio_of_odds_ratios_blasts_per_10", CONTRAST, REFRACTORY)
    yield from (cohort("age", "median", arm) for arm in ARMS)
    yield blasts("hodges_lehmann", CONTRAST)
    yield from (blasts(statistic, arm) for statistic in ("minimum", "maximum") for arm in ARMS)


def _immune() -> Iterator[ResultId]:
    for cell in CELLS:
        yield immune(cell, "ratio_hodges_lehmann", CONTRAST)
        yield from (immune(cell, "hodges_lehmann", arm) for arm in ARMS)


def _survival_heads() -> Iterator[ResultId]:
    for statistic in ("hazard_ratio", f"rmst_difference_{STUDY.horizon}m"):
        yield from (survival(outcome, statistic, CONTRAST) for outcome in ("os", "dfs"))
    for outcome in ("os", "dfs"):
        yield from (survival(outcome, f"km_{STUDY.horizon}m", arm) for arm in ARMS)


def _other_heads() -> Iterator[ResultId]:
    for event in ("death", "relapse"):
        yield from (cohort(event, "count", arm) for arm in ARMS)
    yield ResultId(*MODEL, "odds_ratio_combination", EVERYBODY, REFRACTORY)
    yield blasts("hodges_lehmann", CONTRAST)
    yield from (immune(cell, "ratio_hodges_lehmann", CONTRAST) for cell in CELLS)


FAMILIES: dict[str, tuple[ResultId, ...]] = {
    "Survival": tuple(_survival()),
    "Course of the disease": tuple(_course()),
    "Blasts, age and response": tuple(_model()),
    "Immune cells": tuple(_immune()),
}
# Those that the chapter draws; its appendix has them all.
HEADLINES: dict[str, tuple[ResultId, ...]] = {
    "Survival": tuple(_survival_heads()),
    "Events, blasts, response and immune cells": tuple(_other_heads()),
}
