"""Chapter 1, the cohort: who the patients are, where they came from, and what is known of each."""

import pandas as pd

from helpers.estimators import balance, quantiles, ranks
from helpers.ground import dictionary
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import ARMS, LABELS, STATUSES, STRATA, centres_by_size, in_group, in_stratum
from helpers.ground.results import Estimate, not_estimable, row, table

GROUPS = ("all", *ARMS)
ENTRY_STRATA = ("all", *STATUSES)
QUANTILES = {
    "minimum": (0, "minimum"),
    "quartile_1": (0.25, "first quartile"),
    "median": (0.5, "median"),
    "quartile_3": (0.75, "third quartile"),
    "maximum": (1, "maximum"),
}
QUANTITIES = {
    "age": ("age_years", "Age", "years"),
    "blasts": ("bm_blasts_pct", "Bone-marrow blasts at baseline", "percent_points"),
}
COURSE = {
    "transplant": ("transplant", "Transplanted"),
    "relapse": ("relapse", "Relapsed"),
    "death": ("death", "Died"),
    "alive": ("alive", "Alive at last contact"),
    "on_chemotherapy": ("on_chemotherapy", "On chemotherapy at last follow-up"),
}
PUBLISHED_CYCLES = 4  # the most that the abstract names; rows up to here exist for every cohort


def results(study: Cohort) -> pd.DataFrame:
    """Compute every result row of the chapter.

    Parameters
    ----------
    study : Cohort
        As `helpers.ground.cohort.load` returns it.

    Returns
    -------
    DataFrame
        The results table: sizes, the immune panel, centres, age and blasts with their comparisons,
        standardised differences at entry, cycles, courses, and missing values.
    """
    patients = with_answers(study)
    return table(
        [
            *sizes(patients),
            *subgroups(patients),
            *centres(patients),
            *quantities(patients),
            *other_quantile_rules(patients),
            *comparisons(patients),
            *differences(patients),
            *chance_differences(patients),
            *cycles(patients),
            *courses(patients),
            *missing(study),
        ]
    )


def with_answers(study: Cohort) -> pd.DataFrame:
    """Add to the patients the yes/no answers that this chapter counts beside their own.

    Returns
    -------
    DataFrame
        One row per patient, with in_panel (the immune panel has a row of the patient), alive, and
        high_burden (missing outside relapsed/refractory patients with blasts).
    """
    patients = study.patients
    burden = patients["burden"]
    return patients.assign(
        in_panel=patients["patient_id"].isin(study.immune["patient_id"]),
        alive=~patients["death"],
        high_burden=burden.eq("high").astype("boolean").mask(burden.isna()),
    )


def _id(outcome: str, statistic: str, group: str, stratum: str = "all") -> str:
    return f"cohort.{outcome}.{statistic}.{group}" + ("" if stratum == "all" else f".{stratum}")


def _population(group: str, stratum: str = "all") -> str:
    names = [LABELS[name] for name in (stratum, group) if name != "all"]
    return ", ".join(names) or LABELS["all"]


def _members(patients: pd.DataFrame, group: str, stratum: str = "all") -> pd.DataFrame:
    return patients[in_group(patients, group) & in_stratum(patients, stratum)]


def count(answers: pd.Series) -> Estimate:
    """Count the patients with a yes among those with an answer.

    Parameters
    ----------
    answers : Series of bool or boolean
        One per patient; missing answers leave the denominator.

    Returns
    -------
    Estimate
        ``n`` the answers; not estimable without one.
    """
    known = answers.dropna().astype(bool)
    if known.empty:
        return not_estimable("no patients" if answers.empty else "not recorded", n=0)
    return size(known)


def size(members: pd.Series) -> Estimate:
    """Count the members of a group, where a group of nobody is a finding and counts 0 of 0."""
    return Estimate(estimate=int(members.sum()), n=len(members), events=int(members.sum()), method="count")


def sizes(patients: pd.DataFrame) -> list[dict]:
    """Count the patients of every group and stratum, out of the group; an empty one counts 0."""
    rows = []
    for group in GROUPS:
        members = _members(patients, group)
        for stratum in STRATA:
            place, population = _id("patients", "count", group, stratum), _population(group, stratum)
            rows.append(row(place, "Patients", population, "count", size(in_stratum(members, stratum))))
    return rows


