"""Chapter 6: the words, tables and figure frames for the searches on survival and on the deaths."""

from dataclasses import dataclass

import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics import deaths, disease_free, disease_free_search, survival
from evidence.forensics import survival_findings as found
from evidence.forensics.abstract import AT
from evidence.forensics.deaths import LITERAL, Counts
from evidence.forensics.disease_free import DEFINITIONS
from evidence.forensics.disease_free_cohorts import EARLIEST
from evidence.forensics.survival_findings import percent_range
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.printing import prose
from helpers.printing.prose import fixed

RELAPSE_DAY = round(EARLIEST * DAYS_PER_MONTH)

LABELS = {  # of the causes of death, short enough for an axis
    "any": "anybody may have died",
    "mrd": "causes: no MRD negativity",
    "response": "causes: no remission",
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
        `disease_free.outer`, `disease_free.late_events` and `disease_free_search.ranges`, joined.
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
    keys = ["definition", "causes"]
    ranges = disease_free.outer(known, splits, overall)
    ranges = ranges.merge(disease_free.late_events(known, splits, overall, printed), on=keys)
    ranges = ranges.merge(disease_free_search.ranges(reached), on=keys, how="left")
    order = list(DEFINITIONS)
    ranges = ranges.sort_values("definition", key=lambda names: names.map(order.index), kind="stable")
    span = found.enrolment_span(claims)
    return Survival(overall, printed, known, splits, ranges.reset_index(drop=True), span, wanted.followup)


def ranges(result: Survival) -> pd.DataFrame:
    """Return the frame of the figures `plot_attainable` and `plot_relapse_months`."""
    frame = result.ranges
    events = [_events(line) for _, line in frame.iterrows()]
    return frame.assign(
        heading=frame["definition"].map(DEFINITIONS),
        label=frame["causes"].map(LABELS),
        risk_note=[f"{_middle(line, 'at_risk')} at risk" for _, line in frame.iterrows()],
        note=[f"{event} / {patients}" for event, patients in zip(events, frame["patients"], strict=True)],
    )


def window(result: Survival) -> tuple[float, float, float]:
    """Return printed disease-free survival and the ends of its rounding window as fractions."""
    printed = result.printed
    return printed.value / 100, printed.low / 100, printed.high / 100


def definition_table(result: Survival) -> pd.DataFrame:
    """Return the table of definitions, for `tables.render` with ``groups="Definition"``."""
    rows = []
    for _, line in result.ranges.iterrows():
        rows.append(
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
        )
    return pd.DataFrame(rows)


def definition_note(result: Survival) -> str:
    """Explain the columns of `definition_table`."""
    share = round(100 * (1 - 2 * disease_free_search.TAIL))
    left = deaths.beyond_causes(result.known, "response")[0]
    forced = f" “No remission” leaves {left} deaths to patients in remission without relapse." if left else ""
    return (
        f"Beside {result.overall}% overall survival. Events: relapse or death at any time (and no response, "
        f"where it counts). Late: at most half of the population at risk; the least number that "
        f"{result.printed}% asks for. Last two columns: middle {share}% of what random walks among "
        f"constructed cohorts that print {result.printed}% met (in brackets the extremes reached); a search "
        f"result, no proof. No relapse before day {RELAPSE_DAY}, which the search assumes.{forced}"
    )


def overall_sentence(result: Survival) -> str:
    """Say in which range overall survival lies, exactly, and what the printed value needs."""
    known, splits = result.known, result.splits
    needs = survival.needs(known.patients, splits, result.overall)
    first, middle, last = result.followup
    sentence = (
        "With follow-up read as everybody's time to death or last contact (quartiles of type 7: "
        f"{first}, {middle} and {last} months) and {known.deaths} deaths among {known.patients} patients, "
        f"{splits['number'].min()} to {splits['number'].max()} patients are followed for no longer than "
        f"{AT} months, and overall survival at that time can be "
        f"{percent_range(splits['low'].min(), splits['high'].max())}; both ends are attained. "
    )
    if needs.empty:
        return f"{sentence}The printed {result.overall}% lies outside."
    by = needs.loc[needs["shown"], "events_by"]
    return (
        f"{sentence}The printed {result.overall}% lies inside; it needs "
        f"{prose.span(by.min(), by.max())} of the deaths by then."
    )


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
        f"of enrolment, nobody is followed for longer than {result.span} months, and {effect}."
    )


def zero_sentence(result: Survival) -> str:
    """Say how counting no response as an event ties two definitions together."""
    known = result.known
    remission = known.remissions
    needed = [100 * end * known.patients / remission for end in window(result)[1:]]
    return (
        f"If no response is an event at time zero, the curve starts at {remission} of {known.patients} "
        f"and is that of the patients in remission times this share: {result.printed}% then means "
        f"{fixed(needed[0], 1)}% to {fixed(needed[1], 1)}% among those in remission."
    )


