"""Chapter 2, efficacy: what may hide in arms that were not allotted by chance (weights, E-values)."""

import pandas as pd

from helpers.chapters.efficacy.groups import COLUMNS, COMPARED, result_id, tally
from helpers.estimators import confounding, weighting
from helpers.ground.endpoints import ARMS, HIGH_BURDEN_BLASTS, LABELS, in_stratum
from helpers.ground.results import row

COVARIATES = {
    "age": "Age",
    "blasts": "Marrow blasts",
    "relapsed_refractory": LABELS["relapsed_refractory"],
    "blasts_above_cut": f"Blasts > {HIGH_BURDEN_BLASTS}%",
}
# The propensity model of each stratum. MRD-negative patients aren't weighted: where an arm has none of them,
# no patient stands for them.
MODELS = {
    "relapsed_refractory": ("age", "blasts"),
    "measurable_disease": ("age", "blasts", "relapsed_refractory"),
}
# Balanced by the model, and one that it doesn't hold, which shows what balance of means leaves over.
SHOWN = {stratum: (*model, "blasts_above_cut") for stratum, model in MODELS.items()}
ADJUSTED = {
    "relapsed_refractory": ("response", "complete_remission", "mrd_negativity"),
    "measurable_disease": ("mrd_negativity",),
}


def rows(patients: pd.DataFrame) -> list[dict]:
    """Give the weighted comparisons with balance and effective size, the risk ratios and their E-values.

    Parameters
    ----------
    patients : DataFrame
        The cohort's patients with their endpoints.

    Returns
    -------
    list of dict
        Result rows.
    """
    found = [one for stratum in MODELS for one in balance_rows(patients, stratum)]
    found += [weighted_row(patients, outcome, stratum) for stratum in MODELS for outcome in ADJUSTED[stratum]]
    return found + [one for place in COMPARED for one in ratio_rows(patients, *place)]


def covariates(patients: pd.DataFrame) -> pd.DataFrame:
    """Lay out what was known before treatment: one column for each of `COVARIATES`, on the same index."""
    blasts = patients["bm_blasts_pct"]
    return pd.DataFrame(
        {
            "age": patients["age_years"],
            "blasts": blasts,
            "relapsed_refractory": in_stratum(patients, "relapsed_refractory"),
            "blasts_above_cut": blasts.gt(HIGH_BURDEN_BLASTS).astype("boolean").mask(blasts.isna()),
        }
    )


def balance_rows(patients: pd.DataFrame, stratum: str) -> list[dict]:
    """Give the standardised differences before and after weighting, and the effective size of each arm."""
    chosen = patients[in_stratum(patients, stratum)]
    known = covariates(chosen)
    weighted = weighting.overlap_weights(chosen["arm"].eq(ARMS[0]), known[list(MODELS[stratum])])
    found = []
    for name in SHOWN[stratum]:
        values = weighting.balance(known.loc[weighted.rows, name], weighted)
        statistics = ("standardised_difference", "weighted_standardised_difference")
        for statistic, value in zip(statistics, values, strict=True):
            id = result_id(name, statistic, "arm", stratum)
            found.append(row(id, COVARIATES[name], LABELS[stratum], "statistic", value))
    for arm, treated in zip(ARMS, (1, 0), strict=True):
        weights = weighted.weights[weighted.treated == treated]
        value = weighting.effective_size(weights, len(weights), weighted.problem)
        id = result_id("weights", "effective_sample_size", arm, stratum)
        found.append(row(id, "Effective sample size", LABELS[stratum], "statistic", value))
    return found


def weighted_row(patients: pd.DataFrame, outcome: str, stratum: str) -> dict:
    """Compare the arms with overlap weights, among patients with outcome and covariates recorded."""
    chosen = patients[in_stratum(patients, stratum) & patients[COLUMNS[outcome]].notna()]
    known = covariates(chosen)[list(MODELS[stratum])]
    weighted = weighting.overlap_weights(chosen["arm"].eq(ARMS[0]), known)
    value = weighting.weighted_difference(chosen.loc[weighted.rows, COLUMNS[outcome]], weighted)
    id = result_id(outcome, "overlap_weighted_difference", "arm", stratum)
    return row(id, f"{LABELS[outcome]}, weighted difference", LABELS[stratum], "fraction", value)


def ratio_rows(patients: pd.DataFrame, outcome: str, stratum: str) -> list[dict]:
    """Give the risk ratio, its E-value, and the E-value of the limit nearer to 1."""
    ratio = confounding.risk_ratio(
        *[number for arm in ARMS for number in tally(patients, outcome, arm, stratum)]
    )
    point, limit = confounding.e_values(ratio)
    values = {"risk_ratio": ratio, "e_value": point, "e_value_limit": limit}
    return [
        row(
            result_id(outcome, statistic, "arm", stratum),
            f"{LABELS[outcome]}, {statistic.replace('_', ' ').replace('e v', 'E-v')}",
            LABELS[stratum],
            "ratio",
            value,
        )
        for statistic, value in values.items()
    ]
