"""Findings on follow-up, survival and deaths: what the printed figures allow together."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd

from evidence.claims.dates import span
from evidence.claims.printed import Figure, Figures
from evidence.forensics import survival
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_REACHED, Findings, judge
from evidence.this_abstract import abstract, deaths, disease_free, disease_free_search
from evidence.this_abstract.abstract import AT, DEATHS, OVERALL, RELAPSES, followup, patients
from evidence.this_abstract.deaths import EXACT, LITERAL, Counts
from evidence.this_abstract.disease_free import Wanted
from helpers.estimators.quantiles import QUARTILES
from helpers.printing import prose

ON_FOLLOWUP = "quartiles of follow-up"
ON_OVERALL = "overall survival"
ON_DISEASE_FREE = "disease-free survival"
ON_DEATHS = "causes of death"
ON_ROOM = "room for events"
LATEST_CUT = 12  # months after enrolment closed; an assumption, as no date of the data cut is printed
LARGEST = 400  # patients; beyond, the linear programmes would take too long for a page
TYPE_7 = "simple quartiles (type 7) of everybody's time to death or last contact"
EVERYONE = "disease-free survival of everyone, with relapse or death as events"
MEANING = "what no response means"


def findings(claims: pd.DataFrame, figures: Figures) -> Findings:
    """Search follow-up, overall and disease-free survival, the causes of death, and the room for events.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it; only the dates of enrolment are read from it.
    figures : Figures
        Of the same claims.

    Yields
    ------
    Finding
    """
    yield from _followup(claims, figures)
    yield from _overall(figures)
    yield from _disease_free(claims, figures)
    yield from _causes(figures)
    yield from _room(figures)


def enrolment_span(claims: pd.DataFrame) -> int | None:
    """Count the months of enrolment, the first and the last whole.

    Parameters
    ----------
    claims : DataFrame

    Returns
    -------
    int or None
        None where a date is not printed.
    """
    printed = claims.set_index("id")["printed"].reindex(["enrolment_first", "enrolment_last"])
    if printed.isna().any():
        return None
    (first, _), (_, last) = map(span, printed)
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    return months if months > 0 else None


def quartiles(figures: Figures) -> list[Figure] | None:
    """Look up the three quartiles of follow-up.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    list of Figure, or None
        None where one is not printed.
    """
    return figures.every(map(followup, QUARTILES))


def in_order(printed: list[Figure]) -> bool:
    """Tell whether three numbers that print as the quartiles can ascend.

    Parameters
    ----------
    printed : list of Figure
        From `quartiles`.

    Returns
    -------
    bool
    """
    first, middle, last = printed
    return first.low <= min(middle.high, last.high) and middle.low <= last.high


def overall_splits(figures: Figures, longest: float | None = None) -> pd.DataFrame | None:
    """List the splits of the deaths by the time at which survival is printed.

    Parameters
    ----------
    figures : Figures
    longest : float, optional
        As of `survival.numbers_by`.

    Returns
    -------
    DataFrame or None
        As `survival.attainable`; None where a figure is missing or they cannot be.
    """
    counted, printed = figures.every([patients(), DEATHS]), quartiles(figures)
    if counted is None or printed is None or counted[0].count > LARGEST or not in_order(printed):
        return None
    splits = _splits(counted[0].count, counted[1].count, printed, longest)
    return splits if len(splits) else None


def _splits(
    everyone: int, died: int, printed: Sequence[Figure], longest: float | None = None
) -> pd.DataFrame:
    return survival.attainable(everyone, died, survival.numbers_by(everyone, printed, AT, longest))


def wanted(claims: pd.DataFrame, figures: Figures) -> Wanted | None:
    """Gather what a constructed cohort has to print.

    The longest follow-up is the span of enrolment, as if the data had been cut at its closing: the cut is not
    printed. Where the third quartile needs a later cut, or no span is printed, it is `LATEST_CUT` months past
    the quartile.

    Parameters
    ----------
    claims : DataFrame
    figures : Figures

    Returns
    -------
    Wanted or None
        None where a figure is not printed.
    """
    known, printed = deaths.counts(figures), quartiles(figures)
    both = figures.every([OVERALL, abstract.DISEASE_FREE])
    if known is None or printed is None or both is None:
        return None
    last, span = printed[-1], enrolment_span(claims)
    longest = float(span) if span is not None and span > last.high else last.high + LATEST_CUT
    return Wanted(known, tuple(printed), both[0], both[1], longest)


def percent_range(low: float, high: float) -> str:
    """Print a range of fractions in percent, to one decimal: 45.7% to 100.0%.

    Parameters
    ----------
    low, high : float

    Returns
    -------
    str
    """
    ends = [f"{prose.fixed(100 * end, 1)}%" for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _followup(claims: pd.DataFrame, figures: Figures) -> Findings:
    printed, span = quartiles(figures), enrolment_span(claims)
    if printed is None:
        return
    last = printed[-1]
    if span is not None and in_order(printed):
        needed = max(0, int(np.ceil(last.low - span)))
        cut = (
            f"needs a data cut at least {needed} months after it closed."
            if needed
            else "fits even if the data were cut on the day it closed; no later cut is needed."
        )
        reason = (
            f"Enrolment took {span} months, and nobody is followed from before it opened. A third quartile "
            f"of {last} months {cut}"
        )
        yield judge(ON_FOLLOWUP, [last], True, reason, "the data cut, which is not printed")


def _overall(figures: Figures) -> Findings:
    splits = overall_splits(figures)
    blamed = figures.every([OVERALL, DEATHS, *map(followup, QUARTILES)])
    if splits is None or blamed is None:
        return
    everyone, (printed, died, *_) = figures.count(patients()), blamed
    wide = percent_range(splits["low"].min(), splits["high"].max())
    reason = (
        "With follow-up read as everybody's time to death or last contact (quartiles of type 7) and "
        f"{died} deaths among {everyone} patients, overall survival at {AT} months can be {wide}. "
    )
    needs = survival.needs(everyone, splits, printed)
    if needs.empty:
        yield judge(ON_OVERALL, blamed, False, f"{reason}{printed}% lies outside.", TYPE_7)
        return
    shown = needs["shown"].any()
    by = needs.loc[needs["shown"] | ~shown, "events_by"]
    reason += f"{printed}% needs {prose.span(by.min(), by.max())} of the deaths by then."
    # What can hold is no other figure's business; where it cannot, any of them may be at fault.
    outcome = CAN_HOLD if shown else NOT_REACHED
    yield judge(ON_OVERALL, [printed] if shown else blamed, outcome, reason, TYPE_7)


def _disease_free(claims: pd.DataFrame, figures: Figures) -> Findings:
    asked, splits, relapses = wanted(claims, figures), overall_splits(figures), figures.get(RELAPSES)
    if asked is None or splits is None or relapses is None:
        return
    if not survival.compatible(splits, asked.overall).any():
        return  # already overall survival cannot hold, and is blamed for it
    bounds = _bounds(asked)
    of_everyone = bounds[bounds["definition"].eq("everyone") & bounds["causes"].eq("any")]
    if of_everyone.empty or of_everyone["low"].isna().any():
        return  # relapses and deaths have no room, and are blamed for it
    line, printed = of_everyone.iloc[0], asked.disease_free
    outcome, place = _place(asked, bounds, line)
    reason = (
        "No definition is printed. In everyone, with relapse or death as events "
        f"({prose.span(line['events_low'], line['events_high'])} of {line['patients']}), disease-free "
        f"survival at {AT} months lies, beside {asked.overall}% overall survival, within "
        f"{percent_range(line['low'], line['high'])}: {printed}% is {place}"
    )
    blamed = [printed] if outcome == CAN_HOLD else [printed, relapses]
    yield judge(ON_DISEASE_FREE, blamed, outcome, reason, EVERYONE)


@lru_cache(maxsize=32)
def _bounds(asked: Wanted) -> pd.DataFrame:
    known = asked.known
    return disease_free.outer(asked, _splits(known.patients, known.deaths, asked.followup))


def _place(asked: Wanted, bounds: pd.DataFrame, line: pd.Series) -> tuple[str, str]:
    """Return the outcome, and where the printed figure lies to the range of everyone."""
    printed = asked.disease_free
    if _inside(printed, line["low"], line["high"]):
        if disease_free_search.reaches(asked):
            return CAN_HOLD, "inside, and cohorts with it were constructed."
        return NOT_REACHED, "inside, and the search met no cohort with it, which proves nothing."
    if _inside(printed, bounds["low"].min(), bounds["high"].max()):
        return NOT_REACHED, "outside, other definitions leave it open."
    return CANNOT_HOLD, "outside, and outside every definition considered."


def _inside(printed: Figure, low: float, high: float) -> bool:
    return printed.low <= 100 * high and printed.high >= 100 * low


def _causes(figures: Figures) -> Findings:
    claimed, known = figures.every([abstract.CAUSED, DEATHS, RELAPSES]), deaths.counts(figures)
    if claimed is None:
        return
    claim, died, relapses = claimed
    if known is None:
        reason = (
            "The patients without response cannot be counted from the other printed figures, so that the "
            "deaths were not set against them."
        )
        yield judge(ON_DEATHS, [claim], NOT_REACHED, reason, MEANING)
        return
    if claim.count > known.deaths:
        reason = f"{claim} deaths of a cause are more than all {known.deaths} deaths."
        yield judge(ON_DEATHS, [claim, died], False, reason)
        return
    # The deaths that are put down to the causes have to fit, whatever the others died of.
    known = replace(known, deaths=claim.count)
    table = deaths.readings(known).set_index("reading", drop=False)
    literal, holding = table.loc[LITERAL], table[table["holds"]]
    reason = (
        f"{known.non_responders} relapsed/refractory patients without remission and {known.relapses} "
        f"relapsed are {literal['possible']}, for {known.deaths} deaths put down to the one or the other. "
    )
    if holding.empty:
        reason += f"Under the widest reading of no response {table['possible'].max()} deaths fit."
        yield judge(ON_DEATHS, [claim, relapses], False, reason)
        return
    read = [reading_words(known, row) for key, row in holding.iterrows() if key != LITERAL]
    # What no response means is left open by the words, so that a reading under which they fit breaks none.
    reason += "They fit." if literal["holds"] else " ".join(read)
    yield judge(ON_DEATHS, [claim], True, reason, "" if literal["holds"] else MEANING)


def reading_words(known: Counts, row: pd.Series) -> str:
    """Say what a reading of "no response" under which the deaths fit asks for.

    Parameters
    ----------
    known : Counts
    row : Series
        Of `deaths.readings`.

    Returns
    -------
    str
    """
    if row["reading"] == EXACT:
        return _exactly(known, row)
    if row["reading"] == "complete":
        return (
            f"Read as {row['words']}, it needs at least {row['added']} of the {known.responders} responders "
            "in partial remission; with just so many, all who did not remit or who relapsed died."
        )
    return (
        f"Read as {row['words']} ({row['without_response']} patients, by the search of the two equal rates), "
        f"it needs at least {row['least_relapsed']} deaths among the relapsed."
    )


def _exactly(known: Counts, row: pd.Series) -> str:
    """Say what follows where a response is what the patients of each status can respond with."""
    added, possible = known.positive_without_response, known.without_response + known.relapses
    start = (
        "But whoever entered MRD positive is in remission already and responds by becoming MRD negative: "
        f"{added} of them did not, by the search of the two equal rates. So read, "
        f"{known.non_responders} + {added} + {known.relapses} = {possible}"
    )
    if row["splits"] == 1 and possible == known.deaths:
        return (
            f"{start}, exactly the deaths: every patient without response and every relapsed one died, and "
            "nobody else."
        )
    return f"{start}, and {known.deaths} deaths fit."


# Results that are about groups without a common patient, and what they are together; the last has to fit only
# if nobody is both, which nothing printed says.
ROOM = [
    ([DEATHS, abstract.TREATED], "deaths and patients on chemotherapy, who are alive,"),
    ([abstract.TRANSPLANTS, abstract.TREATED], "transplanted and on chemotherapy, if nobody is both,"),
]


def _room(figures: Figures) -> Findings:
    """Check that events, and groups without a common patient, fit into the patients who can have them."""
    everyone = figures.get(patients())
    for ids, words in ROOM:
        parts = figures.every(ids)
        if everyone is None or parts is None:
            continue
        total = sum(part.count for part in parts)
        fits = total <= everyone.count
        if ids == [abstract.TRANSPLANTS, abstract.TREATED] and not fits:
            continue
        added = f"{' + '.join(map(str, parts))} = {total} {words}"
        reason = f"{added} {'fit' if fits else 'do not fit'} into {everyone} patients."
        yield judge(ON_ROOM, parts, fits, reason)
    known, relapses = deaths.counts(figures), figures.get(RELAPSES)
    if known is not None and relapses is not None:
        fits = known.relapses <= known.remissions
        reason = (
            f"{known.relapses} relapses {'fit' if fits else 'do not fit'} into the "
            f"{known.remissions} patients in remission, on entry or after treatment."
        )
        yield judge(ON_ROOM, [relapses], fits, reason, "that only a remission can relapse")
