"""Where the members lie in the rounding of the printed odds ratio, against another implementation."""

import pytest
import statsmodels.api as sm

from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.words import members

FEW = 12  # members


@pytest.fixture(scope="module")
def patients(committed):
    drawn = committed[0]
    return drawn[drawn["member"] < FEW]


def test_the_pairs_are_those_of_statsmodels(patients):
    found = members.pairs(patients)
    assert len(found) == FEW
    for (_, rows), pair in zip(patients.groupby("member"), found.itertuples(), strict=True):
        rows = rows[rows["disease_status"] == "relapsed_refractory"]
        design = rows[["bm_blasts_pct", "age_years"]].assign(arm=rows["arm"].eq("combination")).astype(float)
        fit = sm.GLM(
            rows["mrd_negative"].astype(float), sm.add_constant(design), sm.families.Binomial()
        ).fit()
        assert pair.odds_ratio == pytest.approx(2.718281828459045 ** fit.params["bm_blasts_pct"], rel=1e-5)
        assert pair.p_value == pytest.approx(fit.pvalues["bm_blasts_pct"], rel=1e-3)


def test_the_sentence_says_in_which_half_of_the_rounding_they_lie(patients):
    said = members.sentence(patients, Figures(claims.load()))
    assert "(in the lower half of what prints as 0.95)" in said
    assert "(in the upper half of what prints as 0.001)" in said


def test_members_that_do_not_print_the_pair_tell_nothing(patients):
    other = claims.load()
    other.loc[other["id"].eq("multivariable_p"), "value"] = 0.004
    assert members.sentence(patients, Figures(other)) is None
    without = Figures(other[~other["id"].eq("multivariable_odds_ratio")])
    assert members.sentence(patients, without) is None
