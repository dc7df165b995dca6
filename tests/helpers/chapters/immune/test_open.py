"""Where the print leaves results open no sentence tells one cohort's value; printed P values are adjusted."""

import dataclasses

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from made_up_panel import STUDY

from helpers.chapters.immune import tables
from helpers.chapters.immune.families import printed_family
from helpers.chapters.immune.rows import results
from helpers.chapters.immune.words import panel, printed
from helpers.ground.cohort import Cohort
from helpers.ground.standing import told
from helpers.plots.medians import plot_medians
from helpers.printing.marks import plain

# The eight P values of the abstract, by population and group.
PRINTED = {
    ("treg", "signed_rank", "combination"): 0.046,
    ("cd8_cd45ra", "signed_rank", "combination"): 0.075,
    ("cd8_cd45ro", "signed_rank", "combination"): 0.028,
    ("t_cells", "signed_rank", "monotherapy"): 0.038,
    ("nkt", "signed_rank", "monotherapy"): 0.015,
    ("nkt", "ratio_mann_whitney", "arm"): 0.071,
    ("cd8_cd45ro", "ratio_mann_whitney", "arm"): 0.029,
    ("cd8_cd45ra", "ratio_mann_whitney", "arm"): 0.011,
}
OPENED = {
    "standing": "open",
    "range_low": 0.3,
    "range_high": 0.7,
    "share_below_null": 0.4,
    "share_significant": 0.1,
    "varies": "",
}


def opened(cohort: Cohort) -> pd.DataFrame:
    """Give the results of a cohort of which every one is open."""
    rows = results(cohort)
    return told(rows, pd.DataFrame([{"id": id, **OPENED} for id in rows["id"]]))


@pytest.fixture(scope="module")
def as_printed(cohort) -> pd.DataFrame:
    """Give open results, but for the P values of the abstract."""
    rows = opened(cohort)
    for parts, p in PRINTED.items():
        mine = (rows[["outcome", "statistic", "group"]] == parts).all(axis=1)
        rows.loc[mine, ["standing", "varies", "p_value"]] = ["printed", "estimate", p]
    return rows


def said(rows: pd.DataFrame) -> list[str]:
    """Give every sentence and table that a page shows of open results."""
    texts = [
        *panel.paired_sentences(rows, STUDY, [cell.id for cell in STUDY.cells]),
        *panel.ratio_sentences(rows, STUDY),
        *panel.balance_sentences(rows, STUDY),
        *tables.shift_lines(rows, STUDY),
        *tables.direction_lines(rows, STUDY),
        *tables.correlation_lines(rows, STUDY),
        *tables.outcome_lines(rows, STUDY),
        *printed.median_lines(rows, STUDY),
        panel.balance_between_sentence(rows, STUDY),
        panel.clear_changes_sentence(rows, STUDY),
        panel.clear_ratios(rows, STUDY),
        panel.clear_correlations(rows, STUDY),
        panel.clear_by_outcome(rows, STUDY),
        printed.unprinted_sentence(rows, STUDY),
        printed.uncompared_sentence(rows, STUDY),
    ]
    for name in ("panel", "values", "medians", "ratios", "fold_change", "outcomes"):
        texts += [*getattr(tables, f"{name}_table")(rows, STUDY).to_numpy().ravel()]
    return [plain(text) for text in texts if text]


def test_open_results_read_alike_whatever_the_cohort_holds(cohort):
    percent = cohort.immune["percent"]
    immune = cohort.immune.assign(percent=(100 - percent).where(percent > 0, percent))
    mine, other = said(opened(cohort)), said(opened(dataclasses.replace(cohort, immune=immune)))
    assert mine == other and not any("nan" in text for text in mine)
    assert mine[0].endswith(
        "(open; below 0 in 40% of the cohorts); signed-rank test significant in "
        "10% of the cohorts, exact significant in 10% of the cohorts."
    )


def test_printed_p_values_are_adjusted_as_named_families(as_printed):
    """By hand: 8/4 of 0.029 is the smallest of all; 3 of 0.011 and 3/2 of 0.029 between the arms."""
    family = printed_family(as_printed, STUDY)
    assert len(family) == 8
    assert family["together"].min() == pytest.approx(0.058)
    between = family[family["group"].eq("arm")].set_index("outcome")["by_kind"]
    assert between.round(4).to_dict() == {"nkt": 0.071, "cd8_cd45ra": 0.033, "cd8_cd45ro": 0.0435}
    sentence = plain(panel.clear_changes_sentence(as_printed, STUDY))
    assert sentence == (
        "Of the eight printed P values six are below 0.05; adjusted together (Benjamini-Hochberg), none of "
        "them is (the smallest is 0.058). Of the three printed ones between the arms, as a family of their "
        "own, two stay below: 0.033 and 0.044. Over all five between the arms, printed or not, 0 to 1 stay "
        "below by the normal approximation and 0 to 1 by exact tests."
    )
    large = plain(printed.large_sentence(as_printed, STUDY))
    assert "P = 0.075 (CD8+ CD45RA+ cells" in large and "P = 0.071 (NKT cells between the arms)" in large
    assert "regulatory T cells" in printed.uncompared_sentence(as_printed, STUDY)
    assert "NKT" not in printed.uncompared_sentence(as_printed, STUDY)


