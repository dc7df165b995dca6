"""Verdicts on small invented abstracts: true ones are accused of nothing, and what is wrong is found."""

import csv
import re

import pytest

from evidence.claims import folder
from evidence.ledger.of_abstract import ledger

STUDY = """title = "Made up"
source = "Nobody"
[[arms]]
id = "a"
label = "Arm A"
[[arms]]
id = "b"
label = "Arm B"
[[populations]]
id = "seen"
label = "Patients of arm A who were seen"
parent = "a"
[[populations]]
id = "on_drug"
label = "While on the drug"
[[populations]]
id = "on_placebo"
label = "While on placebo"
"""
COLUMNS = ("quantity", "value", "population", "variable", "at", "versus", "of", "test")
SIZES = ("n,120,a", "n,118,b")
DEATHS = (*SIZES, "count,29,a,death", "count,41,b,death")
PAIRS = (
    *("n,26,on_drug", "n,26,on_placebo", "mean,3.90,on_drug,pain", "sd,1.32,on_drug,pain"),
    *("mean,4.62,on_placebo,pain", "sd,1.42,on_placebo,pain"),
)


def verdicts(path, *claims, tie="", **cells):
    """The verdict of each claim, of one sentence and named c1, c2, …"""
    rows = [dict(zip(COLUMNS, claim.split(","), strict=False)) for claim in claims]
    (path / "study.toml").write_text(STUDY, encoding="utf-8")
    with (path / "claims.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, folder.COLUMNS)
        writer.writeheader()
        for number, row in enumerate(rows, 1):
            own = {"id": f"c{number}", "sentence": "1", "statement": "Printed"}
            writer.writerow(own | row | cells.get(f"c{number}", {}))
    if tie:
        (path / "relations.csv").write_text(f"kind,members,total\n{tie}\n", encoding="utf-8")
    return ledger(folder.load(path)).set_index("id")


def accused(entries):
    """List the claims that are said to stand in a conflict."""
    return list(entries.index[entries["verdict"].isin(["impossible as printed", "contradicts as worded"])])


@pytest.mark.parametrize(
    "claims",
    [
        # 29 and 41 deaths have P = 0.07 by Pearson's test; that of the hazard ratio is of times.
        (*DEATHS, "hazard_ratio,0.60,a,death,,b", "ci_low,0.37,a,,,,c5", "ci_high,0.96,a,,,,c5")
        + ("p_value,0.03,a,death,,b,c5",),
        # The odds ratio of the counts is 0.60; this one is adjusted, and so is its P value.
        (*DEATHS, "odds_ratio,0.55,a,death,,b", "ci_low,0.30,a,,,,c5", "ci_high,0.99,a,,,,c5")
        + ("p_value,0.045,a,death,,b,c5",),
        # A crude and an adjusted odds ratio, each with its interval.
        ("odds_ratio,2.01,a,death,,b", "ci_low,1.44,a,,,,c1", "ci_high,2.82,a,,,,c1")
        + ("odds_ratio,1.87,a,death,,b", "ci_low,1.31,a,,,,c4", "ci_high,2.67,a,,,,c4"),
        # 9, 31 and 5 of 57, all cut off: 15.78…, 54.38… and 8.77….
        ("n,63,a", "count,9,seen,cr", "percent,15.7,seen,cr", "percent,54.3,seen,orr", "percent,8.7,seen,mrd")
        + ("count,31,seen,orr",),
        # Means of the same patients, two hundredths apart from what a test of two groups prints.
        (*PAIRS, "p_value,<0.001,on_drug,pain,,on_placebo,,paired_t"),
        # Survival as a fraction lies above a half before its median.
        ("median,18,a,survival", "probability,0.61,a,survival,12 months"),
        # A P value of deaths beside their median time may be the log-rank test's.
        (*DEATHS, "median,31.2,a,death", "median,22.0,b,death", "p_value,0.03,a,death,,b"),
        # 26 of 118: the share that a population is of another.
        ("n,118,all", "n,26,on_drug", "percent,22.0,on_drug"),
    ],
    ids=["hazard", "adjusted", "two models", "cut off", "pairs", "fraction", "log-rank", "share"],
)
def test_a_true_abstract_is_accused_of_nothing(tmp_path, claims):
    units = {"median": {"unit": "months"}, "percent,22.0": {"denominator": "all"}}
    cells = {
        f"c{number}": own
        for number, claim in enumerate(claims, 1)
        for start, own in units.items()
        if claim.startswith(start)
    }
    assert accused(verdicts(tmp_path, *claims, **cells)) == []


def test_pairs_that_no_correlation_lets_print_a_p_value_are_found(tmp_path):
    """0.72 less at n = 26: t is at least 0.72 √26 / (1.32 + 1.42) = 1.34, so that P is at most 0.19."""
    entries = verdicts(tmp_path, *PAIRS, "p_value,0.45,on_drug,pain,,on_placebo,,paired_t")
    assert accused(entries) == [f"c{number}" for number in range(3, 8)]
    assert "paired t test at every correlation" in entries.loc["c7", "reason"]


def test_what_is_a_part_of_another_outcome_is_no_more_than_it(tmp_path):
    claims = ("n,120,a", "count,36,a,cr", "count,30,a,orr")
    assert not accused(verdicts(tmp_path, *claims, tie="subset,orr;cr,"))
    entries = verdicts(tmp_path, *claims, tie="subset,cr;orr,")
    assert accused(entries) == ["c2", "c3"]
    assert "relation 1 (subset: cr, orr)" in entries.loc["c2", "reason"]


def test_a_fraction_below_a_half_before_the_median_is_found(tmp_path):
    claims = ("median,18,a,survival", "probability,0.41,a,survival,12 months")
    assert accused(verdicts(tmp_path, *claims, c1={"unit": "months"})) == ["c1", "c2"]


def test_a_group_and_its_share_of_another_are_compared(tmp_path):
    claims = ("n,118,all", "n,26,on_drug", "percent,25.0,on_drug")
    entries = verdicts(tmp_path, *claims, c3={"denominator": "all"})
    assert entries.loc["c3", "verdict"] == "contradicts as worded"
    shown = re.search(
        r"tied to(?::|, for example as) 26/(\d+)",
        entries.loc["c3", "reason"],
        # Of fewer than the sentence prints.
    )
    assert 24.95 <= 100 * 26 / int(shown[1]) <= 25.05


def test_a_statistic_is_compared_with_the_p_value_beside_it(tmp_path):
    """t = 2.10 on 236 degrees of freedom has P = 0.037."""
    near = ("df,236,a,pain,,b,,student_t", "statistic,2.10,a,pain,,b,,student_t")
    assert not accused(verdicts(tmp_path, *near, "p_value,0.037,a,pain,,b,,student_t"))
    assert accused(verdicts(tmp_path, *near, "p_value,0.01,a,pain,,b,,student_t")) == ["c1", "c2", "c3"]