def definition_sentence(result: Survival, definition: str, causes: str) -> str:
    """Say whether a definition can print disease-free survival, and what that takes."""
    line = _line(result, definition, causes)
    name, who = DEFINITIONS[definition], LABELS[causes]
    if pd.isna(line["late"]):
        return f"{name} ({who}): {result.printed}% cannot be."
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
    bars = "; ".join(
        f"{DEFINITIONS[line['definition']]}, {LABELS[line['causes']]}: {_middle(line, 'relapse')}"
        for _, line in result.ranges.iterrows()
    )
    return (
        f"Horizontal bars of the median month of relapse in constructed cohorts that print "
        f"{result.printed}%, by definition. Common months: {bars}."
    )


def ranges_alt(result: Survival) -> str:
    """Describe the figure of the ranges."""
    bars = "; ".join(
        f"{DEFINITIONS[line['definition']]}, {LABELS[line['causes']]}: bound "
        f"{percent_range(line['low'], line['high'])}, reached "
        f"{percent_range(line['reached_low'], line['reached_high'])}"
        for _, line in result.ranges.iterrows()
    )
    return (
        f"Horizontal bars of the disease-free survival at {AT} months that each definition allows, against "
        f"the printed {result.printed}%. {bars}."
    )


def death_marks(result: Survival) -> pd.DataFrame:
    """Return the frame of `plots.attainable_survival.plot_causes`: the patients under each reading."""
    known = result.known
    rows = []
    for _, reading in deaths.readings(known).iterrows():
        # The split drawn: whoever had no response died, then as few of the relapsed as that leaves.
        sizes = {
            "no response": known.non_responders,
            "added": reading["added"],
            "relapsed": known.relapses,
        }
        heading = f"{reading['words'][0].upper()}{reading['words'][1:]}: {_arithmetic(known, reading)}"
        left = known.deaths
        for kind, size in sizes.items():
            rows += [{"heading": heading, "kind": kind, "died": place < left} for place in range(size)]
            left -= size
    return pd.DataFrame(rows)


def deaths_sentence(result: Survival) -> str:
    """Set the deaths against the patients without response and the relapsed, under each reading."""
    known, table = result.known, deaths.readings(result.known)
    strict = table.set_index("reading").loc[LITERAL]
    sentence = (
        f"{known.non_responders} non-responders and {known.relapses} relapsed patients are at most "
        f"{strict['possible']} who can have died of no response or relapse; {known.deaths} are said to have. "
    )
    if strict["holds"]:
        return f"{sentence}The deaths fit."
    others = [found.reading_words(known, line) for _, line in table[table["holds"]].iterrows()]
    return f"{sentence}As worded, that cannot be. {' '.join(others)}"


def printing_sentence(result: Survival) -> str:
    """Count the definitions under which constructed cohorts print disease-free survival."""
    frame = result.ranges.assign(met=result.ranges["relapse_middle"].notna())
    met = frame.groupby("definition", sort=False)["met"].any()
    which = (
        "which was used is not determined" if met.sum() > 1 else "the others were not reached, or cannot be"
    )
    cohorts = f"cohorts that print {result.printed}% were constructed"
    return f"In {met.sum()} of {len(met)} definitions {cohorts}; {which}."


def deaths_alt(result: Survival) -> str:
    """Describe the figure of the deaths."""
    rows = "; ".join(death_marks(result)["heading"].drop_duplicates())
    return f"Rows of marks, one a patient, against a line at {result.known.deaths} deaths. {rows}."


def _line(result: Survival, definition: str, causes: str) -> pd.Series:
    frame = result.ranges
    return frame[frame["definition"].eq(definition) & frame["causes"].eq(causes)].iloc[0]


def _events(line: pd.Series) -> str:
    return prose.span(line["events_low"], line["events_high"])


def _extremes(line: pd.Series) -> str:
    return "none" if pd.isna(line["earliest"]) else f"{line['earliest']:.0f} to {line['latest']:.0f}"


def _middle(line: pd.Series, name: str) -> str:
    if pd.isna(line[f"{name}_middle"]):
        return "not reached"
    low, high = (fixed(line[f"{name}_{end}"], 0) for end in ("low", "high"))
    return low if low == high else f"{low} to {high}"


def _arithmetic(known: Counts, reading: pd.Series) -> str:
    parts = [str(known.non_responders), *([str(reading["added"])] if reading["added"] else [])]
    parts.append(str(known.relapses))
    total = known.non_responders + reading["added"] + known.relapses
    return f"{' + '.join(parts)} = {total}"
