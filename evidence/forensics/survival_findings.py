"""Findings on follow-up, survival and deaths: what the printed figures allow together."""

from dataclasses import replace

import numpy as np
import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics import deaths, disease_free, disease_free_search, survival
from evidence.forensics.deaths import Counts
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_AS_WORDED, NOT_REACHED, Finding
from helpers.printing import prose

FOLLOWUP = "quartiles of follow-up"
OVERALL = "overall survival"
DISEASE_FREE = "disease-free survival"
DEATHS = "causes of death"
ROOM = "room for events"
AT = 24  # months
LATEST_CUT = 12  # months after enrolment closed; an assumption, as no date of the data cut is printed
LARGEST = 400  # patients; beyond, the linear programmes would take too long for a page
TYPE_7 = "simple quartiles (type 7) of everybody's time to death or last contact"
EVERYONE = "disease-free survival of everyone, with relapse or death as events"
CAUSE = "cohort.death_after_relapse_or_no_mrd_negativity.count.all"


def findings(claims: pd.DataFrame, figures: Figures) -> list[Finding]:
    """Search follow-up, overall and disease-free survival, the causes of death, and the room for events.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it; only the dates of enrolment are read from it.
    figures : Figures
        Of the same claims.
    """
    return [
        *_followup(claims, figures),
        *_overall(figures),
        *_disease_free(claims, figures),
        *_causes(figures),
        *_room(figures),
    ]


def enrolment_span(claims: pd.DataFrame) -> int | None:
    """Count the months of enrolment, the first and the last whole; None where a date is not printed."""
    dates = claims.set_index("id")["value"].reindex(
        [f"enrolment_{end}_{part}" for end in ("first", "last") for part in ("year", "month")]
    )
    if dates.isna().any():
        return None
    first_year, first_month, last_year, last_month = (int(date) for date in dates)
    span = 12 * (last_year - first_year) + last_month - first_month + 1
    return span if span > 0 else None


def horizon(claims: pd.DataFrame, figures: Figures) -> float:
    """Return the longest follow-up assumed in the search, in months.

    It is the span of enrolment, as if the data had been cut at its closing: the cut is not printed. Where the
    third quartile needs a later cut, or no span is printed, it is `LATEST_CUT` months past the quartile.
    """
    last, span = quartiles(figures)[2], enrolment_span(claims)
    return float(span) if span is not None and span > last.high else last.high + LATEST_CUT


def quartiles(figures: Figures) -> list[Figure] | None:
    """Return the three printed quartiles of follow-up; None where one is not printed."""
    found = [figures.get(f"survival.followup.{name}.all") for name in ("quartile_1", "median", "quartile_3")]
    return None if None in found else found


def in_order(printed: list[Figure]) -> bool:
    """Tell whether three numbers that print as the quartiles can ascend."""
    first, middle, last = printed
    return first.low <= min(middle.high, last.high) and middle.low <= last.high


def overall_splits(figures: Figures, longest: float | None = None) -> pd.DataFrame | None:
    """Return `survival.attainable` of the deaths; None where a figure is missing or they cannot be."""
    patients, died, printed = _get(figures, "patients"), _get(figures, "death"), quartiles(figures)
    if None in (patients, died, printed) or patients.count > LARGEST or not in_order(printed):
        return None
    numbers = survival.numbers_by(patients.count, printed, AT, longest)
    splits = survival.attainable(patients.count, died.count, numbers)
    return splits if len(splits) else None


def _get(figures: Figures, what: str) -> Figure | None:
    return figures.get(f"cohort.{what}.count.all")


def _ids(*figures: Figure) -> tuple[str, ...]:
    return tuple(figure.claim for figure in figures)


