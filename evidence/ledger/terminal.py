"""Evidence: the ledger laid out for a terminal."""

import itertools
import textwrap

import pandas as pd

from evidence.ledger.contradictions import contradictions, explained, headline
from evidence.ledger.entries import counts
from evidence.ledger.verdicts import CONSISTENT, DIFFERS, UNDER_READING
from helpers.ground.results import CHAPTERS


def as_text(entries: pd.DataFrame, chapters: pd.Series, width: int) -> str:
    """Lay a ledger out for a terminal.

    Parameters
    ----------
    entries : DataFrame
        As `evidence.ledger.entries.ledger` returns it.
    chapters : Series of str
        The chapter of each entry, on the same index; entries are grouped by it.
    width : int
        Columns of the terminal. Texts are wrapped to it.

    Returns
    -------
    str
        The contradictions in sentences, a block of lines per claim, and the count of verdicts at the end. A
        verdict that is not plainly ``consistent`` is followed by the claim's id and its reading, or else the
        reason; and any verdict by the convention that it depends on.
    """
    side = min(14, max(9, width // 6))
    widths = (max(12, width - 3 * side - 8), side, side, side + 2)
    lines = [*_contradictions(entries, width), ""]
    lines += _cells(("claim", "published", "recomputed", "verdict"), widths)
    for chapter in filter(set(chapters).__contains__, CHAPTERS):
        lines += ["", chapter.upper(), "-" * len(chapter)]
        for entry in entries[chapters == chapter].itertuples():
            verdict = ", ".join(filter(None, (entry.verdict or "NO VERDICT", entry.patients)))
            lines += _cells((entry.statement, entry.published, entry.recomputed, verdict), widths)
            if entry.verdict != CONSISTENT or entry.patients == DIFFERS:
                why = entry.reading if entry.verdict == UNDER_READING else entry.reason
                lines += _note(f"[{entry.id}] {why}", width)
            if entry.depends_on:
                changes = " A conclusion changes with it." * (entry.changes_conclusion == "yes")
                lines += _note(f"Depends on {entry.depends_on}.{changes}", width)
    size = f"{len(entries)} claim{'s' * (len(entries) != 1)}"
    given = [f"{count} {verdict or 'without a verdict'}" for verdict, count in counts(entries).items()]
    patients = entries["patients"][entries["patients"].ne("")].value_counts()
    given += [f"the patients' rows: {count} {told}" for told, count in patients.items()]
    return "\n".join([*lines, "", *textwrap.wrap(f"{size}: {', '.join(given)}.", width)])


def _contradictions(entries: pd.DataFrame, width: int) -> list[str]:
    found = contradictions(entries)
    lines = textwrap.wrap(headline(found), width)
    for number, one in enumerate(found.itertuples(), 1):
        text = f"{number}. {one.statement}. {explained(one)} [{one.ids}]"
        lines += textwrap.wrap(text, width, subsequent_indent="   ", break_on_hyphens=False)
    return lines


def _cells(texts: tuple[str, ...], widths: tuple[int, ...]) -> list[str]:
    wrapped = [textwrap.wrap(text, width) for text, width in zip(texts, widths, strict=True)]
    return [
        "  ".join(f"{part:<{width}}" for part, width in zip(parts, widths, strict=True)).rstrip()
        for parts in itertools.zip_longest(*wrapped, fillvalue="")
    ]


def _note(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
