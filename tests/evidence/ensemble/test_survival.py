"""The block of event times: its people, its distance, and its draws beside plain rejection."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from evidence.claims import load as published_claims
from evidence.ensemble import people, survival
from evidence.ensemble.prior import PRIORS, Prior
from evidence.ensemble.reading import Reading
from evidence.ensemble.survival import EventTimes
from evidence.ensemble.tempering import Plan, sample
from evidence.reconstruction.targets import Targets
from helpers.estimators.quantiles import QUARTILES, quantile
from helpers.estimators.survival import kaplan_meier_at
from helpers.ground.endpoints import DAYS_PER_MONTH

TARGETS = Targets(published_claims.load())
PEOPLE = people.solve(TARGETS.figures)
# Eight patients, three without response; figures that many cohorts print.
RESPONDS = np.array([0, 1, 1, 1, 0, 0, 1, 1], dtype=bool)
COMBINATION = np.arange(8) < 4
LOOSE = np.array([[0, 16], [4, 22], [8, 34], [20, 75], [10, 70], [2.5, 3.5], [0.5, 1.5]])


def small(shape=1.0, **changed):
    return EventTimes(RESPONDS, COMBINATION, LOOSE, Prior(shape=shape), **changed)


class StepByStep(EventTimes):
    """The same block, moved by the engine: each move through `propose`."""

    move = None


def numbers(block, state):
    """Functionals that a wrong density would move: parameters, times that are seen and times that are not."""
    seen = survival.courses(state, block.responds)
    parameters = dict(zip(("death", "relapse", "after", "effect"), state["parameters"].T, strict=True))
    deaths = (seen["death"] & block.combination).sum(axis=1)
    followup = seen["followup"].mean(axis=1)
    relapsed_at = seen["relapse_days"].max(axis=1)
    hidden = np.log(state["first"]).mean(axis=1)
    return parameters | {"deaths": deaths, "followup": followup, "relapsed": relapsed_at, "hidden": hidden}


@pytest.mark.parametrize(("no_response", "without"), [("response", (2, 9)), ("mrd", (5, 10))])
def test_who_has_no_response(no_response, without):
    block = survival.block(PEOPLE, TARGETS, PRIORS["neutral"], Reading(no_response))
    assert (
        (~block.responds & block.combination).sum(),
        (~block.responds & ~block.combination).sum(),
    ) == without


def test_an_unknown_reading_is_refused():
    with pytest.raises(KeyError, match="remission"):
        survival.block(PEOPLE, TARGETS, PRIORS["neutral"], Reading("remission"))


@pytest.mark.parametrize("disease_free", survival.KINDS)
def test_summaries_are_those_of_the_estimators(disease_free):
    block = replace(survival.block(PEOPLE, TARGETS, PRIORS["neutral"]), disease_free=disease_free)
    state = block.draw(25, np.random.default_rng(1))
    seen = survival.courses(state, block.responds)
    for particle, found in enumerate(block.summaries(state)):
        days, death, relapse, relapse_days = (values[particle] for values in seen.values())
        assert [quantile(days / DAYS_PER_MONTH, share).estimate for share in QUARTILES.values()] == (
            pytest.approx(found[:3])
        )
        free, event, inside = np.where(relapse, relapse_days, days), relapse | death, np.full(64, True)
        if disease_free == "non-response":
            free, event = np.where(block.responds, free, np.minimum(free, 28)), event | ~block.responds
        if disease_free == "responders":
            inside = block.responds
        curves = (days, death), (free[inside], event[inside])
        for printed, (time, happens) in zip(found[3:5], curves, strict=True):
            # Beyond the last contact the curve stays as it is; the estimator does not look there.
            at = min(24, time.max() / DAYS_PER_MONTH)
            assert printed == pytest.approx(
                100 * kaplan_meier_at(time / DAYS_PER_MONTH, happens, at).estimate
            )
        assert list(found[5:]) == [death.sum(), relapse.sum()]


def test_courses_are_possible():
    block = survival.block(PEOPLE, TARGETS, PRIORS["falling hazard"])
    seen = survival.courses(block.draw(500, np.random.default_rng(2)), block.responds)
    days, relapse = seen["followup"], seen["relapse"]
    assert days.min() >= 1
    assert days[~seen["death"]].min() > 28
    assert (seen["relapse_days"] <= days)[relapse].all()
    assert (seen["relapse_days"] > 28)[relapse].all()
    assert not relapse[:, ~block.responds].any()
    assert not (seen["death"] & ~relapse)[:, block.responds].any()


def test_distance_is_zero_where_every_figure_prints():
    block = small()
    state = block.draw(5000, np.random.default_rng(3))
    found, (low, high) = block.summaries(state), LOOSE.T
    prints = ((found >= low) & (found < high)).all(axis=1)
    assert 10 < prints.sum() < 2500
    np.testing.assert_array_equal(block.distance(state) == 0, prints)


def test_draws_are_as_many_as_asked_for(monkeypatch):
    monkeypatch.setattr(survival, "PLAN", Plan(particles=1, moves=100, highest=40, last_moves=500))
    drawn = survival.draws(PEOPLE, TARGETS, PRIORS["neutral"], 3, np.random.default_rng(5))
    assert drawn["followup"].shape == (3, 64)
    assert (drawn["death"].sum(axis=1) == 19).all()
    assert (drawn["relapse"].sum(axis=1) == 8).all()
    assert (drawn["death"] == (drawn["relapse"] | ~PEOPLE.responded)).all()


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("shape", [0.7, 1.0])
def test_draws_agree_with_rejection(shape, compiled):
    block = (EventTimes if compiled else StepByStep)(RESPONDS, COMBINATION, LOOSE, Prior(shape=shape))
    rng = np.random.default_rng([4, int(10 * shape)])
    drawn = block.draw(60_000, rng)
    kept = {name: values[block.distance(drawn) == 0] for name, values in drawn.items()}
    group = sample(block, Plan(particles=1000, moves=10, highest=40, last_moves=150), rng)
    expected, found = numbers(block, kept), numbers(block, group.state)
    assert len(group.ancestor) > 800
    for name in expected:
        assert stats.ks_2samp(expected[name], found[name]).pvalue > 0.001, name
