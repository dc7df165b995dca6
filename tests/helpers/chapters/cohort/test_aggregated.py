"""What chapter 1 draws of groups of patients: enough in each, none twice, and words that say so."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from small_cohorts import courses, write
from undrawn_cohorts import places, undrawn

from helpers.chapters.cohort import aggregated, sizes, words
from helpers.chapters.cohort.rows import results
from helpers.estimators.quantiles import QUARTILES
from helpers.ground.results import NOT_ESTIMABLE, pick
from helpers.plots import centres, points, states


@pytest.fixture(scope="module")
def cohort():
    return undrawn()


@pytest.fixture(scope="module")
def rows(cohort):
    return results(cohort)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.mark.parametrize("threshold", [0, 5, 11])
def test_bands_hold_enough_patients_whose_counts_are_rounded(cohort, threshold):
    of = replace(cohort, threshold=threshold)
    bands = aggregated.bands(of, "age_years")
    for arm, mine in bands.groupby("arm"):
        ages = cohort.patients.loc[cohort.patients["arm"] == arm, "age_years"]
        held = [
            ((ages > low) & (ages <= high)).sum() for low, high in zip(mine["over"], mine["to"], strict=True)
        ]
        assert sum(held) == len(ages) and min(held) >= max(threshold, 5)
        assert np.abs(mine["n"] - held).max() <= threshold / 2
        assert mine["share"].sum() == pytest.approx(1)
    assert (bands["n"] % max(threshold, 1) == 0).all()


def test_bars_have_the_area_of_their_share(cohort, rows):
    bands = aggregated.bands(cohort, "bm_blasts_pct", cohort.study.assessed)
    blasts = pick(rows, outcome="blasts", statistic=QUARTILES, stratum=cohort.study.assessed)
    ax = points.plot_bands(bands, cohort.study, blasts)
    bars = [bar for bar in ax.patches if bar.get_alpha() == 0.55]
    areas = pd.Series([abs(bar.get_width() * bar.get_height()) for bar in bars])
    assert (areas / bands["share"]).std() == pytest.approx(0, abs=1e-9)
    assert max(places(ax.figure)) < 2 * len(bands)


def test_too_few_patients_have_no_bar(tmp_path):
    few = write(tmp_path, courses())
    bands = aggregated.bands(few, "age_years")
    assert bands["arm"].unique().tolist() == ["monotherapy"]  # five ages are known there, and four here
    ages = pick(results(few), outcome="age", statistic=QUARTILES, stratum="all")
    ax = points.plot_bands(bands, few.study, ages)
    assert "too few patients for a bar" in [text.get_text() for text in ax.texts]
    assert words.bands_alt(bands, few.study).startswith(
        " Venetoclax + blinatumomab: too few patients for a bar. Blinatumomab alone: 100% over 0 to 100."
    )
    assert aggregated.states(few).empty


def at(cohort, arm, month):
    """Count one by one what had become of the patients of an arm by a month."""
    found = dict.fromkeys([*aggregated.STATES.values(), aggregated.TRANSPLANTED], 0)
    for _, one in cohort.patients[cohort.patients["arm"] == arm].iterrows():
        found[aggregated.TRANSPLANTED] += bool(one["transplant"]) and one["transplant_months"] <= month
        if one["death"] and one["overall_months"] <= month:
            found["Dead"] += 1
        elif one["overall_months"] < month:
            found["No longer followed"] += 1
        elif one["relapse"] and one["disease_free_months"] <= month:
            found["Alive after relapse"] += 1
        else:
            found["Alive without relapse"] += 1
    return found


def test_states_are_those_of_the_patients(cohort):
    for (arm, month), here in aggregated.states(replace(cohort, threshold=0)).groupby(["arm", "month"]):
        assert dict(zip(here["state"], here["n"], strict=True)) == at(cohort, arm, month)


def test_sums_of_states_are_rounded_and_make_up_the_arm(cohort):
    found = aggregated.states(cohort)
    assert (found["n"] % cohort.threshold == 0).all() and (found["n"] >= 0).all()
    for (arm, month), here in found.groupby(["arm", "month"]):
        exact = at(cohort, arm, month)
        apart = here["n"].iloc[:4].cumsum() - np.cumsum(list(exact.values())[:4])
        assert apart.abs().max() <= cohort.threshold / 2
        assert here["share"].iloc[:4].sum() == pytest.approx(1)


def test_months_end_while_enough_patients_are_followed(cohort):
    last = aggregated.states(cohort)["month"].max()
    assert (cohort.patients["overall_months"] >= last).sum() >= cohort.threshold


def test_the_bars_of_a_month_reach_one_and_stand_for_groups(cohort):
    found = aggregated.states(cohort)
    fig = states.plot_states(found, cohort.study)
    for ax in fig.get_axes():
        assert max(bar.get_y() + bar.get_height() for bar in ax.patches) == pytest.approx(1)
    assert len(fig.legends[0].get_texts()) == 5
    drawn = places(fig)
    assert drawn[-1] == (found["state"] != aggregated.TRANSPLANTED).sum()
    assert max(drawn[:-1]) == found["month"].nunique()


def test_an_arm_of_too_few_is_not_drawn(cohort):
    second = aggregated.states(cohort)
    fig = states.plot_states(second[second["arm"] == "monotherapy"], cohort.study)
    assert not fig.get_axes()[0].patches and states.TOO_FEW in fig.get_axes()[0].texts[0].get_text().replace(
        "\n", " "
    )


def test_states_in_words(cohort):
    found = aggregated.states(cohort)
    told = words.states_alt(found, cohort.study)
    dead = found[(found["state"] == "Dead") & (found["month"] == found["month"].max())]["share"]
    assert all(f"dead {share:.0%}" in told for share in dead)
    assert "multiples of 5" in words.states_sentence(cohort)
    assert words.states_sentence(replace(cohort, threshold=0)) == ""
    assert "at least 5 patients, counted in multiples of 5" in words.bars_sentence(cohort)
    assert words.bars_sentence(replace(cohort, threshold=0)).endswith("at least 5 patients.")


def test_the_largest_centres_that_may_be_counted_are_drawn(rows, cohort):
    by_centre = pick(rows, outcome=sizes.centres(cohort.patients), group=cohort.study.arm_ids)
    assert words.undrawn_centres(by_centre, aggregated.drawn_centres(by_centre), 0) is None
    second = by_centre["outcome"].eq("centre_02") & by_centre["group"].eq("monotherapy")
    by_centre.loc[second, "method"] = f"{NOT_ESTIMABLE}fewer than 5 patients"
    drawn = aggregated.drawn_centres(by_centre)
    every = len(sizes.centres(cohort.patients))
    assert drawn["place"].unique().tolist() == [1, *range(3, every + 1)]
    told = "Drawn: the largest centres with at least 5 patients of each arm."
    assert words.undrawn_centres(by_centre, drawn, 5) == told
    assert words.undrawn_centres(drawn, drawn, 5) == told
    ax = centres.plot_centres(drawn, cohort.study)
    assert [tick.get_text() for tick in ax.get_yticklabels()][:2] == ["Centre 1", "Centre 3"]


def test_of_many_centres_some_are_drawn_and_short_bars_have_their_counts_beside_them(cohort):
    big = np.arange(len(cohort.patients)) % 60
    patients = cohort.patients.assign(centre=np.where(big < 30, "H0", [f"H{number}" for number in big]))
    many = replace(cohort, patients=patients)
    by_centre = pick(results(many), outcome=sizes.centres(patients), group=many.study.arm_ids)
    drawn = aggregated.drawn_centres(by_centre)
    assert drawn["place"].nunique() == aggregated.MOST_CENTRES
    assert words.undrawn_centres(by_centre, drawn, 0) == "Drawn: the largest centres, 20 of 31."
    beside = [
        text.get_text() for text in centres.plot_centres(drawn, many.study).texts if "+" in text.get_text()
    ]
    first, second = (
        drawn.loc[drawn["place"].eq(2) & drawn["group"].eq(arm), "estimate"].item()
        for arm in many.study.arm_ids
    )
    assert beside[0] == f" {first:.0f} + {second:.0f}"
