"""The rows of chapter 2 on a cohort small enough to count by hand."""

from math import sqrt

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats
from scipy.special import expit
from small_cohorts import RESPONSES, responses, write

from helpers.chapters.efficacy import bayes, burden, confounding
from helpers.chapters.efficacy.groups import result_id
from helpers.chapters.efficacy.rows import TESTS, results
from helpers.estimators import contrasts, proportions
from helpers.ground import study as studies
from helpers.ground.cohort import load
from helpers.ground.results import DIFFERENCE, Estimate, get, is_estimable, not_estimable, pick

STUDY = studies.load()
ARMS = STUDY.arm_ids
OUTCOMES = [outcome.id for outcome in STUDY.outcomes]
# outcome, stratum: events and patients with combination, then with monotherapy
COUNTED = {
    ("response", "relapsed_refractory"): (4, 5, 5, 7),
    ("response", "high_burden"): (3, 3, 2, 3),
    ("response", "low_burden"): (1, 2, 3, 4),
    ("complete_remission", "relapsed_refractory"): (3, 5, 4, 7),
    ("complete_remission", "high_burden"): (2, 3, 1, 3),
    ("complete_remission", "low_burden"): (1, 2, 3, 4),
    ("mrd_negativity", "all"): (5, 7, 6, 11),
    ("mrd_negativity", "relapsed_refractory"): (3, 5, 3, 7),
    ("mrd_negativity", "mrd_positive"): (2, 2, 2, 3),
    ("mrd_negativity", "mrd_negative"): (0, 0, 1, 1),
    ("mrd_negativity", "measurable_disease"): (5, 7, 5, 10),
    ("mrd_negativity", "high_burden"): (2, 3, 0, 3),
    ("mrd_negativity", "low_burden"): (1, 2, 3, 4),
}


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return write(tmp_path_factory.mktemp("small"), responses())


@pytest.fixture(scope="module")
def rows(cohort):
    return results(cohort)


@pytest.fixture(scope="module")
def whole():
    """Return the cohort of the book, with its rows."""
    loaded = load()
    return loaded, results(loaded)


def value(rows, outcome, statistic, group="arm", stratum="all"):
    return get(rows, result_id(outcome, statistic, group, stratum))


def wilson(events, n):
    """Solve (p - rate)^2 = z^2 rate (1 - rate) / n for the rate."""
    z = stats.norm.ppf(0.975)
    middle, half = (events + z**2 / 2), z * sqrt(events * (n - events) / n + z**2 / 4)
    return (middle - half) / (n + z**2), (middle + half) / (n + z**2)


@pytest.mark.parametrize(("outcome", "stratum"), COUNTED)
def test_counts_rates_and_wilson_intervals_agree_with_a_count_by_hand(rows, outcome, stratum):
    events_1, n_1, events_0, n_0 = COUNTED[outcome, stratum]
    groups = {
        "combination": (events_1, n_1),
        "monotherapy": (events_0, n_0),
        "all": (events_1 + events_0, n_1 + n_0),
    }
    for group, (events, n) in groups.items():
        count = get(rows, result_id(outcome, "count", group, stratum))
        rate = get(rows, result_id(outcome, "rate", group, stratum))
        assert count["n"] == rate["n"] == n
        assert is_estimable(count) == is_estimable(rate) == (n > 0)
        if n:
            assert count["estimate"] == rate["events"] == events
            assert rate["estimate"] == pytest.approx(events / n)
            assert (rate["ci_low"], rate["ci_high"]) == pytest.approx(wilson(events, n), abs=1e-12)


