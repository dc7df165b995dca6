"""Courses of eight patients, written by hand so that curves can be counted, and hostile changes of them."""

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.ground import cohort
from helpers.ground.endpoints import DAYS_PER_MONTH

COLUMNS = ["patient_id", "arm", "followup", "death", "relapse", "transplant", "best_response"]
# Months; the hand counts of the tests are made from these eight lines.
EIGHT = [
    ("A", "combination", 3, "yes", None, None, "CR"),
    ("B", "combination", 30, "no", None, None, "CR"),
    ("C", "combination", 10, "yes", 6, None, "CR"),
    ("D", "combination", 24, "no", None, None, "CR"),
    ("E", "monotherapy", 5, "yes", None, 2, "CR"),
    ("F", "monotherapy", 26, "no", None, 4, "CR"),
    ("G", "monotherapy", 12, "no", None, None, "CR"),
    ("H", "monotherapy", 20, "yes", None, None, "NR"),
]


def written(folder: Path, lines: list[tuple]) -> cohort.Cohort:
    """Write a cohort of the given courses and load it."""
    short = pd.DataFrame(lines, columns=COLUMNS)
    patients = pd.DataFrame(
        {
            "patient_id": short["patient_id"],
            "centre": "one",
            "arm": short["arm"],
            "disease_status": "relapsed_refractory",
            "age_years": 40,
            "bm_blasts_pct": 50,
            "cycles": 1,
            "best_response": short["best_response"],
            "mrd_negative": "no",
            "transplant": np.where(short["transplant"].isna(), "no", "yes"),
            "transplant_days": short["transplant"].astype(float) * DAYS_PER_MONTH,
            "relapse": np.where(short["relapse"].isna(), "no", "yes"),
            "relapse_days": short["relapse"].astype(float) * DAYS_PER_MONTH,
            "death": short["death"],
            "followup_days": short["followup"] * DAYS_PER_MONTH,
            "on_chemotherapy": "no",
            "synthetic": "no",
        }
    )
    patients.to_csv(folder / "patients.csv", index=False)
    about = 'name = "hand"\ntitle = "Hand"\nprovenance = "patient-level"\nsource = "this test"\n'
    about += 'disclosure = "internal"\n'
    (folder / "cohort.toml").write_text(about)
    return cohort.load(folder)


def changed(**columns: object) -> list[tuple]:
    """Return the eight courses with whole columns replaced."""
    frame = pd.DataFrame(EIGHT, columns=COLUMNS).astype(object)
    return list(frame.assign(**columns).itertuples(index=False, name=None))


HOSTILE = {
    "no deaths": changed(death="no"),
    "no relapse": changed(relapse=None),
    "no event": changed(death="no", relapse=None),
    "no transplant": changed(transplant=None),
    "nobody responds": changed(best_response="NR"),
    "everybody dies on day 0": changed(death="yes", followup=0, relapse=None, transplant=None),
    "everybody transplanted at once": changed(transplant=0),
    "one arm": changed(arm="monotherapy"),
    "deaths in one arm": changed(death=["yes"] * 4 + ["no"] * 4, relapse=None),
    "one patient": EIGHT[:1],
    "short follow-up": changed(followup=2, relapse=None, transplant=None),
    "events in one month": changed(followup=5, death="yes", relapse=None, transplant=None),
    "transplanted and lost": changed(death="no", followup=8, relapse=None, transplant=3),
    "deaths in the other arm": changed(death=["no"] * 4 + ["yes"] * 4, relapse=None),
    # Nobody is at risk after the first transplant, on day 10, until the next one.
    "first transplanted dies at once": [
        ("A", "combination", 15 / DAYS_PER_MONTH, "yes", None, 10 / DAYS_PER_MONTH, "CR"),
        *EIGHT[1:],
    ],
}
