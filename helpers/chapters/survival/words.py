"""Chapter 4 in words: result rows in, a sentence or a printed table out."""

import textwrap

import pandas as pd

from helpers.chapters.survival.rows import CAUSES, GROUPS, LANDMARKS, OUTCOMES
from helpers.ground.endpoints import ARMS, LABELS
from helpers.ground.results import SIGNIFICANT, get, is_estimable
from helpers.printing import prose

# Conventions of this book.
FEW = 10  # patients at risk, below which a curve is read with a warning
FEW_EVENTS = 5  # events on one side of a comparison, below which no verdict is read from it
LABEL_WIDTH = 20  # characters of a line beside a forest plot

# What one event of an outcome is called, and several.
EVENTS = {
    "os": ("death", "deaths"),
    "dfs": ("relapse or death", "relapses or deaths"),
    "dfs_nonresponse": ("relapse, death or non-response", "relapses, deaths or non-responses"),
    "relapse": ("relapse", "relapses"),
    "death_without_relapse": ("death without relapse", "deaths without relapse"),
}


def probability(rows: pd.DataFrame, outcome: str, landmark: int, group: str) -> str:
    """Print a survival probability: 64% (95% CI 48% to 76%; 15 deaths among 64 patients by then; 9 left)."""
    result, left = _at(rows, outcome, landmark, group)
    return prose.with_interval(
        result, f"{_events(result, outcome)} by then", f"{left['estimate']:.0f} still at risk"
    )


def incidence(rows: pd.DataFrame, cause: str, landmark: int, group: str) -> str:
    """Print a cumulative incidence: 12% (95% CI 5% to 22%; 7 relapses among 64 patients by then)."""
    result = get(rows, f"survival.{cause}.cumulative_incidence_{landmark}m.{group}")
    return prose.with_interval(result, f"{_events(result, cause)} by then")


def median(result: pd.Series) -> str:
    """Print a median time: 18.4 months (95% CI 11.0 months to not reached), or that it is not reached."""
    return prose.with_interval(result)


def medians(rows: pd.DataFrame, outcome: str) -> str:
    """Print the medians of one outcome for all patients and for each arm."""
    found = [
        f"{LABELS[group]}: {median(get(rows, f'survival.{outcome}.median.{group}'))}" for group in GROUPS
    ]
    return "; ".join(found)


def readings(rows: pd.DataFrame, outcome: str) -> dict[str, str]:
    """Put the curves of one outcome into words.

    Returns
    -------
    dict of str
        For outcome ``os``: ``os_12`` and ``os_24`` (all patients), ``os_24_combination``,
        ``os_24_monotherapy``, ``os_medians`` and ``os_warning``.
    """
    last = LANDMARKS[-1]
    return {
        **{f"{outcome}_{month}": probability(rows, outcome, month, "all") for month in LANDMARKS},
        **{f"{outcome}_{last}_{arm}": probability(rows, outcome, last, arm) for arm in ARMS},
        f"{outcome}_medians": medians(rows, outcome),
        f"{outcome}_warning": warning(rows, outcome),
    }


def warning(rows: pd.DataFrame, outcome: str) -> str:
    """Warn of the landmarks at which fewer than `FEW` patients of a group are at risk."""
    thin = []
    for group in GROUPS:
        for landmark in LANDMARKS:
            _, left = _at(rows, outcome, landmark, group)
            if left["estimate"] < FEW:
                count = f"{left['estimate']:.0f} of {left['n']:.0f} at {landmark} months"
                thin.append(f"{LABELS[group]}, {count}")
    if not thin:
        return f"At least {FEW} patients of every group are at risk at {_listed(LANDMARKS)} months."
    return (
        f"Fewer than {FEW} patients are still at risk here: {'; '.join(thin)}. From there on the curve rests "
        "on so few that one event more or less would move it visibly."
    )


def description(rows: pd.DataFrame, outcome: str, groups: tuple[str, ...]) -> str:
    """Describe a figure of Kaplan-Meier curves for a reader who cannot see it."""
    _, label = OUTCOMES[outcome]
    readings = [
        f"{LABELS[group]}: {probability(rows, outcome, landmark, group)} at {landmark} months"
        for group in groups
        for landmark in LANDMARKS
    ]
    return (
        f"Kaplan-Meier curves of {label.lower()} from the first day of blinatumomab, with 95% bands, "
        f"censoring ticks and numbers at risk. {'; '.join(readings)}."
    )


