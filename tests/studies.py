"""Random true studies: patients are made up, and summarised as an abstract prints them.

Nothing here uses the engine: counts by pandas, tests by scipy, survival by lifelines, the odds ratio by
statsmodels, rounding by decimal arithmetic.
"""

import warnings
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache

import numpy as np
import pandas as pd
import statsmodels.api as sm
from lifelines import KaplanMeierFitter
from made_up_patients import NEGATIVE, POSITIVE, REFRACTORY, Design, draw_design, make, members
from scipy import stats
from statsmodels.tools.sm_exceptions import PerfectSeparationError, PerfectSeparationWarning

from evidence.claims import load as published
from evidence.claims.abstract import Abstract
from evidence.claims.claim import BOUNDS, DIRECTIONS, TESTS
from evidence.this_abstract.abstract import ALPHA, ARMS, CELLS, STATUSES
from helpers.estimators.quantiles import QUARTILES, RULES
from helpers.ground.endpoints import DAYS_PER_MONTH, EARLIEST_DAY

ROUNDINGS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}
PUBLISHED = published.read()
TEMPLATE = published.table(PUBLISHED)
SIGNS = {relation: "" if sign == "=" else sign for sign, relation in BOUNDS.items()}
Key = tuple[str, bool]  # a result id, and whether its P value is meant


@dataclass(frozen=True)
class Study:
    """A study and its print.

    Attributes
    ----------
    design : Design
    patients : DataFrame
    truth : dict
        By `Key` the unrounded figure, or a signed difference where the claim is about a direction.
    claims : DataFrame
        As `evidence.claims.load.load` returns it; a claim that is not true of the study is left out.
    literally_false : frozenset of str
        Claims whose printed words, without the reading that their row states, are false.
    """

    design: Design
    patients: pd.DataFrame
    truth: dict[Key, float | Fraction]
    claims: pd.DataFrame
    literally_false: frozenset[str]

    @property
    def abstract(self) -> Abstract:
        """The print as a claims folder has it."""
        return abstract_of(self.claims)


def abstract_of(claims: pd.DataFrame) -> Abstract:
    """Turn a table of claims into an abstract: the published one with these figures and words."""
    rows = claims.set_index("id").to_dict("index")
    kept = [
        replace(claim, value=_as_text(claim.quantity, claim.value, rows[claim.id]))
        for claim in PUBLISHED.claims
        if claim.id in rows
    ]
    return replace(PUBLISHED, claims=tuple(kept))


def _as_text(quantity: str, value: str, row: dict) -> str:
    if quantity == "date":
        return row["printed"]
    if quantity == "word":
        return row["relation"] if row["relation"] in (*DIRECTIONS, *TESTS) else value
    return f"{SIGNS[row['relation']]}{row['value']:.{int(row['decimals'])}f}"


@cache
def study(seed: int, design: Design | None = None) -> Study:
    """Make up the patients of a study and print it.

    Parameters
    ----------
    seed : int
        The same seed and design give the same study, which is remembered: not to be changed in place.
    design : Design, optional
        Drawn where not given.
    """
    rng = np.random.default_rng(seed)
    design = design or draw_design(rng)
    patients = make(design, rng)
    truth = {
        **_counts(patients),
        **_rates(patients, design),
        **_blasts(patients, design),
        **_odds_ratio(patients),
        **_courses(patients, design),
        **_panel(patients, design, rng),
    }
    claims = _printed(truth, design)
    return Study(design, patients, truth, claims, _literally_false(patients, truth, claims, design))


def _counts(patients: pd.DataFrame) -> dict[Key, float]:
    found = {}
    for group in ("all", *ARMS):
        found[f"cohort.patients.count.{group}"] = len(members(patients, group))
        for status in STATUSES:
            found[f"cohort.patients.count.{group}.{status}"] = len(members(patients, group, status))
    for number in range(1, 5):
        found[f"cohort.cycles_{number}.count.all"] = int(patients["cycles"].eq(number).sum())
    for column in ("transplant", "relapse", "death", "on_chemotherapy"):
        found[f"cohort.{column}.count.all"] = int(patients[column].sum())
    stayed_positive = patients["disease_status"].eq(POSITIVE) & ~patients["mrd_negative"]
    after = patients["death"] & (patients["relapse"] | patients["best_response"].eq("NR") | stayed_positive)
    found["cohort.death_after_relapse_or_no_response.count.all"] = int(after.sum())
    found["cohort.centres.count.all"] = patients["centre"].nunique()
    for name, summary in (("minimum", "min"), ("median", "median"), ("maximum", "max")):
        found[f"cohort.age.{name}.all"] = getattr(patients["age"], summary)()
    return {(id, False): value for id, value in found.items()}


def events(patients: pd.DataFrame, outcome: str, arm: str, stratum: str) -> tuple[int, int]:
    """Count the patients of an arm and stratum with an outcome, and all of them."""
    chosen = members(patients, arm, stratum)
    yes = chosen["mrd_negative"] if outcome == "mrd_negativity" else chosen["best_response"].ne("NR")
    return int(yes.sum()), len(chosen)


