"""The engine on a target whose answer is known by enumeration."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from evidence.ensemble.tempering import Plan, sample


class Dice:
    """Four dice of which a weighted prior prefers sixes; their sum must print as 20 or 21."""

    weights = np.array([1, 1, 1, 1, 1, 3]) / 8

    def draw(self, particles, rng):
        return {"eyes": rng.choice(6, (particles, 4), p=self.weights) + 1}

    def distance(self, state):
        total = state["eyes"].sum(axis=1)
        return np.maximum(np.maximum(20 - total, total - 21), 0).astype(float)

    def propose(self, state, rng):
        eyes = state["eyes"].copy()
        chains = np.arange(len(eyes))
        die, new = rng.integers(0, 4, len(eyes)), rng.integers(1, 7, len(eyes))
        old = eyes[chains, die]
        eyes[chains, die] = new
        return {"eyes": eyes}, np.log(self.weights[new - 1] / self.weights[old - 1])


PLAN = Plan(particles=400, moves=10, highest=6.0, last_moves=30)


def _exact():
    probability = np.zeros(5)
    for eyes in product(range(1, 7), repeat=4):
        if sum(eyes) in (20, 21):
            probability[eyes.count(6)] += np.prod(Dice.weights[np.array(eyes) - 1])
    return probability / probability.sum()


def test_the_draws_have_the_distribution_that_enumeration_gives():
    sixes = []
    for group in range(12):
        found = sample(Dice(), PLAN, np.random.default_rng([7, group]))
        sixes += [(eyes == 6).sum() for eyes in found.state["eyes"][::4]]  # particles share ancestors
    counts, exact = np.bincount(sixes, minlength=5), _exact()
    possible = exact > 0
    assert counts[~possible].sum() == 0
    assert stats.chisquare(counts[possible], exact[possible] * counts.sum()).pvalue > 0.001


def test_the_same_seed_gives_the_same_draws():
    first, second = (sample(Dice(), PLAN, np.random.default_rng(5)).state["eyes"] for _ in range(2))
    assert (first == second).all()


def test_a_missing_prior_ratio_shows():
    """The error that no distance sees: moves that forget the prior."""

    class Forgetful(Dice):
        def propose(self, state, rng):
            proposal, _ = super().propose(state, rng)
            return proposal, np.zeros(len(proposal["eyes"]))

    sixes = []
    for group in range(12):
        found = sample(Forgetful(), PLAN, np.random.default_rng([7, group]))
        sixes += [(eyes == 6).sum() for eyes in found.state["eyes"][::4]]
    counts, exact = np.bincount(sixes, minlength=5), _exact()
    assert stats.chisquare(counts[exact > 0], exact[exact > 0] * counts.sum()).pvalue < 1e-6


def test_every_draw_is_at_distance_zero():
    found = sample(Dice(), PLAN, np.random.default_rng(1))
    assert (Dice().distance(found.state) == 0).all()
    assert len(found.ancestor) == len(found.state["eyes"]) > 100
    assert found.accepted == pytest.approx(0.5, abs=0.4)
