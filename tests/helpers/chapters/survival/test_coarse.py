"""Coarse and thinned curves: what they keep, beside counts patient by patient and beside lifelines."""

from dataclasses import replace
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from matplotlib.collections import PolyCollection

from helpers.chapters.survival import coarse, curves, transplant
from helpers.chapters.survival.coarse import Course
from helpers.chapters.survival.monthly import AT_RISK, SHARES, monthly
from helpers.chapters.survival.rows import results
from helpers.chapters.survival.words.alts import curve_words, curves_alt
from helpers.chapters.survival.words.live import month_slider
from helpers.estimators.competing import cumulative_incidence_curve
from helpers.estimators.survival import delayed_entry_curve, kaplan_meier_at, kaplan_meier_curve
from helpers.ground.cohort import load
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.plots.survival import plot_survival, plot_with_risk

HALF_PERCENT = 0.005 + 1e-9
COURSES = st.lists(st.tuples(st.integers(1, 900), st.booleans()), min_size=1, max_size=120)
LEAST = st.integers(3, 7)


def repeated(cohort, times):
    return cohort.patients.loc[cohort.patients.index.repeat(times)].reset_index(drop=True)


def as_months(courses):
    days, event = np.array(courses, float).T
    return days / DAYS_PER_MONTH, event.astype(bool)


@pytest.fixture(scope="module")
def shareable():
    return replace(
        load(),
        provenance="patient-level",
        threshold=5,
        **dict.fromkeys(("ranges", "fans"), load().others[:0]),
    )


def coarsened(curve, stop, least, start=None):
    """Read one curve alone."""
    (read,) = coarse.coarse([Course(curve, np.asarray(stop), start)], least)
    return read


def drawn_alone(cohort, curve, stop):
    """Draw one curve alone."""
    return coarse.drawn(cohort, {"": Course(curve, np.asarray(stop))})[""]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@given(COURSES, LEAST)
@settings(deadline=None)
def test_between_two_readings_enough_patients_have_had_the_event(courses, least):
    months, event = as_months(courses)
    read = coarsened(kaplan_meier_curve(months, event), months, least)
    at = read["month"].to_numpy()
    assert (at == np.floor(at)).all() and (read.empty or (at[0] == 0 and len(at) > 1))
    for low, high in zip(at[:-1], at[1:], strict=True):
        assert sum(e and low < m <= high for m, e in zip(months, event, strict=True)) >= least
        assert sum(m >= high for m in months) >= least
    # Each but the last ends the first round span since the one before in which enough have had the event, so
    # that it tells of no month in which a single one had it.
    for low, high in zip(at[:-2], at[1:-1], strict=True):
        ends = [
            month
            for month, span in product(range(int(low) + 1, int(high) + 1), (1, 2, 3, 6, 12, 24, 60))
            if month % span == 0
            and month - span >= low
            and sum(e and month - span < m <= month for m, e in zip(months, event, strict=True)) >= least
        ]
        assert min(ends) == high
    if len(at):
        assert sum(m >= at[-1] + coarse.ROUND for m in months) < least


@given(COURSES, LEAST)
@settings(deadline=None)
def test_readings_are_the_curve_in_whole_percent(courses, least):
    months, event = as_months(courses)
    read = coarsened(kaplan_meier_curve(months, event), months, least)
    if read.empty:
        return
    right = KaplanMeierFitter().fit(months, event).predict(read["month"])
    assert np.abs(read["estimate"] - right.to_numpy()).max() <= HALF_PERCENT
    percent = 100 * read[["estimate", "ci_low", "ci_high"]].to_numpy()
    assert np.nanmax(np.abs(percent - np.round(percent))) < 1e-9
    left = [sum(m >= month for m in months) for month in read["month"]]
    assert (read["n_at_risk"] % least == 0).all()
    assert np.abs(read["n_at_risk"] - left).max() <= least / 2


@given(COURSES, LEAST, st.data())
@settings(deadline=None)
def test_a_patient_more_or_less_moves_a_reading_by_no_more_than_the_curve_itself_and_one_percent(
    courses, least, data
):
    out = data.draw(st.integers(0, len(courses) - 1))
    both = [courses, courses[:out] + courses[out + 1 :]]
    known = [as_months(each) for each in both if each]
    if len(known) < 2:
        return
    read = [
        coarsened(kaplan_meier_curve(*each), each[0], least).set_index("month")["estimate"] for each in known
    ]
    common = read[0].index.intersection(read[1].index)
    exact = (
        [KaplanMeierFitter().fit(*each).predict(list(common)) for each in known] if len(common) else [0, 0]
    )
    moved = np.abs(read[0][common] - read[1][common])
    assert (moved <= np.abs(exact[0] - exact[1]) + 2 * HALF_PERCENT).all()


