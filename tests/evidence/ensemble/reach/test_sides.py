"""A two-sided P value prints on both sides: the search goes to each, and no other declared result has two."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from evidence.claims import load
from evidence.claims.claim import DIRECTIONS, listed
from evidence.ensemble import immune_figures, store
from evidence.ensemble.immune_kernels import EITHER
from evidence.ensemble.marrow import Marrow
from evidence.ensemble.people import solve
from evidence.ensemble.reach import marrow_values, reached, search, sides, starts
from evidence.ensemble.reach.limits import BOTH, PLAUSIBLE
from evidence.reconstruction.targets import Targets
from evidence.this_abstract.abstract import CONTRAST, blasts
from helpers.estimators.ranks import hodges_lehmann_two_sample
from helpers.ground.results import ResultId

CLAIMS = load.load()
SHIFT = blasts("hodges_lehmann", CONTRAST)
FEW = 2  # cohorts of a side
# Blasts and age of each relapsed/refractory patient of a cohort made by hand, by arm and MRD negativity.
BY_HAND = {
    (True, False): [(31, 72), (32, 50), (59, 18), (92, 48), (93, 48)],
    (True, True): [(5, 65), (5, 74), (7, 63), (61, 66), (61, 50), (84, 17), (91, 45)],
    (False, False): [(19, 71), (82, 47), (85, 56), (85, 52), (96, 47), (98, 31), (98, 44), (98, 32)],
    (False, True): [(6, 58), (9, 55), (13, 59), (15, 57), (19, 54), (33, 52), (34, 41), (34, 43)]
    + [(42, 31), (42, 25), (47, 20), (62, 17), (94, 25)],
}


@pytest.fixture(scope="module")
def by_hand():
    rows = [(*cell, *patient) for cell, patients in BY_HAND.items() for patient in patients]
    return pd.DataFrame(rows, columns=["first", "negative", "blasts", "age"]).astype(float)


@pytest.fixture(scope="module")
def taken(committed):
    patients, immune, _ = committed
    targets = Targets(CLAIMS)
    few = [rows[rows["member"] < 40] for rows in (patients, immune)]
    return starts.starts(solve(targets.figures), targets, *few)


@pytest.fixture(scope="module")
def sided(taken):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sides, "ENOUGH", FEW)
        return sides.sided(taken, np.random.default_rng(4))


def arms(values, first):
    return values[first], values[~first]


def rank_sum(values, first):
    found = stats.mannwhitneyu(*arms(values, first), use_continuity=False, method="asymptotic")
    return found.statistic - first.sum() * (~first).sum() / 2, found.pvalue


def test_the_cohort_made_by_hand_prints_all_that_is_printed_of_the_blasts(by_hand):
    first, marrow = by_hand["first"].to_numpy(bool), by_hand["blasts"].to_numpy()
    quartiles = [np.quantile(own, [0.25, 0.5, 0.75]).round() for own in arms(marrow, first)]
    assert np.array(quartiles).tolist() == [[25, 60, 86], [19, 42, 85]]
    side, p_value = rank_sum(marrow, first)
    assert side < 0 and round(p_value, 2) == 0.57
    fit = sm.Logit(by_hand["negative"], sm.add_constant(by_hand[["blasts", "first", "age"]])).fit(disp=0)
    assert round(np.exp(fit.params["blasts"]), 2) == 0.95 and round(fit.pvalues["blasts"], 3) == 0.001
    assert (fit.pvalues[["first", "age"]] > 0.05).all()
    assert [int((own > 60).sum()) for own in arms(marrow, first)] == [6, 9]


@pytest.mark.parametrize("limits", BOTH, ids=lambda limits: limits.name)
def test_the_ends_that_were_reached_hold_the_cohort_made_by_hand(by_hand, limits):
    first, marrow = by_hand["first"].to_numpy(bool), by_hand["blasts"].to_numpy()
    shift = np.median(np.subtract.outer(*arms(marrow, first)))
    found = reached.read().set_index(["id", "limits", "end"])["value"]
    low, high = (found[str(SHIFT), limits.name, end] for end in ("low", "high"))
    assert low <= shift < 0 < high


def test_the_cohorts_that_are_kept_lie_on_both_sides_of_the_rank_test():
    patients, _, _ = store.read(reached.COHORTS)
    rows = patients[patients["disease_status"] == "relapsed_refractory"]
    found = [
        rank_sum(own["bm_blasts_pct"].to_numpy(float), own["arm"].eq("combination").to_numpy())
        for _, own in rows.groupby("member")
    ]
    assert {np.sign(side) for side, _ in found} == {-1, 1}
    assert {round(p_value, 2) for _, p_value in found} == {0.57}


def test_the_deviate_of_a_cohort_is_that_of_the_library():
    rng = np.random.default_rng(7)
    for _ in range(20):
        values, first = rng.integers(0, 30, 33), np.arange(33) < 12
        side, p_value = rank_sum(values.astype(float), first)
        z = marrow_values.deviate(values, first)
        assert np.sign(z) == np.sign(side) and 2 * stats.norm.sf(abs(z)) == pytest.approx(p_value)


def test_each_side_has_cohorts_that_print_wherever_the_members_lie(taken, sided):
    first = taken.people.combination[taken.people.refractory]
    assert len({*sides.side_of(taken.blocks["marrow"], taken)}) == 1  # or nothing had to be met
    for (limits, side), state in sided.sides.items():
        assert len(state["blasts"]) >= FEW
        assert (Marrow(taken.people, taken.targets).distance(state) == 0).all()
        for marrow in state["blasts"]:
            off, p_value = rank_sum(marrow.astype(float), first)
            assert np.sign(off) == side and round(p_value, 2) == 0.57
        if limits == PLAUSIBLE.name:
            assert (
                PLAUSIBLE.blasts[0] <= state["blasts"].min() <= state["blasts"].max() <= PLAUSIBLE.blasts[1]
            )


@pytest.mark.parametrize(("end", "sign"), [("low", -1), ("high", 1)])
def test_a_short_search_finds_blasts_lower_and_higher_in_the_same_arm(sided, end, sign):
    patients, _ = search.extreme(sided, SHIFT, end, PLAUSIBLE, np.random.default_rng(1), share=0.02)
    own = patients[patients["disease_status"] == "relapsed_refractory"]
    first = own["arm"].eq("combination").to_numpy()
    assert sign * np.median(np.subtract.outer(*arms(own["bm_blasts_pct"].to_numpy(), first))) > 0


def test_a_side_without_cohorts_is_left_out_and_the_other_searched(taken, sided):
    none = {name: values[:0] for name, values in taken.blocks["marrow"].items()}
    one = replace(sided, sides={key: none if key[1] < 0 else state for key, state in sided.sides.items()})
    patients, _ = search.extreme(one, SHIFT, "low", PLAUSIBLE, np.random.default_rng(1), share=0.02)
    assert len(patients) == len(taken.people.arm)


# Whether another printed P value of a declared result leaves two sides.


def test_every_other_printed_p_value_is_of_counts_or_has_its_direction_printed():
    relations = {claim.result_id: claim.relation for claim in listed(CLAIMS)}
    sized = {
        "signed_rank": "median_change",
        "ratio_mann_whitney": "ratio_hodges_lehmann",
    }
    for id in (claim.result_id for claim in listed(CLAIMS) if claim.id.endswith("_p")):
        if id.chapter == "efficacy":  # of a table whose counts are solved, all of them
            assert id.statistic == "pearson_chi_square"
        elif id.chapter == "multivariable":  # the odds ratio itself is printed
            assert id.statistic == "odds_ratio_blasts"
        elif id.chapter == "immune":
            told = ResultId(id.chapter, id.outcome, sized[id.statistic], id.group)
            assert relations[told] in DIRECTIONS
        else:
            assert id == blasts("mann_whitney", CONTRAST)  # both sides print


def test_the_sign_of_a_median_change_leaves_one_side_of_each_signed_rank_test():
    """Over every pattern of ties and zeros, with the changes against the median as large as they can be."""
    printed = immune_figures.read(CLAIMS)
    tests = [place for place in np.ndindex(printed.changes.shape) if printed.paired[place][0] > 0]
    assert len(tests) == 5
    furthest = [furthest_against(size) for size in printed.sizes]
    for place in tests:
        assert printed.changes[place] != EITHER
        assert furthest[place[1]] < printed.paired[place][0]


def furthest_against(patients):
    """Return the largest deviate on one side while at least half of the patients changed to the other."""
    most = 0.0
    for changed in range((patients + 1) // 2, patients + 1):
        cuts = np.array(list(product([False, True], repeat=changed - 1)))
        blocks = np.pad(cuts.cumsum(axis=1), ((0, 0), (1, 0)))
        ranks = stats.rankdata(blocks, axis=1)
        against = changed - (patients + 1) // 2
        signs = np.where(np.arange(changed) < changed - against, -1, 1)
        most = max(most, ((ranks @ signs) / np.sqrt((ranks**2).sum(axis=1))).max())
    return most


def test_the_sign_of_a_shift_of_ratios_is_the_side_of_the_rank_sum():
    rng = np.random.default_rng(9)
    printed = immune_figures.read(CLAIMS)
    assert (printed.shifts[printed.between[:, 0] > 0] != EITHER).all()
    for _ in range(300):
        ratios = [rng.integers(1, 9, size) / rng.integers(1, 9, size) for size in printed.sizes]
        side, _ = rank_sum(np.concatenate(ratios), np.arange(sum(printed.sizes)) < printed.sizes[0])
        assert np.sign(hodges_lehmann_two_sample(*ratios).estimate) * np.sign(side) >= 0