@pytest.mark.parametrize(("outcome", "stratum"), [place for place in COUNTED if place[1] != "mrd_negative"])
def test_comparisons_agree_with_formulas(rows, outcome, stratum):
    events_1, n_1, events_0, n_0 = COUNTED[outcome, stratum]
    n, events = n_1 + n_0, events_1 + events_0

    def found(statistic):
        return get(rows, result_id(outcome, statistic, "arm", stratum))

    (low_1, high_1), (low_0, high_0) = wilson(events_1, n_1), wilson(events_0, n_0)
    rate_1, rate_0 = events_1 / n_1, events_0 / n_0
    difference = found("risk_difference")
    assert difference["estimate"] == pytest.approx(rate_1 - rate_0)
    newcombe = (
        rate_1 - rate_0 - sqrt((rate_1 - low_1) ** 2 + (high_0 - rate_0) ** 2),
        rate_1 - rate_0 + sqrt((high_1 - rate_1) ** 2 + (rate_0 - low_0) ** 2),
    )
    assert (difference["ci_low"], difference["ci_high"]) == pytest.approx(newcombe, abs=1e-12)

    product = events_1 * (n_0 - events_0) - events_0 * (n_1 - events_1)
    chi_square = n * product**2 / (n_1 * n_0 * events * (n - events))
    assert found("pearson_chi_square")["estimate"] == pytest.approx(chi_square)
    assert found("pearson_chi_square")["p_value"] == pytest.approx(stats.chi2.sf(chi_square, 1))

    tables = stats.hypergeom(n, events, n_1).pmf(range(n_1 + 1))
    as_rare = tables[tables <= tables[events_1] * (1 + 1e-7)].sum()
    assert found("fisher_exact")["p_value"] == pytest.approx(as_rare)
    assert 0 < found("boschloo")["p_value"] <= 1

    cells = [size * kind / n for size in (n_1, n_0) for kind in (events, n - events)]
    assert found("smallest_expected_count")["estimate"] == pytest.approx(min(cells))


def test_an_arm_without_patients_is_not_estimable(rows):
    assert get(rows, result_id("mrd_negativity", "rate", "combination", "mrd_negative"))["method"] == (
        "not estimable: no patients"
    )
    statistics = ["risk_difference", *TESTS, "smallest_expected_count"]
    for statistic in statistics:
        compared = get(rows, result_id("mrd_negativity", statistic, "arm", "mrd_negative"))
        assert compared["method"] == "not estimable: an arm has no patients"


def test_best_response_levels_are_counted(rows):
    counted = {"cr": (2, 3), "cri": (1, 1), "pr": (1, 1), "nr": (1, 2)}
    for level, events in counted.items():
        for arm, number, n in zip(ARMS, events, (5, 7), strict=True):
            rate = get(rows, result_id(f"best_response_{level}", "rate", arm, "relapsed_refractory"))
            assert (rate["events"], rate["n"]) == (number, n)


def test_contrast_of_two_rates_is_newcombe_s_interval():
    # Newcombe's method 10 is the same recovery, applied to two Wilson intervals.
    contrast = contrasts.difference(proportions.wilson(5, 6), proportions.wilson(3, 9))
    newcombe = proportions.newcombe_difference(5, 6, 3, 9)
    assert (contrast.estimate, contrast.ci_low, contrast.ci_high) == pytest.approx(
        (newcombe.estimate, newcombe.ci_low, newcombe.ci_high)
    )
    assert (contrast.n, contrast.events) == (15, 8)


def test_contrast_needs_two_intervals():
    known = Estimate(estimate=0.1, ci_low=0.0, ci_high=0.2, ci_level=0.95, n=10, events=4)
    for pair in ((known, not_estimable("x", n=3)), (not_estimable("x", n=3), known)):
        assert contrasts.difference(*pair).method.startswith("not estimable: ")


def test_contrast_of_burdens_subtracts_low_from_high(rows):
    contrast = get(rows, result_id("mrd_negativity", "burden_difference", "arm", "relapsed_refractory"))
    assert contrast["estimate"] == pytest.approx((2 / 3 - 0) - (1 / 2 - 3 / 4))
    assert contrast["n"] == 12


def test_comparisons_and_the_smallest_group_are_counted(rows):
    # Every stratum but MRD-negative has events and non-events: twelve of thirteen can be tested.
    assert get(rows, result_id("comparisons", "count", "arm"))["estimate"] == 12
    assert get(rows, result_id("comparisons", "low_p_count", "arm"))["estimate"] == 0
    assert get(rows, result_id("smallest_group", "count", "all"))["estimate"] == 1


