"""Curves read at each month, beside lifelines and beside counts by hand."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from courses_by_hand import EIGHT, written
from lifelines import KaplanMeierFitter
from matplotlib import pyplot as plt

from helpers.chapters.survival import curves
from helpers.chapters.survival.monthly import AT_RISK, KEYS, SHARES, monthly
from helpers.chapters.survival.rows import results
from helpers.chapters.survival.times import times
from helpers.chapters.survival.words.live import month_slider
from helpers.ground import standing
from helpers.ground.cohort import DEFAULT, load
from helpers.plots.survival import plot_fans, plot_with_risk


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return written(tmp_path_factory.mktemp("eight"), EIGHT)


@pytest.fixture(scope="module")
def rebuilt():
    """Give the rebuilt cohort and its rows of the chapter."""
    cohort = load()
    return cohort, standing.told(results(cohort), cohort.ranges)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_real_curves_are_read_as_lifelines_reads_them(cohort):
    groups = cohort.study.groups
    found = monthly(cohort, results(cohort), ("os", "dfs"), groups)
    assert "standing" not in found
    for (outcome, group), own in found.groupby(["outcome", "group"], sort=False):
        months, event = times(cohort, outcome, group)
        shares = own[own["part"] == SHARES].set_index("month")["estimate"]
        left = own[own["part"] == AT_RISK].set_index("month")["estimate"]
        assert list(shares.index) == list(left.index) == list(range(1, 31))
        right = KaplanMeierFitter().fit(months, event).predict(shares.index)
        known = shares.index <= months.max()
        assert shares[known].to_numpy() == pytest.approx(right[known].to_numpy())
        assert shares[~known].isna().all()
        assert left.tolist() == [sum(each >= month for each in months) for month in left.index]


def test_a_group_without_patients_has_no_line(tmp_path):
    alone = written(tmp_path, [each for each in EIGHT if each[1] == "combination"])
    found = monthly(alone, results(alone), ("os",), alone.study.groups)
    assert set(found["group"]) == {"all", "combination"}


def test_what_the_print_determines_stands_in_place_of_the_range(rebuilt):
    cohort, rows = rebuilt
    found = monthly(cohort, rows, ("os",), cohort.study.groups)
    shares = found[found["part"] == SHARES].set_index(["group", "month"])
    printed = rows.set_index("id").loc["survival.os.km_24m.all"]
    assert shares.loc[("all", 24), "estimate"] == printed["estimate"]
    assert shares.loc[("all", 24), "standing"] == standing.PRINTED
    others = shares.drop(index=[("all", 24)])
    assert set(others["standing"]) == {standing.OPEN} and others["estimate"].isna().all()
    assert len(shares) == 3 * cohort.fans["month"].max()


def test_the_ranges_at_a_horizon_are_those_of_the_rows(rebuilt):
    """The rows were ranged by the chapter's estimators over the members, the curves by the ensemble's own."""
    cohort, rows = rebuilt
    whole = standing.read_whole(DEFAULT).set_index("id")
    read = monthly(cohort, rows, ("os", "dfs"), cohort.study.groups).set_index(KEYS)
    fans = cohort.fans.set_index(KEYS[:3])
    open_rows = rows[rows["statistic"].isin(["km_12m", "km_24m"]) & rows["standing"].eq(standing.OPEN)]
    everywhere = 0
    for _, row in open_rows[open_rows["outcome"].isin(["os", "dfs"])].iterrows():
        place, ends = (row["outcome"], row["group"], int(row["statistic"][3:5])), ["range_low", "range_high"]
        assert read.loc[(*place, SHARES), ends].tolist() == row[ends].tolist()
        if whole.loc[row["id"], "share_estimable"] == 1:  # elsewhere a curve of the fan goes on
            assert fans.loc[place, ["low", "high"]].tolist() == pytest.approx(row[ends].tolist(), abs=5e-5)
            everywhere += 1
    assert everywhere >= 6


def test_the_slider_of_fans_says_what_is_known_at_the_main_horizon(rebuilt):
    cohort, rows = rebuilt
    study = cohort.study
    axs = plot_fans(curves.fans(cohort, ("os",), study.groups), study, points=curves.points(rows, study))
    told = month_slider(axs, monthly(cohort, rows, ("os",), study.groups), study).said["slider"]
    start = told["start"]
    assert told["places"][start] == "24 months"
    first, *arms = told["rows"]
    assert first["name"].startswith("All patients") and first["cells"][start][0] == ["64%", "printed"]
    assert {standing for arm in arms for cells in arm["cells"] for _, standing in cells} == {"open"}
    assert told["at"][start] == pytest.approx(24 / axs[0].get_xlim()[1], abs=1e-4)


def test_where_nobody_is_followed_the_slider_says_so(rebuilt):
    """Beside the fans themselves: the last months of the smaller arm."""
    cohort, rows = rebuilt
    study = cohort.study
    axs = plot_fans(curves.fans(cohort, ("os",), study.groups), study, points=curves.points(rows, study))
    told = month_slider(axs, monthly(cohort, rows, ("os",), study.groups), study).said["slider"]
    fans = cohort.fans[cohort.fans["outcome"].eq("os") & cohort.fans["month"].gt(0)]
    seen = set()
    for row, (_, fan) in zip(told["rows"], fans.groupby("group", sort=False), strict=True):
        for (share, _), at_risk in zip(row["cells"], fan.to_dict("records"), strict=True):
            nobody = at_risk["at_risk_high"] == 0
            carried = at_risk["at_risk_low"] == 0 and not nobody
            assert ("nobody followed" in share[0]) == nobody and ("carried on" in share[0]) == carried
            seen.add((nobody, carried))
    assert seen == {(True, False), (False, True), (False, False)}


def test_the_slider_of_real_curves_says_intervals_and_no_standing(cohort):
    study = cohort.study
    axs = plot_with_risk(
        curves.curves(cohort, "os", study.arm_ids),
        curves.at_risk(cohort, "os", study.arm_ids),
        study,
        "Survival",
    )
    told = month_slider(axs[:1], monthly(cohort, results(cohort), ("os",), study.arm_ids), study).said[
        "slider"
    ]
    assert told["told"] == {}
    for row in told["rows"]:
        assert len(row["cells"]) == len(told["places"]) == 30
    # Combination: A dies at 3 months and C at 10, when three were at risk; B and D are followed for longer.
    assert told["rows"][0]["cells"][9][1] == ["3", "observed"]
    assert told["rows"][0]["cells"][9][0][0].startswith("50% (95% CI")


def test_nothing_known_gives_no_slider(rebuilt):
    cohort, rows = rebuilt
    none = dataclasses.replace(cohort, fans=pd.DataFrame(columns=standing.CURVES))
    _, ax = plt.subplots()
    assert month_slider([ax], monthly(none, rows, ("os",), ("all",)), cohort.study) is None
    assert np.isfinite(ax.get_xlim()).all()
