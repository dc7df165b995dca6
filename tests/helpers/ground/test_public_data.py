"""A public cohort of another disease, mapped in ``cohort.toml`` alone, agrees with other libraries."""

import lifelines
import numpy as np
import odd_cohorts
import pandas as pd
import pytest
from lifelines.datasets import load_gbsg2
from lifelines.statistics import logrank_test
from scipy import stats

from helpers.chapters.book import all_results
from helpers.ground import cohort


@pytest.fixture(scope="module")
def patients():
    return load_gbsg2()


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = odd_cohorts.public(tmp_path_factory.mktemp("gbsg2"), "internal")
    return all_results(cohort.load(folder)).set_index("id")


def test_survival_is_that_of_lifelines(results, patients):
    given = patients["horTh"] == "yes"
    months = patients["time"] / 30.4375
    for arm, chosen in {"hormone": given, "none": ~given, "all": given | ~given}.items():
        fit = lifelines.KaplanMeierFitter().fit(months[chosen], patients["cens"][chosen])
        for month in (24, 60):
            row = results.loc[f"survival.os.km_{month}m.{arm}"]
            assert row["estimate"] == pytest.approx(fit.survival_function_at_times(month).item(), rel=1e-9)
        median = results.loc[f"survival.os.median.{arm}", "estimate"]
        assert median == pytest.approx(fit.median_survival_time_)
    test = logrank_test(months[given], months[~given], patients["cens"][given], patients["cens"][~given])
    assert results.loc["survival.os.logrank.arm", "p_value"] == pytest.approx(test.p_value, rel=1e-6)
    frame = pd.DataFrame({"months": months, "event": patients["cens"], "given": given.astype(float)})
    model = lifelines.CoxPHFitter().fit(frame, "months", "event", fit_options={"precision": 1e-12})
    row = results.loc["survival.os.hazard_ratio.arm"]
    assert row["estimate"] == pytest.approx(model.hazard_ratios_["given"], rel=1e-6)
    assert row["p_value"] == pytest.approx(model.summary.loc["given", "p"], rel=1e-5)
    # As R's coxph prints it for these data.
    assert row[["estimate", "ci_low", "ci_high"]].astype(float).round(3).tolist() == [0.695, 0.544, 0.888]


def test_what_is_known_at_entry_is_that_of_pandas_and_scipy(results, patients):
    given = patients["horTh"] == "yes"
    ages = patients["age"]
    for name, share in {"quartile_1": 0.25, "median": 0.5, "quartile_3": 0.75}.items():
        assert results.loc[f"cohort.age.{name}.hormone", "estimate"] == ages[given].quantile(share)
        assert results.loc[f"cohort.nodes.{name}.none", "estimate"] == patients["pnodes"][~given].quantile(
            share
        )
    test = stats.mannwhitneyu(ages[given], ages[~given], use_continuity=False)
    assert results.loc["cohort.age.mann_whitney.arm", "p_value"] == pytest.approx(test.pvalue, rel=1e-9)
    post = patients["menostat"] == "Post"
    assert results.loc["cohort.menopause_level_2.count.hormone", "estimate"] == np.sum(post & given)