def _rates(patients: pd.DataFrame, design: Design) -> dict[Key, float | Fraction]:
    found: dict[Key, float | Fraction] = {}
    for outcome in ("response", "mrd_negativity"):
        for stratum in (REFRACTORY, POSITIVE, NEGATIVE, "measurable_disease", "high_burden"):
            counted = [events(patients, outcome, arm, stratum) for arm in ARMS]
            rates = [Fraction(a, n) if n else None for a, n in counted]
            for arm, (a, _), rate in zip(ARMS, counted, rates, strict=True):
                if rate is not None:
                    found[f"efficacy.{outcome}.count.{arm}.{stratum}", False] = a
                    found[f"efficacy.{outcome}.rate.{arm}.{stratum}", False] = 100 * rate
            if None in rates:
                continue
            found[f"efficacy.{outcome}.risk_difference.arm.{stratum}", False] = rates[0] - rates[1]
            p_value = table_p(counted, design.table_test)
            if p_value is not None:
                found[f"efficacy.{outcome}.pearson_chi_square.arm.{stratum}", True] = p_value
    return found


def table_p(counted: list[tuple[int, int]], test: str) -> float | None:
    """Return the P value of a two-by-two table by scipy; None where a margin is empty."""
    table = np.array([[a, n - a] for a, n in counted])
    if not table.sum(axis=0).all() or not table.sum(axis=1).all():
        return None
    if test in ("fisher", "mid_p"):
        exact = stats.fisher_exact(table).pvalue
        a, row, column = table[0, 0], table[0].sum(), table[:, 0].sum()
        return exact - stats.hypergeom.pmf(a, table.sum(), column, row) / 2 * (test == "mid_p")
    lambda_ = "log-likelihood" if test == "likelihood_ratio" else None
    return stats.chi2_contingency(table, correction=test == "yates", lambda_=lambda_).pvalue


def _quartiles(values: pd.Series, place: str, design: Design, what: dict[str, float]) -> dict[Key, float]:
    return {
        (place.format(name), False): float(np.quantile(values, share, method=RULES[design.quantile_rule]))
        for name, share in what.items()
    }


def _blasts(patients: pd.DataFrame, design: Design) -> dict[Key, float]:
    arms = [members(patients, arm, REFRACTORY)["blasts"] for arm in ARMS]
    found = {}
    for arm, values in zip(ARMS, arms, strict=True):
        found |= _quartiles(values, f"cohort.blasts.{{}}.{arm}.{REFRACTORY}", design, QUARTILES)
    p_value = _mann_whitney(*arms, design)
    return found | {(f"cohort.blasts.mann_whitney.arm.{REFRACTORY}", True): p_value}


def _mann_whitney(first, second, design: Design) -> float:
    if len(np.unique([*first, *second])) < 2:
        return np.nan
    correction = design.rank_correction
    return stats.mannwhitneyu(first, second, use_continuity=correction, method="asymptotic").pvalue


