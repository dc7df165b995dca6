"""A shareable book: what counts alone give is given by the rounded counts, or hidden with them."""

from dataclasses import replace
from math import sqrt

import numpy as np
import odd_cohorts
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from statsmodels.stats.proportion import proportion_confint

from helpers.chapters.cohort.rows import results as described
from helpers.chapters.efficacy import burden, by_bands, cut_offs, tables
from helpers.chapters.efficacy.rows import TESTS
from helpers.chapters.efficacy.rows import results as compared
from helpers.chapters.efficacy.words import said
from helpers.chapters.multivariable.rows import results as modelled
from helpers.chapters.survival import coarse, curves
from helpers.chapters.survival.monthly import monthly
from helpers.chapters.survival.rows import results as followed
from helpers.chapters.survival.words import known
from helpers.estimators.competing import cumulative_incidence_at
from helpers.estimators.survival import kaplan_meier_at
from helpers.ground.cohort import load
from helpers.ground.disclosure import FOLLOWS
from helpers.ground.results import ResultId as Id
from helpers.ground.results import get, is_estimable, pick, reason

BASE, FEW_WOMEN, ARM = 5, 3, "intensive"
MONTH = 30.4375  # days


def nearest(count: float) -> float:
    return BASE * np.floor(count / BASE + 0.5)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    """Give 41 against 186 patients: of the 41 three are women, two respond and none dies after 36 months."""
    folder = odd_cohorts.many(tmp_path_factory.mktemp("told") / "cohort", 227)
    rows, draws = pd.read_csv(folder / "patients.csv", dtype=str), np.random.default_rng(8)
    rows["arm"] = np.repeat(["A", "B"], [41, 186])
    rows["sex"] = ["Female"] * FEW_WOMEN + ["Male"] * 38 + ["Female", "Male"] * 93
    months = np.concatenate([draws.uniform(1, 12, 17), draws.uniform(13, 35, 7), np.full(17, 79.0)])
    months = np.concatenate([months, draws.uniform(1, 80, 186)])
    died = np.concatenate([np.arange(41) < 24, draws.random(186) < 0.5])
    rows["followup_days"] = (months * MONTH).round().astype(int).astype(str)
    rows["death"] = np.where(died, "yes", "no")
    rows["best_response"] = ["CR"] * 2 + ["NR"] * 39 + ["CR", "NR"] * 93
    about = folder / "cohort.toml"
    about.write_text(about.read_text(encoding="utf-8").replace("[12, 36]", "[12, 36, 60]"), encoding="utf-8")
    absent = ["relapse", "relapse_days", "transplant", "transplant_days"]
    rows.drop(columns=absent).to_csv(folder / "patients.csv", index=False)
    return load(folder)


@pytest.fixture(scope="module")
def book(cohort):
    """Give the results as they are and as they are told."""
    chapters = (described, compared, followed)
    exact = pd.concat([chapter(replace(cohort, threshold=0)) for chapter in chapters], ignore_index=True)
    return exact, cohort.told(pd.concat([chapter(cohort) for chapter in chapters], ignore_index=True))


def of(rows: pd.DataFrame, id: str) -> pd.Series:
    return get(rows, Id.parse(id))


def distance(one: float, n_1: float, other: float, n_0: float) -> float:
    """Give the standardised difference of two shares as Yang and Dalton (2012) write it."""
    p, q = one / n_1, other / n_0
    return abs(p - q) / sqrt((p * (1 - p) + q * (1 - q)) / 2)


def test_a_distance_between_arms_is_hidden_with_a_count_and_else_that_of_the_rounded_ones(book):
    exact, told = book
    assert of(exact, "cohort.sex.standardised_distance.arm")["estimate"] > 1
    assert reason(of(told, "cohort.sex.standardised_distance.arm")) == FOLLOWS
    counts = [
        nearest(of(exact, f"cohort.patients.count.{arm}.{status}")["estimate"])
        for arm in (ARM, "standard")
        for status in ("relapsed", "untreated")
    ]
    wanted = distance(counts[0], sum(counts[:2]), counts[2], sum(counts[2:]))
    shown = of(told, "cohort.disease_status.standardised_distance.arm")["estimate"]
    assert shown == pytest.approx(wanted, abs=0.00501)
    error = of(told, "cohort.standardised_difference.standard_error.arm")["estimate"]
    assert error == round(sqrt(1 / 40 + 1 / 185), 2)


@pytest.mark.parametrize("case", ["best", "worst"])
@pytest.mark.parametrize("group", ["all", ARM, "standard"])
def test_bounds_of_survival_are_those_of_the_rounded_counts(book, case, group):
    row = of(book[1], f"survival.os.{case}_case_60m.{group}")
    assert row["estimate"] == pytest.approx(1 - row["events"] / row["n"], abs=0.00501)
    ends = proportion_confint(row["n"] - row["events"], row["n"], method="wilson")
    assert [row["ci_low"], row["ci_high"]] == pytest.approx(ends, abs=0.00501)


