"""Chapter 2 in depth: cut-offs, curves, priors, weights, E-values and responders, on countable cohorts."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats
from scipy.special import expit

from helpers.chapters.efficacy import bayes as efficacy_bayes
from helpers.chapters.efficacy import burden as efficacy_burden
from helpers.chapters.efficacy import confounding as efficacy_confounding
from helpers.chapters.efficacy import depth_words as depth
from helpers.chapters.efficacy import rows as efficacy
from helpers.ground import cohort
from helpers.ground.endpoints import ARMS
from helpers.ground.results import get, is_estimable
from helpers.plots import burden, forest, love
from tests.helpers.chapters.efficacy.test_efficacy_rows import PATIENTS, hostile, patients_file, study_of

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return study_of(tmp_path_factory.mktemp("small"), patients_file())


@pytest.fixture(scope="module")
def rows(study):
    return efficacy.results(study)


@pytest.fixture(scope="module")
def whole():
    """Return the cohort of the book, with its rows."""
    loaded = cohort.load()
    return loaded, efficacy.results(loaded)


def value(rows, id):
    return get(rows, f"efficacy.{id}")


def counted(above, column):
    """Count the relapsed/refractory patients of the hand-written cohort above a cut-off, by arm."""
    found = []
    for arm in ARMS:
        chosen = [p for p in PATIENTS if p[0] == arm and p[1] == "relapsed_refractory" and p[2] > above]
        hits = {"response": lambda p: p[3] != "NR", "mrd_negativity": lambda p: p[4] == "yes"}[column]
        found.append((sum(map(hits, chosen)), len(chosen)))
    return found


@pytest.mark.parametrize("outcome", ["response", "mrd_negativity"])
def test_differences_above_each_cut_off_are_those_counted(study, rows, outcome):
    frame = efficacy_burden.over_cutoffs(study.patients, outcome).set_index("cutoff")
    assert sorted(frame.index) == sorted({p[2] for p in PATIENTS if p[1] == "relapsed_refractory"})
    for cutoff in frame.index:
        (events_1, n_1), (events_0, n_0) = counted(cutoff, outcome)
        assert frame.loc[cutoff, "n"] == n_1 + n_0
        expected = events_1 / n_1 - events_0 / n_0 if n_1 and n_0 else np.nan
        assert frame.loc[cutoff, "estimate"] == pytest.approx(expected, nan_ok=True)
    for cutoff in efficacy_burden.CUTOFFS:
        (events_1, n_1), (events_0, n_0) = counted(cutoff, outcome)
        row = value(rows, f"{outcome}.risk_difference_above_{cutoff}.arm.relapsed_refractory")
        assert is_estimable(row) == bool(n_1 and n_0)
        if n_1 and n_0:
            assert row["estimate"] == pytest.approx(events_1 / n_1 - events_0 / n_0)


def test_the_chapter_s_cut_off_gives_the_chapter_s_high_burden(whole):
    loaded, rows = whole
    for outcome in efficacy.OUTCOMES:
        at_cut = value(rows, f"{outcome}.risk_difference_above_60.arm.relapsed_refractory")
        high = value(rows, f"{outcome}.risk_difference.arm.high_burden")
        columns = ["estimate", "ci_low", "ci_high", "n", "events"]
        assert at_cut[columns].tolist() == high[columns].tolist()
        frame = efficacy_burden.over_cutoffs(loaded.patients, outcome)
        near = frame[frame["cutoff"] <= 60].iloc[-1]
        contrast = value(rows, f"{outcome}.burden_difference.arm.relapsed_refractory")
        expected = contrast[["estimate", "ci_low", "ci_high"]].astype(float).tolist()
        assert near[["contrast", "contrast_low", "contrast_high"]].tolist() == pytest.approx(expected)


def test_the_search_reports_the_smallest_p_value(whole):
    loaded, rows = whole
    frame = efficacy_burden.asked(loaded.patients, "response")
    tests = {}
    for cutoff in frame["blasts"].unique():
        table = pd.crosstab(*(frame.loc[frame["blasts"] > cutoff, name] for name in ("combination", "event")))
        if table.shape == (2, 2):
            tests[cutoff] = stats.chi2_contingency(table, correction=False)
    best = min(tests, key=lambda cutoff: tests[cutoff].pvalue)
    strongest, largest, tested = (
        value(rows, f"response.cutoffs_{name}.arm.relapsed_refractory")
        for name in ("strongest", "largest_chi_square", "tested")
    )
    assert strongest["p_value"] == pytest.approx(tests[best].pvalue)
    assert tests[strongest["estimate"]].pvalue == pytest.approx(tests[best].pvalue)
    assert largest["estimate"] == pytest.approx(tests[best].statistic)
    assert largest["p_value"] > strongest["p_value"]
    assert tested["estimate"] == len(tests)
    clear = efficacy_burden.over_cutoffs(loaded.patients, "response")
    outside = (clear["ci_low"] > 0) | (clear["ci_high"] < 0)
    count = value(rows, "response.cutoffs_clear.arm.relapsed_refractory")["estimate"]
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


@pytest.mark.parametrize("outcome", efficacy.OUTCOMES)
def test_interaction_and_curves_agree_with_one_penalised_model(whole, outcome):
    loaded, rows = whole
    frame = efficacy_burden.asked(loaded.patients, outcome)
    arm, blasts = frame["combination"].to_numpy(float), frame["blasts"].to_numpy() / 10
    design = np.column_stack([np.ones(len(frame)), arm, blasts - 5, arm * (blasts - 5)])
    coefficients = penalised_fit(design, frame["event"].to_numpy(float))
    found = value(rows, f"{outcome}.blasts_odds_ratio.arm.relapsed_refractory")
    assert np.log(found["estimate"]) == pytest.approx(coefficients[3], abs=1e-4)
    for place in efficacy_burden.PLACES:
        x = place / 10 - 5
        rates = [expit(np.array([1, one, x, one * x]) @ coefficients) for one in (1, 0)]
        row = value(rows, f"{outcome}.firth_difference_at_{place}.arm.relapsed_refractory")
        assert row["estimate"] == pytest.approx(rates[0] - rates[1], abs=1e-5)
        assert row["ci_low"] < row["estimate"] < row["ci_high"]
        curve = efficacy_burden.over_blasts(loaded.patients, outcome).set_index("blasts")
        assert curve.loc[place, "ci_low"] == pytest.approx(row["ci_low"])


def test_interaction_of_cut_burden_agrees_with_one_half_added_to_every_cell(whole):
    # In a saturated model Firth's penalty is half a patient in each cell.
    _, rows = whole
    odds = []
    for stratum in ("high_burden", "low_burden"):
        for arm in ARMS:
            count = value(rows, f"response.count.{arm}.{stratum}")
            odds.append((count["estimate"] + 0.5) / (count["n"] - count["estimate"] + 0.5))
    found = value(rows, "response.burden_odds_ratio.arm.relapsed_refractory")
    assert found["estimate"] == pytest.approx(odds[0] / odds[1] / (odds[2] / odds[3]), rel=1e-4)


def test_a_curve_s_band_is_wald_on_the_logit_scale_of_each_arm(whole):
    loaded, _ = whole
    frame = efficacy_burden.asked(loaded.patients, "response")
    parts = []
    for arm in (True, False):
        chosen = frame[frame["combination"] == arm]
        design = np.column_stack([np.ones(len(chosen)), chosen["blasts"]])
        scaled = design / [1, 100]
        coefficients = penalised_fit(scaled, chosen["event"].to_numpy(float))
        fitted = expit(scaled @ coefficients)
        covariance = np.linalg.inv(scaled.T @ (scaled * (fitted * (1 - fitted))[:, None]))
        point = np.array([1, 0.4])
        centre, width = point @ coefficients, stats.norm.ppf(0.975) * np.sqrt(point @ covariance @ point)
        parts.append([expit(centre), expit(centre - width), expit(centre + width)])
    (one, one_low, one_high), (two, two_low, two_high) = parts
    curve = efficacy_burden.over_blasts(loaded.patients, "response").set_index("blasts").loc[40]
    low = one - two - np.hypot(one - one_low, two_high - two)
    high = one - two + np.hypot(one_high - one, two - two_low)
    assert curve.tolist() == pytest.approx([one - two, low, high], abs=1e-5)


def test_posterior_rows_name_their_prior_and_follow_the_counts(rows):
    for prior, ((a_1, b_1), (a_0, b_0)) in efficacy_bayes.PRIORS.items():
        row = value(rows, f"response.bayes_{prior}_difference.arm.relapsed_refractory")
        # 4 of 5 and 5 of 7 respond.
        expected = (a_1 + 4) / (a_1 + b_1 + 5) - (a_0 + 5) / (a_0 + b_0 + 7)
        assert row["estimate"] == pytest.approx(expected)
        assert f"Beta({a_1:g}, {b_1:g})" in row["method"]
    assert not is_estimable(value(rows, "mrd_negativity.bayes_uniform_difference.arm.mrd_negative"))


def test_responders_are_counted(rows):
    # MRD negative among CR, CRi, PR and among CR, CRi of the hand-written cohort.
    expected = {"responders": ((3, 4), (3, 5)), "complete_responders": ((3, 3), (3, 4))}
    for stratum, (one, other) in expected.items():
        for arm, (events, n) in zip(ARMS, (one, other), strict=True):
            rate = value(rows, f"mrd_negativity.rate.{arm}.{stratum}")
            assert (rate["events"], rate["n"]) == (events, n)
        difference = value(rows, f"mrd_negativity.risk_difference.arm.{stratum}")["estimate"]
        assert difference == pytest.approx(one[0] / one[1] - other[0] / other[1])
    assert depth.responders_in_words(rows, "responders").startswith("75% (3 of 4; 95% CI ")


def test_risk_ratios_follow_the_counts(rows):
    ratio = value(rows, "response.risk_ratio.arm.relapsed_refractory")["estimate"]
    assert ratio == pytest.approx((4 / 5) / (5 / 7))
    e_value = value(rows, "response.e_value.arm.relapsed_refractory")["estimate"]
    assert e_value**2 / (2 * e_value - 1) == pytest.approx(ratio)
    assert value(rows, "response.e_value_limit.arm.relapsed_refractory")["estimate"] == 1


def test_weights_balance_the_arms_of_the_book_s_cohort(whole):
    loaded, rows = whole
    patients = loaded.patients
    for stratum, names in efficacy_confounding.SHOWN.items():
        chosen = patients[efficacy_confounding.in_stratum(patients, stratum)]
        known = efficacy_confounding.covariates(chosen).astype(float)
        for name in names:
            one, other = (known.loc[chosen["arm"] == arm, name] for arm in ARMS)
            spread = np.sqrt((one.var() + other.var()) / 2)
            before = value(rows, f"{name}.standardised_difference.arm.{stratum}")["estimate"]
            assert before == pytest.approx((one.mean() - other.mean()) / spread)
            after = value(rows, f"{name}.weighted_standardised_difference.arm.{stratum}")["estimate"]
            assert abs(after) < (1e-8 if name in efficacy_confounding.MODELS[stratum] else 0.1)
        for arm in ARMS:
            size = value(rows, f"weights.effective_sample_size.{arm}.{stratum}")
            assert 1 < size["estimate"] <= size["n"] == (chosen["arm"] == arm).sum()


def texts_of(study, rows):
    texts = [depth.strips_alt(rows), depth.balance_alt(rows), depth.weighted_alt(rows)]
    texts += [depth.weights_in_words(rows, stratum) for stratum in efficacy_confounding.MODELS]
    texts += [depth.responders_in_words(rows, stratum) for stratum in ("responders", "complete_responders")]
    texts += [depth.posterior_in_words(rows, *place) for place in efficacy_bayes.STRIPS]
    for stratum, outcomes in efficacy_confounding.ADJUSTED.items():
        texts += [depth.weighted_in_words(rows, outcome, stratum) for outcome in outcomes]
    for outcome in efficacy.OUTCOMES:
        texts += [depth.search_in_words(rows, outcome), depth.interactions_in_words(rows, outcome)]
    texts.append(depth.over_alt(rows, "firth_difference_at", efficacy_burden.PLACES, "Differences."))
    texts.append(depth.over_alt(rows, "risk_difference_above", efficacy_burden.CUTOFFS, "Differences."))
    return texts


@pytest.mark.parametrize("name", hostile())
def test_every_sentence_table_and_figure_exists_for_every_cohort(tmp_path, name):
    plt.close("all")
    study = study_of(tmp_path, hostile()[name])
    found = efficacy.results(study)
    texts = texts_of(study, found)
    for outcome in efficacy.OUTCOMES:
        frame = efficacy_burden.over_cutoffs(study.patients, outcome)
        for kind in ("difference", "contrast"):
            burden.plot_over_cutoffs(frame, kind)
        asked = efficacy_burden.asked(study.patients, outcome)
        burden.plot_over_blasts(efficacy_burden.over_blasts(study.patients, outcome), asked)
    for stratum in efficacy_confounding.MODELS:
        love.plot_love(*depth.balance_pair(found, stratum))
    for place in efficacy_bayes.STRIPS:
        forest.plot_forest(depth.strip_rows(found, *place))
    forest.plot_forest(depth.weighted_rows(found))
    plt.close("all")
    assert not [text for text in texts if "nan" in text or not text]
    for table in (depth.intervals_table(found), depth.e_values_table(found)):
        assert len(table) == 13
        assert not [cell for cell in table.to_numpy().ravel() if "nan" in cell]


def test_sentences_say_what_the_rows_say(whole):
    _, rows = whole
    strongest = value(rows, "response.cutoffs_strongest.arm.relapsed_refractory")
    assert f"above {strongest['estimate']:.0f}% blasts" in depth.search_in_words(rows, "response")
    high = rows.set_index("id", drop=False)
    id = "efficacy.response.burden_odds_ratio.arm.relapsed_refractory"
    for limits, verdict in (((1.2, 9), "a clear difference"), ((0.5, 9), "no clear difference")):
        high.loc[id, ["estimate", "ci_low", "ci_high"]] = [3.0, *limits]
        sentence = depth.interactions_in_words(high.reset_index(drop=True), "response")
        assert f"; {verdict}); for each ten" in sentence
    least, most = (
        f(
            value(rows, f"response.bayes_{prior}_probability.arm.high_burden")["estimate"]
            for prior in efficacy_bayes.PRIORS
        )
        for f in (min, max)
    )
    sentence = depth.posterior_in_words(rows, "response", "high_burden")
    assert sentence.endswith(f"from {least:.0%} to {most:.0%} over the priors.")
    assert "credible interval" in sentence


def test_cut_off_figure_draws_every_interval_and_the_chapter_s_cut(study):
    frame = efficacy_burden.over_cutoffs(study.patients, "response")
    ax = burden.plot_over_cutoffs(frame, "difference")
    drawn = frame.dropna(subset=["estimate"])
    assert len(ax.collections[0].get_segments()) == len(drawn)
    assert ax.lines[0].get_ydata().tolist() == drawn["estimate"].tolist()
    assert any(list(line.get_xdata()) == [60, 60] for line in ax.lines)
    plt.close("all")


def test_love_plot_places_both_differences(whole):
    before, after = depth.balance_pair(whole[1], "relapsed_refractory")
    ax = love.plot_love(before, after)
    marks = [line for line in ax.lines if line.get_marker() in ("s", "o")]
    assert [line.get_xdata()[0] for line in marks] == [*before["estimate"], *after["estimate"]]
    assert [label.get_text() for label in ax.get_yticklabels()] == before["label"].tolist()
    plt.close("all")
