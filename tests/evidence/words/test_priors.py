"""Chapter 7 says by a rule what moves with the prior and what with the reading."""

import numpy as np
import pandas as pd
import pytest

from evidence.claims.load import load
from evidence.ensemble import people, store
from evidence.reconstruction.targets import Targets
from evidence.words import priors as words
from helpers.ground.cohort import DEFAULT
from helpers.ground.standing import read_whole
from helpers.printing.marks import plain

HAZARD, DIED, SHARE = words.HAZARD, "survival.no_response.died.all", "survival.os.km_24m.combination"
PEOPLE = people.solve(Targets(load()).figures)


@pytest.fixture
def ranges():
    rows = [
        (HAZARD, "open", 0.25, 4.0, 0.78, "hazard_ratio", "ratio", "Hazard ratio"),
        (SHARE, "open", 0.4, 0.8, np.nan, "fraction", "share", "Survival"),
        (DIED, "follows", 11, 11, np.nan, "count", "count", "Died"),
    ]
    columns = ["id", "standing", "range_low", "range_high", "share_below_null", "unit", "kind", "label"]
    return pd.DataFrame(rows, columns=columns).assign(population="all")


ENOUGH = words.PROVISIONAL  # draws of a band that is settled


def banded(column, rows):
    columns = [column, "id", "standing", "low", "high", "share_below_null", "draws"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def priors():
    rows = [
        ("neutral", HAZARD, "open", 0.25, 4.0, 0.77, 9),
        ("weaker effect", HAZARD, "open", 0.5, 4.0, 0.80, 9),
        ("weaker effect", SHARE, "open", 0.4, 0.88, np.nan, 9),
    ]
    return banded("prior", rows)


@pytest.fixture
def readings():
    rows = [
        ("no response is no MRD negativity", HAZARD, "open", 0.25, 8.0, 0.3, ENOUGH),
        ("no response is no MRD negativity", DIED, "open", 4, 11, np.nan, ENOUGH),
        ("disease-free survival of responders", np.nan, "not reached", np.nan, np.nan, np.nan, 0),
    ]
    return banded("reading", rows)


def test_a_shift_is_measured_in_widths_and_of_a_ratio_on_the_log_scale(priors, readings, ranges):
    shifts = words.compared(priors, ranges).set_index(["prior", "id"])["shift"]
    assert shifts["neutral", HAZARD] == 0
    assert shifts["weaker effect", HAZARD] == pytest.approx(0.25)  # one of four doublings
    assert shifts["weaker effect", SHARE] == pytest.approx(0.2)
    within = priors.assign(low=priors["low"].where(priors["id"] != SHARE, 0.48), high=0.72)
    shift = words.compared(within, ranges).set_index(["prior", "id"])["shift"]["weaker effect", SHARE]
    assert shift == pytest.approx(0.4)  # neither end moves by more than a fifth, and the width by two
    assert words.compared(readings, ranges).set_index("id").loc[DIED, "shift"] == np.inf


def test_a_printed_number_counts_where_it_prints_no_more(priors, ranges):
    share = ranges.assign(standing=np.where(ranges["id"] == SHARE, "printed", ranges["standing"]))
    share.loc[share["id"] == SHARE, ["range_low", "range_high"]] = 0.64
    as_before = priors.assign(low=priors["low"].where(priors["id"] != SHARE, 0.635), high=0.645)
    assert SHARE not in set(words.compared(as_before, share)["id"])
    lower = as_before.assign(low=as_before["low"].where(as_before["id"] != SHARE, 0.62))
    found = words.table(lower, lower.assign(reading="odds ratio of response"), share).iloc[1]
    assert found["No longer fixed"] == "Survival, all, Venetoclax + blinatumomab (62% to 65%)"


def test_the_table_has_a_line_for_each_prior_and_reading(priors, readings, ranges):
    found = words.table(priors, readings, ranges).set_index("Prior or reading")
    assert found.index[:2].tolist() == [
        "Prior: neutral, drawn anew",
        "Prior: weaker effect (standard deviation 0.35)",
    ]
    deaths = found.loc["Deaths: no response means no MRD negativity"]
    assert deaths["Results that move"] == "1 of 2"  # of enough draws
    assert deaths["Below 1"] == "30%"
    assert deaths["Hazard ratio of death"] == "0.25 to 8.00"
    assert deaths["No longer fixed"] == "Died, all (4 to 11)"
    assert found["Results that move"].tolist()[-1] == "not reached"


def test_the_rule_says_what_chance_moves(priors, ranges):
    text = words.rule(priors, ranges)
    assert "more than 25% of the band's width" in text and "0 of 1 results" in text


def test_priors_and_readings_are_set_beside_each_other(priors, readings, ranges):
    text = words.moves(priors, readings, ranges)
    assert text.startswith(
        "By the rule below the table another prior moves none, and another reading up to 1 result."
    )
    assert "Monte Carlo error" in text


def test_what_few_draws_give_is_neither_counted_nor_leant_on(priors, readings, ranges):
    few = [
        ("disease-free survival of responders", id, "open", 9, 99, 0.9, ENOUGH - 1) for id in (HAZARD, DIED)
    ]
    more = pd.concat([readings, banded("reading", few)])
    assert "another reading (provisional ones aside) up to 1 result." in words.moves(priors, more, ranges)
    brief = words.table(priors, more, ranges)[words.BRIEF].set_index("Prior or reading")
    assert brief["Results that move"].tolist()[-1] == "2 of 2 (provisional)"
    assert words.lean(priors, more, ranges, PEOPLE) == words.lean(priors, readings, ranges, PEOPLE)


def test_another_reading_of_the_deaths_stands_beside_the_hazard_ratio(readings):
    told = plain(words.other_deaths(readings))
    assert "the hazard ratio is 0.25 to 8.00, below 1 in 30% of the cohorts drawn so" in told
    assert told.startswith("If “no response” means no MRD negativity instead")
    assert words.other_deaths(readings[readings["id"] != HAZARD]) is None


def test_the_lean_comes_from_what_moves_its_share_most(priors, readings, ranges):
    text = words.lean(priors, readings, ranges, PEOPLE)
    assert "in 78% of the cohorts, in 80% under the other priors and in 30% under" in text
    assert "comes from the reading more than from the prior" in text
    assert "of 11 patients without response" in text and " 2 had the combination" in text
    other = readings.assign(
        share_below_null=readings["share_below_null"].where(readings["id"] != HAZARD, 0.78)
    )
    assert "comes from the prior more" in words.lean(priors, other, ranges, PEOPLE)


def test_another_reading_of_the_deaths_leans_to_the_other_side():
    """Chapter 4 says so without a number."""
    readings = store.readings()
    other = readings[readings["reading"].eq(words.DEATHS) & readings["id"].eq(words.HAZARD)].iloc[0]
    here = read_whole(DEFAULT).set_index("id").loc[words.HAZARD, "share_below_null"]
    assert other["share_below_null"] < 0.5 < here
