"""The deaths of the published claims, and every split of a few."""

import itertools

from evidence.claims import load as published_claims
from evidence.claims.printed import Figures
from evidence.forensics import deaths
from evidence.forensics.deaths import Counts

KNOWN = deaths.counts(Figures(published_claims.load()))


def test_counts_of_the_published_claims():
    assert Counts(64, 19, 8, 9, 24, 31, 49, 15, 4) == KNOWN


def test_seventeen_are_fewer_than_nineteen():
    table = deaths.readings(KNOWN).set_index("reading")
    assert table["holds"].tolist() == [False, True, True]
    assert table.loc["response", "possible"] == 17
    assert table.loc["mrd", "without_response"] == 15
    assert table.loc["mrd", "least_relapsed"] == 4
    assert table.loc["complete", "added"] == 2


def test_splits_of_deaths_are_all_of_them():
    known = Counts(12, 5, 3, 2, 4, 6, 8, 4, 1)
    found = {tuple(row) for row in deaths.splits(known, 4).to_numpy()}
    wanted = set()
    for overlap in range(3):  # of the relapsed, among the two responders without MRD negativity
        for dead_set in itertools.product([0, 1], repeat=4 + 3 - overlap):
            if sum(dead_set) == 5:
                wanted.add((overlap, sum(dead_set[:4]), sum(dead_set[4:])))
    assert found == wanted
