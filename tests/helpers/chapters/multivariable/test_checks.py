"""What the model of chapter 3 rests on: its rows, sentences and figures, on the hand-written cohort."""

import re

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from helpers.chapters.multivariable import checks
from helpers.chapters.multivariable import checks_words as words
from helpers.chapters.multivariable import rows as multivariable
from helpers.estimators.selection import RULES, covariate_sets
from helpers.ground import cohort
from helpers.ground.results import get, is_estimable, not_estimable
from helpers.plots import model_checks as plots
from helpers.plots.forest import plot_forest
from tests.helpers.chapters.multivariable.test_multivariable_rows import (
    HOSTILE,
    ID,
    changed,
    design,
    fit,
    frame,
    relapsed,
    study,
)

pytestmark = pytest.mark.filterwarnings("error")
SENTENCES = (
    words.shape_sentence,
    words.performance_sentence,
    words.performance_method,
    words.centre_sentence,
    words.selection_sentence,
    words.inclusion_sentence,
)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return study(tmp_path_factory.mktemp("cohorts") / "small", frame())


@pytest.fixture(scope="module")
def rows(small):
    return multivariable.results(small)


@pytest.fixture(scope="module")
def centres(tmp_path_factory):
    """Give the small cohort at three centres, the third without a relapsed/refractory patient."""
    folder = tmp_path_factory.mktemp("centres") / "c"
    study(folder, frame())
    patients = pd.read_csv(folder / "patients.csv", keep_default_na=False)
    place = np.where(patients.index % 5 == 0, "north", "south")
    patients["centre"] = np.where(patients["disease_status"].eq("relapsed_refractory"), place, "west")
    patients.to_csv(folder / "patients.csv", index=False)
    return multivariable.results(cohort.load(folder))


def test_the_square_is_tested_by_the_likelihoods_of_both_models(rows):
    patients, event = relapsed()
    line = design(patients)
    bent = line.assign(square=(line["blasts"] - line["blasts"].median()) ** 2)
    statistic = 2 * (fit(event, bent).llf - fit(event, line).llf)
    found = get(rows, ID.format("nonlinearity_blasts_quadratic"))
    assert found["estimate"] == pytest.approx(statistic, abs=1e-6)
    assert found["p_value"] == pytest.approx(chi2.sf(statistic, 1), abs=1e-6)


def test_a_guess_without_covariates_has_the_variance_of_the_outcome(rows):
    event = relapsed()[1]
    found = get(rows, ID.format("brier_without_covariates"))
    assert found["estimate"] == pytest.approx(event.astype(float).var(ddof=0), abs=1e-12)


def test_a_centre_is_left_out(centres):
    patients, event = relapsed()
    north = pd.Series(frame().index % 5 == 0)[patients.index]
    sizes = {"north": north.sum(), "south": (~north).sum(), "west": len(frame()) - len(patients)}
    by_size = sorted(sizes, key=lambda name: (-sizes[name], name))
    number = {name: by_size.index(name) + 1 for name in sizes}
    other = fit(event[~north], design(patients[~north]))
    for term, step in (("blasts_per_10", 10), ("combination", 1), ("age", 1)):
        found = get(centres, ID.format(f"without_centre_{number['north']:02d}_odds_ratio_{term}"))
        coefficient = other.params[term.removesuffix("_per_10")]
        assert found["estimate"] == pytest.approx(np.exp(step * coefficient), rel=1e-5)
        assert (found["n"], found["events"]) == ((~north).sum(), event[~north].sum())
    few = get(centres, ID.format(f"without_centre_{number['south']:02d}_odds_ratio_age"))
    assert (few["n"], is_estimable(few)) == (north.sum(), False)
    nobody = get(centres, ID.format(f"without_centre_{number['west']:02d}_odds_ratio_age"))
    assert nobody["method"] == f"not estimable: {checks.NOBODY}"
    drawn = words.centre_rows(centres)
    assert drawn["label"].tolist()[0] == "all centres"
    assert set(drawn["label"][1:]) == {
        f"without centre {number[name]} ({sizes[name]} left out)" for name in ("north", "south")
    }


def test_the_range_over_centres_is_that_of_its_fits(centres):
    single = [get(centres, ID.format(f"without_centre_{n:02d}_odds_ratio_age")) for n in (1, 2, 3)]
    found = [one for one in single if is_estimable(one)]
    assert found
    for end, column, value in (
        ("lowest_odds_ratio", "estimate", min(one["estimate"] for one in found)),
        ("highest_odds_ratio", "estimate", max(one["estimate"] for one in found)),
        ("largest_p", "p_value", max(one["p_value"] for one in found)),
    ):
        extreme = get(centres, ID.format(f"leave_one_centre_out_{end}_age"))
        assert extreme[column] == pytest.approx(value, abs=1e-12)
        assert f"of {len(found)} fits" in extreme["method"]


def test_one_centre_alone_cannot_be_left_out(rows):
    assert get(rows, ID.format("without_centre_01_odds_ratio_age"))["method"] == "not estimable: no patients"
    assert "not estimable (no fit exists without one centre)" in words.centre_sentence(rows)


