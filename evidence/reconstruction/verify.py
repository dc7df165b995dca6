"""An independent check of a written cohort: every claim recomputed from the files with other people's code.

Nothing here comes from the search or from the project's estimators: pandas reads and takes quantiles, scipy
runs the rank and chi-square tests, statsmodels the logistic model, lifelines the survival curves. Rates,
shares and survival probabilities are in percent here, as they are printed.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from scipy import stats
from statsmodels.discrete.discrete_model import Logit

MONTH = 30.4375
ARMS = ["combination", "monotherapy"]
STATUSES = ["relapsed_refractory", "mrd_positive", "mrd_negative"]
REFRACTORY = STATUSES[0]
REMISSION = ["CR", "CRi"]
SUMMARY = {"minimum": 0, "quartile_1": 0.25, "median": 0.5, "quartile_3": 0.75, "maximum": 1}
SIGNIFICANCE_LEVEL = 0.05
EXACT = 1e-9
TESTS = ("significant", "not_significant")
RELATIONS = {
    "at_least": lambda number, claim: number >= claim.value,
    "greater_than": lambda number, claim: number > claim.value,
    "less_than": lambda number, claim: number < claim.value,
    "equals": lambda number, claim: abs(number - claim.value) <= 0.5 * 10.0**-claim.decimals + EXACT,
    **dict.fromkeys(("increases", "higher"), lambda number, claim: number > 0),
    **dict.fromkeys(("decreases", "lower"), lambda number, claim: number < 0),
    "significant": lambda number, claim: number < SIGNIFICANCE_LEVEL,
    "not_significant": lambda number, claim: number >= SIGNIFICANCE_LEVEL,
}
Numbers = dict[str, float]


def verify(folder: Path, claims: pd.DataFrame) -> pd.DataFrame:
    """Recompute every claim from the files of a cohort.

    Parameters
    ----------
    folder : Path
        With ``patients.csv`` and ``immune.csv``.
    claims : DataFrame
        As `evidence.claims.load.load` returns it.

    Returns
    -------
    DataFrame
        One row per claim, in their order: id, published (value, or the relation where there is none),
        recomputed (NaN where no number answers), holds (nullable boolean) and reason. `holds` is missing, and
        `reason` says why, where no row of a cohort can answer the claim, and where the abstract calls a
        result significant beside a P value that is not: no cohort can agree with both.
    """
    patients = read_patients(folder)
    return judge(patients, read_immune(folder, patients), claims)


def judge(patients: pd.DataFrame, immune: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Recompute every claim from rows in hand.

    Parameters
    ----------
    patients, immune : DataFrame
        As `read_patients` and `read_immune` return them.
    claims : DataFrame
        As `evidence.claims.load.load` returns it.

    Returns
    -------
    DataFrame
        As of `verify`.
    """
    numbers = recompute(patients, immune)
    printed = claims[(claims["unit"] == "p_value") & (claims["relation"] == "equals")]
    printed_p = dict(zip(printed["result_id"], printed["value"], strict=True))
    rows = [(claim.id, *_judge(claim, numbers, printed_p)) for claim in claims.itertuples()]
    table = pd.DataFrame(rows, columns=["id", "published", "recomputed", "holds", "reason"])
    return table.astype({"holds": "boolean", "recomputed": float})


def read_patients(folder: Path) -> pd.DataFrame:
    """Read ``patients.csv``: yes and no as bool, everything else as pandas reads it.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    DataFrame
    """
    patients = pd.read_csv(folder / "patients.csv", keep_default_na=False, na_values=[""])
    for column in ("mrd_negative", "transplant", "relapse", "death", "on_chemotherapy"):
        patients[column] = patients[column].eq("yes")
    return patients


def read_immune(folder: Path, patients: pd.DataFrame) -> pd.DataFrame:
    """Read ``immune.csv``, one row per patient and population: arm, status, baseline and day28 in percent.

    Parameters
    ----------
    folder : Path
    patients : DataFrame
        As `read_patients` returns it.

    Returns
    -------
    DataFrame
    """
    long = pd.read_csv(folder / "immune.csv").merge(patients, on="patient_id")
    keys = ["patient_id", "arm", "disease_status", "population"]
    return long.pivot_table(index=keys, columns="visit", values="percent").reset_index()