def subgroups(patients: pd.DataFrame) -> list[dict]:
    """Count the immune panel in every arm and disease status, and the high burden where it is defined."""
    burdens = [
        row(
            _id("high_burden", "count", group, "relapsed_refractory"),
            "Blasts > 60%",
            _population(group, "relapsed_refractory"),
            "count",
            count(_members(patients, group, "relapsed_refractory")["high_burden"]),
        )
        for group in GROUPS
    ]
    return burdens + [
        row(
            _id("immune_panel", "count", group, stratum),
            "In the immune panel",
            _population(group, stratum),
            "count",
            count(_members(patients, group, stratum)["in_panel"]),
        )
        for group in GROUPS
        for stratum in ENTRY_STRATA
    ]


def centres(patients: pd.DataFrame) -> list[dict]:
    """Count the centres, those with patients in both arms, and each centre's patients by arm.

    A centre's id is its rank by size, its label its name, since a name need not fit an id.
    """
    known = patients[patients["centre"].notna()]
    by_arm = pd.crosstab(known["centre"], known["arm"].astype(str)).reindex(columns=ARMS, fill_value=0)
    rows = [
        row(
            _id(f"centre_{rank:02d}", "count", group),
            name,
            _population(group),
            "count",
            size(_members(known, group)["centre"].eq(name)),
        )
        for rank, name in enumerate(centres_by_size(known), start=1)
        for group in GROUPS
    ]
    both = int((by_arm > 0).all(axis=1).sum())
    for outcome, label, number in (
        ("centres", "Centres", len(by_arm)),
        ("centres_with_both_arms", "Centres with patients in both arms", both),
    ):
        value = Estimate(estimate=number, n=len(known), method="count of centres")
        if known.empty:
            value = not_estimable("centre not recorded", n=0)
        rows.append(row(_id(outcome, "count", "all"), label, LABELS["all"], "count", value))
    return rows


def quantities(patients: pd.DataFrame) -> list[dict]:
    """Give range, quartiles and median of age and blasts for every arm and disease status."""
    return [
        row(
            _id(outcome, statistic, group, stratum),
            f"{label}: {words}",
            _population(group, stratum),
            unit,
            quantiles.quantile(_members(patients, group, stratum)[column], probability),
        )
        for outcome, (column, label, unit) in QUANTITIES.items()
        for stratum in ENTRY_STRATA
        for group in GROUPS
        for statistic, (probability, words) in QUANTILES.items()
    ]


def other_quantile_rules(patients: pd.DataFrame) -> list[dict]:
    """Give the quartiles of blasts that the abstract prints under the other rules, as it names none."""
    column, label, unit = QUANTITIES["blasts"]
    stratum = "relapsed_refractory"
    return [
        row(
            _id("blasts", f"{statistic}_type_{kind}", arm, stratum),
            f"{label}: {QUANTILES[statistic][1]}, type {kind}",
            _population(arm, stratum),
            unit,
            quantiles.quantile(_members(patients, arm, stratum)[column], QUANTILES[statistic][0], kind),
        )
        for arm in ARMS
        for statistic in ("quartile_1", "quartile_3")
        for kind in quantiles.OTHERS
    ]


def comparisons(patients: pd.DataFrame) -> list[dict]:
    """Compare age (everyone) and blasts (relapsed/refractory patients) between the arms."""
    estimators = {
        "mann_whitney": ("statistic", ranks.mann_whitney),
        "mann_whitney_exact": ("statistic", ranks.mann_whitney_exact),
        "hodges_lehmann": (None, ranks.hodges_lehmann_two_sample),
    }
    rows = []
    for outcome, stratum in (("age", "all"), ("blasts", "relapsed_refractory")):
        column, label, own_unit = QUANTITIES[outcome]
        samples = [_members(patients, arm, stratum)[column] for arm in ARMS]
        for statistic, (unit, estimator) in estimators.items():
            place = _id(outcome, statistic, "arm", stratum)
            rows.append(row(place, label, _population("arm", stratum), unit or own_unit, estimator(*samples)))
    return rows


def differences(patients: pd.DataFrame) -> list[dict]:
    """Give the standardised differences between the arms of what was known at entry, by disease status.

    That of numbers has a sign (combination minus monotherapy); that of shares is a distance, without one.
    """
    numbers = ("standardised_difference", balance.standardised_difference)
    shares = ("standardised_distance", balance.standardised_difference_of_shares)
    at_entry = [
        ("age", "age_years", "Age", numbers, ENTRY_STRATA),
        ("disease_status", "disease_status", "Disease status", shares, ("all",)),
        ("blasts", "bm_blasts_pct", "Bone-marrow blasts", numbers, ENTRY_STRATA),
        ("high_burden", "high_burden", "Blasts > 60%", shares, ("relapsed_refractory",)),
    ]
    return [
        row(
            _id(outcome, statistic, "arm", stratum),
            label,
            _population("arm", stratum),
            "statistic",
            estimator(*(_members(patients, arm, stratum)[column] for arm in ARMS)),
        )
        for outcome, column, label, (statistic, estimator), strata in at_entry
        for stratum in strata
    ]