def test_missing_outcomes_leave_the_denominator_and_are_counted(tmp_path):
    patients = responses()
    patients.loc[0, ["best_response", "mrd_negative"]] = ""
    patients.loc[1, "bm_blasts_pct"] = ""
    rows = results(write(tmp_path, patients))
    response_rate = get(rows, result_id("response", "rate", "combination", "relapsed_refractory"))
    assert (response_rate["events"], response_rate["n"]) == (3, 4)
    high = get(rows, result_id("mrd_negativity", "rate", "combination", "high_burden"))
    assert (high["events"], high["n"]) == (1, 1)
    assert get(rows, result_id("response", "missing", "all", "relapsed_refractory"))["estimate"] == 1
    assert get(rows, result_id("mrd_negativity", "missing", "all"))["estimate"] == 1
    assert get(rows, result_id("blasts", "missing", "all", "relapsed_refractory"))["estimate"] == 1


def counted(above, column):
    """Count the relapsed/refractory patients of the hand-written cohort above a cut-off, by arm."""
    found = []
    for arm in ARMS:
        chosen = [p for p in RESPONSES if p[0] == arm and p[1] == "relapsed_refractory" and p[2] > above]
        hits = {"response": lambda p: p[3] != "NR", "mrd_negativity": lambda p: p[4] == "yes"}[column]
        found.append((sum(map(hits, chosen)), len(chosen)))
    return found


@pytest.mark.parametrize("outcome", ["response", "mrd_negativity"])
def test_differences_above_each_cut_off_are_those_counted(cohort, rows, outcome):
    frame = burden.over_cutoffs(cohort.patients, STUDY, outcome).set_index("cutoff")
    assert sorted(frame.index) == sorted({p[2] for p in RESPONSES if p[1] == "relapsed_refractory"})
    for cutoff in frame.index:
        (events_1, n_1), (events_0, n_0) = counted(cutoff, outcome)
        assert frame.loc[cutoff, "n"] == n_1 + n_0
        expected = events_1 / n_1 - events_0 / n_0 if n_1 and n_0 else np.nan
        assert frame.loc[cutoff, "estimate"] == pytest.approx(expected, nan_ok=True)
    for cutoff in burden.CUTOFFS:
        (events_1, n_1), (events_0, n_0) = counted(cutoff, outcome)
        row = value(rows, outcome, f"risk_difference_above_{cutoff}", "arm", "relapsed_refractory")
        assert is_estimable(row) == bool(n_1 and n_0)
        if n_1 and n_0:
            assert row["estimate"] == pytest.approx(events_1 / n_1 - events_0 / n_0)


def test_the_chapter_s_cut_off_gives_the_chapter_s_high_burden(whole):
    loaded, rows = whole
    for outcome in OUTCOMES:
        at_cut = value(rows, outcome, "risk_difference_above_60", "arm", "relapsed_refractory")
        high = value(rows, outcome, "risk_difference", "arm", "high_burden")
        columns = ["estimate", "ci_low", "ci_high", "n", "events"]
        assert at_cut[columns].tolist() == high[columns].tolist()
        frame = burden.over_cutoffs(loaded.patients, STUDY, outcome)
        near = frame[frame["cutoff"] <= 60].iloc[-1]
        contrast = value(rows, outcome, "burden_difference", "arm", "relapsed_refractory")
        expected = contrast[["estimate", "ci_low", "ci_high"]].astype(float).tolist()
        assert near[["contrast", "contrast_low", "contrast_high"]].tolist() == pytest.approx(expected)


def test_the_search_reports_the_smallest_p_value(whole):
    loaded, rows = whole
    frame = burden.asked(loaded.patients, STUDY, "response")
    tests = {}
    for cutoff in frame["blasts"].unique():
        table = pd.crosstab(*(frame.loc[frame["blasts"] > cutoff, name] for name in ("first", "event")))
        if table.shape == (2, 2):
            tests[cutoff] = stats.chi2_contingency(table, correction=False)
    best = min(tests, key=lambda cutoff: tests[cutoff].pvalue)
    strongest, largest, tested = (
        value(rows, "response", f"cutoffs_{name}", "arm", "relapsed_refractory")
        for name in ("strongest", "largest_chi_square", "tested")
    )
    assert strongest["p_value"] == pytest.approx(tests[best].pvalue)
    assert tests[strongest["estimate"]].pvalue == pytest.approx(tests[best].pvalue)
    assert largest["estimate"] == pytest.approx(tests[best].statistic)
    assert largest["p_value"] > strongest["p_value"]
    assert tested["estimate"] == len(tests)
    clear = burden.over_cutoffs(loaded.patients, STUDY, "response")
    outside = (clear["ci_low"] > 0) | (clear["ci_high"] < 0)
    count = value(rows, "response", "cutoffs_clear", "arm", "relapsed_refractory")["estimate"]
    assert count == outside.sum()


