"""Random patients of a small study, made up: arms, disease states, blasts, responses, dates of events."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evidence.this_abstract.abstract import ARMS, CUT, STATUSES
from helpers.ground.endpoints import DAYS_PER_MONTH

REFRACTORY, POSITIVE, NEGATIVE = STATUSES


@dataclass(frozen=True)
class Design:
    """Sizes, dates and conventions of a study; the pairs are by arm, in the order of `ARMS`."""

    refractory: tuple[int, int]
    positive: tuple[int, int]
    negative: tuple[int, int]
    panel: tuple[int, int]
    enrolment: int  # months
    cut: int  # months from the end of enrolment to the cut of the data
    table_test: str = "pearson"
    paired_test: str = "normal"
    rank_correction: bool = False
    quantile_rule: int = 7
    rounding: str = "half_up"
    blast_decimals: int = 0
    missing_pairs: bool = False


def draw_design(rng: np.random.Generator) -> Design:
    """Draw the sizes of a small study; conventions are those of the published one."""

    def pair(low, high):
        return tuple(int(number) for number in rng.integers(low, high + 1, 2))

    refractory, positive = pair(4, 12), pair(1, 8)
    largest = [sum(sizes) for sizes in zip(refractory, positive, strict=True)]
    panel = tuple(int(min(size, most)) for size, most in zip(pair(4, 8), largest, strict=True))
    enrolment, cut = int(rng.integers(12, 40)), int(rng.integers(0, 12))
    return Design(refractory, positive, (0, int(rng.integers(0, 6))), panel, enrolment, cut)


def make(design: Design, rng: np.random.Generator) -> pd.DataFrame:
    """Make up one row per patient; the blood panel is no part of it."""
    sizes = {REFRACTORY: design.refractory, POSITIVE: design.positive, NEGATIVE: design.negative}
    groups = [
        (arm, status)
        for status, each in sizes.items()
        for arm, size in zip(ARMS, each, strict=True)
        for _ in range(size)
    ]
    frame = pd.DataFrame(groups, columns=["arm", "disease_status"])
    n = len(frame)
    refractory = frame["disease_status"].eq(REFRACTORY)
    burdened = rng.beta(*rng.uniform(0.5, 2, 2), n) * 100
    frame["age"] = rng.integers(14, 80, n)
    frame["centre"] = rng.integers(0, rng.integers(1, 8), n)
    frame["cycles"] = rng.choice([1, 2, 3, 4], n, p=rng.dirichlet([4, 2, 1, 1]))
    frame["blasts"] = np.where(refractory, np.round(burdened, design.blast_decimals), 0)
    chance = rng.uniform(0.3, 0.95) - rng.uniform(0, 0.3) * (frame["blasts"] > CUT)
    responds = rng.random(n) < chance
    level = np.where(responds, rng.choice(["CR", "CRi", "PR"], n, p=[0.6, 0.25, 0.15]), "NR")
    frame["best_response"] = np.where(refractory, level, "")
    negative = rng.random(n) < rng.uniform(0.3, 0.95)
    frame["mrd_negative"] = np.where(refractory, negative & responds, negative)
    frame.loc[frame["disease_status"].eq(NEGATIVE), "mrd_negative"] = True
    return frame.join(_times(frame, design, rng))


def _times(frame: pd.DataFrame, design: Design, rng: np.random.Generator) -> pd.DataFrame:
    """Draw relapse, death and last contact in whole days; only a remission can relapse."""
    n = len(frame)
    staggered = design.enrolment * rng.random(n)
    contact = (design.enrolment - staggered + design.cut * rng.uniform(0.2, 1)) * DAYS_PER_MONTH
    contact = np.where(rng.random(n) < 0.1, contact * rng.random(n), contact)
    relapse = rng.exponential(rng.uniform(300, 2000), n)
    relapse = np.where(frame["best_response"].eq("NR"), np.inf, relapse)
    death = np.minimum(
        rng.exponential(rng.uniform(300, 3000), n), relapse + rng.exponential(rng.uniform(50, 900), n)
    )
    death, relapse, contact = (np.floor(time) for time in (death, relapse, contact))
    alive = death > contact
    return pd.DataFrame(
        {
            "followup_days": np.where(alive, contact, death),
            "death": ~alive,
            "relapse": (relapse <= contact) & (relapse < death),
            "relapse_days": relapse,
            "transplant": rng.random(n) < rng.uniform(0, 0.6),
            "on_chemotherapy": alive & (rng.random(n) < 0.3),
        }
    )


def members(patients: pd.DataFrame, group: str, stratum: str = "") -> pd.DataFrame:
    """Select patients of all or one arm, and of a stratum (everyone where it is empty)."""
    kept = patients["arm"].eq(group) | (group == "all")
    if stratum in STATUSES:
        kept &= patients["disease_status"].eq(stratum)
    elif stratum == "measurable_disease":
        kept &= patients["disease_status"].ne(NEGATIVE)
    elif stratum:
        kept &= patients["disease_status"].eq(REFRACTORY) & (patients["blasts"] > CUT)
    return patients[kept]
