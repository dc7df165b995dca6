"""The figures of an immune panel: each patient is drawn; hostile panels and other studies give a reason."""

from dataclasses import replace
from itertools import pairwise

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from made_up_panel import HOSTILE, OTHER_STUDIES, STUDY, of_three_populations, small_cohort
from matplotlib.collections import PathCollection

from helpers.chapters.immune.balance import log_ratio_pairs
from helpers.chapters.immune.correlations import changes, rank_correlations
from helpers.chapters.immune.outcomes import asked, compared, values_by_outcome
from helpers.chapters.immune.panel import paired_values, pairs, result_id
from helpers.chapters.immune.rows import results
from helpers.ground.cohort import Cohort
from helpers.ground.results import get, pick
from helpers.plots import correlations, heatmap, outcomes, paired, ratios, shifts, style
from helpers.plots.dressing import HALF_WIDTH, THIRD_WIDTH, name_panel


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return small_cohort()


@pytest.fixture(scope="module")
def rows(cohort: Cohort) -> pd.DataFrame:
    return results(cohort)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture
def book_style():
    """Take the book's look for one test."""
    with plt.rc_context():
        style.use()
        yield


def of(rows: pd.DataFrame, *statistics: str) -> list[pd.DataFrame]:
    return [pick(rows, statistic=statistic) for statistic in statistics]


def drawn(cohort: Cohort, rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """Draw every figure of the chapter."""
    study, panel = cohort.study, pairs(cohort.immune, cohort.study)
    cells = [cell.id for cell in study.cells]
    axs = {
        "paired": plt.subplots(**paired.layout(cells))[1],
        "balance": plt.subplots(1, 2)[1],
        "heatmap": plt.subplots(**heatmap.layout(panel, study))[1],
        "correlations": plt.subplots(**correlations.layout(study))[1],
        "outcomes": plt.subplots(**outcomes.layout(study, len(asked(study))))[1],
    }
    first, last = (visit.id for visit in study.ends)
    medians, tests = (
        of(rows, f"median_{first}", f"median_{last}"),
        of(rows, "signed_rank", "signed_rank_exact"),
    )
    paired.plot_paired_panels(panel, study, cells, medians=medians, tests=tests, axs=axs["paired"])
    medians = of(rows, f"ratio_{first}", f"ratio_{last}")
    tests = of(rows, "log_change_signed_rank", "log_change_signed_rank_exact")
    log_pairs = log_ratio_pairs(panel, study.balance)
    paired.plot_balance_panels(log_pairs, study, medians=medians, tests=tests, axs=axs["balance"])
    heatmap.plot_change_heatmaps(pick(rows, statistic="median_change"), study, panel, axs=axs["heatmap"])
    found, wide = rank_correlations(rows, study), changes(panel, study)
    correlations.plot_correlations(found, study, wide, axs=axs["correlations"])
    titles = {outcome.id: outcome.noun for outcome in asked(study)}
    values = values_by_outcome(cohort, panel)
    outcomes.plot_outcome_panels(compared(rows, study), study, values, titles, axs=axs["outcomes"])
    axs["shifts"] = np.array([shifts.plot_shifts(pick(rows, statistic="hodges_lehmann"), study, panel)])
    axs["ratios"] = np.array([drawn_ratios(cohort, rows)])
    axs["balance"].flat[0].figure.draw_without_rendering()  # as that of the ratios
    return axs


def drawn_ratios(cohort: Cohort, rows: pd.DataFrame) -> plt.Axes:
    """Draw the ratios, and lay them out: what a log axis holds shows then."""
    study, panel = cohort.study, pairs(cohort.immune, cohort.study)
    tests = of(rows, "ratio_mann_whitney", "ratio_mann_whitney_exact")
    ax = ratios.plot_ratios(pick(rows, statistic="median_ratio"), study, panel, tests=tests)
    ax.figure.draw_without_rendering()
    return ax


def points(ax) -> int:
    return sum(len(found.get_offsets()) for found in ax.collections if isinstance(found, PathCollection))


def test_every_figure_shows_each_patient(cohort, rows):
    axs = drawn(cohort, rows)
    assert [len(ax.lines) - 1 for ax in axs["paired"][2]] == [6, 4]  # without the medians
    assert [len(ax.lines) - 2 for ax in axs["balance"]] == [6, 5]  # without the medians and the null line
    assert points(axs["shifts"][0]) == 54
    assert points(axs["ratios"][0]) == 53  # without a first value of 0
    shown = [ax.collections[0].get_array() for ax in axs["heatmap"]]
    assert np.ma.masked_invalid(np.ma.concatenate([values.ravel() for values in shown])).count() == 54
    assert all(ax.collections[0].get_clim() == (-8.0, 8.0) for ax in axs["heatmap"])  # 30 to 22
    wide = changes(pairs(cohort.immune, STUDY), STUDY)
    assert points(axs["correlations"][0, 0]) == wide[["t_cells", "nkt"]].notna().all(axis=1).sum() == 11
    assert not axs["correlations"][0, 2].axison
    assert points(axs["outcomes"][0, 1]) == 7


@pytest.mark.parametrize(("panels", "width"), [(2, HALF_WIDTH), (3, THIRD_WIDTH)])
def test_the_titles_of_panels_beside_each_other_do_not_touch(panels, width, book_style):
    fig, axs = plt.subplots(1, panels, figsize=(4.7, 3), sharey=True)
    axs[0].set_ylabel("Probability")
    for ax, title in zip(
        axs, ("Venetoclax + blinatumomab", "Complete remission", "MRD negativity"), strict=False
    ):
        name_panel(ax, title, width, fontsize=10)
    fig.canvas.draw()
    boxes = [ax._left_title.get_window_extent() for ax in axs]
    assert all(one.x1 < other.x0 for one, other in pairwise(boxes))


def test_the_ratios_have_room_beside_their_names_and_tests(cohort, rows, book_style):
    panel = pairs(cohort.immune, cohort.study)
    fig, ax = plt.subplots(figsize=(4.7, 5.2))
    tests = of(rows, "ratio_mann_whitney", "ratio_mann_whitney_exact")
    ratios.plot_ratios(pick(rows, statistic="median_ratio"), cohort.study, panel, tests=tests, ax=ax)
    fig.canvas.draw()
    assert ax.bbox.width > 0.4 * fig.bbox.width
    ticks = [tick.get_window_extent() for tick in ax.get_xticklabels() if tick.get_text()]
    assert all(one.x1 < other.x0 for one, other in pairwise(ticks))


def test_changes_are_printed_as_they_are_recorded(cohort):
    panel = pairs(cohort.immune, cohort.study)
    axs = plt.subplots(**heatmap.layout(panel, cohort.study))[1]
    none = pd.DataFrame({"group": cohort.study.arm_ids, "estimate": 0.0, "method": ""})
    heatmap.plot_change_heatmaps(none, cohort.study, panel, axs=axs)
    printed = {text.get_text() for ax in axs for text in ax.texts}
    assert "0" in printed and not any(text.endswith(".0") for text in printed)


def test_paired_panel_draws_each_patient_and_the_medians(cohort, rows):
    both = pd.DataFrame(paired_values(pairs(cohort.immune, STUDY), "treg", "monotherapy"))
    medians, tests = (
        [get(rows, result_id("treg", statistic, "monotherapy")) for statistic in statistics]
        for statistics in (("median_baseline", "median_day28"), ("signed_rank", "signed_rank_exact"))
    )
    ax = paired.plot_paired(both, STUDY, "monotherapy", medians=medians, tests=tests)
    lines = [line.get_ydata().tolist() for line in ax.lines]
    assert sorted(lines[:-1]) == [[6, 6], [8, 9], [9, 7], [11, 14]]
    assert lines[-1] == [8.5, 8]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["Baseline", "Day 28"]


def test_the_silence_about_a_test_is_no_share_of_cohorts():
    """What is not printed of a test is read as not significant, which is no finding of the cohorts."""
    test = {"estimate": 3.0, "p_value": np.nan, "standing": "open", "method": ""}
    unprinted, counted = (pd.Series({**test, "share_significant": share}) for share in (0.0, 0.3))
    assert " ".join(paired._tests(unprinted, unprinted).split()) == (
        "signed-rank test not significant, as read"
    )
    assert paired._tests(counted, counted) == "signed-rank P open"


def test_ratio_of_zero_stands_at_the_edge_of_the_log_axis(cohort):
    immune = cohort.immune.copy()
    late = immune["visit"].eq("day28") & immune["population"].eq("treg") & immune["patient_id"].eq("C0")
    immune.loc[late, "percent"] = 0.0
    changed = replace(cohort, immune=immune)
    ax = drawn_ratios(changed, results(changed))
    places = np.ma.concatenate(
        [found.get_offsets() for found in ax.collections if isinstance(found, PathCollection)]
    )
    assert places[:, 0].min() == ax.get_xlim()[0]


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "no panel"])
def test_hostile_panels_are_drawn(cohort, name):
    fewer = of_three_populations(cohort)
    hostile = replace(fewer, immune=HOSTILE[name](fewer.immune))
    drawn(hostile, results(hostile))


