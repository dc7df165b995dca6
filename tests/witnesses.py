"""Checks of made-up patients against the printed figures, by hand and with other people's code."""

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import mannwhitneyu

from evidence.this_abstract.odds_ratio import Model

QUANTILES = {7: "linear", 6: "weibull", 2: "averaged_inverted_cdf"}


# By hand: patients, responses and MRD negativity by arm and burden (> 60 %).
REFRACTORY = {
    ("combination", True): (6, 5, 4),
    ("combination", False): (6, 5, 3),
    ("monotherapy", True): (9, 3, 2),
    ("monotherapy", False): (12, 11, 11),
}


REMISSION = {
    ("combination", "mrd_positive"): (7, 7),
    ("monotherapy", "mrd_positive"): (18, 16),
    ("monotherapy", "mrd_negative"): (6, 6),
}


def check_marrow(rows: pd.DataFrame, model: Model) -> None:
    """Check the blasts of one witness: quartiles, rank test, and no two alike where the model has it so."""
    refractory = rows[rows["disease_status"] == "relapsed_refractory"]
    arms = {arm: own["bm_blasts_pct"].to_numpy() for arm, own in refractory.groupby("arm")}
    for arm, printed in (("combination", (25, 60, 86)), ("monotherapy", (19, 42, 85))):
        assert (arms[arm] == np.round(arms[arm])).all() and arms[arm].min() >= 0 and arms[arm].max() <= 100
        found = np.quantile(arms[arm], (0.25, 0.5, 0.75), method=QUANTILES[model.rule])
        assert (np.abs(found - printed) <= 0.5 + 1e-9).all()
    test = mannwhitneyu(arms["combination"], arms["monotherapy"], use_continuity=False, method="asymptotic")
    assert 0.565 <= test.pvalue <= 0.575
    if model.distinct:
        assert refractory["bm_blasts_pct"].is_unique


def check_outcomes(rows: pd.DataFrame, model: Model) -> None:
    """Check how many patients of each arm and side of the cut-off have the outcome."""
    refractory = rows[rows["disease_status"] == "relapsed_refractory"]
    for (arm, high), (patients, responses, negative) in REFRACTORY.items():
        own = refractory[(refractory["arm"] == arm) & ((refractory["bm_blasts_pct"] > 60) == high)]
        assert len(own) == patients
        low, top = {
            "mrd_negativity": (negative, negative),
            "composite": (0, negative),
            "complete_remission": (negative, responses),
            "response": (responses, responses),
        }[model.outcome]
        assert low <= own["outcome"].sum() <= top
    total = refractory["outcome"].sum()
    assert total < 20 if model.outcome == "composite" else total >= 20
    assert model.outcome != "complete_remission" or total > 20
    others = rows[rows["disease_status"] != "relapsed_refractory"]
    assert others.empty or others["bm_blasts_pct"].between(0, 5).all()
    for (arm, status), own in others.groupby(["arm", "disease_status"]):
        assert (len(own), own["outcome"].sum()) == REMISSION[arm, status]


def fit(rows: pd.DataFrame, model: Model):
    """Fit the model to one witness with statsmodels."""
    columns = {"blasts": rows["bm_blasts_pct"]}
    if "arm" in model.covariates:
        columns["arm"] = rows["arm"].eq("combination").astype(float)
    if "age" in model.covariates:
        columns["age"] = rows["age_years"]
    design = sm.add_constant(pd.DataFrame(columns).astype(float))
    return sm.Logit(rows["outcome"].astype(float), design).fit(disp=0, method="newton")
