"""Counts above each cut-off of the blasts, beside counts by hand, and what the slider says of them."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from small_cohorts import RESPONSES, responses, write

from helpers.chapters.efficacy import cut_offs
from helpers.chapters.efficacy.rows import results
from helpers.chapters.efficacy.words import labelled_over
from helpers.chapters.efficacy.words.live import cut_off_slider
from helpers.ground import standing
from helpers.ground.cohort import DEFAULT, load

LEVELS = {"response": ("CR", "CRi", "PR"), "complete_remission": ("CR", "CRi")}


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    return write(tmp_path_factory.mktemp("small"), responses(), "patient-level")


@pytest.fixture(scope="module")
def rebuilt():
    return load()


@pytest.fixture
def axes():
    _, axs = plt.subplots(2, sharex=True)
    axs[0].set(xlim=(-2, 102), ylim=(8.5, -0.5))
    yield axs
    plt.close("all")


def counted(outcome: str, arm: str, cutoff: float) -> tuple[int, int]:
    """Count with the outcome, and all, among the relapsed/refractory of an arm above a cut-off."""
    above = [each for each in RESPONSES if each[:2] == (arm, "relapsed_refractory") and each[2] > cutoff]
    if outcome == "mrd_negativity":
        return sum(mrd == "yes" for *_, mrd in above), len(above)
    return sum(level in LEVELS[outcome] for *_, level, _ in above), len(above)


def test_arms_are_counted_and_compared_above_each_cut_off(real):
    found = cut_offs.known(real).set_index(cut_offs.KEYS)
    assert set(found.index.get_level_values("cutoff")) == set(range(5, 91, 5))
    for outcome in ("response", "complete_remission", "mrd_negativity"):
        for cutoff in cut_offs.CUT_OFFS:
            shares = []
            for arm in ("combination", "monotherapy"):
                events, n = counted(outcome, arm, cutoff)
                row = found.loc[(outcome, arm, cutoff)]
                assert (row["events"], row["n"]) == (events, n), (outcome, arm, cutoff)
                shares.append(events / n if n else np.nan)
            difference = found.loc[(outcome, "arm", cutoff), "estimate"]
            assert difference == pytest.approx(shares[0] - shares[1], nan_ok=True)


def test_the_ranges_are_those_of_the_rows_of_the_same_cut_off(rebuilt):
    """The rows were ranged with all results of every member, the table by itself."""
    found = cut_offs.known(rebuilt).set_index(cut_offs.KEYS)
    rows = standing.read_whole(DEFAULT).set_index("id")
    seen = 0
    for outcome, group, cutoff in found.index[found.index.get_level_values("group") == "arm"]:
        if cutoff % 10:
            continue
        row = rows.loc[f"efficacy.{outcome}.risk_difference_above_{cutoff}.arm.relapsed_refractory"]
        mine = found.loc[(outcome, group, cutoff)]
        ends = mine[["range_low", "range_high"]].to_numpy(float)
        assert ends == pytest.approx(row[["range_low", "range_high"]].to_numpy(float), abs=1e-9)
        assert mine["standing"] == row["standing"]
        seen += 1
    assert seen == 27


def test_of_what_is_open_the_cohort_at_hand_gives_no_number(rebuilt):
    found = cut_offs.known(rebuilt)
    is_open = found["standing"] == standing.OPEN
    assert 100 < is_open.sum() < len(found)
    assert found.loc[is_open, [*cut_offs.NUMBERS, "ci_low", "ci_high"]].isna().all(axis=None)
    assert found.loc[~is_open, cut_offs.NUMBERS].notna().all(axis=None)
    assert set(found.loc[~is_open, "cutoff"]) == {rebuilt.study.cutoff}


def test_the_slider_begins_at_the_cut_off_of_the_study(rebuilt, axes):
    told = cut_off_slider(axes, cut_offs.known(rebuilt), rebuilt.study, range(10, 100, 10)).said["slider"]
    start = told["start"]
    assert told["places"][start] == "more than 60%" and told["up"]
    assert told["at"][start] == pytest.approx((5 + 0.5) / 9, abs=1e-4)  # the sixth of nine lines
    response, remission, _ = (row["cells"][start] for row in told["rows"])
    assert response[:2] == [["5 of 6", "follows"], ["3 of 9", "follows"]]
    assert remission[0] == ["4 to 5 of 6", "open"]
    assert told["columns"] == ["Outcome", "Combination", "Monotherapy", "Difference"]


def test_no_cell_of_what_is_open_is_a_single_number(rebuilt, axes):
    told = cut_off_slider(axes, cut_offs.known(rebuilt), rebuilt.study, range(10, 100, 10)).said["slider"]
    cells = [cell for row in told["rows"] for cells in row["cells"] for cell in cells]
    assert {" to " in text for text, known in cells if known == standing.OPEN} == {True}
    assert {" to " in text.partition(" (")[0] for text, known in cells if known != standing.OPEN} == {False}


def test_each_line_of_the_figure_says_how_many_lie_above_its_cut_off(rebuilt):
    known = cut_offs.known(rebuilt)
    rows = standing.told(results(rebuilt), rebuilt.ranges)
    named = labelled_over(rows, rebuilt.study, "risk_difference_above", (60, 90), known)
    for lines in named.values():
        assert lines["label"].tolist() == ["60% (6 v 9)", "90% (1 to 3 v 2 to 5)"]


def test_the_slider_of_real_rows_stands_at_the_nearest_cut_off(real, axes):
    study = dataclasses.replace(real.study)
    told = cut_off_slider(axes, cut_offs.known(real), study).said["slider"]
    place = told["places"].index("more than 70%")
    assert told["at"][place] == pytest.approx((70 + 2) / 104, abs=1e-4) and not told["up"]
    assert told["rows"][0]["cells"][place][:2] == [["1 of 1", "observed"], ["1 of 2", "observed"]]
    assert told["rows"][0]["cells"][place][2][0].startswith("+50 points (95% CI")


def test_without_ranges_of_an_open_cohort_there_is_no_slider(rebuilt, axes):
    none = dataclasses.replace(rebuilt, cut_offs=pd.DataFrame())
    assert cut_off_slider(axes, cut_offs.known(none), rebuilt.study) is None
