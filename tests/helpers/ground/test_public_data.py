"""A public cohort of another disease, mapped in ``cohort.toml`` alone, agrees with other libraries."""

import lifelines
import numpy as np
import odd_cohorts
import pandas as pd
import pytest
from lifelines.datasets import load_lung
from lifelines.statistics import logrank_test
from scipy import stats

from helpers.chapters.book import all_results
from helpers.ground import cohort


@pytest.fixture(scope="module")
def patients():
    return load_lung()


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = odd_cohorts.public(tmp_path_factory.mktemp("lung"), "internal")
    return all_results(cohort.load(folder)).set_index("id")


def test_survival_is_that_of_lifelines_and_of_r(results, patients):
    women = patients["sex"] == 2
    months, died = patients["time"] / 30.4375, patients["status"]
    for arm, chosen in {"women": women, "men": ~women, "all": women | ~women}.items():
        fit = lifelines.KaplanMeierFitter().fit(months[chosen], died[chosen])
        for month in (6, 12):
            row = results.loc[f"survival.os.km_{month}m.{arm}"]
            assert row["estimate"] == pytest.approx(fit.survival_function_at_times(month).item(), rel=1e-9)
        median = results.loc[f"survival.os.median.{arm}", "estimate"]
        assert median == pytest.approx(fit.median_survival_time_)
    test = logrank_test(months[women], months[~women], died[women], died[~women])
    assert results.loc["survival.os.logrank.arm", "p_value"] == pytest.approx(test.p_value, rel=1e-6)
    frame = pd.DataFrame({"months": months, "event": died, "women": women.astype(float)})
    model = lifelines.CoxPHFitter().fit(frame, "months", "event", fit_options={"precision": 1e-12})
    row = results.loc["survival.os.hazard_ratio.arm"]
    assert row["estimate"] == pytest.approx(model.hazard_ratios_["women"], rel=1e-6)
    assert row["p_value"] == pytest.approx(model.summary.loc["women", "p"], rel=1e-5)
    # As R's coxph prints it for these data: 0.5880, from 0.4237 to 0.816.
    assert row[["estimate", "ci_low", "ci_high"]].astype(float).round(3).tolist() == [0.588, 0.424, 0.816]


def test_what_is_known_at_entry_is_that_of_pandas_and_scipy(results, patients):
    women = patients["sex"] == 2
    ages, score = patients["age"], patients["ph.karno"]
    for name, share in {"quartile_1": 0.25, "median": 0.5, "quartile_3": 0.75}.items():
        assert results.loc[f"cohort.age.{name}.women", "estimate"] == ages[women].quantile(share)
        assert results.loc[f"cohort.karnofsky.{name}.men", "estimate"] == score[~women].quantile(share)
    test = stats.mannwhitneyu(ages[women], ages[~women], use_continuity=False)
    assert results.loc["cohort.age.mann_whitney.arm", "p_value"] == pytest.approx(test.pvalue, rel=1e-9)
    counted = results.loc["cohort.performance_level_2.count.women"]
    assert counted["estimate"] == np.sum(women & (patients["ph.ecog"] == 1))
    assert counted["n"] == np.sum(women & patients["ph.ecog"].notna())