def percent_range(low: float, high: float) -> str:
    """Print a range of fractions in percent, to one decimal: 45.7% to 100.0%."""
    ends = [f"{prose.fixed(100 * end, 1)}%" for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _followup(claims: pd.DataFrame, figures: Figures) -> list[Finding]:
    printed = quartiles(figures)
    if printed is None:
        return []
    first, middle, last = printed
    words = f"first quartile {first}, median {middle}, third quartile {last} months"
    if not in_order(printed):
        reason = f"Quartiles ascend under every rule; {words} do not."
        return [Finding(FOLLOWUP, _ids(*printed), CANNOT_HOLD, reason)]
    found = [Finding(FOLLOWUP, _ids(*printed), CAN_HOLD, f"The quartiles ascend: {words}.")]
    span = enrolment_span(claims)
    if span is not None:
        needed = max(0, int(np.ceil(last.low - span)))
        reason = (
            f"Enrolment took {span} months, and nobody is followed from before it opened. A third quartile "
            f"of {last} months needs a data cut "
            + (f"at least {needed} months after it closed." if needed else "no later than its closing.")
        )
        found.append(Finding(FOLLOWUP, _ids(last), CAN_HOLD, reason, "the data cut, which is not printed"))
    return found


def _overall(figures: Figures) -> list[Finding]:
    printed, splits = figures.get(f"survival.os.km_{AT}m.all"), overall_splits(figures)
    if printed is None or splits is None:
        return []
    patients, died = _get(figures, "patients"), _get(figures, "death")
    wide = percent_range(splits["low"].min(), splits["high"].max())
    reason = (
        "With follow-up read as everybody's time to death or last contact (quartiles of type 7) and "
        f"{died} deaths among {patients} patients, overall survival at {AT} months can be {wide}. "
    )
    needs = survival.needs(patients.count, splits, printed)
    if needs.empty:
        outcome, more = CANNOT_HOLD, f"{printed}% lies outside."
    else:
        outcome = CAN_HOLD if needs["shown"].any() else NOT_REACHED
        by = needs.loc[needs["shown"] | ~needs["shown"].any(), "events_by"]
        more = f"{printed}% needs {prose.span(by.min(), by.max())} of the deaths by then."
    # What can hold is no other figure's business; where it cannot, any of them may be at fault.
    claims = _ids(printed) if outcome == CAN_HOLD else _ids(printed, died, *quartiles(figures))
    return [Finding(OVERALL, claims, outcome, reason + more, TYPE_7)]


def _disease_free(claims: pd.DataFrame, figures: Figures) -> list[Finding]:
    printed, overall = (figures.get(f"survival.{name}.km_{AT}m.all") for name in ("dfs", "os"))
    known, splits = deaths.counts(figures), overall_splits(figures)
    if None in (printed, overall) or known is None or splits is None:
        return []
    if not survival.compatible(splits, overall).any():
        return []  # already overall survival cannot hold, and is blamed for it
    bounds = disease_free.outer(known, splits, overall)
    if bounds.empty or bounds.iloc[0].isna().any():
        return []  # relapses and deaths have no room, and are blamed for it
    line = bounds.iloc[0]  # everyone, whoever died
    reason = (
        "No definition is printed. In everyone, with relapse or death as events "
        f"({prose.span(line['events_low'], line['events_high'])} of {line['patients']}), disease-free "
        f"survival at {AT} months lies, beside {overall}% overall survival, within "
        f"{percent_range(line['low'], line['high'])}: "
    )
    blamed = _ids(printed, _get(figures, "relapse"))
    if not _inside(printed, line["low"], line["high"]):
        open_to = _inside(printed, bounds["low"].min(), bounds["high"].max())
        outcome = NOT_REACHED if open_to else CANNOT_HOLD
        others = "other definitions leave it open" if open_to else "and outside every definition considered"
        reason += f"{printed}% is outside, {others}."
        return [Finding(DISEASE_FREE, blamed, outcome, reason, EVERYONE)]
    given = (known, quartiles(figures), overall, printed, AT, horizon(claims, figures))
    only = ("everyone",)
    rng = np.random.default_rng(disease_free_search.SEED)
    met = bool(disease_free_search.draw(*given, rng, only)[1]["prints"].any())
    met = met or bool(disease_free_search.search(*given, definitions=only)["prints"].any())
    words = (
        "cohorts with it were constructed"
        if met
        else "the search met no cohort with it, which proves nothing"
    )
    outcome = CAN_HOLD if met else NOT_REACHED
    blamed = _ids(printed) if met else blamed
    return [Finding(DISEASE_FREE, blamed, outcome, f"{reason}{printed}% is inside, and {words}.", EVERYONE)]


def _inside(printed: Figure, low: float, high: float) -> bool:
    return printed.low <= 100 * high and printed.high >= 100 * low


def _causes(figures: Figures) -> list[Finding]:
    claim, known = figures.get(CAUSE), deaths.counts(figures)
    if claim is None or known is None:
        return []
    if claim.count > known.deaths:
        reason = f"{claim} deaths of a cause are more than all {known.deaths} deaths."
        return [Finding(DEATHS, _ids(claim, _get(figures, "death")), CANNOT_HOLD, reason)]
    known = replace(known, deaths=claim.count)
    table = deaths.readings(known)
    strict = table.iloc[0]
    reason = (
        f"{known.non_responders} patients without response and {known.relapses} relapsed are "
        f"{strict['possible']} at most, for {known.deaths} deaths put down to the one or the other. "
    )
    if strict["holds"]:
        return [Finding(DEATHS, _ids(claim), CAN_HOLD, reason + "They fit.")]
    if not table["holds"].any():
        blamed = _ids(claim, _get(figures, "relapse"))
        more = f"Under the widest reading of no response {table['possible'].max()} deaths fit."
        return [Finding(DEATHS, blamed, CANNOT_HOLD, reason + more)]
    more = " ".join(reading_words(known, row) for _, row in table[table["holds"]].iterrows())
    return [Finding(DEATHS, _ids(claim), NOT_AS_WORDED, reason + more, "what no response means")]


def reading_words(known: Counts, row: pd.Series) -> str:
    """Say what a reading of "no response" under which the deaths fit asks for."""
    if row["reading"] == "complete":
        return (
            f"Read as {row['words']}, it needs at least {row['added']} of the {known.responders} responders "
            "in partial remission; with just so many, all who did not remit or who relapsed died."
        )
    return (
        f"Read as {row['words']} ({row['without_response']} patients, by the search of the two equal rates), "
        f"it needs at least {row['least_relapsed']} deaths among the relapsed."
    )


def _room(figures: Figures) -> list[Finding]:
    """Check that events, and groups without a common patient, fit into the patients who can have them."""
    names = ("patients", "death", "transplant", "on_chemotherapy", "relapse")
    everyone, died, transplanted, treated, relapsed = (_get(figures, name) for name in names)
    found = []
    for parts, words in (
        ([died], "deaths"),
        ([transplanted], "transplanted"),
        ([relapsed], "relapses"),
        ([died, treated], "deaths and patients on chemotherapy, who are alive,"),
        ([transplanted, treated], "transplanted and on chemotherapy, if nobody is both,"),
    ):
        if None in (everyone, *parts):
            continue
        total = sum(part.count for part in parts)
        fits = total <= everyone.count
        if treated in parts and transplanted in parts and not fits:
            continue  # nothing printed says that nobody is both
        added = " + ".join(map(str, parts)) + (f" = {total}" if len(parts) > 1 else "")
        reason = f"{added} {words} {'fit' if fits else 'do not fit'} into {everyone} patients."
        found.append(Finding(ROOM, _ids(*parts), CAN_HOLD if fits else CANNOT_HOLD, reason))
    known = deaths.counts(figures)
    if known is not None:
        remission = known.responders + known.in_remission
        fits = known.relapses <= remission
        reason = (
            f"{known.relapses} relapses {'fit' if fits else 'do not fit'} into the {remission} patients in "
            "remission, on entry or after treatment."
        )
        outcome = CAN_HOLD if fits else CANNOT_HOLD
        found.append(Finding(ROOM, _ids(relapsed), outcome, reason, "that only a remission can relapse"))
    return found
