"""What chapter 2 draws over the blasts of groups of patients: enough in each, and words that say so."""

from dataclasses import replace
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from small_cohorts import responses, write
from undrawn_cohorts import places, undrawn

from helpers.chapters.efficacy import burden, by_bands, words
from helpers.estimators import proportions
from helpers.ground.results import NOT_ESTIMABLE
from helpers.plots import blasts, response

OUTCOMES = ["response", "complete_remission", "mrd_negativity"]


@pytest.fixture(scope="module")
def cohort():
    return undrawn(600)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def cells(cohort, outcome, low, high):
    """Count the patients of a band one by one: by arm, with and without the outcome."""
    found = {(first, event): 0 for first in (True, False) for event in (True, False)}
    for _, one in burden.asked(cohort.patients, cohort.study, outcome).iterrows():
        if low < one["blasts"] <= high or one["blasts"] == low == 0:
            found[one["first"], one["event"]] += 1
    return found


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_band_holds_enough_of_both_arms_with_and_without_the_outcome(cohort, outcome):
    edges = by_bands.edges(cohort, outcome)
    assert len(edges) > 2 and not (edges % by_bands.STEP).any()
    for low, high in pairwise(edges):
        assert min(cells(cohort, outcome, low, high).values()) >= cohort.threshold


def test_rates_in_bands_are_those_of_their_patients(cohort):
    for _, rate in by_bands.rates(replace(cohort, threshold=0)).iterrows():
        held = cells(cohort, rate["outcome"], rate["over"], rate["to"])
        first = rate["group"] == cohort.study.arm_ids[0]
        events, others = held[first, True], held[first, False]
        assert (rate["events"], rate["n"]) == (events, events + others)
        assert rate["ci_low"] == pytest.approx(proportions.wilson(events, events + others).ci_low)


def test_no_band_of_a_few_patients(tmp_path):
    few = write(tmp_path, responses(), "patient-level")
    rates = by_bands.rates(replace(few, threshold=5))
    assert rates.empty
    assert words.bands_sentence(rates, few) == (
        "No band of blasts holds 5 patients of each arm with and without an outcome."
    )
    none = {"Response": by_bands.cutoffs(replace(few, threshold=5), "response")}
    assert words.which_cutoffs(none, replace(few, threshold=5)) is None
    assert by_bands.curve(replace(few, threshold=5), "response")[0].empty


def test_the_figure_of_rates_has_a_mark_for_each_band(cohort):
    rates = by_bands.rates(cohort)
    fig = response.plot_rates_over_blasts(rates, cohort.study)
    for ax, outcome in zip(fig.get_axes(), cohort.study.outcomes, strict=True):
        own = rates[rates["outcome"] == outcome.id]
        marks = [line for line in ax.lines if line.get_marker() in ("o", "s")]
        drawn = sorted(share for line in marks for share in line.get_ydata())
        assert drawn == sorted(own["estimate"].dropna())  # one that is not shown has no mark
    assert max(places(fig)) < 20


def test_a_rate_that_is_hidden_is_not_drawn(cohort):
    rates = by_bands.rates(cohort)
    rates.loc[0, ["estimate", "method"]] = np.nan, f"{NOT_ESTIMABLE}fewer than 5 patients"
    fig = response.plot_rates_over_blasts(rates[rates["outcome"] == "response"], cohort.study)
    first, second, third = fig.get_axes()
    drawn = sum(len(line.get_xdata()) for line in first.lines if line.get_marker() in ("o", "s"))
    assert drawn == (rates["outcome"] == "response").sum() - 1
    assert response.TOO_FEW in second.texts[0].get_text().replace("\n", " ")
    assert list(third.get_xticks()) == [0, 20, 40, 60, 80, 100]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_cutoffs_are_the_inner_ends_of_the_bands(cohort, outcome):
    found, exact = (by_bands.cutoffs(replace(cohort, threshold=each), outcome) for each in (5, 0))
    edges = by_bands.edges(cohort, outcome)
    assert found["cutoff"].tolist() == edges[1:-1].tolist()
    for (_, row), told in zip(exact.iterrows(), found["estimate"], strict=True):
        over = cells(cohort, outcome, row["cutoff"], 100)
        counts = [over[True, True], over[True, True] + over[True, False]]
        counts += [over[False, True], over[False, True] + over[False, False]]
        assert row["estimate"] == pytest.approx(proportions.newcombe_difference(*counts).estimate)
        near = proportions.newcombe_difference(*(5 * round(count / 5) for count in counts))
        assert told == pytest.approx(near.estimate, abs=0.00501)  # of the exact ones the counts would follow
    assert (found["n"] % 5 == 0).all() and (found["n"] - exact["n"]).abs().max() <= 2.5
    assert ((100 * found["estimate"]).round(6) % 1 == 0).all()


def test_counts_above_the_cutoffs_stand_only_where_they_were_counted_and_fit(cohort):
    frame = by_bands.cutoffs(cohort, "response")
    ax = blasts.plot_over_cutoffs(frame, cohort.study, "difference", every=False)
    written = {text.get_position()[0]: text.get_text() for text in ax.texts}
    known = frame.set_index("cutoff")["n"]
    assert written and all(f"{known[tick]:.0f}" == text for tick, text in written.items())
    assert min(np.diff(sorted(written)), default=40) >= 27  # three digits


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_curves_end_at_round_places_with_enough_patients_beyond(cohort, outcome):
    curve, patients = by_bands.curve(cohort, outcome)
    assert patients is None
    asked = burden.asked(cohort.patients, cohort.study, outcome)
    low, high = curve["blasts"].iloc[[0, -1]]
    assert low % by_bands.GRID == high % by_bands.GRID == 0
    for _, arm in asked.groupby("first"):
        assert min((arm["blasts"] <= low).sum(), (arm["blasts"] >= high).sum()) >= cohort.threshold
    exact = burden.over_blasts(cohort.patients, cohort.study, outcome, np.array([low]))
    assert curve["estimate"].iloc[0] == pytest.approx(exact["estimate"].item(), abs=0.005)


def test_no_figure_over_the_blasts_has_as_many_places_as_patients(cohort):
    panels = {outcome: by_bands.cutoffs(cohort, outcome) for outcome in OUTCOMES}
    curves = {outcome: by_bands.curve(cohort, outcome) for outcome in OUTCOMES}
    for fig in (
        blasts.plot_all_cutoffs(panels, cohort.study, every=False),
        blasts.plot_all_over_blasts(curves),
    ):
        assert max(places(fig)) <= 100 / by_bands.GRID + 1


def test_the_words_follow_what_is_drawn(cohort):
    rates = by_bands.rates(cohort)
    told = words.bands_alt(rates, cohort.study)
    own = rates[rates["outcome"] == "response"]
    assert f"blasts over 0% to {own['to'].min():g}%" in told
    assert "at least 5 patients of each arm" in words.bands_sentence(rates, cohort)
    panels = {"Response": by_bands.cutoffs(cohort, "response")}
    assert "multiple of 10%" in words.which_cutoffs(panels, cohort)
    few = replace(cohort, threshold=0, patients=cohort.patients.head(60))
    assert words.which_cutoffs({}, few) == "one for each value of the blasts that occurs"
    assert len(by_bands.cutoffs(few, "response")) > len(panels["Response"])
    assert len(by_bands.curve(few, "response")[1]) == len(burden.asked(few.patients, few.study, "response"))
