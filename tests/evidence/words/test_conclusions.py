"""The conclusions of the abstract, and in how many of the cohorts they hold by other tests."""

import pandas as pd
import pytest

from evidence.claims import load as claims
from evidence.words import conclusions
from helpers.ground.cohort import DEFAULT
from helpers.ground.standing import read_whole
from helpers.ground.study import load
from helpers.printing.marks import plain

STUDY = load()
TREG = "immune.treg.signed_rank{}.combination"


@pytest.fixture(scope="module")
def claimed():
    return claims.load()


def changed(id, **values):
    ranges = read_whole(DEFAULT)
    ranges.loc[ranges["id"].eq(id), list(values)] = list(values.values())
    return ranges


def test_each_printed_p_value_stands_beside_the_share_in_which_it_stays_small(claimed):
    table = conclusions.immune_table(claimed, changed(TREG.format("_exact"), share_significant=0.37), STUDY)
    assert len(table) == claimed["unit"].eq("p_value").mul(claimed["chapter"].eq("immune")).sum()
    row = table.map(plain).set_index("Printed P").loc["0.046"]
    assert row["By the exact test"] == "37%" and row["Comparison"] == STUDY.arms[0].label
    assert 'data-row="immune.treg.signed_rank_exact.combination"' in table.to_string()


@pytest.mark.parametrize(
    ("form", "share", "said"),
    [
        ("_bh", 0.0, ", none of the eight printed P values stays"),
        ("_bh", 0.2, ", one (Regulatory T cells, venetoclax + blinatumomab, in 20%) of the eight"),
        ("_exact_bh", 0.2, "Regulatory T cells, venetoclax + blinatumomab, in 20%"),
    ],
)
def test_what_stays_small_when_adjusted_is_named_for_both_kinds_of_test(claimed, form, share, said):
    told = plain(
        conclusions.adjusted_sentence(claimed, changed(TREG.format(form), share_significant=share), STUDY)
    )
    normal, _, exact = told.partition("by the normal approximation, and")
    assert said in (exact if form == "_exact_bh" else normal)


def test_a_family_holds_what_is_not_printed_too(claimed):
    told = conclusions.adjusted_sentence(claimed, read_whole(DEFAULT), STUDY)
    # Five populations in two arms, and five between them; the abstract prints five and three.
    assert "the ten paired tests (five printed) and over the five between the arms (three printed)" in told


def test_a_direction_is_told_with_its_range(claimed):
    ranges = changed("survival.os.hazard_ratio.arm", range_low=0.5, range_high=2.5, share_below_null=0.4)
    told = plain(conclusions.direction(ranges, "survival.os.hazard_ratio.arm"))
    assert told == "0.50 to 2.50, below 1 in 40% of the cohorts"


def test_a_printed_p_value_is_found_by_its_parts(claimed):
    told = conclusions.printed_p(claimed, outcome="response", stratum="high_burden")
    assert plain(told) == "P = 0.057" and isinstance(claimed, pd.DataFrame)
