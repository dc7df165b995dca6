"""Evidence: the ledger as one HTML table, whole without scripts, each row linked to where it is computed."""

import re
from html import escape

import pandas as pd
from docutils.nodes import make_id
from IPython.display import HTML

from evidence.ledger.verdicts import (
    DIFFERS,
    IMPOSSIBLE,
    NO_VERDICT,
    NOT_DETERMINED,
    REPRODUCED,
    UNDER_READING,
    UNEXPLAINED,
    VERDICTS,
)
from helpers.ground.results import CHAPTERS

TITLES = {
    "cohort": "Cohort",
    "efficacy": "Efficacy",
    "multivariable": "Multivariable modelling",
    "survival": "Survival",
    "immune": "Immune microenvironment",
}
PAGES = {
    "cohort": "01_cohort",
    "efficacy": "02_efficacy",
    "multivariable": "03_multivariable_modelling",
    "survival": "04_survival",
    "immune": "05_immune_microenvironment",
}
# A result's id, and the section of its chapter that shows it; the first pattern that fits counts.
SECTIONS = [
    (r"cohort\.patients\..*", "Who took part?"),
    (r"cohort\.blasts\..*", "How much leukaemia did relapsed/refractory patients have?"),
    (r"cohort\.age\..*", "How old were they?"),
    (r"cohort\.centres\..*", "Where were they treated?"),
    (
        r"cohort\.(cycles_\d+|transplant|relapse|death\w*|on_chemotherapy)\..*",
        "What treatment did they get, and what followed?",
    ),
    (r"efficacy\.\w+\.pearson_chi_square\..*", "Do the tests agree?"),
    (r"efficacy\..*_burden", "How large are the differences?"),
    (r"efficacy\.response\..*", "How did relapsed/refractory patients respond?"),
    (r"efficacy\.mrd_negativity\..*", "How many were MRD negative after treatment?"),
    (r"multivariable\..*", "What goes with the outcome?"),
    (r"survival\.followup\..*", "How long were the patients followed?"),
    (r"survival\.os\..*", "How long did the patients live?"),
    (r"survival\.dfs\..*", "How long did they live without relapse?"),
    (r"immune\.patients\..*", "Who is in the panel?"),
    (r"immune\.\w+\.ratio_\w+\..*", "Do the ratios of day 28 to baseline differ between the arms?"),
    (r"immune\.(t_cells|nkt)\..*", "How did T cells and NKT cells change among the lymphocytes?"),
    (r"immune\.treg\..*", "How did regulatory T cells change among the CD4+ T cells?"),
    (r"immune\.cd8_\w+\..*", "How did CD45RA+ and CD45RO+ cells change among the CD8+ T cells?"),
]
MISSING = "no verdict"
# A sign of its own for each verdict, so that none is told by its colour alone.
MARKS = {
    REPRODUCED: "✓",
    UNDER_READING: "≈",
    IMPOSSIBLE: "✗",
    NOT_DETERMINED: "?",
    DIFFERS: "≠",
    UNEXPLAINED: "!",
    NO_VERDICT: "–",
}
HEADERS = ("Claim", "Published", "Recomputed", "Verdict", "Depends on", "Changes a conclusion")


def place(result_id: str) -> tuple[str, str]:
    """Say where the book computes a result.

    Parameters
    ----------
    result_id : str
        The id of a row of the results table; empty where no row answers a claim.

    Returns
    -------
    tuple of str
        The address, relative to the chapters' folder, and the words of the link. Without a section of
        `SECTIONS` the chapter's page; without a chapter two empty texts.
    """
    chapter = result_id.partition(".")[0]
    if chapter not in PAGES:
        return "", ""
    page = f"{PAGES[chapter]}.html"
    for pattern, section in SECTIONS:
        if re.fullmatch(pattern, result_id):
            return f"{page}#{make_id(section)}", f"{TITLES[chapter]}: {section}"
    return page, TITLES[chapter]


