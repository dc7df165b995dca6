"""Small panels, whose distribution is known from elsewhere: enumerated, or drawn by plain rejection."""

from dataclasses import replace
from functools import cache
from itertools import combinations_with_replacement, permutations

import numpy as np
import pytest
from numpy.polynomial.legendre import leggauss
from scipy import stats
from scipy.special import expit, ndtr, ndtri

from evidence.annealing.statistics import mann_whitney_z, signed_rank_z
from evidence.ensemble.immune import Effort, Law, sample
from evidence.ensemble.immune_figures import ANY, POPULATIONS, Printed
from evidence.ensemble.immune_kernels import BIG, EITHER

TREG, RA, RO = 2, 3, 4
SMALL = Law(centre=(0.15, 0.85), spread=(0.4, 1.0), shift=0.6, change=(0.3, 0.9))


def nothing_printed(sizes, whole):
    medians = np.zeros((5, 2, 2, 2), dtype=int)
    medians[..., 1] = BIG
    paired, between = np.full((5, 2, 2), ANY), np.full((5, 2), ANY)
    changes, shifts = np.full((5, 2), EITHER), np.full(5, EITHER)
    return Printed(sizes, whole, medians, paired, changes, between, shifts)


# --- enumeration: 4 v 3 patients, recorded in sixths ------------------------------------------------------

WHOLE = 6
VALUES = np.arange(1, WHOLE)
LIKELY = 40  # states of the first arm that are compared one by one
PAIRS = np.array([(before, after) for before in VALUES for after in VALUES])


def enumerable():
    small = nothing_printed((4, 3), WHOLE)
    small.medians[TREG, 0] = [(6, 8), (4, 7)]
    small.paired[TREG, 0] = (0.5, 1.7)
    small.changes[TREG, 0] = -1
    small.between[TREG] = (0.1, 1.5)
    small.shifts[TREG] = -1
    return small


def nodes(low, high, number):
    at, weight = leggauss(number)
    return low + (high - low) * (at + 1) / 2, weight / 2


def chances():
    """Chance of each pair of values of a patient at each place of the arm, and the places' weights."""
    cuts = (VALUES[1:] - 0.5) / WHOLE
    cuts = np.concatenate([[-np.inf], np.log(cuts / (1 - cuts)), [np.inf]])
    centres, centre_weights = nodes(*(np.log(share / (1 - share)) for share in SMALL.centre), 12)
    spreads, spread_weights = nodes(*SMALL.spread, 5)
    shifts, shift_weights = nodes(-4 * SMALL.shift, 4 * SMALL.shift, 24)
    shift_weights = shift_weights * stats.norm.pdf(shifts, 0, SMALL.shift)
    changes, change_weights = nodes(*SMALL.change, 5)
    inside, inside_weights = nodes(0, 1, 24)
    found, weights = [], []
    for centre, one in zip(centres, centre_weights, strict=True):
        for spread, two in zip(spreads, spread_weights, strict=True):
            edge = ndtr((cuts - centre) / spread)
            width = np.diff(edge)
            earlier = centre + spread * ndtri(edge[:-1, None] + width[:, None] * inside)
            for shift, three in zip(shifts, shift_weights, strict=True):
                for change, four in zip(changes, change_weights, strict=True):
                    later = np.diff(ndtr((cuts - shift - earlier[..., None]) / change), axis=-1)
                    cell = width[:, None] * np.einsum("bnd,n->bd", later, inside_weights)
                    found.append(cell.ravel())
                    weights.append(one * two * three * four)
    weights = np.array(weights)
    return np.array(found), weights / weights.sum()


def signed_rank_size(change):
    if np.count_nonzero(change) < 2:
        return np.nan
    p = stats.wilcoxon(change, zero_method="wilcox", correction=False, method="asymptotic").pvalue
    return stats.norm.isf(p / 2)


def first_arm_prints(pairs):
    before, after = pairs.T
    change = after - before
    inside = 6 <= 2 * np.median(before) < 8 and 4 <= 2 * np.median(after) < 7
    return inside and np.median(change) < 0 and 0.5 < signed_rank_size(change) <= 1.7


