"""What the model of chapter 3 rests on: shape, single centres and selection, by hand and by refits."""

import numpy as np
import pandas as pd
import pytest
from models_by_hand import TERMS, design, fit, frame, primary, relapsed, written
from scipy.stats import chi2

from helpers.chapters.multivariable import influence, selection, tables, words
from helpers.chapters.multivariable.rows import results
from helpers.estimators.selection import RULES, covariate_sets
from helpers.ground import cohort as cohorts
from helpers.ground.results import get, is_estimable


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return written(tmp_path_factory.mktemp("cohorts") / "small", frame())


@pytest.fixture(scope="module")
def rows(small):
    return results(small)


@pytest.fixture(scope="module")
def centres(tmp_path_factory):
    """Give the small cohort at three centres, the third without a relapsed/refractory patient."""
    folder = tmp_path_factory.mktemp("centres") / "c"
    written(folder, frame())
    patients = pd.read_csv(folder / "patients.csv", keep_default_na=False)
    place = np.where(patients.index % 5 == 0, "north", "south")
    patients["centre"] = np.where(patients["disease_status"].eq("relapsed_refractory"), place, "west")
    patients.to_csv(folder / "patients.csv", index=False)
    cohort = cohorts.load(folder)
    return cohort, results(cohort)


def test_the_square_is_tested_by_the_likelihoods_of_both_models(rows):
    patients, event = relapsed()
    line = design(patients)
    bent = line.assign(square=(line["blasts"] - line["blasts"].median()) ** 2)
    statistic = 2 * (fit(event, bent).llf - fit(event, line).llf)
    found = get(rows, primary("nonlinearity_blasts_quadratic"))
    assert found["estimate"] == pytest.approx(statistic, abs=1e-6)
    assert found["p_value"] == pytest.approx(chi2.sf(statistic, 1), abs=1e-6)


def test_a_guess_without_covariates_has_the_variance_of_the_outcome(rows):
    event = relapsed()[1]
    found = get(rows, primary("brier_without_covariates"))
    assert found["estimate"] == pytest.approx(event.astype(float).var(ddof=0), abs=1e-12)


def test_a_centre_is_left_out(centres):
    cohort, rows = centres
    patients, event = relapsed()
    north = pd.Series(frame().index % 5 == 0)[patients.index]
    sizes = {"north": north.sum(), "south": (~north).sum(), "west": len(frame()) - len(patients)}
    by_size = sorted(sizes, key=lambda name: (-sizes[name], name))
    number = {name: by_size.index(name) + 1 for name in sizes}
    other = fit(event[~north], design(patients[~north]))
    for term, step in (("blasts_per_10", 10), ("combination", 1), ("age", 1)):
        found = get(rows, primary(f"without_centre_{number['north']:02d}_odds_ratio_{term}"))
        coefficient = other.params[term.removesuffix("_per_10")]
        assert found["estimate"] == pytest.approx(np.exp(step * coefficient), rel=1e-5)
        assert (found["n"], found["events"]) == ((~north).sum(), event[~north].sum())
    few = get(rows, primary(f"without_centre_{number['south']:02d}_odds_ratio_age"))
    assert (few["n"], is_estimable(few)) == (north.sum(), False)
    nobody = get(rows, primary(f"without_centre_{number['west']:02d}_odds_ratio_age"))
    assert nobody["method"] == f"not estimable: {influence.NOBODY}"
    drawn = tables.centre_rows(rows, cohort)
    assert drawn["label"].tolist()[0] == "all centres"
    assert set(drawn["label"][1:]) == {
        f"without centre {number[name]} ({sizes[name]} left out)" for name in ("north", "south")
    }


def test_the_range_over_centres_is_that_of_its_fits(centres):
    _, rows = centres
    single = [get(rows, primary(f"without_centre_{n:02d}_odds_ratio_age")) for n in (1, 2, 3)]
    found = [one for one in single if is_estimable(one)]
    assert found
    for end, column, value in (
        ("lowest_odds_ratio", "estimate", min(one["estimate"] for one in found)),
        ("highest_odds_ratio", "estimate", max(one["estimate"] for one in found)),
        ("largest_p", "p_value", max(one["p_value"] for one in found)),
    ):
        extreme = get(rows, primary(f"leave_one_centre_out_{end}_age"))
        assert extreme[column] == pytest.approx(value, abs=1e-12)
        assert f"of {len(found)} fits" in extreme["method"]


def test_one_centre_alone_cannot_be_left_out(small, rows):
    assert get(rows, primary("without_centre_01_odds_ratio_age"))["method"] == "not estimable: no patients"
    assert "not estimable (no fit exists without one centre)" in words.influence_sentence(
        rows, small.study, "centre"
    )


@pytest.mark.parametrize("rule", RULES)
def test_shares_of_the_sets_add_up_to_those_of_the_covariates(rows, rule):
    sets = covariate_sets(TERMS)
    shares = {
        names: get(rows, primary(f"selection_{rule}_share_{selection.set_name(names)}"))["estimate"]
        for names in sets
    }
    assert sum(shares.values()) == pytest.approx(1)
    for term in TERMS:
        kept = sum(share for names, share in shares.items() if term in names)
        assert get(rows, primary(f"selection_{rule}_inclusion_{term}"))["estimate"] == pytest.approx(kept)


def test_the_full_model_keeps_what_its_likelihood_ratio_tests_say(rows):
    patients, event = relapsed()
    whole = fit(event, design(patients)).llf
    for term in TERMS:
        rest = fit(event, design(patients, [name for name in TERMS if name != term])).llf
        kept = chi2.sf(2 * (whole - rest), 1) < 0.05
        assert get(rows, primary(f"selection_full_model_keeps_{term}"))["estimate"] == kept


def test_the_same_cohort_has_the_same_resamples(small, rows):
    pd.testing.assert_frame_equal(results(small), rows)
