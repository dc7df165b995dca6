"""Evidence: the ledger of an abstract as files: a table, findings as Markdown, a page that stands alone."""

import errno
import os
import re
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evidence.claims.abstract import Abstract
from evidence.forensics import searches
from evidence.forensics.finding import Finding
from evidence.ledger import verdicts
from evidence.ledger.contradictions import contradictions, counts, explained, headline, numbered
from evidence.ledger.of_abstract import by_sentence
from helpers.ground.files import for_spreadsheets, replacing

NAMES = TABLE, FINDINGS, PAGE = "ledger.csv", "findings.md", "report.html"
Findings = Mapping[str, list[Finding]]
# What a reader is told of each.
MEANINGS = {
    verdicts.CONSISTENT: "It fits the figures that it is tied to, as worded; of numbers of patients, some "
    "print all of them together.",
    verdicts.UNDER_READING: "The words leave something open, and it fits by the reading that is named.",
    verdicts.CONTRADICTS: "As worded it cannot stand beside the other figures that are named; another "
    "reading, which is named too, fits.",
    verdicts.IMPOSSIBLE: "No reading, test, number of sides or rounding that was tried prints it beside the "
    "figures that are named.",
    verdicts.NOT_REACHED: "Neither shown nor excluded: the search came to no end, or such a test is not "
    "tried.",
    verdicts.NOTHING: "No search compares it with another figure.",
}
# What Markdown, or a site that shows it, would take for markup; within a word an underscore is none.
_MARKUP = re.compile(r"[\\`*\[\]<>&|~$#]|(?<!\w)_|_(?!\w)")


def write(entries: pd.DataFrame, findings: Findings, abstract: Abstract, folder: Path) -> list[Path]:
    """Write the ledger of an abstract as CSV, as Markdown and as an HTML page.

    Parameters
    ----------
    entries : DataFrame
        As `evidence.ledger.of_abstract.ledger` returns it.
    findings : mapping of str to list of Finding
        From which it was made.
    abstract : Abstract
    folder : Path
        Made where it is not there.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    OSError
        Whose ``filename`` is the file, or the folder, that cannot be written. No file is replaced then.
    """
    texts = {
        TABLE: for_spreadsheets(entries).to_csv(index=False, lineterminator="\n"),
        FINDINGS: markdown(entries, findings, abstract),
        PAGE: page(entries, findings, abstract),
    }
    paths = [folder / name for name in texts]
    for path in filter(Path.is_dir, paths):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    try:
        with ExitStack() as stack:
            for path, text in zip(paths, texts.values(), strict=True):
                stack.enter_context(replacing(path)).write_bytes(text.encode("utf-8"))
    except OSError as error:
        said = Path(error.filename or "").name
        at = next((path for path in paths if path.name in said), folder)
        raise OSError(error.errno, error.strerror, str(at)) from error
    return paths


def markdown(entries: pd.DataFrame, findings: Findings, abstract: Abstract) -> str:
    """Tell the findings in Markdown.

    Parameters
    ----------
    entries : DataFrame
        As `evidence.ledger.of_abstract.ledger` returns it.
    findings : mapping of str to list of Finding
        From which it was made.
    abstract : Abstract

    Returns
    -------
    str
        Texts of the folder are shown as they are, never as markup.
    """
    return _filled("findings.md.jinja", False, entries, findings, abstract)


def page(entries: pd.DataFrame, findings: Findings, abstract: Abstract) -> str:
    """Lay a ledger out as one HTML page that asks for no other file.

    Parameters
    ----------
    entries : DataFrame
        As `evidence.ledger.of_abstract.ledger` returns it.
    findings : mapping of str to list of Finding
        From which it was made.
    abstract : Abstract

    Returns
    -------
    str
    """
    return _filled("report.html.jinja", True, entries, findings, abstract)


def _filled(name: str, is_html: bool, entries: pd.DataFrame, findings: Findings, abstract: Abstract) -> str:
    found = contradictions(entries, findings)
    given = counts(entries)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=is_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"plain": _plain, "ended": _ended}
    return environment.get_template(name).render(
        abstract=abstract,
        headline=headline(found),
        contradictions=[_contradiction(one) for one in found.itertuples()],
        numbers=numbered(found),
        verdicts=[
            (verdict, verdicts.MARKS[verdict], count, MEANINGS[verdict]) for verdict, count in given.items()
        ],
        marks=verdicts.MARKS,
        sentences=[(number, group.to_dict("records")) for number, group in by_sentence(entries)],
        count=len(entries),
        by_hand=_by_hand(entries),
    )


def _contradiction(one: Any) -> dict[str, Any]:
    return {
        "statement": one.statement,
        "verdict": one.verdict,
        "explained": explained(one),
        "ids": one.ids.split(", "),
        "searches": one.search.split("; "),
        "searched": one.searched,
    }


def _searches(entries: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(name for names in entries["search"] for name in names.split("; ") if name))


def _by_hand(entries: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Tell how the searches that decided are done again, in the order in which they are met."""
    steps = searches.by_hand()
    return {name: steps[name] for name in _searches(entries)}


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)