def penalised_fit(design, event):
    """Maximise Firth's penalised likelihood by a general search."""

    def minus(coefficients):
        fitted = expit(design @ coefficients)
        information = design.T @ (design * (fitted * (1 - fitted))[:, None])
        likelihood = event @ np.log(fitted) + (1 - event) @ np.log(1 - fitted)
        return -likelihood - 0.5 * np.linalg.slogdet(information)[1]

    found = optimize.minimize(minus, np.zeros(design.shape[1]), method="BFGS", options={"gtol": 1e-7})
    return found.x


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_interaction_and_curves_agree_with_one_penalised_model(whole, outcome):
    loaded, rows = whole
    frame = burden.asked(loaded.patients, STUDY, outcome)
    arm, blasts = frame["first"].to_numpy(float), frame["blasts"].to_numpy() / 10
    design = np.column_stack([np.ones(len(frame)), arm, blasts - 5, arm * (blasts - 5)])
    coefficients = penalised_fit(design, frame["event"].to_numpy(float))
    found = value(rows, outcome, "blasts_odds_ratio", "arm", "relapsed_refractory")
    assert np.log(found["estimate"]) == pytest.approx(coefficients[3], abs=1e-4)
    for place in burden.PLACES:
        x = place / 10 - 5
        rates = [expit(np.array([1, one, x, one * x]) @ coefficients) for one in (1, 0)]
        row = value(rows, outcome, f"firth_difference_at_{place}", "arm", "relapsed_refractory")
        assert row["estimate"] == pytest.approx(rates[0] - rates[1], abs=1e-5)
        assert row["ci_low"] < row["estimate"] < row["ci_high"]
        curve = burden.over_blasts(loaded.patients, STUDY, outcome).set_index("blasts")
        assert curve.loc[place, "ci_low"] == pytest.approx(row["ci_low"])


def test_interaction_of_cut_burden_agrees_with_one_half_added_to_every_cell(whole):
    # In a saturated model Firth's penalty is half a patient in each cell.
    _, rows = whole
    odds = []
    for stratum in ("high_burden", "low_burden"):
        for arm in ARMS:
            count = value(rows, "response", "count", arm, stratum)
            odds.append((count["estimate"] + 0.5) / (count["n"] - count["estimate"] + 0.5))
    found = value(rows, "response", "burden_odds_ratio", "arm", "relapsed_refractory")
    assert found["estimate"] == pytest.approx(odds[0] / odds[1] / (odds[2] / odds[3]), rel=1e-4)


def test_a_curve_s_band_is_wald_on_the_logit_scale_of_each_arm(whole):
    loaded, _ = whole
    frame = burden.asked(loaded.patients, STUDY, "response")
    parts = []
    for arm in (True, False):
        chosen = frame[frame["first"] == arm]
        design = np.column_stack([np.ones(len(chosen)), chosen["blasts"]])
        scaled = design / [1, 100]
        coefficients = penalised_fit(scaled, chosen["event"].to_numpy(float))
        fitted = expit(scaled @ coefficients)
        covariance = np.linalg.inv(scaled.T @ (scaled * (fitted * (1 - fitted))[:, None]))
        point = np.array([1, 0.4])
        centre, width = point @ coefficients, stats.norm.ppf(0.975) * np.sqrt(point @ covariance @ point)
        parts.append([expit(centre), expit(centre - width), expit(centre + width)])
    (one, one_low, one_high), (two, two_low, two_high) = parts
    curve = burden.over_blasts(loaded.patients, STUDY, "response").set_index("blasts").loc[40]
    low = one - two - np.hypot(one - one_low, two_high - two)
    high = one - two + np.hypot(one_high - one, two - two_low)
    assert curve.tolist() == pytest.approx([one - two, low, high], abs=1e-5)