def test_a_curve_that_nobody_left_is_read_from_rounded_counts():
    months, died = np.array([6.0] * 17 + [20.0] * 24), np.arange(41) < 17
    told = coarse.in_multiples(kaplan_meier_at(months, died, 12), BASE)
    fitted = KaplanMeierFitter().fit([1] * 15 + [2] * 25, [1] * 15 + [0] * 25)
    ends = fitted.confidence_interval_survival_function_.loc[1].to_numpy()
    assert [told.estimate, told.ci_low, told.ci_high] == pytest.approx([25 / 40, *ends])
    assert (told.n, told.events) == (41, 17)
    cause = np.where(died, "relapse", "censored")
    rising = coarse.in_multiples(cumulative_incidence_at(months, cause, 12, "relapse"), BASE)
    assert rising.estimate == pytest.approx(15 / 40)
    # Where many have left, no counts follow, and the curve is read as it is.
    left = kaplan_meier_at([*months[:17], *[3.0] * 24], died, 12)
    assert coarse.in_multiples(left, BASE) is left


def test_what_a_table_hides_of_a_curve_no_figure_tells(cohort, book):
    told = book[1]
    arms = cohort.study.arm_ids
    estimable = [is_estimable(of(told, f"survival.os.km_{month}m.{ARM}")) for month in (12, 36, 60)]
    assert estimable == [True, True, False]  # as nobody of the arm dies between the last two
    read = monthly(cohort, told, ("os",), arms)
    for group in arms:
        curve = curves.curves(cohort, "os", (group,)).set_index("month")
        assert len(curve) > 2
        for month in cohort.study.horizons:
            row = of(told, f"survival.os.km_{month}m.{group}")
            if is_estimable(row) and month in curve.index:
                assert curve.loc[month, "estimate"] == row["estimate"]
            if not is_estimable(row):
                assert month not in curve.index
                assert not len(read[read["group"].eq(group) & read["read"].eq(month)])


@pytest.mark.parametrize(
    ("left", "begins"), [(10, "Fewer than 10 patients may still be at risk"), (15, "At least 10")]
)
def test_numbers_at_risk_are_judged_by_the_fewest_that_they_may_stand_for(cohort, book, left, begins):
    told = book[1]
    at_risk = told["statistic"].str.startswith("at_risk")
    assert known.warning_sentence(
        told.assign(estimate=told["estimate"].mask(at_risk, left)), cohort.study, "os"
    ).startswith(begins)


def test_mean_times_are_hidden_with_the_curve_at_their_end(book):
    told = book[1]
    for arm in (ARM, "standard"):
        for month in (12, 36, 60):
            read, mean = (of(told, f"survival.os.{name}_{month}m.{arm}") for name in ("km", "rmst"))
            assert is_estimable(mean) == is_estimable(read)


def test_hidden_comparisons_are_not_counted(book):
    told = book[1]
    tests = pick(told, chapter="efficacy", statistic="pearson_chi_square")
    assert not tests.apply(is_estimable, axis=1).all()
    made, low = (
        of(told, f"efficacy.comparisons.{name}.arm")["estimate"] for name in ("count", "low_p_count")
    )
    assert made == tests["p_value"].notna().sum() < of(book[0], "efficacy.comparisons.count.arm")["estimate"]
    assert low == (tests["p_value"] < 0.05).sum()


def test_tests_of_rounded_counts_say_so_wherever_they_stand(cohort, book):
    told = book[1]
    for name in TESTS:
        for _, test in pick(told, statistic=name).iterrows():
            assert test["method"].endswith("from rounded counts") == is_estimable(test)
    sentences = [
        said.tests_sentence(told, cohort.study, outcome, stratum)
        for outcome, stratum in said.places(cohort.study)
    ]
    assert any("P = " in each for each in sentences)
    for each in sentences:
        assert each.count("from rounded counts") == each.count("P = ") + each.count("P < ")
    assert "Fisher P, from rounded counts" in tables.tests_table(told, cohort.study)
    assert "P, from rounded counts" in tables.differences_table(told, cohort.study)
    assert "Fisher P" in tables.tests_table(book[0], cohort.study)


def test_shares_over_the_blasts_are_those_of_the_rounded_counts(cohort):
    found = [by_bands.rates(cohort), cut_offs.known(cohort)]
    rates = pd.concat([each[each["group"].isin(cohort.study.arm_ids)] for each in found])
    shown = rates[rates["estimate"].notna()]
    assert len(shown) > 5
    for _, row in shown.iterrows():
        assert [row["ci_low"], row["ci_high"]] == pytest.approx(
            proportion_confint(row["events"], row["n"], method="wilson"), abs=0.00501
        )


def test_the_interaction_of_arm_and_cut_off_is_that_of_rounded_counts():
    """Firth's estimate of a saturated model adds a half to every cell."""
    cells = {
        (True, True): (13, 28),
        (True, False): (9, 21),
        (False, True): (17, 33),
        (False, False): (24, 39),
    }
    rows = [
        (number < events, first, 70.0 if over else 10.0)
        for (first, over), (events, n) in cells.items()
        for number in range(n)
    ]
    frame = pd.DataFrame(rows, columns=["event", "first", "blasts"])
    found = burden._interaction_at_cut(burden._cells(frame, 50, BASE))
    odds = {
        key: (nearest(events) + 0.5) / (nearest(n) - nearest(events) + 0.5)
        for key, (events, n) in cells.items()
    }
    wanted = odds[True, True] * odds[False, False] / odds[True, False] / odds[False, True]
    assert found.estimate == pytest.approx(wanted, rel=1e-4)


def test_a_chapter_that_is_not_in_a_book_has_no_numbers_in_its_results(cohort):
    absent = (*cohort.absent, "best_response")
    assert not modelled(replace(cohort, absent=absent)).apply(is_estimable, axis=1).any()
    assert modelled(cohort).apply(is_estimable, axis=1).any()
