"""The figures of chapter 1 draw what their rows and patients hold."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from small_cohorts import courses, write

from helpers.chapters.cohort import aggregated, course, sizes
from helpers.chapters.cohort.groups import result_id
from helpers.chapters.cohort.rows import results
from helpers.ground.results import get, pick
from helpers.plots import centres, flow, points, swimmer


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return write(tmp_path_factory.mktemp("small"), courses(), panel=True)


@pytest.fixture(scope="module")
def rows(cohort):
    return results(cohort)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_swimmer_draws_every_patient_and_event(cohort):
    ax = swimmer.plot_swimmer(course.courses(cohort.patients, cohort.study), cohort.study)
    assert len(ax.patches) == 10
    drawn = [len(points.get_offsets()) for points in ax.collections]
    assert sum(drawn) == 2 + 2 + 4 + 6  # transplants, relapses, deaths, alive
    assert [tick.get_text() for tick in ax.get_yticklabels()] == list("RPRRNRRRRP")
    assert ax.get_xlabel() == f"Months since {cohort.study.time_zero}"


def test_swimmer_draws_patients_of_whom_no_disease_status_is_recorded(tmp_path):
    rows = courses().drop(columns=["disease_status", "transplant", "transplant_days"])
    lacking = write(tmp_path, rows)
    ax = swimmer.plot_swimmer(course.courses(lacking.patients, lacking.study), lacking.study)
    assert len(ax.patches) == 10 and {tick.get_text() for tick in ax.get_yticklabels()} == {""}
    [legend] = ax.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["Relapse", "Death", "Alive at last contact"]


def swapped(courses):
    """Give other courses of arms of the same sizes: each patient followed for a tenth longer."""
    return courses.assign(months=courses["months"] * 1.1)


def test_other_cohorts_get_the_places_that_the_figure_gives_its_own_bars(cohort):
    own = course.courses(cohort.patients, cohort.study)
    ax = swimmer.plot_swimmer(own, cohort.study)
    live = swimmer.others(ax, cohort.study, own, {"itself": own, "longer": swapped(own)})
    told = live.said["cohorts"]
    bars = sorted((patch.get_y() + patch.get_height() / 2, patch.get_width()) for patch in ax.patches)
    itself, longer = ([(place, months) for place, _, months, *_ in each] for each in told["bars"])
    assert [place for place, _ in itself] == pytest.approx([place for place, _ in bars])
    assert [months for _, months in itself] == pytest.approx([months for _, months in bars], abs=0.006)
    assert max(months for _, months in longer) <= ax.get_xlim()[1] == told["limits"][0]
    letters = [told["looks"][look]["letter"] for _, look, *_ in told["bars"][0]]
    assert letters == [tick.get_text() for tick in ax.get_yticklabels()]


def test_the_marks_of_other_cohorts_are_those_of_the_figure(cohort):
    own = course.courses(cohort.patients, cohort.study)
    ax = swimmer.plot_swimmer(own, cohort.study)
    told = swimmer.others(ax, cohort.study, own, {"itself": own}).said["cohorts"]
    events = [[bar[3 + number] for bar in told["bars"][0]] for number in range(4)]
    assert [sum(month is not None for month in months) for months in events] == [2, 2, 4, 6]
    assert all(mark["d"].startswith("M") and mark["fill"] for mark in told["marks"])


def test_no_other_cohort_and_one_of_other_sizes(cohort):
    own = course.courses(cohort.patients, cohort.study)
    ax = swimmer.plot_swimmer(own, cohort.study)
    assert swimmer.others(ax, cohort.study, own, course.others(cohort)) is None
    with pytest.raises(ValueError, match="other sizes"):
        swimmer.others(ax, cohort.study, own, {"fewer": own.iloc[1:]})


def test_points_draw_every_known_value(cohort, rows):
    ages = pick(rows, outcome="age", stratum="all")
    ax = points.plot_points(cohort.patients, cohort.study, "age_years", ages)
    ax.figure.canvas.draw()
    drawn = np.concatenate([strip.get_offsets()[:, 0] for strip in ax.collections])
    assert sorted(drawn) == [17, 20, 30, 35, 40, 45, 50, 60, 74]


def test_flow_names_every_box(cohort, rows):
    hospitals, panel = get(rows, result_id("centres", "count")), pick(rows, outcome="immune_panel")
    ax = flow.plot_flow(pick(rows, outcome="patients"), cohort.study, panel, hospitals)
    written = [text.get_text() for text in ax.texts]
    assert "All patients: n = 10, 3 centres" in written
    assert "Relapsed/refractory: n = 3\nimmune panel: 1 of 3" in written
    assert "MRD-negative: n = 0" in written


def test_centres_are_divided_by_arm_without_their_names(cohort, rows):
    by_centre = pick(rows, outcome=sizes.centres(cohort.patients), group=cohort.study.arm_ids)
    drawn = aggregated.drawn_centres(by_centre)
    ax = centres.plot_centres(drawn, cohort.study, ax=plt.subplots()[1])
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == [2, 0, 2, 3, 2, 0]  # North, East, South with the combination, then alone
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Centre 1", "Centre 2", "Centre 3"]
