"""Chapter 2, efficacy: response, complete remission and MRD negativity by arm and stratum, as result rows."""

from dataclasses import fields

import pandas as pd

from helpers.chapters.efficacy import bayes as efficacy_bayes
from helpers.chapters.efficacy import burden as efficacy_burden
from helpers.chapters.efficacy import confounding as efficacy_confounding
from helpers.chapters.efficacy import responders as efficacy_responders
from helpers.chapters.efficacy.groups import OUTCOMES, result_id, tally
from helpers.estimators import contrasts, proportions, score_intervals
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import ARMS, LABELS, RESPONSES, in_group, in_stratum
from helpers.ground.results import SIGNIFICANT, Estimate, get, is_estimable, not_estimable, row, table

GROUPS = ("all", *ARMS)
COMPARISONS = {
    "risk_difference": (proportions.newcombe_difference, "risk difference", "fraction"),
    "miettinen_nurminen_difference": (score_intervals.miettinen_nurminen, "risk difference", "fraction"),
    "exact_difference": (score_intervals.exact_difference, "risk difference", "fraction"),
    "pearson_chi_square": (proportions.pearson_chi_square, "Pearson test", "statistic"),
    "fisher_exact": (proportions.fisher_exact, "Fisher test", "statistic"),
    "barnard": (score_intervals.suissa_shuster, "Suissa-Shuster test", "statistic"),
    "boschloo": (proportions.boschloo, "Boschloo test", "statistic"),
}
TESTS = ("pearson_chi_square", "fisher_exact", "barnard", "boschloo")


def results(study: Cohort) -> pd.DataFrame:
    """Answer every question of the chapter.

    Parameters
    ----------
    study : Cohort
        The cohort that is analysed.

    Returns
    -------
    DataFrame
        The results table: for each outcome and stratum the count and rate by arm, the risk difference and its
        tests; the contrast of high and low burden; the levels of best response; what bears on reading them
        (missing values, the number of comparisons, the smallest group); and the rows of the chapter's other
        modules, one for each subject.
    """
    rows = [
        one
        for outcome, strata in OUTCOMES.items()
        for stratum in strata
        for one in [
            *rate_rows(study.patients, outcome, stratum),
            *comparison_rows(study.patients, outcome, stratum),
        ]
    ]
    rows += [one for outcome in OUTCOMES for one in contrast_rows(table(rows), outcome)]
    rows += best_response_rows(study.patients) + missing_rows(study.patients)
    for subject in (efficacy_responders, efficacy_burden, efficacy_bayes, efficacy_confounding):
        rows += subject.rows(study.patients)
    return table(rows + caution_rows(table(rows)))


def pick(
    rows: pd.DataFrame, outcome: str, statistic: str, groups: tuple[str, ...] = ("arm",)
) -> pd.DataFrame:
    """Select one statistic of an outcome over its strata, in their order.

    Parameters
    ----------
    rows : DataFrame
        The chapter's results.
    outcome, statistic : str
        Segments of the id.
    groups : tuple of str
        Which groups, in order within each stratum.

    Returns
    -------
    DataFrame
        Rows of the results table.
    """
    ids = [result_id(outcome, statistic, group, stratum) for stratum in OUTCOMES[outcome] for group in groups]
    return rows.set_index("id", drop=False).loc[ids].reset_index(drop=True)


def rate_rows(patients: pd.DataFrame, outcome: str, stratum: str) -> list[dict]:
    """Count the patients of a stratum who reach the outcome, together and in each arm."""
    rows = []
    for group in GROUPS:
        events, n = tally(patients, outcome, group, stratum)
        for statistic, unit, value in (
            ("count", "count", _count(events, n)),
            ("rate", "fraction", proportions.wilson(events, n)),
        ):
            label = f"{LABELS[outcome]}, {statistic}"
            rows.append(
                row(result_id(outcome, statistic, group, stratum), label, LABELS[stratum], unit, value)
            )
    return rows


def comparison_rows(patients: pd.DataFrame, outcome: str, stratum: str) -> list[dict]:
    """Compare the arms within a stratum: the difference, and the tests beside each other."""
    counts = [number for arm in ARMS for number in tally(patients, outcome, arm, stratum)]
    values = {name: (compute(*counts), *words) for name, (compute, *words) in COMPARISONS.items()}
    values["smallest_expected_count"] = (
        _smallest_expected_count(*counts),
        "smallest expected count",
        "statistic",
    )
    return [
        row(
            result_id(outcome, name, "arm", stratum),
            f"{LABELS[outcome]}, {words}",
            LABELS[stratum],
            unit,
            value,
        )
        for name, (value, words, unit) in values.items()
    ]