def _odds_ratio(patients: pd.DataFrame) -> dict[Key, float]:
    id = "multivariable.complete_remission_mrd_negative.odds_ratio_blasts.all.relapsed_refractory"
    chosen = members(patients, "all", REFRACTORY)
    outcome = chosen["best_response"].isin(["CR", "CRi"]) & chosen["mrd_negative"]
    with warnings.catch_warnings():
        warnings.simplefilter("error", PerfectSeparationWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            model = sm.Logit(outcome.astype(float), sm.add_constant(chosen["blasts"]))
            fit = model.fit(disp=False, warn_convergence=False)
        except (PerfectSeparationError, PerfectSeparationWarning, np.linalg.LinAlgError):
            return {}
    if not fit.mle_retvals["converged"] or abs(fit.params["blasts"]) > 1:
        return {}
    ratio = float(np.exp(fit.params["blasts"]))
    return {(id, False): ratio, (id, True): float(fit.pvalues["blasts"])}


def _courses(patients: pd.DataFrame, design: Design) -> dict[Key, float]:
    months = patients["followup_days"].clip(lower=EARLIEST_DAY) / DAYS_PER_MONTH
    relapse = patients["relapse_days"].clip(lower=EARLIEST_DAY) / DAYS_PER_MONTH
    found = _quartiles(months, "survival.followup.{}.all", design, QUARTILES)
    for name, time, event in (
        ("os", months, patients["death"]),
        ("dfs", relapse.where(patients["relapse"], months), patients["death"] | patients["relapse"]),
    ):
        curve = KaplanMeierFitter().fit(time, event)
        found[f"survival.{name}.km_24m.all", False] = 100 * float(curve.predict(24))
    return found


def _panel(patients: pd.DataFrame, design: Design, rng: np.random.Generator) -> dict[Key, float]:
    found: dict[Key, float] = {("immune.patients.count.all.mrd_negative", False): 0}
    found["immune.patients.count.all", False] = sum(design.panel)
    for arm, size in zip(ARMS, design.panel, strict=True):
        found[f"immune.patients.count.{arm}", False] = size
    for population in CELLS:
        ratios = []
        decimals = int(rng.integers(0, 2))
        for arm, size in zip(ARMS, design.panel, strict=True):
            size -= int(design.missing_pairs and not ratios and rng.random() < 0.3)
            before = np.round(100 * rng.beta(2, 3, size), decimals).clip(1, 99)
            after = np.round(before + rng.normal(rng.normal(0, 8), 10, size), decimals).clip(1, 99)
            place = f"immune.{population}"
            found[f"{place}.median_baseline.{arm}", False] = np.median(before)
            found[f"{place}.median_day28.{arm}", False] = np.median(after)
            # The words stand beside the medians, so it is these that they compare.
            found[f"{place}.median_change.{arm}", False] = round(np.median(after) - np.median(before), 9)
            found[f"{place}.signed_rank.{arm}", True] = _signed_rank(after - before, design.paired_test)
            ratios.append(np.round(after / before, 12))
        found[f"{place}.ratio_mann_whitney.arm", True] = _mann_whitney(*ratios, design)
        shifts = np.subtract.outer(ratios[0], ratios[1])
        found[f"{place}.ratio_hodges_lehmann.arm", False] = float(np.median(shifts))
    return found


def _signed_rank(changes: np.ndarray, test: str) -> float:
    changes = np.round(changes, 6)
    if not changes.any():
        return np.nan
    if test == "exact":
        untied = len(np.unique(np.abs(changes))) == len(changes) and changes.all()
        return stats.wilcoxon(changes, method="exact").pvalue if untied else np.nan
    zeros = "pratt" if "pratt" in test else "wilcox"
    corrected = "corrected" in test
    return stats.wilcoxon(changes, zero_method=zeros, correction=corrected, method="asymptotic").pvalue


def rounded(value: float | Fraction, decimals: int, rounding: str) -> float:
    """Round as printed, in decimal arithmetic; twelve digits of a float count."""
    if isinstance(value, Fraction):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
    else:
        exact = Decimal(f"{value:.12g}")
    return float(exact.quantize(Decimal(1).scaleb(-decimals), ROUNDINGS[rounding]))


def _printed(truth: dict[Key, float | Fraction], design: Design) -> pd.DataFrame:
    rows = [_claim(row, truth, design) for row in TEMPLATE.to_dict("records")]
    claims = pd.DataFrame([row for row in rows if row is not None], columns=published.COLUMNS)
    claims = claims.astype({"value": float, "decimals": "Int64"})
    last = 9 + design.enrolment - 1  # months from January of the first year; enrolment opens in October
    closed = f"{2021 + last // 12}-{last % 12 + 1:02}"
    return claims.assign(printed=claims["printed"].where(claims["id"].ne("enrolment_last"), closed))


def _claim(row: dict, truth: dict[Key, float | Fraction], design: Design) -> dict | None:
    """Give a row of the published claims the figure or the words that suit the study; None if none do."""
    relation = row["relation"]
    if not row["result_id"]:
        return row
    value = truth.get((row["result_id"], row["unit"] == "p_value" or relation in TESTS))
    if value is None or value != value:
        return None
    if relation == "equals":
        figure = rounded(value, int(row["decimals"]), design.rounding)
        if row["unit"] == "p_value" and figure == 0:
            return row | {"relation": "less_than", "value": 10.0 ** -int(row["decimals"])}
        # These two rows say "all".
        wrong = row["id"].startswith("mrd_negativity_all") and value != 100
        return None if wrong else row | {"value": figure}
    if relation in TESTS:
        word = TESTS[int(value >= ALPHA)]
    elif relation in DIRECTIONS:
        if not value:
            return None
        ups = ("increases", "decreases") if relation in ("increases", "decreases") else ("higher", "lower")
        word = ups[int(value < 0)]
    else:
        holds = value >= row["value"] if relation == "at_least" else value < row["value"]
        return row if holds else None
    return row | {"relation": word, "statement": f"Worded as {word}: {row['result_id']}"}


def _literally_false(patients, truth, claims: pd.DataFrame, design: Design) -> frozenset[str]:
    false = set()
    both = [f"mrd_negativity_both_{end}" for end in (*ARMS, "p")]
    keys = [(f"efficacy.mrd_negativity.rate.{arm}.{{}}", False) for arm in ARMS]
    keys.append(("efficacy.mrd_negativity.pearson_chi_square.arm.{}", True))
    decimals = (0, 0, 3)
    printed = [
        [
            rounded(value, places, design.rounding) if value is not None else None
            for (id, is_p), places in zip(keys, decimals, strict=True)
            for value in [truth.get((id.format(stratum), is_p))]
        ]
        for stratum in ("measurable_disease", POSITIVE)
    ]
    if printed[0] != printed[1]:
        false |= set(both)
    if not members(patients, "monotherapy")["mrd_negative"].all():
        false |= {"mrd_negativity_all_first_reading", "mrd_negativity_all_second_reading"}
    ends = _quartiles(patients["age"], "{}", design, {"minimum": 0.25, "maximum": 0.75})
    for name, (end, value) in zip(("age_lower", "age_upper"), ends.items(), strict=True):
        if rounded(value, 0, design.rounding) != truth[f"cohort.age.{end[0]}.all", False]:
            false.add(name)
    return frozenset(false & set(claims["id"]))
