"""The figures of chapter 1 draw what their rows and patients hold."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from small_cohorts import courses, write

from helpers.chapters.cohort import course, sizes
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
    ax = centres.plot_centres(by_centre, cohort.study, ax=plt.subplots()[1])
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == [2, 0, 2, 3, 2, 0]  # North, East, South with the combination, then alone
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Centre 1", "Centre 2", "Centre 3"]