def arms_print(one, others):
    """Say with which second arms a first arm prints."""
    ratios = [np.round(pairs[..., 1] / pairs[..., 0], 10) for pairs in (one, others)]
    together = np.concatenate([np.broadcast_to(ratios[0], (len(others), 4)), ratios[1]], axis=1)
    size = abs(mann_whitney_z(together, np.arange(7) < 4))
    shift = np.median((ratios[0][:, None] - ratios[1][:, None, :]).reshape(len(others), -1), axis=1)
    return (np.ptp(together, axis=1) > 0) & (shift < -1e-9) & (size > 0.1) & (size <= 1.5)


def multisets(patients):
    return [np.array(chosen) for chosen in combinations_with_replacement(range(len(PAIRS)), patients)]


def probability(members, cells, weights):
    orders = len(set(permutations(members)))
    return orders * float(weights @ cells[:, members].prod(axis=1))


def enumerated():
    cells, weights = chances()
    firsts = [members for members in multisets(4) if first_arm_prints(PAIRS[members])]
    seconds = [m for m in multisets(3) if np.count_nonzero(PAIRS[m][:, 1] - PAIRS[m][:, 0]) > 1]
    chance_first = [probability(members, cells, weights) for members in firsts]
    chance_second = np.array([probability(members, cells, weights) for members in seconds])
    table = np.zeros((len(firsts), len(seconds)))
    for i in np.argsort(chance_first)[-LIKELY:]:
        table[i] = arms_print(PAIRS[firsts[i]], PAIRS[np.array(seconds)]) * chance_second * chance_first[i]
    return firsts, seconds, table


def test_the_likeliest_panels_of_an_enumeration_are_drawn_as_often_as_they_should_be():
    firsts, seconds, table = enumerated()
    laws = dict.fromkeys(POPULATIONS, SMALL)
    drawn = sample(enumerable(), Effort(6000, 24_000), np.random.default_rng([3, 4]), laws).state
    pairs = np.stack([drawn["baseline"][:, TREG], drawn["day28"][:, TREG]], axis=2)
    keys = ((pairs[..., 0] - 1) * (WHOLE - 1) + pairs[..., 1] - 1).astype(int)
    place_first = {tuple(members): i for i, members in enumerate(firsts)}
    place_second = {tuple(members): i for i, members in enumerate(seconds)}
    counted = np.zeros_like(table)
    for key in keys:
        counted[place_first[tuple(sorted(key[:4]))], place_second[tuple(sorted(key[4:]))]] += 1
    likely = table.sum(axis=1) > 0
    first_counts, first_chances = counted[likely].sum(axis=1), table[likely].sum(axis=1)
    fair = first_chances / first_chances.sum()
    assert stats.chisquare(first_counts, fair * first_counts.sum()).pvalue > 0.01
    # The other arm, given that the first is one of these: the likeliest one by one, the rest together.
    order = np.argsort(-table.sum(axis=0))
    pooled = [
        np.append(t[order[:LIKELY]], t[order[LIKELY:]].sum()) for t in (counted[likely].sum(0), table.sum(0))
    ]
    assert stats.chisquare(pooled[0], pooled[1] / pooled[1].sum() * pooled[0].sum()).pvalue > 0.01


# --- plain rejection: 3 v 4 patients, two parts of one whole ----------------------------------------------

TENTHS = 10
LAWS_SMALL = dict.fromkeys(POPULATIONS, SMALL) | {"cd8_cd45ro": replace(SMALL, centre=(0.5, 0.9))}


def two_parts():
    small = nothing_printed((3, 4), TENTHS)
    small.medians[RA, 0] = [(6, 12), (4, 11)]
    small.medians[RO, 0, 1] = (8, 14)
    small.medians[RO, 1, 1] = (5, 12)
    small.paired[RA, 0] = (0.9, 1.7)
    small.changes[RO, 0] = 1
    small.between[RA] = (0.5, 2.5)
    small.shifts[RO] = 1
    return small


def shares(law, panels, patients, rng):
    low, high = (np.log(share / (1 - share)) for share in law.centre)
    each = (panels, 1)
    spread = rng.uniform(*law.spread, each)
    earlier = rng.uniform(low, high, each) + spread * rng.standard_normal((panels, patients))
    shift = law.shift * stats.truncnorm.rvs(-4, 4, size=each, random_state=rng)
    change = rng.uniform(*law.change, each)
    later = earlier + shift + change * rng.standard_normal((panels, patients))
    return expit(np.stack([earlier, later], axis=1))