def test_without_a_panel_every_figure_says_so(cohort):
    empty = replace(cohort, immune=HOSTILE["no panel"](cohort.immune))
    for name, axs in drawn(empty, results(empty)).items():
        shown = [ax for ax in axs.flat if ax.axison]
        assert shown and all("no immune panel" in " ".join(words_of(ax)) for ax in shown), name


@pytest.mark.parametrize("name", OTHER_STUDIES)
def test_another_study_is_drawn_in_its_own_words(cohort, name):
    other = OTHER_STUDIES[name](cohort)
    axs = drawn(other, results(other))
    if name == "other visits":
        text = text_of(axs)
        assert "Before treatment" in text and "Week 6" in text and "Baseline" not in text
    if name == "other arms":
        text = text_of(axs)
        assert "Drug A" in text and "inatumomab" not in text
    if name == "no population of cells":
        assert all("this study" in " ".join(words_of(ax)) for many in axs.values() for ax in many.flat)


def text_of(axs: dict[str, np.ndarray]) -> str:
    return " ".join(word for many in axs.values() for ax in many.flat for word in words_of(ax))


def words_of(ax) -> list[str]:
    """Return what is written on axes, line breaks as spaces."""
    ticks = [*ax.get_xticklabels(), *ax.get_yticklabels()]
    titles = [ax.get_title(loc) for loc in ("left", "center")]
    texts = [text.get_text() for text in (*ax.texts, *ticks)] + [*titles, ax.get_xlabel(), ax.get_ylabel()]
    return [" ".join(text.split()) for text in texts]
