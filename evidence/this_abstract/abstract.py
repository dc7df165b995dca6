"""What the searches know of this abstract: its arms, patients, cut-off and months, the ids of its results.

The searches are about one abstract. Whatever they take for granted of it stands here, from the description of
the study where that says it, and every result whose printed figure they look up gets its id from here.
"""

from functools import partial
from typing import cast

from helpers.ground import study
from helpers.ground.results import ResultId
from helpers.ground.study import CONTRAST, EVERYBODY

STUDY = study.load()
ARMS = STUDY.arm_ids
STATUSES = STUDY.statuses
REFRACTORY, POSITIVE, NEGATIVE = STATUSES
MEASURABLE = "measurable_disease"  # relapsed/refractory or MRD-positive
HIGH_BURDEN = "high_burden"
CUT = int(cast(float, STUDY.population(HIGH_BURDEN).above))  # percent of marrow cells; a high burden is above
OUTCOMES = ("response", "mrd_negativity")  # whose counts, rates and P values are printed
CELLS = {cell.id: cell.label for cell in STUDY.cells}
VISITS = tuple(visit.id for visit in STUDY.visits)
ALPHA = STUDY.alpha  # the usual level, as the source states none
AT = STUDY.horizon  # months at which survival is printed
AGES = ("minimum", "median", "maximum")  # what the three printed ages are read as
CENTRE_AGE = 46.0  # years; keeps models well conditioned, and no estimate for blasts depends on it

# From outcome, statistic, group and stratum to an id.
cohort, efficacy, survival, immune = (
    partial(ResultId, chapter) for chapter in ("cohort", "efficacy", "survival", "immune")
)
# From group and stratum.
patients, panel = (partial(chapter, "patients", "count") for chapter in (cohort, immune))
# From a statistic, and for blasts the group.
age, followup = partial(cohort, "age"), partial(survival, "followup")
blasts = partial(cohort, "blasts", stratum=REFRACTORY)

DEATHS, RELAPSES, TRANSPLANTS, TREATED = (
    cohort(event, "count") for event in ("death", "relapse", "transplant", "on_chemotherapy")
)
CAUSED = cohort("death_after_relapse_or_no_response", "count")  # deaths put down to relapse or response
CYCLES = [cohort(f"cycles_{number}", "count") for number in range(1, 5)]
OVERALL, DISEASE_FREE = (survival(outcome, f"km_{AT}m") for outcome in ("os", "dfs"))
RANK_TEST = blasts("mann_whitney", CONTRAST)
ODDS_RATIO = ResultId(
    "multivariable", "complete_remission_mrd_negative", "odds_ratio_blasts", EVERYBODY, REFRACTORY
)
