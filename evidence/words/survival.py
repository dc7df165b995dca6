"""Chapter 6: the words, tables and figure frames for the searches on survival and on the deaths."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.ensemble.reach.limits import LAST_DAY
from evidence.forensics import survival
from evidence.this_abstract import deaths, disease_free, disease_free_search
from evidence.this_abstract import survival_findings as found
from evidence.this_abstract.abstract import AT
from evidence.this_abstract.deaths import EXACT, LITERAL, Counts
from evidence.this_abstract.disease_free import DEFINITIONS
from evidence.this_abstract.disease_free_cohorts import EARLIEST
from evidence.this_abstract.survival_findings import percent_range
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.printing import prose
from helpers.printing.prose import fixed

RELAPSE_DAY = round(EARLIEST * DAYS_PER_MONTH)

LABELS = {  # of the causes of death, short enough for an axis
    "any": "anybody may have died",
    "mrd": "causes: no MRD negativity",
    "response": "causes: no response",
}


@dataclass(frozen=True)
class Survival:
    """What the searches found on the claims, for the chapter.

    Attributes
    ----------
    overall, printed : Figure
        Overall and disease-free survival.
    known : Counts
    splits : DataFrame
        `survival.attainable` of the deaths.
    ranges : DataFrame
        `disease_free.outer` and `disease_free_search.ranges`, joined.
    span : int or None
        Months of enrolment.
    followup : tuple of Figure
    """

    overall: Figure
    printed: Figure
    known: Counts
    splits: pd.DataFrame
    ranges: pd.DataFrame
    span: int | None
    followup: tuple[Figure, ...]


def examine(claims: pd.DataFrame) -> Survival:
    """Run the searches on published claims; about two seconds.

    Raises
    ------
    ValueError
        Where the claims do not print what the searches need, or print what cannot hold.
    """
    figures = Figures(claims)
    wanted, splits = found.wanted(claims, figures), found.overall_splits(figures)
    if wanted is None or splits is None:
        raise ValueError("the claims do not print survival, follow-up, deaths, relapses and response")
    known, overall, printed = wanted.known, wanted.overall, wanted.disease_free
    reached = disease_free_search.search(wanted)
    ranges = disease_free.outer(wanted, splits)
    ranges = ranges.merge(disease_free_search.ranges(reached), on=disease_free_search.KEYS, how="left")
    order = ranges["definition"].map([*DEFINITIONS].index)
    ranges = ranges.loc[order.sort_values(kind="stable").index].reset_index(drop=True)
    span = found.enrolment_span(claims)
    return Survival(overall, printed, known, splits, ranges, span, wanted.followup)


def ranges(result: Survival) -> pd.DataFrame:
    """Return the frame of the figures `plot_attainable` and `plot_relapse_months`."""
    lines = _lines(result)
    return result.ranges.assign(
        heading=result.ranges["definition"].map(DEFINITIONS),
        label=result.ranges["causes"].map(LABELS),
        risk_note=[f"{_middle(line, 'at_risk')} at risk" for line in lines],
        note=[f"{_events(line)} / {line['patients']}" for line in lines],
    )


def _lines(result: Survival) -> list[pd.Series]:
    return [line for _, line in result.ranges.iterrows()]


def window(result: Survival) -> tuple[float, float, float]:
    """Return printed disease-free survival and the ends of its rounding window as fractions."""
    printed = result.printed
    return printed.value / 100, printed.low / 100, printed.high / 100


def definition_table(result: Survival) -> pd.DataFrame:
    """Return the table of definitions, for `tables.render` with ``groups="Definition"``."""
    return pd.DataFrame(
        {
            "Definition": DEFINITIONS[line["definition"]],
            "Deaths": LABELS[line["causes"]],
            "Events / patients": f"{_events(line)} / {line['patients']}",
            "Cannot lie outside": percent_range(line["low"], line["high"]),
            "Reached": percent_range(line["reached_low"], line["reached_high"]),
            "Late events at least": "cannot hold" if pd.isna(line["late"]) else f"{line['late']:.0f}",
            "Median relapse, month": f"{_middle(line, 'relapse')} ({_extremes(line)})",
            "At risk then": _middle(line, "at_risk"),
        }
        for line in _lines(result)
    )


def definition_note(result: Survival) -> str:
    """Explain the columns of `definition_table`."""
    share = round(100 * (1 - 2 * disease_free_search.TAIL))
    left = result.known.positive_without_response
    others = (
        f" No response: by the status on entry, so that at most {left} deaths without relapse are of "
        "patients in remission, who entered MRD positive and stayed so."
    )
    return (
        f"Beside {result.overall}% overall survival. Events: relapse or death at any time (and no response, "
        f"where it counts). Late: at most half of the population at risk; the least number that "
        f"{result.printed}% asks for. Last two columns: middle {share}% of what random walks among "
        f"constructed cohorts that print {result.printed}% met (in brackets the extremes reached); a search "
        f"result, no proof. No relapse before day {RELAPSE_DAY}, which the search assumes.{others}"
    )


def followed_by_then(result: Survival) -> str:
    """Count the patients who can be followed for no longer than the time of the printed survival."""
    return f"{result.splits['number'].min()} to {result.splits['number'].max()}"


def overall_range(result: Survival) -> str:
    """Print the range of overall survival, exactly."""
    return percent_range(result.splits["low"].min(), result.splits["high"].max())


def overall_sentence(result: Survival) -> str:
    """Say whether the printed overall survival lies in its range, and how many early deaths it needs."""
    needs = survival.needs(result.known.patients, result.splits, result.overall)
    if needs.empty:
        return f"The printed {result.overall}% lies outside."
    by = needs.loc[needs["shown"], "events_by"]
    needed = prose.span(by.min(), by.max())
    return f"The printed {result.overall}% lies inside; it needs {needed} of the deaths by then."


def longest_sentence(result: Survival) -> str:
    """Say what the longest follow-up is taken to be and whether that matters."""
    if result.span is None:
        return "No dates of enrolment are printed, so nothing limits the longest follow-up."
    patients, printed = result.known.patients, result.followup
    bound, free = (survival.numbers_by(patients, printed, AT, longest) for longest in (result.span, None))
    same = len(bound) == len(free) and (bound == free).all()
    effect = "the range is the same without any limit" if same else "without a limit the range would be wider"
    return (
        f"Enrolment took {result.span} months. The date of the data cut is not printed; taken at the closing "
        f"of enrolment, nobody is followed for longer than {result.span} months, and {effect}. Chapter 7 "
        f"allows {LAST_DAY / DAYS_PER_MONTH:.0f}, up to the summer in which the figures were handed in."
    )


def in_remission_range(result: Survival) -> str:
    """Print disease-free survival among those in remission if no response is an event at time zero."""
    share = result.known.patients / result.known.remissions
    low, high = (f"{fixed(100 * end * share, 1)}%" for end in window(result)[1:])
    return f"{low} to {high}"


def definition_sentence(result: Survival, definition: str, causes: str) -> str:
    """Say whether a definition can print disease-free survival, and what that takes."""
    line = result.ranges.set_index(["definition", "causes"], drop=False).loc[definition, causes]
    name, who = DEFINITIONS[definition], LABELS[causes]
    if pd.isna(line["late"]):
        return f"{name} ({who}): {result.printed}% is proved out of reach."
    if pd.isna(line["relapse_middle"]):
        return f"{name} ({who}): the search met no cohort with {result.printed}%, which proves nothing."
    return (
        f"{name} ({who}): in the cohorts met with {result.printed}%, the median relapse falls near month "
        f"{line['relapse_middle']:.0f} ({_middle(line, 'relapse')}), with {line['at_risk_middle']:.0f} of "
        f"{line['patients']} at risk; relapses after the first year: {line['after_year_middle']:.0f} of "
        f"{result.known.relapses}."
    )


def months_alt(result: Survival) -> str:
    """Describe the figure of the months of relapse."""
    bars = _bars(result, lambda line: _middle(line, "relapse"))
    return (
        "Horizontal bars of the median month of relapse in constructed cohorts that print "
        f"{result.printed}%, by definition. Common months: {bars}."
    )


def ranges_alt(result: Survival) -> str:
    """Describe the figure of the ranges."""
    return (
        f"Horizontal bars of the disease-free survival at {AT} months that each definition allows, against "
        f"the printed {result.printed}%. {_bars(result, _bound_and_reached)}."
    )


def _bars(result: Survival, printed: Callable[[pd.Series], str]) -> str:
    names = [f"{DEFINITIONS[line['definition']]}, {LABELS[line['causes']]}" for line in _lines(result)]
    values = map(printed, _lines(result))
    return "; ".join(f"{name}: {value}" for name, value in zip(names, values, strict=True))


def _bound_and_reached(line: pd.Series) -> str:
    reached = percent_range(line["reached_low"], line["reached_high"])
    return f"bound {percent_range(line['low'], line['high'])}, reached {reached}"


def death_marks(result: Survival) -> pd.DataFrame:
    """Return the frame of `plots.attainable_survival.plot_causes`: the patients under each reading."""
    known = result.known
    rows = []
    for _, reading in deaths.readings(known).iterrows():
        # The split drawn: whoever had no response died, then as few of the relapsed as that leaves.
        added = reading["added"]
        sizes = {"no response": known.non_responders, "added": added, "relapsed": known.relapses}
        parts = [known.non_responders, *([added] if added else []), known.relapses]
        heading = f"{prose.begin(reading['words'])}: {' + '.join(map(str, parts))} = {sum(parts)}"
        left = known.deaths
        for kind, size in sizes.items():
            rows += [{"heading": heading, "kind": kind, "died": place < left} for place in range(size)]
            left -= size
    return pd.DataFrame(rows)


def possible_deaths(result: Survival) -> str:
    """Count the patients without remission or with a relapse: who can have died if no response means that."""
    return str(deaths.readings(result.known).set_index("reading").loc[LITERAL, "possible"])


def deaths_sentence(result: Survival) -> str:
    """Say under which reading the deaths fit."""
    known, table = result.known, deaths.readings(result.known)
    fitting = table[table["holds"] & table["reading"].ne(LITERAL)]
    words = [found.reading_words(known, line) for _, line in fitting.iterrows()]
    if table.set_index("reading")["holds"][LITERAL]:
        return "They fit."
    if fitting["reading"].eq(EXACT).any():
        words.insert(1, "Other readings fit as well, and say less.")
    return " ".join(words) or "The search found no reading under which the deaths fit."


def printing_sentence(result: Survival) -> str:
    """Count the definitions under which constructed cohorts print disease-free survival."""
    met = result.ranges["relapse_middle"].notna().groupby(result.ranges["definition"]).any()
    several, others = "which was used is not determined", "the others were not reached, or cannot be"
    cohorts = f"cohorts that print {result.printed}% were constructed"
    return f"In {met.sum()} of {len(met)} definitions {cohorts}; {several if met.sum() > 1 else others}."


def deaths_alt(result: Survival) -> str:
    """Describe the figure of the deaths."""
    rows = "; ".join(death_marks(result)["heading"].drop_duplicates())
    return f"Rows of marks, one a patient, against a line at {result.known.deaths} deaths. {rows}."


def _events(line: pd.Series) -> str:
    return prose.span(line["events_low"], line["events_high"])


def _extremes(line: pd.Series) -> str:
    return "none" if pd.isna(line["earliest"]) else f"{line['earliest']:.0f} to {line['latest']:.0f}"


def _middle(line: pd.Series, name: str) -> str:
    if pd.isna(line[f"{name}_middle"]):
        return "not reached"
    low, high = (fixed(line[f"{name}_{end}"], 0) for end in ("low", "high"))
    return low if low == high else f"{low} to {high}"
