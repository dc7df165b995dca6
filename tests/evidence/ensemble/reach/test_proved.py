"""The bounds hold for whatever random or enumerated samples have the printed figures."""

from itertools import combinations_with_replacement, permutations, product

import numpy as np
import pandas as pd
import pytest

from evidence.claims import load
from evidence.ensemble.reach import orders, proved
from helpers.estimators.quantiles import QUARTILES
from helpers.estimators.ranks import hodges_lehmann_paired, hodges_lehmann_two_sample
from helpers.estimators.survival import kaplan_meier_at


@pytest.fixture(scope="module")
def prover():
    return proved.Prover(load.load())


def test_splits_of_events_are_those_that_counting_patient_by_patient_finds(prover):
    people = prover.people
    cells = [
        int((people.responded == responds)[people.combination == own].sum())
        for own, responds in product((True, False), (True, False))
    ]
    found = set()
    # Relapsed responders of each arm, and of these and of the others without response those who died.
    for ours, theirs in product(range(cells[0] + 1), range(cells[2] + 1)):
        if ours + theirs == 8:
            dead = product(range(ours + 1), range(theirs + 1), range(cells[1] + 1), range(cells[3] + 1))
            found |= {(ours, theirs, a + c, b + d) for a, b, c, d in dead if a + b + c + d == 19}
    assert set(prover.splits()) == found
    # The eleven without response and the eight relapsed are the nineteen dead.
    assert {split[2] - split[0] for split in found} == {2}


def test_order_statistics_bound_every_sample_that_prints():
    quantiles = [
        (share, (low, high))
        for share, (low, high) in zip(QUARTILES.values(), [(2, 3), (4, 5), (6, 6)], strict=True)
    ]
    seen = []
    for sample in combinations_with_replacement(range(9), 6):
        values = np.quantile(sample, list(QUARTILES.values()))
        if all(low <= value <= high for value, (_, (low, high)) in zip(values, quantiles, strict=True)):
            seen.append(sample)
    low, high = orders.ordered(6, quantiles, 0, 8)
    assert (low <= np.min(seen, axis=0)).all() and (high >= np.max(seen, axis=0)).all()
    assert low[0] == min(seen)[0] and high[-1] == np.max(seen)


def test_a_part_has_its_ranks_among_all():
    rng = np.random.default_rng(3)
    everybody = np.sort(rng.integers(0, 50, 9))
    low, high = orders.part((everybody, everybody), 4)
    for _ in range(200):
        some = np.sort(rng.choice(everybody, 4, replace=False))
        assert (low <= some).all() and (some <= high).all()
    assert orders.median((low, high)) == (np.mean(everybody[1:3]), np.mean(everybody[6:8]))


def test_shifts_bound_every_pairing():
    rng = np.random.default_rng(5)
    for _ in range(50):
        before, after = (np.sort(rng.integers(1, 100, 5)) for _ in range(2))
        low, high = orders.paired_shift((before, before), (after, after), most=100)
        for order in permutations(range(5)):
            assert low <= hodges_lehmann_paired(before, after[list(order)]).estimate <= high
    one, other = (np.sort(rng.integers(0, 100, size)) for size in (4, 6))
    exact = hodges_lehmann_two_sample(one, other).estimate
    assert orders.shift((one, one), (other, other)) == (exact, exact)
    least, most = orders.shift((one - 2, one + 1), (other, other + 3))
    assert least <= exact <= most


def test_ratios_bound_every_pairing():
    rng = np.random.default_rng(6)
    before, after = (np.sort(rng.integers(1, 100, 5)) for _ in range(2))
    for low, high in orders.ratios((before, before), (after, after), most=100):
        for order in permutations(range(5)):
            ratio = np.sort(after[list(order)] / before)
            assert (low <= ratio).all() and (ratio <= high).all()


def test_a_curve_cannot_fall_lower_than_by_the_events_at_the_end():
    """Every order of three events and four last contacts, two of which come after the month."""
    values = []
    for order in set(permutations([1, 1, 1, 0, 0])):
        event = np.array([*order, 0, 0])
        values.append(kaplan_meier_at(np.arange(1, 8), event, 5.5).estimate)
    assert min(values) == pytest.approx(proved.least_left(3, 2))
    assert proved.least_left(0, 0) == 0


def test_relapse_takes_no_more_and_no_less_than_is_proved(prover):
    rows = proved.proofs(load.load()).set_index("id")
    low, high = rows.loc["survival.relapse.cumulative_incidence_24m.all", ["proved_low", "proved_high"]]
    assert low >= 2 / 64 - 1e-9 and high <= 0.455 + 1e-9


def test_every_declared_result_has_bounds_or_says_that_it_has_none():
    rows = proved.proofs(load.load())
    unproved = rows["argument"].eq(proved.NOT_PROVED)
    assert (rows["proved_low"].isna() == unproved).all() and (rows["proved_high"].isna() == unproved).all()
    assert (rows["proved_low"] < rows["proved_high"])[~unproved].all()
    assert unproved.sum() == 3  # the odds ratios: no argument is known
    assert isinstance(rows, pd.DataFrame)
