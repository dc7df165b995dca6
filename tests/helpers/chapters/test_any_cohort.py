"""Cohorts of many shapes go through every chapter: a number, or the reason why there is none."""

import tempfile
from dataclasses import replace
from pathlib import Path

import odd_cohorts
import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from helpers.chapters.book import all_results
from helpers.ground.cohort import load
from helpers.ground.dictionary import PAIRS

STATUSES = ("relapsed_refractory", "mrd_positive", "mrd_negative")
OPTIONAL = (
    "centre",
    "disease_status",
    "age_years",
    "bm_blasts_pct",
    "cycles",
    "best_response",
    "mrd_negative",
)
CONSTANT = {
    "death": ("yes", "no"),
    "age_years": ("60",),
    "best_response": ("CR", "NR"),
    "mrd_negative": ("yes", "no"),
    "centre": ("Only",),
    "followup_days": ("0", "365"),
}


@st.composite
def shapes(draw):
    """Draw the sizes of the arms, the columns that are absent, those that do not vary, and the gaps."""
    sizes = draw(st.tuples(st.integers(1, 20), st.integers(1, 20)))
    statuses = draw(st.lists(st.sampled_from(STATUSES), min_size=1, unique=True))
    absent = draw(st.sets(st.sampled_from((*OPTIONAL, "transplant", "relapse"))))
    column = draw(st.sampled_from([None, *CONSTANT]))
    value = column and draw(st.sampled_from(CONSTANT[column]))
    gaps = draw(st.sets(st.sampled_from(("age_years", "bm_blasts_pct", "mrd_negative", "best_response"))))
    return sizes, statuses, absent, column, value, gaps, draw(st.integers(0, 1000))


@settings(max_examples=8, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(shapes())
def test_every_number_exists_or_says_why_not(shape):
    (one, other), statuses, absent, column, value, gaps, seed = shape
    rows = odd_cohorts.drawn({"new": one, "old": other}, tuple(statuses), seed).astype(str)
    if column:
        rows[column] = value
    if column == "followup_days":  # with no time for anything else
        rows = rows.assign(transplant="no", transplant_days="", relapse="no", relapse_days="")
    for name in gaps:
        rows.loc[::3, name] = ""
    days = dict(PAIRS)
    rows = rows.drop(columns=[*absent, *(days[name] for name in absent if name in days)])
    with tempfile.TemporaryDirectory() as folder:
        cohort = load(odd_cohorts.written_beside(Path(folder), rows))
    results = all_results(cohort)
    for shown in (cohort.told(results), replace(cohort, threshold=5).told(results)):
        missing = shown["method"].str.startswith("not estimable: ")
        assert (shown["estimate"].isna() == missing).all()
        assert (shown["method"].str.len() > 2).all()
        crossed = shown["ci_low"] > shown["ci_high"]  # an end that is not reached is missing
        assert not crossed.any()
    hidden = replace(cohort, threshold=5).told(results)
    counts = hidden[(hidden["unit"] == "count") & (hidden["statistic"] == "count")].dropna(subset="estimate")
    patients = counts[counts["chapter"].eq("cohort") & ~counts["outcome"].str.contains("centres")]
    assert (patients["estimate"] % 5 == 0).all() and (pd.to_numeric(patients["estimate"]) >= 5).all()
