"""Blasts and ages: draws print the claims by other people's code, and follow the law that they should."""

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from scipy import stats
from statsmodels.discrete.discrete_model import Logit

from evidence.annealing.anneal import State
from evidence.claims.load import load
from evidence.ensemble import marrow, marrow_moves, people, tempering
from evidence.ensemble.people import People
from evidence.ensemble.prior import PRIORS, Prior
from evidence.ensemble.reading import Reading
from evidence.reconstruction.targets import Targets

TARGETS = Targets(load())
PEOPLE = people.solve(TARGETS.figures)
ANY = np.array([-np.inf, np.inf])
OF_ANY_MODEL = (ANY, np.array([0.0, np.inf]), 1.96, -1)  # slope, its deviate, the critical one, terms


@pytest.fixture(scope="module", autouse=True)
def few_particles():
    """Reach the print with a quarter of the particles: what is drawn is looked at, not how often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marrow, "PLAN", replace(marrow.PLAN, particles=16))
        yield


@pytest.fixture(scope="module")
def drawn(few_particles) -> State:
    return marrow.draws(PEOPLE, TARGETS, Prior(), 20, np.random.default_rng([1, 1, 0]), forgetting=300)


def test_draws_have_the_cells_and_the_figures_of_each_arm(drawn: State) -> None:
    burden = np.where(drawn["blasts"] > 60, "high", "low")
    assert (burden == PEOPLE.burden[PEOPLE.refractory]).all()
    assert (drawn["blasts"] >= 5).all() and (drawn["blasts"] <= 98).all()
    first = PEOPLE.combination[PEOPLE.refractory]
    for arm, printed in ((first, [25, 60, 86]), (~first, [19, 42, 85])):
        quartiles = np.quantile(drawn["blasts"][:, arm], [0.25, 0.5, 0.75], axis=1)
        assert (abs(quartiles.T - printed) < 0.5).all()
    one, other = drawn["blasts"][:, first], drawn["blasts"][:, ~first]
    tests = stats.mannwhitneyu(one, other, use_continuity=False, method="asymptotic", axis=1)
    assert (tests.pvalue.round(2) == 0.57).all()


def test_draws_print_the_model_by_statsmodels(drawn: State) -> None:
    refractory = PEOPLE.refractory
    for blasts, ages in zip(drawn["blasts"], drawn["ages"], strict=True):
        design = np.column_stack([np.ones(33), blasts, PEOPLE.combination[refractory], ages[:33]])
        fitted = Logit(PEOPLE.mrd_negative[refractory].astype(float), design).fit(disp=0)
        assert round(np.exp(fitted.params[1]), 2) == 0.95
        assert round(fitted.pvalues[1], 3) == 0.001
        assert (fitted.pvalues[2:] >= 0.05).all()


@pytest.mark.parametrize(
    ("reading", "outcome", "terms"),
    [
        (Reading(outcome="response"), PEOPLE.responded, ["blasts", "arm", "age"]),
        (Reading(with_arm=False), PEOPLE.mrd_negative, ["blasts", "age"]),
    ],
)
def test_draws_print_the_model_of_another_reading(
    reading: Reading, outcome: np.ndarray, terms: list[str]
) -> None:
    rng, chosen = np.random.default_rng([1, 1, 1]), PEOPLE.refractory
    found = marrow.draws(PEOPLE, TARGETS, Prior(), 3, rng, reading, forgetting=300)
    for blasts, ages in zip(found["blasts"], found["ages"], strict=True):
        columns = {"blasts": blasts, "arm": PEOPLE.combination[chosen], "age": ages[: len(blasts)]}
        design = np.column_stack([np.ones(len(blasts)), *(columns[term] for term in terms)]).astype(float)
        model = Logit(outcome[chosen].astype(float), design).fit(disp=0)
        assert round(np.exp(model.params[1]), 2) == 0.95
        assert round(model.pvalues[1], 3) == 0.001
        assert (model.pvalues[2:] > 0.05).all()


def test_draws_print_the_ages(drawn: State) -> None:
    assert (drawn["ages"].min(axis=1) == 17).all() and (drawn["ages"].max(axis=1) == 74).all()
    assert (abs(np.median(drawn["ages"], axis=1) - 46) < 0.5).all()


def test_the_same_seed_gives_the_same_draws(drawn: State) -> None:
    again = marrow.draws(PEOPLE, TARGETS, Prior(), 20, np.random.default_rng([1, 1, 0]), forgetting=300)
    assert all((again[name] == drawn[name]).all() for name in drawn)


def test_normal_ages_thin_out_towards_the_ends() -> None:
    years = np.arange(17, 75)
    chances = marrow.age_chances(years, "normal")
    law = stats.truncnorm(-2, 2, loc=45.5, scale=14.25)  # a quarter of 57 years on both sides of the middle
    assert chances == pytest.approx(law.cdf(years + 0.5) - law.cdf(years - 0.5))
    assert marrow.age_chances(years, "uniform") == pytest.approx(np.full(58, 1 / 58))


def test_ages_that_cannot_be_end_with_a_clear_line() -> None:
    claims = load()
    claims.loc[claims["id"] == "age_median", "value"] = 18
    with pytest.raises(ValueError, match="median"):
        marrow.draws(PEOPLE, Targets(claims), Prior(), 1, np.random.default_rng(1))


@pytest.mark.parametrize("highest", [101, 250])
def test_blasts_that_no_share_can_be_end_with_a_clear_line(highest: int, monkeypatch) -> None:
    monkeypatch.setattr(marrow, "HIGHEST", highest)
    with pytest.raises(ValueError, match=f"within 0 and 100 percent, not 5 to {highest}"):
        marrow.draws(PEOPLE, Targets(load()), Prior(), 1, np.random.default_rng(1))


class Few(marrow.Marrow):
    """Eight patients: five of one arm in two cells, three of the other, with what a test says is printed."""

    fixed = (
        np.arange(8) < 5,
        np.array([True, False, False, True, False, True, False, False]),
        np.array([0, 0, 0, 3, 3, 5, 5, 5]),
        np.array([3, 3, 3, 2, 2, 3, 3, 3]),
        np.array([5, 5, 5, 8, 8, 6, 6, 6]),
        np.array([7, 7, 7, 10, 10, 8, 8, 8]),
        np.arange(8) < 5,
    )
    printed = (
        np.array([[[5.5, 7.4], [6.9, 7.1], [7.5, 9.5]], [ANY, [5.6, 7.4], ANY]]),
        np.array([0.3, 1.2]),
        *OF_ANY_MODEL,
    )
    chances = np.array([0.1, 0.4, 0.3, 0.2])
    law = (40, 43, 41.4, 42.1, chances, np.cumsum(chances)[:-1])


def few() -> Few:
    nobody = np.full(8, "")
    return Few(People(nobody, nobody, nobody, nobody == "", nobody == ""), TARGETS)


def sampled(block: marrow.Marrow, particles: int) -> State:
    """Start from particles at the print, so that the moves alone keep or spoil the law."""
    rng = np.random.default_rng(11)
    plan = tempering.Plan(particles, moves=20, highest=200.0, last_moves=100)
    state = tempering.sample(block, plan, rng).state
    return block.move(state, np.zeros(len(state["ages"])), np.inf, 400, rng)[0]


@cache
def eight() -> State:
    """Draw blasts and ages of the eight, once for both tests of them."""
    return sampled(few(), 4000)


def listed() -> np.ndarray:
    """List all blasts of the eight that print: by numpy and scipy alone."""
    low, high = Few.fixed[4:6]
    every = np.array(list(product(*(range(a, b + 1) for a, b in zip(low, high, strict=True)))))
    one, other = every[:, :5], every[:, 5:]
    met = np.ones(len(every), bool)
    for values, windows in zip((one, other), Few.printed[0], strict=True):
        quartiles = np.quantile(values, [0.25, 0.5, 0.75], axis=1).T
        met &= ((quartiles >= windows[:, 0]) & (quartiles <= windows[:, 1])).all(axis=1)
    tests = stats.mannwhitneyu(one, other, use_continuity=False, method="asymptotic", axis=1)
    z = stats.norm.isf(tests.pvalue / 2)
    return every[met & (z >= 0.3) & (z <= 1.2)]


def test_small_blasts_are_drawn_as_often_as_a_list_of_all_says() -> None:
    every, state = listed(), eight()
    keys = 11 ** np.arange(8)
    names, counts = np.unique(state["blasts"] @ keys, return_counts=True)
    assert np.isin(names, every @ keys).all()
    seen = np.zeros(len(every))
    seen[np.searchsorted(np.sort(every @ keys), names)] = counts
    assert 100 < len(every) < 3000
    assert stats.chisquare(seen).pvalue > 0.001
    order = np.argsort(every @ keys)
    for column in every[order].T:  # each patient's blasts, which every neglected move would shift
        expected = np.bincount(column) / len(every) * seen.sum()
        observed = np.bincount(column, weights=seen)
        assert stats.chisquare(observed[expected > 0], expected[expected > 0]).pvalue > 0.001


def test_small_ages_are_drawn_as_often_as_a_list_of_all_says() -> None:
    every = np.array(list(product(range(40, 44), repeat=8)))
    median = np.median(every, axis=1)
    met = (every.min(axis=1) == 40) & (every.max(axis=1) == 43) & (median >= 41.4) & (median <= 42.1)
    chances = Few.chances[every[met] - 40].prod(axis=1)
    ages = eight()["ages"]
    for statistic in (
        lambda a: a.sum(axis=1),
        lambda a: a[:, 0] * 100 + a[:, 5],
        lambda a: 2 * np.median(a, 1),
    ):
        values, which = np.unique(statistic(every[met]), return_inverse=True)
        expected = np.bincount(which, weights=chances / chances.sum()) * len(ages)
        observed = np.array([(statistic(ages) == value).sum() for value in values])
        common = expected >= 5
        assert observed.sum() == len(ages)
        assert (
            stats.chisquare(
                [*observed[common], observed[~common].sum() + 1e-9],
                [*expected[common], expected[~common].sum() + 1e-9],
            ).pvalue
            > 0.001
        )


class Wide(marrow.Marrow):
    """All patients, and windows so wide that plain rejection meets them."""

    printed = (
        np.array([[[15, 35], [50, 70], [70, 92]], [[10, 30], [35, 55], [70, 92]]], float),
        np.array([0.2, 1.0]),
        np.array([-4.5, -2.5]),
        np.array([2.0, 2.9]),
        1.96,
        1,
    )


@pytest.mark.parametrize(("name", "truths"), [("neutral", 9000), ("normal ages", 4000)])
def test_wide_windows_are_met_as_rejection_meets_them(name: str, truths: int) -> None:
    rng, block = np.random.default_rng(5), Wide(PEOPLE, TARGETS, PRIORS[name])
    plain = block.draw(truths, rng)
    plain = tempering.take(plain, np.flatnonzero(block.distance(plain) == 0))
    first, negative = block.fixed[:2]
    other = sampled(block, 800)
    assert len(plain["ages"]) > 80
    for statistic in (
        lambda s: s["blasts"][:, first].mean(axis=1),
        lambda s: s["blasts"][:, ~first].mean(axis=1),
        lambda s: s["blasts"][:, negative].mean(axis=1),
        lambda s: s["ages"][:, :33][:, negative].mean(axis=1) - s["ages"][:, :33][:, ~negative].mean(axis=1),
        lambda s: s["ages"].mean(axis=1),
    ):
        assert stats.ks_2samp(statistic(plain), statistic(other)).pvalue > 0.001


def test_terms_told_count_as_told() -> None:
    distance = marrow_moves._from_number
    assert distance(3.0, 0.5, 1.0, 1.96, 1) == 0
    assert distance(3.0, 2.5, 1.0, 1.96, 1) == pytest.approx(0.54)
    assert distance(3.0, 0.5, 1.0, 1.96, 2) == pytest.approx(0.96)
    assert distance(1.0, 0.5, 1.0, 1.96, 0) == 0


def test_patients_who_change_places_keep_their_class_and_their_age() -> None:
    blasts = np.tile([10, 20, 30, 40, 50], (2000, 1))
    state = {"blasts": blasts, "ages": np.hstack([blasts + 1, np.full((2000, 1), 77)])}
    dealt = marrow.dealt_out(state, np.array([0, 1, 0, 1, 0]), np.random.default_rng(4))
    assert (dealt["ages"][:, :5] == dealt["blasts"] + 1).all()
    assert (dealt["ages"][:, 5] == 77).all()
    assert (np.sort(dealt["blasts"][:, [1, 3]], axis=1) == [20, 40]).all()
    shares = [(dealt["blasts"][:, 0] == value).mean() for value in (10, 30, 50)]
    assert shares == pytest.approx([1 / 3] * 3, abs=0.045)  # four standard errors