def impossible(patients: pd.DataFrame) -> list[str]:
    """List patients whose events stand in an order that cannot be.

    Parameters
    ----------
    patients : DataFrame
        As `read_patients` returns it.

    Returns
    -------
    list of str
        Patient and rule. A day that is missing breaks no rule of order.
    """
    last, relapse, transplant = (patients[f"{name}_days"] for name in ("followup", "relapse", "transplant"))
    no_remission = patients["disease_status"].eq(REFRACTORY) & ~patients["best_response"].isin(REMISSION)
    no_longer_treated = patients["death"] | patients["transplant"]
    rules = {
        "an event on day 0": pd.concat([last, relapse, transplant], axis=1).min(axis=1) <= 0,
        "transplant after last contact": transplant > last,
        "relapse after last contact": relapse > last,
        "relapse before the response on day 28": relapse <= 28,
        "relapse without remission": patients["relapse"] & no_remission,
        "MRD negative without complete remission": patients["mrd_negative"] & no_remission,
        "transplant within the first cycle": transplant <= 28,
        "more cycles than the follow-up holds": last < 42 * (patients["cycles"] - 1),
        "on chemotherapy after death or transplant": patients["on_chemotherapy"] & no_longer_treated,
    }
    ids = patients["patient_id"]
    return [f"{patient}: {rule}" for rule, broken in rules.items() for patient in ids[broken]]


def recompute(patients: pd.DataFrame, immune: pd.DataFrame) -> Numbers:
    """Return every number that a claim may ask for, by result id; a P value has ``:p`` behind it.

    Parameters
    ----------
    patients, immune : DataFrame
        As `read_patients` and `read_immune` return them.

    Returns
    -------
    dict of str to float
    """
    numbers = {"cohort.centres.count.all": patients["centre"].nunique()}
    for stratum, members in _strata(patients).items():
        people = patients[members]
        arms = _by_arm(people)
        numbers |= _between_arms(arms, stratum)
        for group, rows in {"all": people, **arms}.items():
            numbers |= _cohort(rows, group if stratum == "all" else f"{group}.{stratum}")
    return numbers | _model(patients) | _survival(patients) | _immune(immune)


def _strata(patients: pd.DataFrame) -> dict[str, pd.Series]:
    status = {name: patients["disease_status"] == name for name in STATUSES}
    refractory, high = status[REFRACTORY], patients["bm_blasts_pct"] > 60
    return status | {
        "all": patients["arm"].notna(),
        "measurable_disease": refractory | status["mrd_positive"],
        "high_burden": refractory & high,
        "low_burden": refractory & ~high,
    }


