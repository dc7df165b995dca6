"""The immune chapter: rows against hand counts and scipy, sentences in every direction, hostile panels."""

import dataclasses
import warnings

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from scipy import stats
from statsmodels.stats.multitest import multipletests

from helpers.chapters.immune import rows as immune
from helpers.chapters.immune import words as immune_reading
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import ARMS, PARENTS, STATUSES
from helpers.ground.results import COLUMNS, get, is_estimable
from helpers.plots import forest, heatmap, paired, ratios

# Baseline and day 28 of each patient, by population; without ties, where scipy's exact tests hold.
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


def test_the_panel_says_from_how_many_centres_it_comes(study, rows):
    sampled = study.patients[study.patients["patient_id"].isin(study.immune["patient_id"])]
    assert get(rows, "immune.centres.count.all")[["estimate", "n"]].tolist() == [
        sampled["centre"].nunique(),
        3,
    ]
    assert immune_reading.panel_centres(rows).endswith("of 3 centres of the cohort.")


def panel_rows(values: dict, arm: str) -> pd.DataFrame:
    rows = [
        (f"{arm[0].upper()}{number}", visit, population, PARENTS[population], percent, True, arm)
        for population, pairs in values.items()
        for number, pair in enumerate(pairs)
        for visit, percent in zip(immune.VISITS, pair, strict=True)
    ]
    names = ["patient_id", "visit", "population", "parent", "percent", "synthetic", "arm"]
    return pd.DataFrame(rows, columns=names).astype({"percent": float})


@pytest.fixture(scope="module")
def study() -> Cohort:
    ids = [f"C{number}" for number in range(8)] + [f"M{number}" for number in range(9)]
    status = ["relapsed_refractory"] * 5 + ["mrd_positive"] * 3 + ["relapsed_refractory"] * 4
    patients = pd.DataFrame(
        {
            "patient_id": ids,
            "centre": ["one"] * 12 + ["two"] * 4 + ["three"],
            "arm": ["combination"] * 8 + ["monotherapy"] * 9,
            "disease_status": pd.Categorical([*status, *["mrd_positive"] * 5], STATUSES),
            "mrd_negative": pd.array([True, False, None, *[True] * 5, *[False, True] * 4, True], "boolean"),
            "response": pd.array(
                [True, True, False, True, None, None, None, None, False, True, True, *[None] * 6], "boolean"
            ),
        }
    )
    rows = pd.concat([panel_rows(COMBINATION, "combination"), panel_rows(MONOTHERAPY, "monotherapy")])
    return Cohort("small", "Small", "reconstructed", "by hand", patients, rows.reset_index(drop=True))


@pytest.fixture(scope="module")
def rows(study: Cohort) -> pd.DataFrame:
    return immune.results(study)


def test_patients_are_counted_of_the_cohort(rows):
    count = get(rows, "immune.patients.count.combination")
    assert (count["estimate"], count["n"]) == (6, 8)
    count = get(rows, "immune.patients.count.all.relapsed_refractory")
    assert (count["estimate"], count["n"]) == (9, 9)
    count = get(rows, "immune.patients.count.combination.mrd_positive")
    assert (count["estimate"], count["n"]) == (1, 3)


def test_a_missing_value_leaves_the_pair_out_of_every_paired_number(rows):
    pairs = get(rows, "immune.treg.pairs.monotherapy")
    assert (pairs["estimate"], pairs["n"]) == (4, 5)
    median = get(rows, "immune.treg.median_baseline.monotherapy")
    assert (median["estimate"], median["n"]) == (8.5, 4)  # 6, 8, 9, 11
    assert get(rows, "immune.treg.increased.monotherapy")["estimate"] == 2
    assert get(rows, "immune.treg.decreased.monotherapy")["estimate"] == 1


def test_medians_by_hand(rows):
    assert get(rows, "immune.treg.median_baseline.combination")["estimate"] == 8.5
    assert get(rows, "immune.treg.median_day28.combination")["estimate"] == 6.5
    assert get(rows, "immune.treg.median_change.combination")["estimate"] == -3.5
    ratio = np.median([7 / 8, 7 / 9, 3 / 6, 6 / 10, 7 / 12, 1 / 7])
    assert get(rows, "immune.treg.median_ratio.combination")["estimate"] == pytest.approx(ratio)


