"""Chapter 1: sentences and alternative texts, each built from result rows."""

import pandas as pd

from helpers import prose
from helpers.description.printed import extremes, share, spread
from helpers.endpoints import ARMS, LABELS, STATUSES
from helpers.plots.swimmer import EVENT_LABELS
from helpers.results import get, is_estimable

NOTABLE = 0.1  # the size of a standardised difference that Austin (2009) proposes to look at

_PROVENANCE = {
    "reconstructed": (
        "In this rebuilt cohort the sizes of the groups, the quartiles of the blasts and the median and "
        "range of the ages were set to published figures; the size of each centre, the single values and "
        "the order of events were invented."
    ),
    "patient-level": "The rows are patient-level data, as the cohort's folder holds them.",
}


def provenance(kind: str) -> str:
    """Say what the rows are, for a `helpers.cohort.Cohort.provenance`."""
    return _PROVENANCE[kind]


def sizes(results: pd.DataFrame) -> str:
    """Say how many patients there are, from how many centres, and how many in each arm."""
    everyone, hospitals = (get(results, f"cohort.{outcome}.count.all") for outcome in ("patients", "centres"))
    number = hospitals["estimate"]
    where = f" from {_counted(number, 'centre')}" if is_estimable(hospitals) else ""
    arms = " and ".join(
        f"{get(results, f'cohort.patients.count.{arm}')['estimate']:.0f} {_with(arm)}" for arm in ARMS
    )
    return f"{_counted(everyone['estimate'], 'patient')}{where}: {arms}"


def by_arm(results: pd.DataFrame, outcome: str, stratum: str = "all") -> str:
    """Print a count in both arms: 7 of 12 (58%) with … and 7 of 21 (33%) with …."""
    suffix = "" if stratum == "all" else f".{stratum}"
    return " and ".join(
        f"{share(get(results, f'cohort.{outcome}.count.{arm}{suffix}'))} {_with(arm)}" for arm in ARMS
    )


def statuses(results: pd.DataFrame) -> str:
    """Print the shares of the disease statuses in both arms."""
    return "; ".join(f"{LABELS[status]}: {by_arm(results, 'patients', status)}" for status in STATUSES)


def quartiles(results: pd.DataFrame, outcome: str, stratum: str = "all") -> str:
    """Print median, quartiles, range and number of values of age or blasts in both arms."""
    suffix = "" if stratum == "all" else f".{stratum}"
    return " and ".join(
        quantiles(results, f"cohort.{outcome}.{{}}.{arm}{suffix}") + f" {_with(arm)}" for arm in ARMS
    )


def quantiles(results: pd.DataFrame, place: str) -> str:
    """Print the same of one group; `place` is the id with ``{}`` for the statistic."""
    median = get(results, place.format("median"))
    if not is_estimable(median):
        return spread(results, place)
    unit = {"years": " years", "percent_points": "%"}[median["unit"]]
    middle, _, ends = spread(results, place).partition(" ")
    inside = [f"quartiles {ends.strip('()')}", f"range {extremes(results, place)}", f"n = {median['n']:.0f}"]
    return f"median {middle}{unit} ({'; '.join(inside)})"


def imbalance(results: pd.DataFrame) -> str:
    """Say how many of the standardised differences are notable, and which is the largest."""
    found = results[results["statistic"].isin(["standardised_difference", "standardised_distance"])]
    known = found[found["estimate"].notna()]
    if known.empty:
        return "No standardised difference is estimable."
    largest = known.loc[known["estimate"].abs().idxmax()]
    notable = int((known["estimate"].abs() > NOTABLE).sum())
    stratum = largest["population"].removesuffix(f", {LABELS['arm']}").replace(LABELS["arm"], LABELS["all"])
    return (
        f"Of the {len(known)} standardised differences that are estimable, {notable} exceed {NOTABLE} in "
        f"size; the largest, {prose.number(largest)}, is in “{largest['label']}” ({stratum})."
    )


def chance(results: pd.DataFrame, stratum: str) -> str:
    """Say how far a standardised difference strays by chance between arms of this size."""
    suffix = "" if stratum == "all" else f".{stratum}"
    error = get(results, f"cohort.standardised_difference.standard_error.arm{suffix}")
    if not is_estimable(error):
        return f"{prose.reason(error)} in “{LABELS[stratum]}”"
    return f"{error['estimate']:.2f} with the {error['n']:.0f} patients of “{LABELS[stratum]}”"


def centres(results: pd.DataFrame) -> str:
    """Say how many centres there are, how many gave both treatments, and what share the largest holds."""
    number = get(results, "cohort.centres.count.all")
    if not is_estimable(number):
        return f"The number of centres is {prose.reason(number)}."
    both = get(results, "cohort.centres_with_both_arms.count.all")
    largest = get(results, "cohort.centre_01.count.all")
    return (
        f"The patients come from {_counted(number['estimate'], 'centre')}, of which "
        f"{both['estimate']:.0f} gave both treatments; the largest, {largest['label']}, has "
        f"{share(largest)} of the patients."
    )


def missing(results: pd.DataFrame) -> str:
    """Say which columns lack values that are due, and how many."""
    found = results[results["id"].str.startswith("cohort.missing_") & (results["estimate"] > 0)]
    if found.empty:
        return "No value that is due is missing."
    gaps = "; ".join(f"{gap['label']} ({gap['population']}): {share(gap)}" for _, gap in found.iterrows())
    return f"Values that are due and missing: {gaps}."


def deaths(results: pd.DataFrame) -> str:
    """Say how many of the deaths followed a relapse or a treatment without MRD negativity."""
    after = get(results, "cohort.death_after_relapse_or_no_mrd_negativity.count.all")
    if not is_estimable(after):
        return f"The share of deaths after relapse or without MRD negativity is {prose.reason(after)}."
    return f"Of the patients who died, {share(after)} had relapsed or had not become MRD negative."


def flow_alt(results: pd.DataFrame) -> str:
    """Describe the flow figure: sizes, statuses and the immune panel."""
    panel = "; ".join(f"{LABELS[status]}: {by_arm(results, 'immune_panel', status)}" for status in STATUSES)
    return f"Participant flow. {sizes(results)}. {statuses(results)}. In the immune panel, {panel}."


def points_alt(results: pd.DataFrame, outcome: str, what: str, stratum: str = "all") -> str:
    """Describe a figure of raw points by arm; `what` names the value and the patients."""
    return f"{what}, one point a patient, by arm: {quartiles(results, outcome, stratum)}."


def centres_alt(centre_rows: pd.DataFrame) -> str:
    """Describe the figure of the centres, each with its patients by arm."""
    counts = [
        f"{name}: {' and '.join(f'{row.estimate:.0f} {_with(row.group)}' for row in rows.itertuples())}"
        for name, rows in centre_rows.groupby("label", sort=False)
    ]
    return f"Patients of every centre by arm. {'; '.join(counts) or 'Centre not recorded'}."


def swimmer_alt(results: pd.DataFrame) -> str:
    """Describe the swimmer plot: what the bars and markers are, and how many of each."""
    events = "; ".join(f"{label}: {by_arm(results, event)}" for event, label in EVENT_LABELS.items())
    return (
        f"Swimmer plot: one bar a patient, longest follow-up first within each arm; {sizes(results)}. "
        f"Markers: {events}."
    )


def _counted(number: float, noun: str) -> str:
    return f"{number:.0f} {noun}{'' if number == 1 else 's'}"


def _with(arm: str) -> str:
    return f"with {LABELS[arm][0].lower()}{LABELS[arm][1:]}"
