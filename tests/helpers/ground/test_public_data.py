"""A public cohort of another disease, mapped in ``cohort.toml`` alone: its results are those of other libraries."""

import lifelines
import numpy as np
import pandas as pd
import pytest
from lifelines.datasets import load_gbsg2
from lifelines.statistics import logrank_test
from scipy import stats

from helpers.chapters.book import all_results
from helpers.ground import cohort

# Schumacher and others (1994): hormone therapy in node-positive breast cancer, 686 patients.
ABOUT = """\
name = "gbsg2"
title = "Hormone therapy in node-positive breast cancer"
provenance = "patient-level"
source = "German Breast Cancer Study Group, trial 2"
disclosure = "internal"

[columns]
patient_id = "number"
arm = "horTh"
age_years = "age"
death = "cens"
followup_days = "time"

[values.arm]
yes = "hormone"
no = "none"

[study]
title = "Hormone therapy against none"
time_zero = "randomisation"
horizons = [24, 60]
arms = [
    { id = "hormone", label = "Hormone therapy", short = "hormone therapy", phrase = "hormone therapy" },
    { id = "none", label = "No hormone therapy", short = "none", phrase = "no hormone therapy" },
]
characteristics = [
    { id = "nodes", label = "Positive nodes", column = "pnodes" },
    { id = "menopause", label = "Menopausal status", column = "menostat", levels = ["Pre", "Post"] },
]
"""


@pytest.fixture(scope="module")
def patients():
    return load_gbsg2().rename_axis("number").reset_index()


@pytest.fixture(scope="module")
def results(patients, tmp_path_factory):
    folder = tmp_path_factory.mktemp("gbsg2")
    patients.to_csv(folder / "patients.csv", index=False, sep=";")
    (folder / "cohort.toml").write_text(ABOUT)
    return all_results(cohort.load(folder)).set_index("id")


def test_survival_is_that_of_lifelines(results, patients):
    given = patients["horTh"] == "yes"
    months = patients["time"] / 30.4375
    for arm, chosen in {"hormone": given, "none": ~given, "all": given | ~given}.items():
        fit = lifelines.KaplanMeierFitter().fit(months[chosen], patients["cens"][chosen])
        for month in (24, 60):
            row = results.loc[f"survival.os.km_{month}m.{arm}"]
            assert row["estimate"] == pytest.approx(fit.survival_function_at_times(month).item(), rel=1e-9)
        assert results.loc[f"survival.os.median.{arm}", "estimate"] == pytest.approx(fit.median_survival_time_)
    test = logrank_test(months[given], months[~given], patients["cens"][given], patients["cens"][~given])
    assert results.loc["survival.os.logrank.arm", "p_value"] == pytest.approx(test.p_value, rel=1e-6)
    frame = pd.DataFrame({"months": months, "event": patients["cens"], "given": given.astype(float)})
    model = lifelines.CoxPHFitter().fit(frame, "months", "event", fit_options={"precision": 1e-12})
    row = results.loc["survival.os.hazard_ratio.arm"]
    assert row["estimate"] == pytest.approx(model.hazard_ratios_["given"], rel=1e-6)
    assert row["p_value"] == pytest.approx(model.summary.loc["given", "p"], rel=1e-5)
    # As R's coxph prints it for these data.
    assert (round(row["estimate"], 3), round(row["ci_low"], 3), round(row["ci_high"], 3)) == (0.695, 0.544, 0.888)


def test_what_is_known_at_entry_is_that_of_pandas_and_scipy(results, patients):
    given = patients["horTh"] == "yes"
    ages = patients["age"]
    for name, share in {"quartile_1": 0.25, "median": 0.5, "quartile_3": 0.75}.items():
        assert results.loc[f"cohort.age.{name}.hormone", "estimate"] == ages[given].quantile(share)
        assert results.loc[f"cohort.nodes.{name}.none", "estimate"] == patients["pnodes"][~given].quantile(share)
    test = stats.mannwhitneyu(ages[given], ages[~given], use_continuity=False)
    assert results.loc["cohort.age.mann_whitney.arm", "p_value"] == pytest.approx(test.pvalue, rel=1e-9)
    post = patients["menostat"] == "Post"
    assert results.loc["cohort.menopause_level_2.count.hormone", "estimate"] == np.sum(post & given)
