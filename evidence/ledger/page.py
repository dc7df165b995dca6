"""Evidence: the ledger as one HTML table, whole without scripts, each row linked to where it is computed."""

import re
import tomllib
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from docutils.nodes import make_id
from IPython.display import HTML

from evidence.ledger.verdicts import MARKS, VERDICTS
from helpers.ground.results import ResultId
from helpers.ground.study import Study

# By chapter its title and the headings of its sections, with the parts of ids of the results that each shows.
CHAPTERS = tomllib.loads(Path(__file__).with_name("sections.toml").read_text(encoding="utf-8"))
TITLES = {chapter: parts["title"] for chapter, parts in CHAPTERS.items()}
PAGES = {
    chapter: f"{number:02d}_{title.lower().replace(' ', '_')}.html"
    for number, (chapter, title) in enumerate(TITLES.items(), 1)
}
BURDEN = "burden"  # stands for the populations on the two sides of the cut-off of the blasts
MISSING = "no verdict"
# By the unit of a claim the words above its like where the ledger is sorted by numbers.
UNITS = {
    "count": "Counts",
    "percent": "Percentages",
    "p_value": "P values",
    "odds_ratio": "Odds ratios",
    "hazard_ratio": "Hazard ratios",
    "risk_ratio": "Risk ratios",
    "days": "Days",
    "months": "Months",
    "years": "Years",
    "mg": "Milligrams",
    "microgram": "Micrograms",
}
# A statement in words has no unit; its result says it.
SAID = {"of the cohorts": "Shares of the cohorts", "P ": "P values", "points": "Points", "month": "Months"}
OTHER = "Other numbers"
HEADERS = ("Claim", "Published", "Recomputed", "Verdict", "Depends on", "Changes a conclusion")


def place(id: ResultId, study: Study) -> tuple[str, str]:
    """Say where the book computes a result.

    Parameters
    ----------
    id : ResultId
    study : Study

    Returns
    -------
    tuple of str
        The address, relative to the chapters' folder, and the words of the link: those of the section in
        `CHAPTERS`, without one those of the chapter.
    """
    page, title = PAGES[id.chapter], TITLES[id.chapter]
    if id.stratum in [population.id for population in study.burden or ()]:
        id = replace(id, stratum=BURDEN)
    for heading, parts in CHAPTERS[id.chapter]["sections"].items():
        if id.fits(**parts):
            return f"{page}#{make_id(heading)}", f"{title}: {heading}"
    return page, title


def render(entries: pd.DataFrame, claims: pd.DataFrame, study: Study, note: str = "") -> HTML:
    """Render a ledger as a table that ``ledger.js`` makes searchable and ``ledger.css`` lays out.

    Parameters
    ----------
    entries : DataFrame of str
        As `evidence.ledger.entries.ledger` returns it.
    claims : DataFrame
        The claims it was made from, in any order: their chapter and the result that answers them.
    study : Study
    note : str
        `helpers.ground.cohort_parts.Cohort.note`, printed with the caption.

    Returns
    -------
    IPython.display.HTML
        One table body per entry, in order, with the id ``claim-`` and the entry's own: a row of cells, and a
        row across them with link, reading and reason. Before the table a form with the search and the
        filters, hidden until a script shows it. Links are relative to the chapters' folder. The same bytes
        for the same entries; every text escaped.
    """
    entries = entries.merge(claims[["id", "chapter", "result_id", "unit"]], on="id", how="left")
    rows = [_body(entry, study) for entry in entries.itertuples()]
    head = "".join(f'<th scope="col">{name}</th>' for name in HEADERS)
    caption = " ".join(filter(None, ["Each published statement beside the recomputed result.", escape(note)]))
    return HTML(
        f'<div class="ledger">\n{_controls(entries)}\n'
        '<div class="ledger-rows" role="region" aria-label="The claims" tabindex="0">\n'
        f"<table>\n<caption>{caption}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n{''.join(rows)}</table>\n</div>\n</div>"
    )