def render(entries: pd.DataFrame, claims: pd.DataFrame, note: str = "") -> HTML:
    """Render a ledger as a table that ``ledger.js`` makes searchable and ``ledger.css`` lays out.

    Parameters
    ----------
    entries : DataFrame of str
        As `evidence.ledger.verdicts.ledger` returns it.
    claims : DataFrame
        The claims it was made from, in any order: their chapter and the result that answers them.
    note : str
        `helpers.ground.cohort.Cohort.note`, printed with the caption.

    Returns
    -------
    IPython.display.HTML
        One table body per entry, in order, with the id ``claim-`` and the entry's own: a row of cells, and a
        row across them with link, reading and reason. Before the table a form with the search and the
        filters, hidden until a script shows it. Links are relative to the chapters' folder. The same bytes
        for the same entries; every text escaped.
    """
    by_id = claims.set_index("id")[["chapter", "result_id"]]
    rows = [_body(entry, *by_id.loc[entry.id]) for entry in entries.itertuples()]
    head = "".join(f'<th scope="col">{name}</th>' for name in HEADERS)
    caption = " ".join(filter(None, ["Each published statement beside the recomputed result.", escape(note)]))
    return HTML(
        f'<div class="ledger">\n{_controls(entries, by_id)}\n'
        '<div class="ledger-rows" role="region" aria-label="The claims" tabindex="0">\n'
        f"<table>\n<caption>{caption}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n{''.join(rows)}</table>\n</div>\n</div>"
    )


def _body(entry, chapter: str, result_id: str) -> str:
    verdict = f'<span class="ledger-mark" aria-hidden="true">{MARKS[entry.verdict]}</span> ' + (
        entry.verdict or MISSING
    )
    cells = [
        (escape(entry.published), _number(entry.published)),
        (escape(entry.recomputed), _number(entry.recomputed)),
        (verdict, VERDICTS.index(entry.verdict)),
        (escape(entry.depends_on), None),
        (escape(entry.changes_conclusion), None),
    ]
    data = "".join(_cell(name, *cell) for name, cell in zip(HEADERS[1:], cells, strict=True))
    return (
        f'<tbody id="claim-{escape(entry.id)}" data-chapter="{escape(chapter)}" '
        f'data-verdict="{entry.verdict or MISSING}">\n'
        f'<tr><th scope="row">{escape(entry.statement)}</th>\n{data}</tr>\n'
        f'<tr><td colspan="{len(HEADERS)}">{_where(chapter, result_id)}{_why(entry)}</td></tr>\n</tbody>\n'
    )


def _cell(name: str, text: str, sort: float | str | None) -> str:
    order = "" if sort is None else f' data-sort="{sort}"'
    return f'<td data-label="{name}"{order}>{text}</td>\n'


def _number(text: str) -> str:
    """Return the first number of a text, to sort by: empty where it has none."""
    found = re.search(r"\N{MINUS SIGN}?\d+(\.\d+)?", text)
    return found[0].replace("\N{MINUS SIGN}", "-") if found else ""


def _where(chapter: str, result_id: str) -> str:
    address, words = place(result_id)
    if not address:
        return f'<span class="ledger-place">{escape(TITLES.get(chapter, chapter))}: not computed</span>'
    return f'<a class="ledger-place" href="{address}">{escape(words)}</a>'


def _why(entry) -> str:
    reading = f"<p>Reading: {escape(entry.reading)}</p>" if entry.reading else ""
    title = "Reading and reason" if reading else "Reason"
    return f"\n<details><summary>{title}</summary>{reading}<p>{escape(entry.reason)}</p></details>"


def _controls(entries: pd.DataFrame, by_id: pd.DataFrame) -> str:
    present = set(by_id.loc[entries["id"], "chapter"])
    chapters = [(name, TITLES[name]) for name in CHAPTERS if name in present]
    given = set(entries["verdict"])
    verdicts = [(verdict or MISSING,) * 2 for verdict in VERDICTS if verdict in given]
    return (
        '<form class="ledger-controls" role="search" aria-label="The ledger" autocomplete="off" hidden>\n'
        '<label>Search <input type="search" name="words"></label>\n'
        f"{_choice('Verdict', 'verdict', verdicts)}\n{_choice('Chapter', 'chapter', chapters)}\n"
        '<button type="reset">Show all</button>\n<output aria-live="polite"></output>\n</form>'
    )


def _choice(label: str, name: str, options: list[tuple[str, str]]) -> str:
    listed = "".join(f'<option value="{value}">{text}</option>' for value, text in [("", "all"), *options])
    return f'<label>{label} <select name="{name}">{listed}</select></label>'