@pytest.mark.parametrize("rule", RULES)
def test_shares_of_the_sets_add_up_to_those_of_the_covariates(rows, rule):
    sets = covariate_sets(multivariable.MODEL)
    shares = {
        names: get(rows, ID.format(f"selection_{rule}_share_{checks.set_name(names)}"))["estimate"]
        for names in sets
    }
    assert sum(shares.values()) == pytest.approx(1)
    for term in multivariable.MODEL:
        kept = sum(share for names, share in shares.items() if term in names)
        assert get(rows, ID.format(f"selection_{rule}_inclusion_{term}"))["estimate"] == pytest.approx(kept)


def test_the_full_model_keeps_what_its_likelihood_ratio_tests_say(rows):
    patients, event = relapsed()
    whole = fit(event, design(patients)).llf
    for term in multivariable.MODEL:
        rest = fit(event, design(patients, [name for name in multivariable.MODEL if name != term])).llf
        kept = chi2.sf(2 * (whole - rest), 1) < 0.05
        assert get(rows, ID.format(f"selection_full_model_keeps_{term}"))["estimate"] == kept


def test_the_same_cohort_has_the_same_resamples(small, rows):
    pd.testing.assert_frame_equal(multivariable.results(small), rows)


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_cohort_has_its_checks_or_the_reason(tmp_path, change):
    hostile = study(tmp_path / "c", change(frame()))
    found = multivariable.results(hostile)
    assert not [text for one in SENTENCES if re.search(r"\b(nan|inf)\b", text := one(found))]
    assert "nan" not in " ".join(words.performance_table(found).to_numpy().ravel())
    fig, axs = plt.subplots(1, 4)
    plots.plot_shapes(multivariable.shape_curves(hostile, "combination"), "combination", ax=axs[0])
    line = [
        words.primary(found, f"calibration_{end}_corrected")["estimate"] for end in ("intercept", "slope")
    ]
    plots.plot_calibration(multivariable.risk_groups(hostile), *line, ax=axs[1])
    plots.plot_selection(words.selection_frame(found), ax=axs[2])
    plot_forest(words.centre_rows(found), ax=axs[3])
    fig.canvas.draw()
    plt.close(fig)


@pytest.mark.parametrize(
    ("p_values", "verdict"),
    [((0.3, 0.6), "no test finds a bend."), ((0.01, 0.6), "1 of 2 tests finds a bend.")],
)
def test_the_shape_is_told_from_its_tests(rows, p_values, verdict):
    for shape, p_value in zip(("spline", "quadratic"), p_values, strict=True):
        rows = changed(rows, f"nonlinearity_blasts_{shape}", estimate=1.5, p_value=p_value, method="made up")
    told = words.shape_sentence(rows)
    assert told.endswith(verdict)
    assert "restricted cubic spline: chi-square 1.50" in told
    missing = changed(rows, "nonlinearity_blasts_spline", method=not_estimable("made up").method)
    assert "spline" not in words.shape_sentence(missing)


@pytest.mark.parametrize(("brier", "side"), [(0.1, "is below the 0.25"), (0.3, "is not below the 0.25")])
def test_performance_is_told_from_its_rows(rows, brier, side):
    plain = {"ci_low": 0.6, "ci_high": 0.9, "ci_level": 0.95, "method": "made up"}
    rows = changed(rows, "c_statistic_apparent", estimate=0.9)
    rows = changed(rows, "c_statistic_corrected", estimate=0.8, **plain)
    rows = changed(rows, "brier_corrected", estimate=brier, method="made up")
    rows = changed(rows, "brier_without_covariates", estimate=0.25)
    rows = changed(rows, "calibration_slope_corrected", estimate=0.7, method="made up")
    told = words.performance_sentence(rows)
    assert "0.90 in the model's own patients and 0.80 (95% CI 0.60 to 0.90)" in told
    assert side in told
    assert told.endswith("The corrected calibration slope is 0.70.")
    missing = changed(rows, "calibration_slope_corrected", method=not_estimable("made up").method)
    assert words.performance_sentence(missing).endswith("The calibration slope is not estimable (made up).")


def test_selection_is_told_from_its_rows(rows):
    for rule in RULES:
        for term, kept in (("blasts", 1), ("combination", 0), ("age", rule == "aic")):
            rows = changed(rows, f"selection_{rule}_keeps_{term}", estimate=float(kept))
        rows = changed(rows, f"selection_{rule}_share_blasts", estimate=0.6)
        rows = changed(rows, f"selection_{rule}_share_blasts_age", estimate=0.2)
    assert words.selection_sentence(rows).endswith(
        "P < 0.05 in the full model: blasts (60%); Backward by P < 0.05: blasts (60%); "
        "Backward by AIC: blasts, age (20%)."
    )
    drawn = words.selection_frame(rows)
    chosen = drawn[drawn["chosen"]].set_index("rule")
    assert chosen["set"].to_dict() == {
        "P < 0.05 in the full model": "blasts",
        "Backward by P < 0.05": "blasts",
        "Backward by AIC": "blasts, age",
    }
    assert chosen["share"].tolist() == [0.6, 0.6, 0.2]
    fig, ax = plt.subplots()
    plots.plot_selection(drawn, ax=ax)
    assert [text.get_text() for text in ax.get_yticklabels()][:2] == ["blasts, arm, age", "blasts, arm"]
    assert ax.get_xlim() == (0, 1)
    plt.close(fig)