def _body(entry: Any, study: Study) -> str:
    named = entry.verdict or MISSING
    verdict = f'<span class="ledger-mark" aria-hidden="true">{MARKS[entry.verdict]}</span> {named}'
    if entry.patients:
        verdict += f'<br><span class="ledger-patients">patients\' rows: {entry.patients}</span>'
    cells = [
        (escape(entry.published), _number(entry.published), _unit(entry.published, entry.unit)),
        (escape(entry.recomputed), _number(entry.recomputed), _unit(entry.recomputed, entry.unit)),
        (verdict, str(VERDICTS.index(entry.verdict)), ""),
        (escape(entry.depends_on), None, ""),
        (escape(entry.changes_conclusion), None, ""),
    ]
    data = "".join(_cell(name, *cell) for name, cell in zip(HEADERS[1:], cells, strict=True))
    return (
        f'<tbody id="claim-{entry.id}" data-chapter="{entry.chapter}" data-verdict="{named}">\n'
        f'<tr><th scope="row">{escape(entry.statement)}</th>\n{data}</tr>\n'
        f'<tr><td colspan="{len(HEADERS)}">{_where(entry, study)}{_why(entry)}</td></tr>\n'
        "</tbody>\n"
    )


def _cell(name: str, text: str, sort: str | None, unit: str) -> str:
    order = "" if sort is None else f' data-sort="{sort}"'
    among = f' data-unit="{unit}"' if sort and unit else ""
    return f'<td data-label="{name}"{order}{among}>{text}</td>\n'


def _unit(text: str, unit: str) -> str:
    """Say among which numbers that of a text is sorted."""
    said = next((words for sign, words in SAID.items() if sign in text), OTHER)
    return said if said == SAID["of the cohorts"] or not unit else UNITS.get(unit, unit.capitalize())


def _number(text: str) -> str:
    """Return the first number of a text, to sort by: empty where it has none."""
    found = re.search(r"\N{MINUS SIGN}?\d+(\.\d+)?", text)
    return found[0].replace("\N{MINUS SIGN}", "-") if found else ""


def _where(entry: Any, study: Study) -> str:
    if not entry.result_id:
        return f'<span class="ledger-place">{TITLES[entry.chapter]}: not computed</span>'
    address, words = place(ResultId.parse(entry.result_id), study)
    return f'<a class="ledger-place" href="{address}">{escape(words)}</a>'


def _why(entry: Any) -> str:
    reading = f"<p>Reading: {escape(entry.reading)}</p>" if entry.reading else ""
    conflict = f"<p>Cannot all hold: {escape(entry.conflict)}</p>" if entry.conflict else ""
    title = "Reading and reason" if reading else "Reason"
    texts = f"{reading}{conflict}<p>{escape(entry.reason)}</p>"
    named = escape(f"{title}: {entry.statement}", quote=True)
    return f'\n<details><summary aria-label="{named}">{title}</summary>{texts}</details>'


def _controls(entries: pd.DataFrame) -> str:
    given = [verdict or MISSING for verdict in VERDICTS if verdict in set(entries["verdict"])]
    verdicts = dict(zip(given, given, strict=True))
    titles = {chapter: title for chapter, title in TITLES.items() if chapter in set(entries["chapter"])}
    return (
        '<form class="ledger-controls" role="search" aria-label="The ledger" autocomplete="off" hidden>\n'
        '<label>Search <input type="search" name="words"></label>\n'
        f"{_choice('Verdict', 'verdict', verdicts)}\n{_choice('Chapter', 'chapter', titles)}\n"
        '<button type="reset">Show all</button>\n<output aria-live="polite"></output>\n</form>'
    )


def _choice(label: str, name: str, options: dict[str, str]) -> str:
    listed = [f'<option value="{value}">{text}</option>' for value, text in ({"": "all"} | options).items()]
    return f'<label>{label} <select name="{name}">{"".join(listed)}</select></label>'