def test_incidences_count_the_events_of_their_own_cause():
    draw = np.random.default_rng(4)
    months = draw.uniform(0, 30, 150)
    cause = draw.choice(["relapse", "death", "censored"], 150)
    read = coarsened(cumulative_incidence_curve(months, cause, "relapse"), months, 5)
    assert len(read) > 5
    code = np.array([["censored", "relapse", "death"].index(each) for each in cause])
    fitted = AalenJohansenFitter(calculate_variance=False).fit(months, code, 1)
    right = [fitted.predict(month) for month in read["month"]]
    assert np.abs(read["estimate"] - right).max() <= HALF_PERCENT
    counts = [((cause == "relapse") & (months <= month)).sum() for month in read["month"]]
    assert np.diff(counts).min() >= 5


def test_a_curve_with_delayed_entry_begins_whole_and_is_read_where_enough_have_entered():
    draw = np.random.default_rng(5)
    start = draw.uniform(1, 8, 60)
    stop = start + draw.exponential(12, 60)
    event = draw.random(60) < 0.8
    read = coarsened(delayed_entry_curve(start, stop, event), stop, 5, start)
    assert len(read) > 3 and read[["month", "estimate"]].iloc[0].tolist() == [0, 1]
    for month in read["month"][1:]:
        assert ((start < month) & (stop >= month)).sum() >= 5
    right = KaplanMeierFitter().fit(stop, event, entry=start).predict(read["month"][1:])
    assert np.abs(read["estimate"][1:] - right.to_numpy()).max() <= HALF_PERCENT


def test_few_patients_or_few_events_have_no_curve():
    months, few = np.arange(1, 41) + 0.5, np.arange(40) < 4
    assert coarsened(kaplan_meier_curve(months, few), months, 5).empty
    assert coarsened(kaplan_meier_curve(months[:4], few[:4]), months[:4], 5).empty
    assert coarsened(kaplan_meier_curve([], []), np.array([]), 5).empty
    enough = coarsened(kaplan_meier_curve(months, np.arange(40) < 5), months, 5)
    assert enough["month"].tolist() == [0, 36]  # five have had it by 6 months; five are at risk until 36


def test_thinned_curves_step_as_the_whole_ones_do():
    draw = np.random.default_rng(6)
    months, event = draw.exponential(20, 20_000), draw.random(20_000) < 0.6
    whole = kaplan_meier_curve(months, event)
    few = coarse.thinned(whole)
    assert len(few) <= coarse.STEPS + 1 < len(whole) / 10
    assert few["month"].iloc[[0, -1]].tolist() == whole["month"].iloc[[0, -1]].tolist()
    assert not np.isin(few["month"], months[~event])[:-1].any()
    shown = few.merge(whole, on="month", suffixes=("", "_whole"))
    assert (shown["estimate"] == shown["estimate_whole"]).all() and len(shown) == len(few)
    # No step is further from the next one that is shown than one part of the axis.
    steps = whole.loc[whole["n_events"] > 0, "month"]
    ahead = few["month"].to_numpy()[np.searchsorted(few["month"], steps)] - steps
    assert ahead.max() <= whole["month"].max() / coarse.STEPS * 1.0001
    assert coarse.thinned(kaplan_meier_curve([], [])).empty


def test_only_a_figure_of_patients_who_may_be_drawn_has_steps_of_patients(shareable):
    months, event = np.array([1.2, 2.3, 3.4]), [1, 0, 1]
    curve = kaplan_meier_curve(months, event)
    small = replace(shareable, threshold=0)
    many = replace(small, patients=small.patients.loc[small.patients.index.repeat(5)])
    assert drawn_alone(small, curve, months) is curve and coarse.offered(small, curve) is None
    assert "n_censored" not in drawn_alone(many, curve, months) and coarse.offered(many, curve) is None
    assert drawn_alone(shareable, curve, months).empty and coarse.offered(shareable, curve) is curve