def test_a_zero_baseline_has_no_ratio_but_keeps_its_pair(rows):
    assert get(rows, "immune.nkt.zero_baseline.combination")["estimate"] == 1
    assert get(rows, "immune.nkt.median_ratio.combination")["n"] == 5
    assert get(rows, "immune.nkt.signed_rank.combination")["n"] == 6
    everyone = get(rows, "immune.pairs.zero_baseline.all")
    assert (everyone["estimate"], everyone["n"]) == (1, 54)
    assert immune_reading.zero_sentence(rows).startswith("1 of 54 pairs of values has a baseline of 0")


@pytest.mark.parametrize("population", PARENTS)
def test_paired_tests_agree_with_scipy(rows, population):
    before, after = np.array(COMBINATION[population]).T
    asymptotic = stats.wilcoxon(after - before, correction=False, method="asymptotic")
    assert get(rows, f"immune.{population}.signed_rank.combination")["p_value"] == pytest.approx(
        asymptotic.pvalue
    )
    exact = stats.wilcoxon(after - before, method="exact")
    assert get(rows, f"immune.{population}.signed_rank_exact.combination")["p_value"] == pytest.approx(
        exact.pvalue
    )


def test_all_changes_in_one_direction_have_the_smallest_exact_p(rows):
    assert get(rows, "immune.t_cells.signed_rank_exact.combination")["p_value"] == pytest.approx(2 / 2**6)


def test_hodges_lehmann_shift_by_hand(rows):
    # Changes 1 to 6: the 21 Walsh averages have their middle at 3.5, and 95% needs their whole range.
    shift = get(rows, "immune.t_cells.hodges_lehmann.combination")
    assert (shift["estimate"], shift["ci_low"], shift["ci_high"]) == (3.5, 1, 6)
    assert shift["unit"] == "percent_points"


def test_tests_between_arms_agree_with_scipy(rows):
    one, other = (
        np.array([after / before for before, after in values["cd8_cd45ra"]])
        for values in (COMBINATION, MONOTHERAPY)
    )
    expected = stats.mannwhitneyu(one, other, method="asymptotic", use_continuity=False)
    found = get(rows, "immune.cd8_cd45ra.ratio_mann_whitney.arm")
    assert (found["estimate"], found["p_value"]) == pytest.approx((expected.statistic, expected.pvalue))
    exact = get(rows, "immune.cd8_cd45ra.ratio_mann_whitney_exact.arm")
    assert exact["p_value"] == pytest.approx(stats.mannwhitneyu(one, other, method="exact").pvalue)
    shift = get(rows, "immune.cd8_cd45ra.ratio_hodges_lehmann.arm")
    assert shift["estimate"] == pytest.approx(np.median(np.subtract.outer(one, other)))


@pytest.mark.parametrize(
    ("statistic", "size"), [("signed_rank", len(PARENTS) * len(ARMS)), ("ratio_mann_whitney", len(PARENTS))]
)
def test_false_discovery_rate_over_the_declared_family(rows, statistic, size):
    raw = rows[rows["statistic"] == statistic]
    adjusted = rows[rows["statistic"] == f"{statistic}_bh"]
    assert len(raw) == len(adjusted) == size
    expected = multipletests(raw["p_value"], method="fdr_bh")[1]
    np.testing.assert_allclose(adjusted["p_value"], expected)
    group = "all" if statistic == "signed_rank" else "arm"
    below = get(rows, f"immune.{statistic}_family.below_0_05_bh.{group}")
    assert (below["estimate"], below["n"]) == ((expected < 0.05).sum(), size)
    smallest = get(rows, f"immune.{statistic}_family.smallest_bh.{group}")
    assert smallest["p_value"] == pytest.approx(expected.min())