def _by_arm(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {arm: rows[rows["arm"] == arm] for arm in ARMS}


def _outcomes(people: pd.DataFrame) -> dict[str, np.ndarray]:
    # Columns are taken out as arrays, here and below: a thousand cohorts take half the time.
    response = people["best_response"].isin([*REMISSION, "PR"])
    return {"response": response.to_numpy(), "mrd_negativity": people["mrd_negative"].to_numpy()}


def _without_response(people: pd.DataFrame) -> np.ndarray:
    """Mark who entered without remission and had none, or entered MRD positive and stayed so."""
    refractory, positive = (people["disease_status"].to_numpy() == status for status in STATUSES[:2])
    outcomes = _outcomes(people)
    return refractory & ~outcomes["response"] | positive & ~outcomes["mrd_negativity"]


def _cohort(people: pd.DataFrame, place: str) -> Numbers:
    names = ("transplant", "relapse", "death", "on_chemotherapy")
    events, cycles = {event: people[event].to_numpy() for event in names}, people["cycles"].to_numpy()
    caused = events["death"] & (events["relapse"] | _without_response(people))
    events |= {f"cycles_{number}": cycles == number for number in range(1, 5)}
    events |= {"patients": people["arm"].notna(), "death_after_relapse_or_no_response": caused}
    numbers = {f"cohort.{event}.count.{place}": happened.sum() for event, happened in events.items()}
    for outcome, happened in _outcomes(people).items():
        numbers[f"efficacy.{outcome}.count.{place}"] = happened.sum()
        numbers[f"efficacy.{outcome}.rate.{place}"] = 100 * happened.mean() if len(people) else np.nan
    numbers |= _summary(people["age_years"], "cohort.age", place)
    return numbers | _summary(people["bm_blasts_pct"], "cohort.blasts", place)


def _summary(values: pd.Series, stem: str, place: str) -> Numbers:
    quantiles = np.quantile(values, list(SUMMARY.values())) if len(values) else [np.nan] * len(SUMMARY)
    return {f"{stem}.{name}.{place}": value for name, value in zip(SUMMARY, quantiles, strict=True)}


def _between_arms(people: dict[str, pd.DataFrame], stratum: str) -> Numbers:
    numbers = {f"cohort.blasts.mann_whitney.arm.{stratum}:p": _mann_whitney(people, "bm_blasts_pct")}
    of_arms = [_outcomes(rows) for rows in people.values()]
    for outcome in of_arms[0]:
        arms = [outcomes[outcome] for outcomes in of_arms]
        table = np.array([[of_arm.sum() for of_arm in arms], [(~of_arm).sum() for of_arm in arms]])
        if table.any(axis=0).all() and table.any(axis=1).all():  # else an arm is empty, or all are alike
            first, second = table[0] / table.sum(axis=0)
            numbers[f"efficacy.{outcome}.risk_difference.arm.{stratum}"] = first - second
            p_value = _chi_square(*table.ravel().tolist())
            numbers[f"efficacy.{outcome}.pearson_chi_square.arm.{stratum}:p"] = p_value
    return numbers


@lru_cache(maxsize=64)  # the printed counts are those of every cohort of an ensemble
def _chi_square(*cells: int) -> float:
    return float(stats.chi2_contingency(np.reshape(cells, (2, 2)), correction=False).pvalue)


def _mann_whitney(arms: dict[str, pd.DataFrame], column: str) -> float:
    first, second = (of_arm[column].to_numpy() for of_arm in arms.values())
    if not len(first) or not len(second):
        return np.nan
    return stats.mannwhitneyu(first, second, use_continuity=False, method="asymptotic").pvalue


def _model(patients: pd.DataFrame) -> Numbers:
    people = patients[patients["disease_status"] == REFRACTORY]
    outcome = people["best_response"].isin(REMISSION) & people["mrd_negative"]
    terms = {
        "blasts": people["bm_blasts_pct"],
        "combination": people["arm"] == ARMS[0],
        "age": people["age_years"],
    }
    design = pd.DataFrame(terms).astype(float).assign(intercept=1.0)
    fitted = Logit(outcome.astype(float), design).fit(disp=0, maxiter=200)
    stem, place = "multivariable.complete_remission_mrd_negative", "all.relapsed_refractory"
    significant = fitted.pvalues[list(terms)] < SIGNIFICANCE_LEVEL
    numbers = {f"{stem}.significant_terms.{place}": significant.sum()}
    for term in terms:
        numbers[f"{stem}.odds_ratio_{term}.{place}"] = np.exp(fitted.params[term])
        numbers[f"{stem}.odds_ratio_{term}.{place}:p"] = fitted.pvalues[term]
    return numbers


def _survival(patients: pd.DataFrame) -> Numbers:
    followup, death, relapse = patients["followup_days"] / MONTH, patients["death"], patients["relapse"]
    disease_free = (patients["relapse_days"] / MONTH).where(relapse, followup)
    numbers = _summary(followup, "survival.followup", "all")
    for outcome, months, event in (("os", followup, death), ("dfs", disease_free, relapse | death)):
        curve = KaplanMeierFitter().fit(months, event)
        numbers[f"survival.{outcome}.km_24m.all"] = 100 * curve.predict(24.0)
    return numbers


def _immune(immune: pd.DataFrame) -> Numbers:
    entered_negative = immune[immune["disease_status"] == "mrd_negative"]
    groups = {"all": immune, "all.mrd_negative": entered_negative, **_by_arm(immune)}
    numbers = {f"immune.patients.count.{name}": rows["patient_id"].nunique() for name, rows in groups.items()}
    change = (immune["day28"] - immune["baseline"]).round(6)
    ratio = (immune["day28"] / immune["baseline"]).round(10)
    for population, rows in immune.assign(change=change, ratio=ratio).groupby("population"):
        stem, arms = f"immune.{population}", _by_arm(rows)
        for arm, of_arm in arms.items():
            for column in ("baseline", "day28", "change"):
                numbers[f"{stem}.median_{column}.{arm}"] = of_arm[column].median()
            test = stats.wilcoxon(
                of_arm["change"], zero_method="wilcox", correction=False, method="asymptotic"
            )
            numbers[f"{stem}.signed_rank.{arm}:p"] = test.pvalue
        numbers[f"{stem}.ratio_mann_whitney.arm:p"] = _mann_whitney(arms, "ratio")
        shifts = np.subtract.outer(*(of_arm["ratio"].array for of_arm in arms.values()))
        numbers[f"{stem}.ratio_hodges_lehmann.arm"] = np.median(shifts)
    return numbers


def _judge(claim: Any, numbers: Numbers, printed_p: Numbers) -> tuple[str, float, bool | None, str]:
    has_value = not np.isnan(claim.value)
    published = f"{claim.value:.{claim.decimals}f}" if has_value else claim.relation
    if not claim.result_id:
        return published, np.nan, None, "no row of a cohort answers it"
    about_p = claim.unit == "p_value" or claim.relation in TESTS
    number = float(numbers.get(claim.result_id + ":p" * about_p, np.nan))
    if np.isnan(number):
        return published, number, False, f"{claim.result_id} cannot be computed from the files"
    p_value = printed_p.get(claim.result_id, 0)
    if claim.relation == "significant" and p_value >= SIGNIFICANCE_LEVEL:
        return published, number, None, f"called significant beside its own P = {p_value:g}"
    holds = bool(RELATIONS[claim.relation](number, claim))
    return published, number, holds, "" if holds else f"{claim.result_id} is {number:.6g}"