def chance_differences(patients: pd.DataFrame) -> list[dict]:
    """Give the standard error of a standardised difference between two arms that do not differ.

    References
    ----------
    Hedges LV, Olkin I (1985). Statistical Methods for Meta-Analysis, Academic Press, chapter 5: at a true
    difference of 0 the variance is ``1 / n_1 + 1 / n_0``.
    """
    rows = []
    for stratum in ENTRY_STRATA:
        sizes = [len(_members(patients, arm, stratum)) for arm in ARMS]
        value = not_estimable("an arm has no patients", n=sum(sizes))
        if all(sizes):
            error = sum(1 / size for size in sizes) ** 0.5
            value = Estimate(estimate=error, n=sum(sizes), method="standard error at no difference")
        place = _id("standardised_difference", "standard_error", "arm", stratum)
        label = "Standardised difference: standard error by chance"
        rows.append(row(place, label, _population("arm", stratum), "statistic", value))
    return rows


def cycles(patients: pd.DataFrame) -> list[dict]:
    """Count the patients by cycles of blinatumomab received, from 1 to the most in the cohort."""
    most = patients["cycles"].max()
    last = PUBLISHED_CYCLES if pd.isna(most) else max(PUBLISHED_CYCLES, int(most))
    return [
        row(
            _id(f"cycles_{number}", "count", group),
            f"{number} cycle{'s' * (number > 1)}",
            _population(group),
            "count",
            count(_members(patients, group)["cycles"].dropna().eq(number)),
        )
        for number in range(1, last + 1)
        for group in GROUPS
    ]


def courses(patients: pd.DataFrame) -> list[dict]:
    """Count what happened after treatment, by arm, and the deaths after relapse or without MRD negativity."""
    rows = [
        row(
            _id(outcome, "count", group),
            label,
            _population(group),
            "count",
            count(_members(patients, group)[column]),
        )
        for outcome, (column, label) in COURSE.items()
        for group in GROUPS
    ]
    died = patients[patients["death"]]
    negative = died["mrd_negative"].astype("boolean")
    # Without its MRD answer a death after relapse would count as yes, and one without relapse not at all.
    after = (died["relapse"] | ~negative).mask(negative.isna())
    place = _id("death_after_relapse_or_no_mrd_negativity", "count", "all")
    value = not_estimable("no deaths", n=0) if died.empty else count(after)
    label = "Died after relapse or without MRD negativity"
    return [*rows, row(place, label, "Patients who died", "count", value)]


def missing(study: Cohort) -> list[dict]:
    """Count, column by column, the values that are missing where one is due.

    A day of transplant or relapse is due where the event happened, a best response in relapsed/refractory
    patients (the others entered in remission), a percentage for every visit and population of the panel.
    """
    patients = study.patients
    due = {
        "best_response": (in_stratum(patients, "relapsed_refractory"), LABELS["relapsed_refractory"]),
        "transplant_days": (patients["transplant"], "Transplanted patients"),
        "relapse_days": (patients["relapse"], "Patients who relapsed"),
    }
    everyone = (pd.Series(True, index=patients.index), LABELS["all"])
    columns = dictionary.load().query("file == 'patients' and column not in ['patient_id', 'synthetic']")
    rows = []
    for column, label in columns[["column", "label"]].itertuples(index=False):
        where, population = due.get(column, everyone)
        value = count(patients.loc[where, column].isna())
        rows.append(row(_id(f"missing_{column}", "count", "all"), label, population, "count", value))
    return [*rows, _missing_immune(study.immune)]


def _missing_immune(immune: pd.DataFrame) -> dict:
    """Count the percentages that the panel lacks; a row that was left out is missing like an empty cell."""
    levels = [len(immune[column].cat.categories) for column in ("visit", "population")]
    due = immune["patient_id"].nunique() * levels[0] * levels[1]
    lacking = due - int(immune["percent"].notna().sum())
    value = Estimate(estimate=lacking, n=due, events=lacking, method="count")
    if not due:
        value = not_estimable("no immune panel", n=0)
    population = "Immune panel: patients × visits × populations"
    place = _id("missing_immune_percent", "count", "all")
    return row(place, "Share of the parent population", population, "count", value)
