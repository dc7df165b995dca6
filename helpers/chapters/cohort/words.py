"""Chapter 1: result rows as the text of its tables, its sentences and its alternative texts."""

import pandas as pd

from helpers.chapters.cohort.rows import COURSE, ENTRY_STRATA, GROUPS, QUANTILES
from helpers.ground import dictionary
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import ARMS, LABELS, STATUSES, in_stratum
from helpers.ground.results import NOT_ESTIMABLE, get, is_estimable
from helpers.plots.swimmer import EVENT_LABELS
from helpers.printing import prose


def share(result: pd.Series) -> str:
    """Print a count with its denominator and share: 6 of 12 (50%); the reason where there is none."""
    if not is_estimable(result):
        return result["method"].removeprefix(NOT_ESTIMABLE)
    if not result["n"]:
        return "0 of 0"
    percentage = prose.fixed(100 * result["events"] / result["n"], 0)
    return f"{result['events']:.0f} of {result['n']:.0f} ({percentage}%)"


def spread(results: pd.DataFrame, place: str) -> str:
    """Print a median with its quartiles: 46 (33 to 58).

    Parameters
    ----------
    results : DataFrame
        The results table of the chapter.
    place : str
        The id with ``{}`` for the statistic: ``cohort.age.{}.all``.

    Returns
    -------
    str
        Without the unit; the reason where there is no value.
    """
    if not is_estimable(get(results, place.format("median"))):
        return get(results, place.format("median"))["method"].removeprefix(NOT_ESTIMABLE)
    middle, low, high = (_bare(results, place, name) for name in ("median", "quartile_1", "quartile_3"))
    return f"{middle} ({low} to {high})"


def extremes(results: pd.DataFrame, place: str) -> str:
    """Print the range of the same: 17 to 74; empty text where there is no value."""
    if not is_estimable(get(results, place.format("minimum"))):
        return ""
    return f"{_bare(results, place, 'minimum')} to {_bare(results, place, 'maximum')}"


def _bare(results: pd.DataFrame, place: str, statistic: str) -> str:
    return prose.fixed(get(results, place.format(statistic))["estimate"], 1).removesuffix(".0")


def entry_table(results: pd.DataFrame) -> pd.DataFrame:
    """Print Table 1: what was known at entry, by arm within disease status.

    Returns
    -------
    DataFrame of str
        The population, the characteristic, one column an arm, and the standardised difference.
    """
    lines = [
        [LABELS[stratum], *line]
        for stratum in ENTRY_STRATA
        for line in [
            *_number_lines(results, "" if stratum == "all" else f".{stratum}"),
            *_share_lines(results, stratum),
        ]
    ]
    arms = [LABELS[arm] for arm in ARMS]
    return pd.DataFrame(lines, columns=["Population", "Characteristic", *arms, "Standardised difference"])


def _number_lines(results: pd.DataFrame, suffix: str) -> list[list[str]]:
    """Print the sizes and the numbers; a line with the values known stands only where some are missing."""
    sizes = [f"{get(results, f'cohort.patients.count.{arm}{suffix}')['estimate']:.0f}" for arm in ARMS]
    lines = [["Patients", *sizes, ""]]
    for outcome, label in (("age", "Age, years"), ("blasts", "Marrow blasts, %")):
        places = [f"cohort.{outcome}.{{}}.{arm}{suffix}" for arm in ARMS]
        apart = _difference(results, f"cohort.{outcome}.standardised_difference.arm{suffix}")
        known = [f"{get(results, place.format('median'))['n']:.0f}" for place in places]
        lines += [
            [f"{label}: median (quartiles)", *(spread(results, place) for place in places), apart],
            [f"{label}: range", *(extremes(results, place) for place in places), ""],
        ]
        if known != sizes:
            lines.append([f"{label}: patients with a value", *known, ""])
    return lines


def _share_lines(results: pd.DataFrame, stratum: str) -> list[list[str]]:
    suffix = "" if stratum == "all" else f".{stratum}"
    # Label, id of the count with a gap for the arm, and outcome of the difference.
    counted = [("In the immune panel", f"immune_panel.count.{{}}{suffix}", "")]
    lines = []
    if stratum == "all":
        distance = _difference(results, "cohort.disease_status.standardised_distance.arm")
        lines = [["Disease status, all three", "", "", distance]]
        mix = [(LABELS[status], f"patients.count.{{}}.{status}", "") for status in STATUSES]
        counted = [*mix, *counted]
    if stratum == "relapsed_refractory":
        counted.insert(0, ("Blasts > 60%", f"high_burden.count.{{}}{suffix}", "high_burden"))
    return lines + [
        [
            label,
            *(share(get(results, f"cohort.{place.format(arm)}")) for arm in ARMS),
            _difference(results, f"cohort.{apart}.standardised_distance.arm{suffix}") if apart else "",
        ]
        for label, place, apart in counted
    ]


def _difference(results: pd.DataFrame, id: str) -> str:
    result = get(results, id)
    return prose.number(result) if is_estimable(result) else result["method"].removeprefix(NOT_ESTIMABLE)