def test_an_exact_test_beside_a_printed_one_tells_its_share(as_printed):
    table = tables.medians_table(as_printed, STUDY).map(plain).set_index(["Arm", "Population"])
    treg = table.loc[("Venetoclax + blinatumomab", "Regulatory T cells")]
    assert treg[["P", "P, exact"]].tolist() == ["0.046", "< 0.05 in 10%"]


def test_small_in_none_of_the_cohorts_is_told_and_silence_is_a_reading(as_printed):
    """Of an exact test that is a share; of one that the abstract leaves out it is how its silence is read."""
    rows = as_printed.assign(share_significant=0.0)
    medians = tables.medians_table(rows, STUDY).map(plain).set_index(["Arm", "Population"])
    printed_one = medians.loc[("Venetoclax + blinatumomab", "CD8+ CD45RA+ cells")]
    assert printed_one[["P", "P, exact"]].tolist() == ["0.075", "< 0.05 in none"]
    silent = medians.loc[("Venetoclax + blinatumomab", "T cells")]
    assert silent[["P", "P, exact"]].tolist() == ["not significant, as read", "< 0.05 in none"]
    ratios = tables.ratios_table(rows, STUDY).map(plain).set_index("Population")
    assert ratios.loc["NKT cells", ["P", "P, exact"]].tolist() == ["0.071", "< 0.05 in none"]


def test_a_ratio_on_one_side_of_one_by_its_printed_direction_is_no_finding(as_printed):
    assert printed.conditions_sentence(as_printed, STUDY) is None  # each lies on both sides
    names = {"treg": 1.0, "nkt": 0.0}
    below = as_printed["outcome"].map(names).where(as_printed["statistic"].eq("ratio_of_ratios"))
    rows = as_printed.assign(share_below_null=below.fillna(as_printed["share_below_null"]))
    said = printed.conditions_sentence(rows, STUDY)
    assert "if only in its conclusion (regulatory T cells), the cohorts are drawn to have it" in said
    assert said.endswith("lie on one side of 1: NKT cells and regulatory T cells.")


def test_the_printed_table_begins_with_the_first_arm(as_printed):
    table = tables.printed_table(as_printed, STUDY).map(plain)
    assert table["Comparison"].drop_duplicates().tolist() == [
        "Venetoclax + blinatumomab",
        "Blinatumomab alone",
        "Between the arms",
    ]
    assert table["Over all 8"].tolist()[:3] == ["0.061", "0.075", "0.058"]


def test_observed_results_have_no_printed_family(rows):
    known = told(rows, pd.DataFrame(columns=["id", *OPENED]))
    assert printed_family(known, STUDY).empty and tables.printed_table(known, STUDY).empty
    assert printed.family_sentence(known, STUDY) is None and printed.large_sentence(known, STUDY) is None
    assert printed.unprinted_sentence(known, STUDY) is None


def test_open_medians_are_bands_and_known_ones_points(cohort, rows):
    known = told(rows, pd.DataFrame(columns=["id", *OPENED]))
    for table, arrows in ((known, 2 * len(STUDY.cells)), (opened(cohort), 0)):
        medians = table[table["statistic"].isin([f"median_{visit.id}" for visit in STUDY.ends])]
        ax = plot_medians(medians[medians["outcome"].isin([cell.id for cell in STUDY.cells])], STUDY)
        assert sum(getattr(text, "arrow_patch", None) is not None for text in ax.texts) == arrows
        assert len(ax.get_yticks()) == 2 * len(STUDY.cells)
        plt.close(ax.figure)


def test_of_drawn_cohorts_no_count_of_zeros_is_told(cohort):
    rows, drawn = results(cohort), opened(cohort).assign(standing="follows", varies="")
    drawn["estimate"] = rows["estimate"]  # as of what each cohort shares
    said = "The print does not say whether a share was 0; the cohorts are drawn without zeros."
    assert panel.balance_zero_sentence(drawn, STUDY) == said == panel.zero_ratio_sentence(drawn, STUDY)
    assert panel.zeros(drawn) is None
    assert panel.balance_zero_sentence(rows, STUDY).startswith("No share is 0 in these")
    assert panel.zero_ratio_sentence(rows, STUDY).endswith("have a baseline of 0, and therefore no ratio.")
    assert panel.zeros(rows) is not None