def test_posterior_rows_name_their_prior_and_follow_the_counts(rows):
    for prior, ((a_1, b_1), (a_0, b_0)) in bayes.priors(STUDY).items():
        row = value(rows, "response", f"bayes_{prior}_difference", "arm", "relapsed_refractory")
        # 4 of 5 and 5 of 7 respond.
        expected = (a_1 + 4) / (a_1 + b_1 + 5) - (a_0 + 5) / (a_0 + b_0 + 7)
        assert row["estimate"] == pytest.approx(expected)
        assert f"Beta({a_1:g}, {b_1:g})" in row["method"]
    assert not is_estimable(value(rows, "mrd_negativity", "bayes_uniform_difference", "arm", "mrd_negative"))


def test_responders_are_counted(rows):
    # MRD negative among CR, CRi, PR and among CR, CRi of the hand-written cohort.
    expected = {"responders": ((3, 4), (3, 5)), "complete_responders": ((3, 3), (3, 4))}
    for stratum, (one, other) in expected.items():
        for arm, (events, n) in zip(ARMS, (one, other), strict=True):
            rate = value(rows, "mrd_negativity", "rate", arm, stratum)
            assert (rate["events"], rate["n"]) == (events, n)
        difference = value(rows, "mrd_negativity", "risk_difference", "arm", stratum)["estimate"]
        assert difference == pytest.approx(one[0] / one[1] - other[0] / other[1])


def test_risk_ratios_follow_the_counts(rows):
    ratio = value(rows, "response", "risk_ratio", "arm", "relapsed_refractory")["estimate"]
    assert ratio == pytest.approx((4 / 5) / (5 / 7))
    e_value = value(rows, "response", "e_value", "arm", "relapsed_refractory")["estimate"]
    assert e_value**2 / (2 * e_value - 1) == pytest.approx(ratio)
    assert value(rows, "response", "e_value_limit", "arm", "relapsed_refractory")["estimate"] == 1


def test_weights_balance_the_arms_of_the_book_s_cohort(whole):
    loaded, rows = whole
    patients = loaded.patients
    for stratum, names in confounding.models(STUDY).items():
        chosen = patients[STUDY.members(patients, stratum)]
        known = pd.DataFrame(confounding.covariates(chosen, STUDY), index=chosen.index).astype(float)
        for name in confounding.shown(STUDY, stratum):
            one, other = (known.loc[chosen["arm"] == arm, name] for arm in ARMS)
            spread = np.sqrt((one.var() + other.var()) / 2)
            before = value(rows, name, "standardised_difference", "arm", stratum)["estimate"]
            assert before == pytest.approx((one.mean() - other.mean()) / spread)
            after = value(rows, name, "weighted_standardised_difference", "arm", stratum)["estimate"]
            assert abs(after) < (1e-8 if name in names else 0.1)
        for arm in ARMS:
            size = value(rows, "weights", "effective_sample_size", arm, stratum)
            assert 1 < size["estimate"] <= size["n"] == (chosen["arm"] == arm).sum()


def test_signed_numbers_are_differences(rows):
    signed = pick(rows, kind=DIFFERENCE)
    names = {name.rstrip("0123456789_") for name in signed["statistic"]}
    assert names == {
        *("risk_difference", "miettinen_nurminen_difference", "exact_difference", "burden_difference"),
        *("risk_difference_above", "firth_difference_at", "overlap_weighted_difference"),
        *("standardised_difference", "weighted_standardised_difference"),
        *(f"bayes_{prior}_difference" for prior in bayes.priors(STUDY)),
    }


def test_patients_of_the_figure_are_those_assessed_with_blasts(tmp_path):
    patients = responses()
    patients.loc[0, "bm_blasts_pct"] = ""
    patients.loc[1, ["best_response", "mrd_negative"]] = ""
    cohort = write(tmp_path, patients)
    frame = burden.blasts_and_response(cohort.patients, STUDY).set_index("patient_id")
    assert len(frame) == 11
    assert frame["bm_blasts_pct"].is_monotonic_increasing
    assert frame.loc["P01", ["response_level", "mrd"]].tolist() == ["unknown", "unknown"]
    assert frame.loc["P05", ["response_level", "mrd"]].tolist() == ["NR", "not negative"]