def incidence_description(rows: pd.DataFrame, groups: tuple[str, ...]) -> str:
    """Describe a figure of cumulative incidence curves for a reader who cannot see it."""
    readings = [
        f"{LABELS[group]}, {label.lower()}: {incidence(rows, cause, landmark, group)} at {landmark} months"
        for group in groups
        for cause, (_, label) in CAUSES.items()
        for landmark in LANDMARKS
    ]
    return (
        "Cumulative incidence curves from the first day of blinatumomab, with 95% bands. "
        f"{'; '.join(readings)}."
    )


def log_rank(result: pd.Series) -> str:
    """Say whether the arms' curves differ clearly, by the log-rank test at the usual 5%."""
    if not is_estimable(result):
        return f"The test of the arms' curves is {prose.reason(result)}."
    verdict = "a clear difference" if result["p_value"] < SIGNIFICANT else "no clear difference"
    return f"Between the arms' curves there is {verdict}: {prose.test(result)}."


def proportionality(result: pd.Series) -> str:
    """Say whether the data speak against one hazard ratio for all of follow-up."""
    if not is_estimable(result):
        return f"Whether the hazards are proportional is {prose.reason(result)}."
    verdict = (
        "The hazards do not look proportional, so that the hazard ratio averages over a changing relation"
        if result["p_value"] < SIGNIFICANT
        else "There is no clear sign against proportional hazards"
    )
    events = f"with {result['events']:.0f} events the test sees large departures only"
    return f"{verdict}: {prose.test(result)}; {events}."


def followup(rows: pd.DataFrame) -> str:
    """Say whom the simple and the reverse Kaplan-Meier median of follow-up use, and how they differ."""
    simple = get(rows, "survival.followup.median.all")
    reverse = get(rows, "survival.followup.reverse_km_median.all")
    if not is_estimable(reverse):
        return f"The reverse Kaplan-Meier median is {prose.reason(reverse)}."
    died = f"the {reverse['n'] - reverse['events']:.0f} who died"
    users = (
        f"The simple median is over all {simple['n']:.0f} patients; for {died} it takes the time to death. "
        f"For the reverse Kaplan-Meier median the {reverse['events']:.0f} last seen alive have reached the "
        f"end of their follow-up, while {died} only tell that theirs would have been longer than their life."
    )
    if pd.isna(reverse["estimate"]):
        return f"{users} It is not reached."
    # The difference of the printed medians, so that the sentence adds up.
    gap = round(round(reverse["estimate"], 1) - round(simple["estimate"], 1), 1)
    relation = f"{abs(gap):.1f} months {'longer' if gap > 0 else 'shorter'} than" if gap else "the same as"
    return f"{users} It is {relation} the simple one."


def nonresponse(rows: pd.DataFrame) -> str:
    """Say what becomes of disease-free survival at the last landmark when non-response is an event."""
    landmark = LANDMARKS[-1]
    plain = probability(rows, "dfs", landmark, "all")
    strict = probability(rows, "dfs_nonresponse", landmark, "all")
    return (
        f"At {landmark} months disease-free survival of all patients is {plain} when only relapse and death "
        f"count, and {strict} when non-response counts too."
    )


def competing(rows: pd.DataFrame) -> str:
    """Say how many relapsed first and how many died first by the last landmark."""
    landmark = LANDMARKS[-1]
    found = [
        f"{label.lower()}: {incidence(rows, cause, landmark, 'all')}" for cause, (_, label) in CAUSES.items()
    ]
    never = get(rows, "survival.death_without_relapse.never_in_remission.all")
    refractory = (
        f"Of the {never['n']:.0f} who died without relapse, {never['estimate']:.0f} had "
        "relapsed/refractory disease "
        "and reached no complete remission: they could not relapse, so that death without relapse is not "
        "non-relapse mortality."
    )
    return f"Within {landmark} months, of all patients, {'; '.join(found)}. {refractory}"