def course_table(results: pd.DataFrame) -> pd.DataFrame:
    """Print cycles and what happened afterwards, for everyone and by arm.

    Returns
    -------
    DataFrame of str
        What is counted, then one column for everyone and one an arm.
    """
    cycles = results.loc[results["id"].str.match(r"cohort\.cycles_\d+\.count\.all$"), "id"]
    outcomes = [*(id.split(".")[1] for id in cycles), *COURSE]
    lines = [
        {
            "Part": "Cycles of blinatumomab" if outcome.startswith("cycles") else "Course",
            "Patients": get(results, f"cohort.{outcome}.count.all")["label"],
            **{LABELS[group]: share(get(results, f"cohort.{outcome}.count.{group}")) for group in GROUPS},
        }
        for outcome in outcomes
    ]
    return pd.DataFrame(lines)


def missing_table(results: pd.DataFrame) -> pd.DataFrame:
    """Print what is missing, column by column, with the rule of the data dictionary.

    Returns
    -------
    DataFrame of str
        The column's label, the rule about empty cells, who is due a value, and the missing among them.
    """
    rules = dictionary.load().drop_duplicates("column").set_index("column")["missing"]
    found = results[results["id"].str.startswith("cohort.missing_")]
    columns = found["id"].str.extract(r"missing_(\w+)")[0].str.replace("immune_percent", "percent")
    return pd.DataFrame(
        {
            "Column": found["label"],
            "An empty cell": columns.map(rules),
            "A value is due in": found["population"],
            "Missing": [share(result) for _, result in found.iterrows()],
        }
    ).reset_index(drop=True)


def quantile_rows(results: pd.DataFrame, outcome: str, stratum: str = "all") -> pd.DataFrame:
    """Return the rows of both arms with the quantiles of age or blasts in a stratum."""
    suffix = "" if stratum == "all" else rf"\.{stratum}"
    place = rf"cohort\.{outcome}\.({'|'.join(QUANTILES)})\.({'|'.join(ARMS)}){suffix}"
    return results[results["id"].str.fullmatch(place)]


def centre_rows(results: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of both arms with the patients of every centre, the largest centre first."""
    return results[results["id"].str.fullmatch(rf"cohort\.centre_\d+\.count\.({'|'.join(ARMS)})")]


def values(study: Cohort, column: str, stratum: str) -> pd.DataFrame:
    """Return every patient's number of one column, for `helpers.plots.points.plot_points`.

    Returns
    -------
    DataFrame
        ``arm`` and ``value`` of the patients of the stratum.
    """
    patients = study.patients[in_stratum(study.patients, stratum)]
    return patients[["arm", column]].rename(columns={column: "value"})


def courses(study: Cohort) -> pd.DataFrame:
    """Return the course of every patient in months, for `helpers.plots.swimmer.plot_swimmer`.

    Returns
    -------
    DataFrame
        ``arm``, ``disease_status``, ``months`` of follow-up, and the months of ``transplant``, ``relapse``,
        ``death`` and ``alive`` (at last contact), missing where there was none; the longest course first.
    """
    patients = study.patients
    months = patients["overall_months"]
    frame = patients[["arm", "disease_status"]].assign(
        months=months,
        transplant=patients["transplant_months"],
        relapse=patients["disease_free_months"].where(patients["relapse"]),
        death=months.where(patients["death"]),
        alive=months.where(~patients["death"]),
    )
    return frame.sort_values("months", ascending=False, kind="stable")


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
    """Say what the rows are, for a `helpers.ground.cohort.Cohort.provenance`."""
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
        f"{both['estimate']:.0f} gave both treatments; the largest has "
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
    return (
        "Of the patients who died and in whom both are recorded, "
        f"{share(after)} had relapsed or had not become MRD negative."
    )


def panel(results: pd.DataFrame) -> str:
    """Say who is in the immune panel, or that there is none."""
    if not get(results, "cohort.immune_panel.count.all")["estimate"]:
        return "There is no immune panel."
    return f"In the immune panel, with blood samples: {by_arm(results, 'immune_panel')}."


def ages_origin(kind: str) -> str:
    """Say, of a rebuilt cohort, that nothing is known of the ages by arm; nothing of any other."""
    if kind != "reconstructed":
        return ""
    return (
        "In this rebuilt cohort the ages of the arms are invented: of age, only the overall "
        "median and range are known."
    )


def flow_alt(results: pd.DataFrame) -> str:
    """Describe the flow figure: sizes, statuses and the immune panel."""
    panel = "; ".join(f"{LABELS[status]}: {by_arm(results, 'immune_panel', status)}" for status in STATUSES)
    return f"Participant flow. {sizes(results)}. {statuses(results)}. In the immune panel, {panel}."


def points_alt(results: pd.DataFrame, outcome: str, what: str, stratum: str = "all") -> str:
    """Describe a figure of raw points by arm; `what` names the value and the patients."""
    return f"{what}, one point a patient, by arm: {quartiles(results, outcome, stratum)}."


def centres_alt(centre_rows: pd.DataFrame) -> str:
    """Describe the figure of the centres, the largest first, each with its patients by arm."""
    counts = []
    for place, (_, rows) in enumerate(centre_rows.groupby("label", sort=False), start=1):
        arms = " and ".join(f"{row.estimate:.0f} {_with(row.group)}" for row in rows.itertuples())
        counts.append(f"centre {place}: {arms}")
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