@pytest.mark.parametrize("seed", range(20))
def test_a_figure_says_at_each_month_what_a_table_says(seed, shareable):
    """The figure chose by the rounded share whether counts are rounded, and said 74% beside 75%."""
    draws = np.random.default_rng(seed)
    months, event = draws.exponential(60, 300).clip(1, 99), draws.random(300) < 0.7
    read = drawn_alone(shareable, kaplan_meier_curve(months, event), months).iloc[1:]
    told = [
        coarse.in_multiples(kaplan_meier_at(months, event, at), shareable.threshold) for at in read["month"]
    ]
    assert len(read) > 5
    assert read["estimate"].tolist() == [round(value.estimate, 2) for value in told]


@pytest.mark.parametrize(("months", "is_rounded"), [([1, 2, 3, 4, 40], True), ([1, 2, 3, 4, 1.5], False)])
def test_a_share_of_rounded_counts_says_so(months, is_rounded):
    """Of 25 patients four have the event, and one leaves at the end, or before the second event."""
    stop = np.array([*months, *[50] * 20])
    event = np.array([True] * 4 + [False] * 21)
    value = kaplan_meier_at(stop, event, 24)
    told = coarse.in_multiples(value, 5)
    assert told.method.endswith("from rounded counts") is is_rounded
    assert told.estimate == (pytest.approx(20 / 25) if is_rounded else value.estimate)
    assert coarse.in_multiples(value, 0) is value


def test_of_many_patients_a_share_needs_no_rounded_counts():
    """A percent of 500 is five of them: of 1,384 patients 5.53% was told as 5%, by 35 of 630."""
    months, event = np.arange(1, 501) / 10, np.arange(500) % 18 == 0
    value = kaplan_meier_at(months, event, 30)
    assert coarse.in_multiples(value, 5) is value
    assert coarse.in_multiples(kaplan_meier_at(months[:499], event[:499], 1), 5).method.endswith("counts")


def test_numbers_at_risk_are_multiples_at_months_that_are_patients_apart(shareable):
    months, at_risk = np.arange(6), np.array([33, 30, 28, 12, 4, 0])
    shown, (told,) = coarse.counts(shareable, months, [at_risk])
    assert [list(part) for part in (shown, told)] == [[0, 2, 3, 4, 5], ["35", "30", "10", "<5", "<5"]]
    shown, (told,) = coarse.counts(shareable, months, [at_risk], untold={2})
    assert shown.tolist() == [0, 3, 4, 5]
    # Of another group few have left by month 2: at that month neither is told, or their sum would tell it.
    shown, told = coarse.counts(shareable, months, [at_risk, np.array([50, 49, 46, 40, 39, 30])])
    assert shown.tolist() == [0, 3, 5] and [list(each) for each in told] == [
        ["35", "10", "<5"],
        ["50", "40", "30"],
    ]
    assert coarse.counts(replace(shareable, threshold=0), months, [at_risk]) == (months, [at_risk])
    assert coarse.size(shareable, 33) == 35 and coarse.size(replace(shareable, threshold=0), 33) == 33
    several = replace(shareable, patients=repeated(shareable, 3))
    assert curves.curves(several, "os", ("all",))["label"].iloc[0] == "All patients (n = 190)"
    counts = curves.at_risk(several, "os", ("all",))
    longest = coarse.last_month(several.patients["overall_months"], several.threshold)
    assert counts["month"].max() <= longest and set(counts["n_at_risk"].str.strip("<").astype(int) % 5) == {0}


def coordinates(ax):
    """Give every number along the x-axis that a drawing holds: of lines, bands, texts and limits."""
    lines = [np.asarray(line.get_xdata(), float) for line in ax.lines]
    bands = [path.vertices[:, 0] for each in ax.findobj(PolyCollection) for path in each.get_paths()]
    texts = [np.atleast_1d(getattr(text, "xy", text.get_position())[0]) for text in ax.texts]
    return np.concatenate([*lines, *bands, *texts, ax.get_xlim(), ax.get_xticks()])


@pytest.mark.parametrize("outcome", ["os", "dfs", "dfs_nonresponse"])
def test_no_coordinate_of_a_shareable_figure_is_a_patients_day(shareable, outcome):
    shareable, study = replace(shareable, patients=repeated(shareable, 3)), shareable.study
    groups = (
        curves.curves(shareable, outcome, study.arm_ids),
        curves.at_risk(shareable, outcome, study.arm_ids),
    )
    axs = plot_with_risk(*groups, study, "Survival", joined=True)
    drawn = np.concatenate([coordinates(ax) for ax in axs])
    assert len(drawn) > 20 and (drawn == np.round(drawn)).all()
    assert not [line for line in axs[0].lines if line.get_marker() == "|" or "steps" in line.get_drawstyle()]


