"""Chapter 1: result rows as the text of its tables, and the patients as the frames of its figures."""

import pandas as pd

from helpers import dictionary, prose
from helpers.cohort import Cohort
from helpers.description.rows import COURSE, ENTRY_STRATA, GROUPS, QUANTILES
from helpers.endpoints import ARMS, LABELS, STATUSES, in_stratum
from helpers.results import NOT_ESTIMABLE, get, is_estimable


def share(result: pd.Series) -> str:
    """Print a count with its denominator and share: 6 of 12 (50%); the reason where there is none."""
    if not is_estimable(result):
        return result["method"].removeprefix(NOT_ESTIMABLE)
    if not result["n"]:
        return "0 of 0"
    return f"{result['events']:.0f} of {result['n']:.0f} ({result['events'] / result['n']:.0%})"


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
    return f"{get(results, place.format(statistic))['estimate']:.1f}".removesuffix(".0")


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
    # Label, id of the count with a gap for the arm, and outcome of the difference, which stands once.
    counted = [("In the immune panel", f"immune_panel.count.{{}}{suffix}", "immune_panel")]
    if stratum == "all":
        mix = [(LABELS[status], f"patients.count.{{}}.{status}", "") for status in STATUSES]
        counted = [(*mix[0][:2], "disease_status"), *mix[1:], *counted]
    if stratum == "relapsed_refractory":
        counted.insert(0, ("Blasts > 60%", f"high_burden.count.{{}}{suffix}", "high_burden"))
    return [
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