def from_the_prior(panels, rng):
    """Draw the two populations in both arms: (panels, 2 populations, 2 visits, 7 patients)."""
    arms = []
    for patients in (3, 4):
        first = np.rint(TENTHS * shares(LAWS_SMALL["cd8_cd45ra"], panels, patients, rng)).clip(1, TENTHS - 1)
        left = TENTHS - first
        second = np.floor(left * shares(LAWS_SMALL["cd8_cd45ro"], panels, patients, rng) + 0.5)
        arms.append(np.stack([first, second.clip(1, left)], axis=1))
    return np.concatenate(arms, axis=3).astype(int)


def prints(panels):
    """Say which panels print what `two_parts` prints."""
    (ra, ro), first = panels.swapaxes(0, 1), np.arange(7) < 3
    members = {(name, arm): values[..., chosen] for name, values in (("ra", ra), ("ro", ro))
               for arm, chosen in ((0, first), (1, ~first))}  # fmt: skip
    good = np.ones(len(panels), dtype=bool)
    for (name, arm, visit), (low, high) in {
        ("ra", 0, 0): (6, 12), ("ra", 0, 1): (4, 11), ("ro", 0, 1): (8, 14), ("ro", 1, 1): (5, 12)
    }.items():  # fmt: skip
        doubled = 2 * np.median(members[name, arm][:, visit], axis=1)
        good &= (low <= doubled) & (doubled < high)
    changes = {key: values[:, 1] - values[:, 0] for key, values in members.items()}
    for change in changes.values():
        good &= (change != 0).sum(axis=1) > 1
    size = abs(signed_rank_z(changes["ra", 0]))
    good &= (size > 0.9) & (size <= 1.7) & (np.median(changes["ro", 0], axis=1) > 0)
    ratios = [np.round(values[:, 1] / values[:, 0], 10) for values in (ra, ro)]
    for ratio in ratios:
        good &= np.ptp(ratio, axis=1) > 0
    size = abs(mann_whitney_z(ratios[0], first))
    pairs = (ratios[1][:, first, None] - ratios[1][:, None, ~first]).reshape(len(panels), -1)
    return good & (size > 0.5) & (size <= 2.5) & (np.median(pairs, axis=1) > 1e-9)


def numbers(panels):
    """Compute some numbers of each panel that are not printed."""
    (ra, ro), first = panels.swapaxes(0, 1), np.arange(7) < 3
    return {
        "median RA, second arm": np.median(ra[:, 0][:, ~first], axis=1),
        "median RO at baseline, first arm": np.median(ro[:, 0][:, first], axis=1),
        "median RO at baseline, second arm": np.median(ro[:, 0][:, ~first], axis=1),
        "change of RA, first arm": np.median((ra[:, 1] - ra[:, 0])[:, first], axis=1),
        "change of RO, second arm": np.median((ro[:, 1] - ro[:, 0])[:, ~first], axis=1),
        "patients' range of RO": np.ptp(ro[:, 1], axis=1),
        "largest RA": ra.max(axis=(1, 2)),
    }


def same_law(one, other):
    values = np.unique(np.concatenate([one, other]))
    table = np.array([[(sample == value).sum() for value in values] for sample in (one, other)])
    rare = table.min(axis=0) < 8
    table = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)[:, None]])
    return stats.chi2_contingency(table[:, table.sum(axis=0) > 0]).pvalue


@cache
def both():
    rng = np.random.default_rng(8)
    batches = [from_the_prior(100_000, rng) for _ in range(4)]
    rejected = np.concatenate([batch[prints(batch)] for batch in batches])
    state = sample(two_parts(), Effort(4000, 16_000), np.random.default_rng(9), LAWS_SMALL).state
    drawn = np.stack([state["baseline"][:, [RA, RO]], state["day28"][:, [RA, RO]]], axis=2)
    return rejected, drawn


def test_enough_pass_the_rejection_to_compare():
    assert len(both()[0]) > 1000


def test_every_panel_that_is_drawn_passes_the_rejection():
    assert prints(both()[1]).all()


@pytest.mark.parametrize("name", numbers(np.ones((1, 2, 2, 7))))
def test_numbers_are_distributed_as_by_rejection(name):
    rejected, drawn = (numbers(panels)[name] for panels in both())
    assert same_law(rejected, drawn) > 0.01 / 7