@pytest.mark.parametrize("frame", [transplant.curves, transplant.naive_curves])
def test_no_coordinate_of_the_transplant_figure_is_a_patients_day(shareable, frame):
    several = replace(shareable, patients=repeated(shareable, 3))  # of fewer no curve is told
    drawn = coordinates(plot_survival(frame(several), several.study, joined=True))
    assert len(drawn) > 20 and (drawn == np.round(drawn)).all()
    counts = transplant.at_risk(several)
    assert counts["month"].max() <= frame(several)["month"].max()


def test_axes_without_a_curve_say_why(shareable):
    ax = plot_survival(curves.curves(shareable, "os", ("all",))[:0], shareable.study, joined=True)
    assert not ax.lines and "too few" in ax.texts[0].get_text()


def test_the_slider_reads_the_coarse_curves_and_says_when(shareable):
    shareable, study = replace(shareable, patients=repeated(shareable, 5)), shareable.study
    rows, groups = results(shareable), ("all", study.arm_ids[1])
    read = monthly(shareable, rows, ("os",), groups)
    shown = curves.curves(shareable, "os", groups)
    assert set(read["month"]) == set(shown["month"]) - {0}
    for group, own in read[read["part"] == SHARES].groupby("group"):
        curve = shown[shown["curve"] == group].set_index("month")
        assert own["estimate"].tolist() == curve.loc[own["read"], "estimate"].tolist()
        assert (own["read"] <= own["month"]).all() and set(own["read"]) >= set(curve.index) - {0}
    assert (read.loc[read["part"] == AT_RISK, "estimate"] % 5 == 0).all()
    axs = plot_with_risk(shown, curves.at_risk(shareable, "os", groups), study, "Survival", joined=True)
    told = month_slider(axs[:1], read, study).said["slider"]
    assert month_slider(axs[:1], read[read["month"] == read["month"].min()], study) is None
    cells = [text for row in told["rows"] for cell in row["cells"] for text, _ in cell]
    assert len(told["places"]) == read["month"].nunique()
    # A cell whose curve is not read at the month says at which one it is.
    otherwise = bool((read["read"] < read["month"]).any())
    assert any(text.endswith("months") for text in cells) == otherwise


def test_words_follow_what_is_drawn(shareable):
    rows, small = results(shareable), replace(shareable, threshold=0)
    many = replace(small, patients=small.patients.loc[small.patients.index.repeat(5)])
    assert "ticks" in curve_words(small)["ticks"] and not curve_words(many)["ticks"]
    assert (
        curve_words(shareable)["read"].startswith(f" {shareable.undrawn}") and not curve_words(many)["read"]
    )
    assert curve_words(shareable)["rounded"] == ", to the nearest 5"
    drawn = curves.curves(small, "os", ("all",))
    assert "censoring ticks and numbers" in curves_alt(drawn, rows, small, "os", ("all",))
    assert "bands and numbers" in curves_alt(drawn, rows, shareable, "os", ("all",))
    none = curves_alt(drawn.iloc[:0], rows, shareable, "os", ("all",))
    assert none.startswith("Overall survival, no curve: too few")


@given(COURSES, COURSES, LEAST)
@settings(deadline=None)
def test_curves_that_hang_together_are_read_at_the_same_months(one, other, least):
    """Were they not, where only the whole is read at a month the parts would have few events, and some."""
    parts = [as_months(one), as_months(other)]
    whole = as_months([*one, *other])
    courses = [Course(kaplan_meier_curve(*whole), whole[0], of_all=True)]
    courses += [Course(kaplan_meier_curve(*part), part[0]) for part in parts]
    read = coarse.coarse(courses, least)
    inside = [event[months < coarse.last_month(months, least) + 1] for months, event in parts]
    enough = [sum(event) >= least for event in inside]
    assert all(enough) or (read[1].empty and read[2].empty)
    for (months, event), curve in zip(parts, read[1:], strict=True):
        inside = curve["month"].to_numpy()[:-1]
        assert set(inside) <= set(read[0]["month"])
        if not curve.empty:
            for low, high in zip(inside[:-1], inside[1:], strict=True):
                assert sum(e and low < m <= high for m, e in zip(months, event, strict=True)) >= least
    if all(enough) and not read[1].empty and not read[2].empty:
        both = set(read[0]["month"].to_numpy()[:-1])
        first, second = (set(curve["month"].to_numpy()[:-1]) for curve in read[1:])
        assert {month for month in both if month <= min(max(first), max(second))} <= first & second
