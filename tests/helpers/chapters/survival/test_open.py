"""Where the print leaves a result open, no page of the chapter tells one cohort's value of it."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from courses_by_hand import EIGHT, written
from told import told

from helpers.chapters.survival import curves, tables
from helpers.chapters.survival.monthly import monthly
from helpers.chapters.survival.rows import results
from helpers.chapters.survival.times import result_id
from helpers.chapters.survival.words import alts, choices, compared, known
from helpers.ground import standing
from helpers.ground.results import DIFFERENCE, RATIO, get
from helpers.printing import prose
from helpers.printing.marks import plain

PAGES = ("04_survival", "04a_survival_details")
# The same patients with other courses.
OTHERS = [
    ("A", "combination", 4.5, "yes", None, None, "CR"),
    ("B", "combination", 28, "no", None, None, "CR"),
    ("C", "combination", 8, "yes", 5, None, "CR"),
    ("D", "combination", 22, "yes", None, None, "CR"),
    ("E", "monotherapy", 7, "yes", None, 3.5, "CR"),
    ("F", "monotherapy", 25, "no", None, 2, "CR"),
    ("G", "monotherapy", 14, "no", None, None, "CR"),
    ("H", "monotherapy", 15, "yes", None, None, "NR"),
]
DIED = ["survival.relapse.died.all", "survival.no_response.died.all", "survival.neither.died.all"]


def ranged(cohort, follows=()):
    """Give a cohort ranges, all open but those that follow, and fans."""
    rows = results(cohort)
    ranges = pd.DataFrame(
        {
            "id": rows["id"],
            "standing": np.where(rows["id"].isin(follows), standing.FOLLOWS, standing.OPEN),
            "range_low": rows["kind"].map({RATIO: 0.31, DIFFERENCE: -0.31}).fillna(0.13),
            "range_high": rows["kind"].map({RATIO: 3.7, DIFFERENCE: 0.37}).fillna(0.97),
            "share_below_null": rows["kind"].isin([RATIO, DIFFERENCE]).map({True: 0.44, False: np.nan}),
            "share_significant": rows["kind"]
            .isin([RATIO, DIFFERENCE, "statistic"])
            .map({True: 0.07, False: np.nan}),
            "varies": np.where(rows["statistic"].str.startswith("landmark"), "patients", ""),
        }
    )
    fans = pd.DataFrame(
        [
            (outcome, group, month, 0.9 - month / 60, 1 - month / 90, 35 - month, 40 - month)
            for outcome in ("os", "dfs")
            for group in cohort.study.groups
            for month in range(35)
        ],
        columns=standing.CURVES,
    )
    return dataclasses.replace(cohort, provenance="reconstructed", ranges=ranges, fans=fans)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return ranged(written(tmp_path_factory.mktemp("eight"), EIGHT))


@pytest.fixture(scope="module")
def rows(cohort):
    return standing.told(results(cohort), cohort.ranges)


@pytest.fixture(scope="module")
def study(cohort):
    return cohort.study


@pytest.mark.parametrize("page", PAGES)
def test_two_cohorts_with_the_same_ranges_tell_the_same(page, cohort, tmp_path):
    other = written(tmp_path, OTHERS)
    assert not results(other)["estimate"].equals(results(cohort)["estimate"])
    ranges = {"ranges": cohort.ranges, "fans": cohort.fans, "provenance": "reconstructed"}
    (mine, _), (its, _) = (told(page, one) for one in (cohort, dataclasses.replace(other, **ranges)))
    assert mine == its
    assert not [text for text in mine if re.search(r"\b(nan|inf)\b", text)]


def test_a_comparison_says_its_range_and_how_often_it_is_significant(rows, study):
    said = plain(compared.hazard_sentence(rows, study, "os"))
    assert said.startswith("The hazard of death: open, hazard ratio 0.31 to 3.70, lower with")
    assert said.endswith("in 44% of the cohorts, P below 0.05 in 7% (Wald test).")
    tests = (compared.log_rank_sentence, compared.proportionality_sentence)
    for sentence in tests:
        assert plain(sentence(rows, study, "os")).endswith(": open, significant in 7% of the cohorts.")


def test_a_probability_has_neither_events_nor_numbers_at_risk(rows):
    assert plain(known.probability(rows, "os", 24)) == "13% to 97%"
    assert plain(known.incidence(rows, "relapse", 24)) == "13% to 97%"


def test_a_printed_probability_without_its_interval_stands_alone(rows):
    place = rows["id"] == "survival.os.km_24m.all"
    printed = rows.assign(
        standing=rows["standing"].mask(place, standing.PRINTED), estimate=rows["estimate"].mask(place, 0.64)
    )
    assert plain(known.probability(printed, "os", 24)) == "64%"
    assert plain(known.known_sentence(printed)).startswith(
        f"The abstract prints one of the {len(rows)} numbers"
    )


def test_nothing_is_known_of_real_rows_that_is_not_observed(cohort, study):
    real = dataclasses.replace(cohort, ranges=cohort.ranges.iloc[:0])
    rows = standing.told(results(real), real.ranges)
    assert known.known_sentence(rows) is None
    assert known.deaths_sentence(rows, study) is None
    assert known.definition_sentence(rows, study) == ""
    assert choices.transplant_unknown(rows) is None
    assert "confidence" not in known.width_sentence(real)


def test_what_is_a_reading_is_called_one_of_ranges_alone(cohort, study):
    real = dataclasses.replace(cohort, provenance="patient-level", ranges=cohort.ranges.iloc[:0])
    assert "a reading" in known.clock_sentence(cohort) and known.clock_sentence(real) == ""
    assert known.lean_sentence(cohort).endswith("a share of cohorts is no probability.")
    assert known.lean_sentence(real) is None


def test_why_most_cohorts_lean_is_told_by_the_printed_counts(cohort):
    """Counted by hand: of 4 and 3 who could respond or clear 3 and 2 did so, of 9 patients; and so on."""
    counts = {
        "efficacy.response.count.{}.relapsed_refractory": (3, 1),
        "efficacy.mrd_negativity.count.{}.mrd_positive": (2, 5),
        "cohort.patients.count.{}.relapsed_refractory": (4, 6),
        "cohort.patients.count.{}.mrd_positive": (3, 5),
        "cohort.patients.count.{}": (9, 20),
    }
    rows = [
        {"id": id.format(arm), "standing": standing.PRINTED, "range_low": value, "range_high": value}
        for id, values in counts.items()
        for arm, value in zip(cohort.study.arm_ids, values, strict=True)
    ]
    known_counts = dataclasses.replace(cohort, ranges=pd.DataFrame(rows).assign(reading=""))
    said = plain(known.lean_sentence(known_counts))
    assert "died (2 of 9 with the combination and 5 of 20 with blinatumomab alone);" in said
    read = pd.DataFrame(rows).assign(reading=["", "", "the rates are others'", *[""] * 7])
    said = plain(known.lean_sentence(dataclasses.replace(cohort, ranges=read)))
    assert "5 of 20 with blinatumomab alone; under a reading); read otherwise" in said
    rows[0]["standing"] = standing.OPEN
    still = known.lean_sentence(dataclasses.replace(cohort, ranges=pd.DataFrame(rows).assign(reading="")))
    assert still.endswith("a share of cohorts is no probability.")


@pytest.mark.parametrize(
    ("alive", "free", "said"),
    [(26.6, np.inf, True), (26.6, 29.4, True), (26.6, 24.0, False), (np.inf, np.inf, False)],
)
def test_a_median_of_survival_reached_before_that_without_relapse_is_explained(rows, alive, free, said):
    ends = rows["id"].map({"survival.os.median.all": alive, "survival.dfs.median.all": free})
    changed = rows.assign(range_low=ends.fillna(rows["range_low"]))
    assert bool(known.median_sentence(changed)) is said


def test_the_longest_follow_up_ends_at_a_limit_of_the_book(rows):
    assert "a limit of this book" in known.followup_sentence(rows)


def test_who_died_is_told_where_it_follows(cohort, rows, study):
    assert known.deaths_sentence(rows, study) is None
    following = ranged(cohort, follows=DIED)
    said = known.deaths_sentence(standing.told(results(following), following.ranges), study)
    # C relapsed and died; nobody of the eight is MRD negative, and H alone is a non-responder: it died.
    assert "1 of 1 patients who relapsed died, 1 of 1 without response, and 2 of 6 others." in plain(said)


def test_transplant_gets_no_number(rows):
    said = choices.transplant_unknown(rows)
    assert said and not re.search(r"\d", said)


def test_a_fan_has_the_points_that_are_known(cohort, rows, study):
    assert curves.points(rows, study).empty
    place = rows["id"] == "survival.os.km_24m.all"
    printed = rows.assign(
        standing=rows["standing"].mask(place, standing.PRINTED), estimate=rows["estimate"].mask(place, 0.64)
    )
    points = curves.points(printed, study)
    assert points[["outcome", "group", "month", "estimate"]].to_numpy().tolist() == [["os", "all", 24, 0.64]]


def test_a_curve_without_a_fan_is_left_out_unless_none_has_one(cohort):
    found = curves.fans(cohort, ("dfs", "dfs_nonresponse"), ("all",))
    assert set(found["outcome"]) == {"dfs"}
    none = curves.fans(cohort, ("dfs_nonresponse",), ("all",))
    assert len(none) == 1 and none["low"].isna().all()


def test_fans_and_bands_are_described(cohort, rows, study):
    told = rows.copy()
    is_printed = told["id"].astype(str).eq("survival.os.km_24m.all")
    told.loc[is_printed, ["standing", "estimate", "method"]] = [standing.PRINTED, 0.64, "Kaplan-Meier"]
    said = alts.fans_alt(monthly(cohort, told, ("os",), ("all",)), study)
    assert "at 12 months 13% to 97%; " in said and said.endswith("at 24 months 64%, printed.")
    said = alts.bands_alt(tables.band_rows(rows, study))
    assert "Overall survival at two years, Blinatumomab alone: 13% to 97%" in said
    assert "Hazard of death, Combination against monotherapy: 0.31 to 3.70" in said


def test_tables_leave_out_what_is_open_throughout(rows, study):
    assert list(tables.horizon_table(rows, study, "os").columns) == [
        "Group",
        "Months",
        "Probability",
        "At risk",
    ]
    means = tables.means_table(rows, study)
    assert set(means["P"].map(plain)) == {"significant in 7% of the cohorts"}
    worst = tables.sensitivity_table(rows, study)["Worst to best case"]
    assert set(worst.map(plain)) == {"worst 13% to 97%; best 13% to 97%"}
    assert not get(rows, result_id("os", "km_24m")).isna()["range_low"]


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (23.0, np.inf, "23 months to not reached"),
        (np.inf, np.inf, "not reached in at least 95% of the cohorts"),
        (23.0, 29.5, "23 to 29.5 months"),
    ],
)
def test_a_median_that_some_cohorts_never_reach(rows, low, high, told):
    median = get(rows, result_id("os", "median")).copy()
    median[["range_low", "range_high"]] = low, high
    assert prose.bare(median) == told