def contrast_rows(rows: pd.DataFrame, outcome: str) -> list[dict]:
    """Ask whether the difference between the arms itself differs between high and low burden."""
    high, low = (
        _estimate(get(rows, result_id(outcome, "risk_difference", "arm", stratum)))
        for stratum in ("high_burden", "low_burden")
    )
    return [
        row(
            result_id(outcome, "burden_difference", "arm", "relapsed_refractory"),
            f"{LABELS[outcome]}, risk difference at high minus low burden",
            LABELS["relapsed_refractory"],
            "fraction",
            contrasts.difference(high, low),
        )
    ]


def best_response_rows(patients: pd.DataFrame) -> list[dict]:
    """Give the share of each level of best response among relapsed/refractory patients."""
    rows = []
    for level in RESPONSES:
        for group in GROUPS:
            chosen = in_group(patients, group) & in_stratum(patients, "relapsed_refractory")
            known = patients.loc[chosen, "best_response"].dropna()
            rows.append(
                row(
                    f"efficacy.best_response_{level.lower()}.rate.{group}.relapsed_refractory",
                    LABELS[level],
                    LABELS["relapsed_refractory"],
                    "fraction",
                    proportions.wilson(int(known.eq(level).sum()), len(known)),
                )
            )
    return rows


def missing_rows(patients: pd.DataFrame) -> list[dict]:
    """Count the patients in whom what the chapter needs is not recorded."""
    questions = (
        ("response", "relapsed_refractory", "response"),
        ("mrd_negativity", "all", "mrd_negative"),
        ("blasts", "relapsed_refractory", "bm_blasts_pct"),
    )
    rows = []
    for outcome, stratum, column in questions:
        asked = patients.loc[in_stratum(patients, stratum), column]
        absent = int(asked.isna().sum())
        value = Estimate(estimate=absent, n=len(asked), events=absent, method="count of empty cells")
        words = f"{LABELS.get(outcome, 'Marrow blasts')}, not recorded"
        rows.append(
            row(result_id(outcome, "missing", "all", stratum), words, LABELS[stratum], "count", value)
        )
    return rows


def caution_rows(rows: pd.DataFrame) -> list[dict]:
    """Count the comparisons that the chapter makes, and find the size of its smallest group."""
    tests = rows[rows["statistic"] == "pearson_chi_square"]
    made = tests[[is_estimable(test) for _, test in tests.iterrows()]]
    low = int((made["p_value"] < SIGNIFICANT).sum())
    rates = rows[(rows["statistic"] == "rate") & rows["group"].isin(ARMS) & (rows["n"] > 0)]
    smallest = (
        not_estimable("no group has patients")
        if rates.empty
        else Estimate(estimate=rates["n"].min(), n=rates["n"].min(), method="smallest denominator of a rate")
    )
    everywhere = "All strata of the chapter"
    return [
        row(
            "efficacy.comparisons.count.arm",
            "Comparisons of the arms that can be tested",
            everywhere,
            "count",
            Estimate(estimate=len(made), method="count of Pearson tests"),
        ),
        row(
            "efficacy.comparisons.low_p_count.arm",
            f"Comparisons with a Pearson P below {SIGNIFICANT:g}",
            everywhere,
            "count",
            Estimate(estimate=low, method="count of Pearson tests, not adjusted for their number"),
        ),
        row("efficacy.smallest_group.count.all", "Smallest group compared", everywhere, "count", smallest),
    ]


def blasts_and_response(study: Cohort) -> pd.DataFrame:
    """Lay out the relapsed/refractory patients for the figure of response against blasts.

    Returns
    -------
    DataFrame
        One row for each patient whose marrow blasts are recorded, from few to many blasts: patient_id, arm,
        bm_blasts_pct, response_level (a level of best response, or ``unknown``) and mrd (``negative``,
        ``not negative`` or ``unknown``).
    """
    patients = study.patients
    chosen = patients[in_stratum(patients, "relapsed_refractory") & patients["bm_blasts_pct"].notna()]
    mrd = chosen["mrd_negative"].map({True: "negative", False: "not negative"})
    return (
        chosen[["patient_id", "arm", "bm_blasts_pct"]]
        .assign(
            response_level=chosen["best_response"].astype(object).fillna("unknown"),
            mrd=mrd.astype(object).fillna("unknown"),
        )
        .sort_values(["bm_blasts_pct", "patient_id"], ignore_index=True)
    )


def _count(events: int, n: int) -> Estimate:
    if n == 0:
        return not_estimable("no patients", n=0, events=0)
    return Estimate(estimate=events, n=n, events=events, method="count")


def _smallest_expected_count(events_1: int, n_1: int, events_0: int, n_0: int) -> Estimate:
    n, events = n_1 + n_0, events_1 + events_0
    if n_1 == 0 or n_0 == 0:
        return not_estimable("an arm has no patients", n=n, events=events)
    expected = min(n_1, n_0) * min(events, n - events) / n
    return Estimate(estimate=expected, n=n, events=events, method="smallest cell expected by Pearson's test")


def _estimate(result: pd.Series) -> Estimate:
    return Estimate(**{field.name: result[field.name] for field in fields(Estimate)})
