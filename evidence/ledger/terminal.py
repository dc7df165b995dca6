"""Evidence: the ledger laid out for a terminal."""

import itertools
import textwrap

import pandas as pd

from evidence.ledger.entries import counts
from evidence.ledger.verdicts import REPRODUCED, UNDER_READING
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
        A block of lines per claim, and the count of verdicts at the end. A verdict that is not plainly
        ``reproduced`` is followed by the claim's id and its reading, or else the reason; and any verdict by
        the convention that it depends on.
    """
    side = min(14, max(9, width // 6))
    widths = (max(12, width - 3 * side - 8), side, side, side + 2)
    lines = _cells(("claim", "published", "recomputed", "verdict"), widths)
    for chapter in filter(set(chapters).__contains__, CHAPTERS):
        lines += ["", chapter.upper(), "-" * len(chapter)]
        for entry in entries[chapters == chapter].itertuples():
            verdict = entry.verdict or "NO VERDICT"
            lines += _cells((entry.statement, entry.published, entry.recomputed, verdict), widths)
            if entry.verdict != REPRODUCED:
                why = entry.reading if entry.verdict == UNDER_READING else entry.reason
                lines += _note(f"[{entry.id}] {why}", width)
            if entry.depends_on:
                changes = " A conclusion changes with it." * (entry.changes_conclusion == "yes")
                lines += _note(f"Depends on {entry.depends_on}.{changes}", width)
    size = f"{len(entries)} claim{'s' * (len(entries) != 1)}"
    given = [f"{count} {verdict or 'without a verdict'}" for verdict, count in counts(entries).items()]
    return "\n".join([*lines, "", *textwrap.wrap(f"{size}: {', '.join(given)}.", width)])


def _cells(texts: tuple[str, ...], widths: tuple[int, ...]) -> list[str]:
    wrapped = [textwrap.wrap(text, width) for text, width in zip(texts, widths, strict=True)]
    return [
        "  ".join(f"{part:<{width}}" for part, width in zip(parts, widths, strict=True)).rstrip()
        for parts in itertools.zip_longest(*wrapped, fillvalue="")
    ]


def _note(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
