"""The stored map of attainable odds ratios, re-verified with other people's code, and what it says."""

import numpy as np
import pandas as pd
import pytest
from witnesses import check_marrow, check_outcomes, fit

from evidence.claims import load as claims
from evidence.claims.printed import Figure, Figures
from evidence.forensics.finding import CAN_HOLD, NOT_REACHED
from evidence.this_abstract import odds_ratio, odds_ratio_findings
from evidence.this_abstract.odds_ratio import MODELS
from evidence.this_abstract.odds_ratio_findings import PROVED, REACHED


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return claims.load()


@pytest.fixture(scope="module")
def figures(published) -> Figures:
    return Figures(published)


@pytest.fixture(scope="module")
def verdicts(figures) -> pd.Series:
    table = odds_ratio_findings.verdicts(*odds_ratio_findings.pair(figures), odds_ratio_findings.load())
    return table.set_index("model")["verdict"]


def _witnesses() -> dict[int, pd.DataFrame]:
    rows = pd.read_csv(odds_ratio.FOLDER / "odds_ratio_witnesses.csv")
    patients = pd.read_csv(odds_ratio.FOLDER / "odds_ratio_patients.csv")
    return dict(list(rows.merge(patients, on="patient").groupby("witness")))


def test_every_stored_point_has_patients_that_give_it_and_print_every_other_figure():
    points = odds_ratio_findings.load().points
    witnesses, models = _witnesses(), {model.name: model for model in MODELS}
    sizes = {"relapsed_refractory": 33, "measurable_disease": 58, "all": 64}
    assert set(points["witness"]) == set(witnesses)
    for point in points.itertuples():
        model, everyone = models[point.model], witnesses[point.witness]
        rows = everyone.dropna(subset="bm_blasts_pct")
        assert len(rows) == sizes[model.population]
        check_marrow(rows, model)
        check_outcomes(rows, model)
        fitted = fit(rows, model)
        assert np.exp(fitted.params["blasts"]) == pytest.approx(point.odds_ratio, abs=2e-7)
        assert fitted.pvalues["blasts"] == pytest.approx(point.p_value, rel=2e-4, abs=2e-9)
        assert point.end == "nearest" or Figure("", float(point.goal), 2).prints(point.odds_ratio)
        assert (fitted.pvalues.drop(["const", "blasts"]) >= 0.05 - 1e-9).all()
        if "age" in model.covariates:
            ages = everyone["age_years"]
            assert len(ages) == 64
            assert (ages.min(), ages.max()) == (17, 74)
            assert abs(ages.median() - 46) <= 0.5


def test_no_stored_point_passes_a_stored_bound():
    attainable = odds_ratio_findings.load()
    points = attainable.points[attainable.points["end"] != "nearest"].astype({"goal": float})
    both = points.merge(attainable.bounds, on=["model", "goal", "end"], suffixes=("", "_bound"))
    assert len(both) > 40
    sign = np.where(both["end"] == "smallest", 1, -1)
    assert (sign * (both["p_value"] - both["p_value_bound"]) >= 0).all()


def test_what_was_found_by_others_is_found_again(verdicts):
    assert verdicts["relapsed_refractory.mrd_negativity.blasts+arm+age"] == REACHED
    assert verdicts["relapsed_refractory.composite.blasts"] == REACHED
    assert verdicts["relapsed_refractory.response.blasts"] == PROVED
    for population in ("measurable_disease", "all"):
        assert verdicts[f"{population}.mrd_negativity.blasts"] == PROVED
        assert verdicts[f"{population}.mrd_negativity.blasts+arm"] == PROVED
        assert verdicts[f"{population}.mrd_negativity.blasts+arm+age"] == REACHED


def test_a_longer_search_reaches_what_earlier_ones_only_came_near_to(verdicts):
    # Remission or MRD negativity on blasts alone: P values just below 0.0015, with witnesses (checked above).
    assert verdicts["relapsed_refractory.mrd_negativity.blasts"] == REACHED
    assert verdicts["relapsed_refractory.mrd_negativity.blasts.distinct"] == REACHED
    assert verdicts["relapsed_refractory.complete_remission.blasts"] == REACHED


def _edited(published: pd.DataFrame, claim: str, value: float) -> Figures:
    rows = published.copy()
    assert (rows["id"] == claim).any()
    rows.loc[rows["id"] == claim, "value"] = value
    return Figures(rows)


def test_findings_of_the_published_and_of_changed_claims(published, figures):
    (finding,) = odds_ratio_findings.findings(figures)
    assert finding.outcome == CAN_HOLD
    assert finding.claims == ("multivariable_odds_ratio", "multivariable_p")
    (far,) = odds_ratio_findings.findings(_edited(published, "multivariable_odds_ratio", 0.70))
    assert far.outcome == NOT_REACHED
    (other,) = odds_ratio_findings.findings(_edited(published, "blasts_combination_median", 55))
    assert other.outcome == NOT_REACHED and "does not apply" in other.reason
    without = published[published["id"] != "multivariable_p"]
    assert odds_ratio_findings.findings(Figures(without)) == []