def test_exact_and_asymptotic_tests_are_compared_with_the_limit(rows):
    raw = rows[rows["statistic"] == "signed_rank"]["p_value"].to_numpy()
    exact = rows[rows["statistic"] == "signed_rank_exact"]["p_value"].to_numpy()
    differs = get(rows, "immune.signed_rank_family.exact_differs.all")
    assert differs["estimate"] == np.sum((raw < 0.05) != (exact < 0.05)) > 0
    words = f"different sides of 0.05 in {differs['estimate']:.0f} of 10"
    assert words in immune_reading.exact_sentence(rows)


def test_an_unestimable_test_leaves_its_family(study):
    same = study.immune.copy()
    t_cells = same["population"].eq("t_cells") & same["arm"].eq("combination")
    same.loc[t_cells, "percent"] = 70.0
    rows = immune.results(dataclasses.replace(study, immune=same))
    adjusted = get(rows, "immune.t_cells.signed_rank_bh.combination")
    assert adjusted["method"] == "not estimable: all differences are zero"
    assert np.isnan(adjusted["p_value"])
    assert get(rows, "immune.signed_rank_family.below_0_05.all")["n"] == 9
    note = immune_reading.reasons(rows, ["signed_rank"])
    assert note == " Not estimable: all differences are zero."


def test_parts_of_one_whole_are_counted_by_hand(rows):
    # All eleven patients were made to move in opposite directions, keeping the sum.
    opposite = get(rows, "immune.cd8_cd45_sum.opposite_changes.all")
    assert (opposite["estimate"], opposite["n"]) == (11, 11)
    assert get(rows, "immune.cd8_cd45_sum.median_baseline.all")["estimate"] == 90


def test_sentences_tell_a_rise_from_a_fall(rows):
    rise = immune_reading.paired_sentence(rows, "t_cells", "combination")
    assert rise.startswith(
        "T cells (% of lymphocytes), venetoclax + blinatumomab (6 pairs): "
        "median 71% at baseline, 74.5% on day 28; shift +3.5 points (95% CI +1.0 to +6.0 points), "
        "a clear difference; signed-rank P = 0.028 asymptotic, P = 0.031 exact."
    )
    fall = immune_reading.paired_sentence(rows, "treg", "combination")
    assert "shift \N{MINUS SIGN}3.5 points" in fall
    open_question = immune_reading.paired_sentence(rows, "nkt", "combination")
    assert ", no clear difference;" in open_question


def test_sentences_compare_ratios_in_both_directions(rows):
    lower = immune_reading.ratio_sentence(rows, "cd8_cd45ra")
    higher = immune_reading.ratio_sentence(rows, "cd8_cd45ro")
    assert "difference \N{MINUS SIGN}0." in lower
    assert "difference +0." in higher
    listed = immune_reading.clear_changes_sentence(rows)
    assert "T cells with venetoclax + blinatumomab" in listed


def test_too_few_pairs_for_an_interval_are_told(rows):
    sentence = immune_reading.paired_sentence(rows, "treg", "monotherapy")
    assert "(too few patients for a 95% interval)" in sentence


def _edited(**changes):
    def edit(panel: pd.DataFrame) -> pd.DataFrame:
        return panel.assign(**changes)

    return edit


