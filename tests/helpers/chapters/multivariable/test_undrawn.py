"""What chapter 3 draws where single patients are not drawn: round ends, no marks, groups of enough."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from undrawn_cohorts import places, undrawn

from helpers.chapters.multivariable import prediction, shape, tables
from helpers.chapters.multivariable.model import analysed
from helpers.chapters.multivariable.rows import results
from helpers.plots.blasts import plot_logistic


@pytest.fixture(scope="module")
def cohort():
    return undrawn(600)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def few(cohort):
    """Return the same for internal use, and few enough patients to be drawn."""
    return replace(cohort, threshold=0, patients=cohort.patients.head(150))


def ends_of(cohort, curves):
    """Return the arms' ends of curves, and the blasts of their patients."""
    data = analysed(cohort)
    for arm, curve in curves.items():
        yield curve["blasts"].min(), curve["blasts"].max(), data.loc[data["arm"].eq(arm), "blasts"]


@pytest.mark.parametrize("kind", ["fitted", "shapes"])
def test_curves_end_at_round_places_with_enough_patients_beyond(cohort, kind):
    arms = cohort.study.arm_ids
    for of in (cohort, few(cohort)):
        fitted = shape.fitted_curves(of)
        curves = {
            arm: fitted[fitted["arm"] == arm] if kind == "fitted" else shape.shape_curves(of, arm)
            for arm in arms
        }
        for low, high, blasts in ends_of(of, curves):
            if of.draws_patients:
                assert (low, high) == (blasts.min(), blasts.max())
            else:
                assert low % shape.GRID == high % shape.GRID == 0
                assert min((blasts <= low).sum(), (blasts >= high).sum()) >= of.threshold
                assert all((100 * each["estimate"]).round(6).mod(1).eq(0).all() for each in curves.values())


def test_curves_are_drawn_without_their_patients(cohort):
    curves, arm = shape.fitted_curves(cohort), cohort.study.arm_ids[0]
    ax = plot_logistic(curves, cohort.study, None, arm)
    assert "patients" not in ax.get_title(loc="left")
    assert max(places(ax.figure)) == (curves["arm"] == arm).sum()


def test_thirds_hold_enough_patients_and_their_counts_are_rounded(cohort):
    exact = prediction.risk_groups(replace(cohort, threshold=0))
    assert len(exact) == prediction.RISK_GROUPS
    found = prediction.risk_groups(cohort)
    assert (found[["n", "events"]] % 5 == 0).all(axis=None)
    assert (found["n"] - exact["n"]).abs().max() <= 2.5
    assert found["estimate"].tolist() == pytest.approx((found["events"] / found["n"]).tolist())


def test_a_third_of_too_few_with_the_outcome_is_left_out(cohort):
    exact = prediction.risk_groups(replace(cohort, threshold=0))
    fewer = pd.Series(np.minimum(exact["events"], exact["n"] - exact["events"]))
    strict = replace(cohort, threshold=int(fewer.min()) + 1)
    kept = prediction.risk_groups(strict)
    assert len(kept) == (fewer >= strict.threshold).sum() < len(exact)


def test_of_many_centres_the_largest_are_left_out_in_turn(cohort):
    names = [f"H{number % 30}" for number in range(len(cohort.patients))]
    many = replace(cohort, threshold=0, patients=cohort.patients.assign(centre=names))
    found = tables.centre_rows(results(many), many)
    assert len(found) <= 1 + tables.MOST_CENTRES < 31
    assert found["label"].iloc[1].startswith("without centre 1 ")
