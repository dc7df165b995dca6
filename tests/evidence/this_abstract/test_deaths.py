"""The deaths of the published claims, and every split of a few."""

import itertools

from evidence.claims import load as published_claims
from evidence.claims.printed import Figures
from evidence.this_abstract import deaths
from evidence.this_abstract.deaths import EXACT, Counts

KNOWN = deaths.counts(Figures(published_claims.load()))


def test_counts_of_the_published_claims():
    assert Counts(64, 19, 8, 9, 24, 31, 49, 15, 4) == KNOWN


def test_without_the_mrd_positive_seventeen_are_fewer_than_nineteen():
    table = deaths.readings(KNOWN).set_index("reading")
    assert table["holds"].tolist() == [False, True, True, True]
    assert table.loc["response", "possible"] == 17
    assert table.loc["mrd", "without_response"] == 15
    assert table.loc["mrd", "least_relapsed"] == 4
    assert table.loc["complete", "added"] == 2


def test_by_the_status_on_entry_everybody_without_response_and_every_relapsed_patient_died():
    """9 of 33 without remission, 2 of 25 (16/18 and 7/7 became negative) still MRD positive, 8 relapses."""
    exact = deaths.readings(KNOWN).set_index("reading").loc[EXACT]
    assert (exact["without_response"], exact["added"], exact["possible"]) == (11, 2, 19)
    assert (exact["least_relapsed"], exact["splits"]) == (8, 1)
    only = deaths.splits(KNOWN, KNOWN.without_response)
    assert only.to_dict("records") == [{"overlap": 0, "deaths": 11, "relapsed_deaths": 8}]
    assert list(deaths.beyond_causes(KNOWN, "response")) == [2]


def test_splits_of_deaths_are_all_of_them():
    known = Counts(12, 5, 3, 2, 4, 6, 8, 4, 1)
    found = {tuple(row) for row in deaths.splits(known, 4).to_numpy()}
    wanted = set()
    for overlap in range(3):  # of the relapsed, among the two responders without MRD negativity
        for dead_set in itertools.product([0, 1], repeat=4 + 3 - overlap):
            if sum(dead_set) == 5:
                wanted.add((overlap, sum(dead_set[:4]), sum(dead_set[4:])))
    assert found == wanted