HOSTILE = {
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


@pytest.mark.parametrize("edit", HOSTILE.values(), ids=HOSTILE)
def test_hostile_panels_keep_ids_and_give_reasons(study, rows, edit):
    hostile = dataclasses.replace(study, immune=edit(study.immune))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = immune.results(hostile)
        texts = _every_text(found)
        _draw_everything(hostile, found)
    assert list(found.columns) == COLUMNS
    assert found["id"].tolist() == rows["id"].tolist()
    for _, result in found.iterrows():
        holds = pd.notna(result["estimate"]) or pd.notna(result["p_value"])
        assert holds == is_estimable(result), result["id"]
    assert not any("nan" in text.split() or not text for text in texts)


def _every_text(rows: pd.DataFrame) -> list[str]:
    reading = immune_reading
    texts = [reading.paired_sentence(rows, population, arm) for population in PARENTS for arm in ARMS]
    texts += [reading.ratio_sentence(rows, population) for population in PARENTS]
    texts += [reading.family_sentence(rows, name) for name in ("signed_rank", "ratio_mann_whitney")]
    texts += [reading.paired_alt(rows, list(PARENTS))]
    whole = ("panel", "exact", "zero", "composition", "clear_changes")
    texts += [getattr(reading, f"{name}_sentence")(rows) for name in whole]
    texts += [getattr(reading, f"{name}_alt")(rows) for name in ("shift", "ratio", "heatmap")]
    for table in (reading.panel_table, reading.samples_table, reading.paired_table, reading.between_table):
        texts += table(rows).to_numpy().ravel().tolist()
    return texts


def _draw_everything(study: Cohort, rows: pd.DataFrame) -> None:
    panel = immune.pairs(study.immune)
    fig, axs = plt.subplots(2, 2)
    paired.plot_paired_panels(panel, rows, ["nkt", "treg"], axs=axs)
    fig.draw_without_rendering()
    fig, ax = plt.subplots()
    ratios.plot_ratios(panel, rows, immune.POPULATIONS, ax=ax)
    fig.draw_without_rendering()
    fig, axs = plt.subplots(**heatmap.layout(panel))
    heatmap.plot_change_heatmaps(panel, immune_reading.no_change_reason(rows), axs=axs)
    fig.draw_without_rendering()
    forest.plot_forest(immune_reading.shift_rows(rows)).figure.draw_without_rendering()
    plt.close("all")


def test_without_a_panel_one_sentence_and_every_figure_say_so(study):
    empty = dataclasses.replace(study, immune=study.immune.iloc[:0])
    rows = immune.results(empty)
    assert set(rows["method"]) == {"not estimable: the cohort has no immune panel"}
    assert immune_reading.panel_sentence(rows) == (
        "Nothing in this chapter is estimable: the cohort has no immune panel (no immune.csv)."
    )
    ax = ratios.plot_ratios(immune.pairs(empty.immune), rows, immune.POPULATIONS)
    assert "no immune panel" in " ".join(ax.texts[0].get_text().split())
    plt.close("all")


def test_paired_panel_draws_each_patient_and_the_medians(study, rows):
    points = immune.complete_pairs(immune.pairs(study.immune), "treg", "monotherapy")
    chosen = rows[rows["id"].str.startswith("immune.treg.") & rows["group"].eq("monotherapy")]
    ax = paired.plot_paired(points, chosen, "monotherapy")
    drawn = [line.get_ydata().tolist() for line in ax.lines]
    assert sorted(drawn[:-1]) == [[6, 6], [8, 9], [9, 7], [11, 14]]
    assert drawn[-1] == [8.5, 8]
    plt.close("all")


def test_ratio_of_zero_stands_at_the_edge_of_the_log_axis(study):
    panel = study.immune.copy()
    late = panel["visit"].eq("day28") & panel["population"].eq("treg") & panel["patient_id"].eq("C0")
    panel.loc[late, "percent"] = 0.0
    rows = immune.results(dataclasses.replace(study, immune=panel))
    ax = ratios.plot_ratios(immune.pairs(panel), rows, ("treg",))
    drawn = [points.get_offsets() for points in ax.collections if isinstance(points, PathCollection)]
    places = np.ma.concatenate(drawn)[:, 0]
    assert places.min() == ax.get_xlim()[0]
    plt.close("all")


def test_heat_map_shows_every_change_on_a_symmetric_scale(study):
    panel = immune.pairs(study.immune)
    _, axs = plt.subplots(**heatmap.layout(panel))
    heatmap.plot_change_heatmaps(panel, "no value", axs=axs)
    shown = [ax.collections[0].get_array() for ax in axs]
    assert np.ma.masked_invalid(np.ma.concatenate([values.ravel() for values in shown])).count() == 54
    assert all(ax.collections[0].get_clim() == (-8.0, 8.0) for ax in axs)  # 30 to 22
    plt.close("all")