def transplant(rows: pd.DataFrame) -> str:
    """Say how the hazard of death after transplant compares with that of patients not (yet) transplanted."""
    result = get(rows, "survival.os.transplant_time_dependent_hazard_ratio.all")
    after = get(rows, "survival.os.followed_after_transplant.all")
    counts = (
        f"Of {after['n']:.0f} patients, {after['estimate']:.0f} were followed beyond a transplant, and "
        f"{after['events']:.0f} of these died"
    )
    if not is_estimable(result):
        return f"{counts}; the hazard ratio is {prose.reason(result)}."
    ratio = result["estimate"]
    direction = "higher than" if ratio > 1 else "lower than" if ratio < 1 else "the same as"
    size = f"hazard ratio {prose.estimate(result)}, {prose.p_value(result['p_value'])}"
    few = min(after["events"], result["events"] - after["events"]) < FEW_EVENTS
    verdict = "too few deaths on one side for a verdict" if few else prose.clarity(result)
    return (
        f"{counts}; {result['events'] - after['events']:.0f} died before or without one. The hazard of death "
        f"after transplant was {direction} that of patients not, or not yet, transplanted: {size}; {verdict}."
    )


def standing(provenance: str) -> str:
    """Say what the times in the cohort are: chosen in rebuilding it, or recorded."""
    if provenance == "reconstructed":
        return (
            "In this rebuilt cohort the times of relapse, death, transplant and last contact were chosen so "
            "that the published figures come out; whatever the abstract does not print (the arms' curves, "
            "medians, hazard ratios, the place of transplant) may have been different in the patients."
        )
    return "The times of relapse, death, transplant and last contact are those recorded for the patients."


def hazard_ratios(rows: pd.DataFrame) -> pd.DataFrame:
    """Pick the hazard ratios between the arms, labelled with the event, for a forest plot."""
    found = rows[rows["statistic"].eq("hazard_ratio")]
    names = [textwrap.fill(EVENTS[outcome][0].capitalize(), LABEL_WIDTH) for outcome in OUTCOMES]
    return found.assign(label=names)


def hazards(rows: pd.DataFrame) -> dict[str, str]:
    """Compare the hazards of the arms: one sentence for each outcome, under its name with ``_ratio``."""
    return {
        f"{outcome}_ratio": prose.comparison(
            get(rows, f"survival.{outcome}.hazard_ratio.arm"), f"The hazard of {EVENTS[outcome][0]}"
        )
        for outcome in OUTCOMES
    }


def landmark_table(rows: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Lay out one outcome at the landmarks, with the median of each group beside the group's name.

    Returns
    -------
    DataFrame of str
        ``Group, Months, Probability, Interval, Events by then, At risk``; one row per group and landmark.
    """
    lines = []
    for group in GROUPS:
        middle = median(get(rows, f"survival.{outcome}.median.{group}"))
        for landmark in LANDMARKS:
            result, left = _at(rows, outcome, landmark, group)
            lines.append(
                {
                    "Group": f"{LABELS[group]}; median {middle}",
                    "Months": str(landmark),
                    "Probability": prose.number(result),
                    "Interval": prose.interval(result),
                    "Events by then": f"{result['events']:.0f}",
                    "At risk": f"{left['estimate']:.0f} of {left['n']:.0f}",
                }
            )
    return pd.DataFrame(lines)


def nonresponse_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Lay out disease-free survival without and with non-response as an event, side by side.

    Returns
    -------
    DataFrame of str
        ``Group, Months`` and a column for each definition: probability, interval, events by then.
    """
    columns = {"dfs": "Relapse or death", "dfs_nonresponse": "Relapse, death or non-response"}
    lines = []
    for group in GROUPS:
        for landmark in LANDMARKS:
            found = {column: _at(rows, outcome, landmark, group)[0] for outcome, column in columns.items()}
            cells = {
                column: prose.with_interval(result, f"{result['events']:.0f} of {result['n']:.0f} by then")
                for column, result in found.items()
            }
            lines.append({"Group": LABELS[group], "Months": str(landmark), **cells})
    return pd.DataFrame(lines)


def _at(rows: pd.DataFrame, outcome: str, landmark: int, group: str) -> tuple[pd.Series, pd.Series]:
    """Return the probability at a landmark and the number at risk there."""
    return (
        get(rows, f"survival.{outcome}.km_{landmark}m.{group}"),
        get(rows, f"survival.{outcome}.at_risk_{landmark}m.{group}"),
    )


def _events(result: pd.Series, outcome: str) -> str:
    one, several = EVENTS[outcome]
    return (
        f"{result['events']:.0f} {one if result['events'] == 1 else several} among {result['n']:.0f} patients"
    )


def _listed(numbers: tuple[int, ...]) -> str:
    return " and ".join(str(number) for number in numbers)
