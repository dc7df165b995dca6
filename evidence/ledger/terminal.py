"""Evidence: the ledger laid out for a terminal."""

import itertools
import textwrap
from collections.abc import Mapping

import pandas as pd

from evidence.forensics.finding import Finding
from evidence.ledger.contradictions import contradictions, counts, explained, headline, numbered
from evidence.ledger.of_abstract import ALONE, by_sentence
from evidence.ledger.verdicts import CONSISTENT, DIFFERS, UNDER_READING
from helpers.ground.results import CHAPTERS


def as_text(
    entries: pd.DataFrame, findings: Mapping[str, list[Finding]], chapters: pd.Series, width: int
) -> str:
    """Lay a ledger out for a terminal.

    Parameters
    ----------
    entries : DataFrame
        As `evidence.ledger.entries.ledger` returns it.
    findings : mapping of str to list of Finding
        From which it was made.
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
    lines = [*_listed(contradictions(entries, findings), width), ""]
    lines += _cells(("claim", "published", "recomputed", "verdict"), widths)
    for chapter in filter(set(chapters).__contains__, CHAPTERS):
        lines += ["", chapter.upper(), "-" * len(chapter)]
        for entry in entries[chapters == chapter].itertuples():
            verdict = ", ".join(filter(None, (entry.verdict or "NO VERDICT", entry.patients)))
            lines += _cells((entry.statement, entry.published, entry.recomputed, verdict), widths)
            if entry.verdict != CONSISTENT or entry.patients == DIFFERS:
                why = (entry.verdict == UNDER_READING and entry.reading) or entry.reason
                lines += _note(f"[{entry.id}] {why}", width)
            if entry.depends_on:
                changes = " A conclusion changes with it." * (entry.changes_conclusion == "yes")
                lines += _note(f"Depends on {entry.depends_on}.{changes}", width)
    patients = entries["patients"][entries["patients"].ne("")].value_counts()
    given = [tally(entries), *(f"the patients' rows: {count} {told}" for told, count in patients.items())]
    return "\n".join([*lines, "", *textwrap.wrap(f"{', '.join(given)}.", width)])


def abstract_as_text(entries: pd.DataFrame, findings: Mapping[str, list[Finding]], width: int) -> str:
    """Lay the ledger of an abstract out for a terminal.

    Parameters
    ----------
    entries : DataFrame
        As `evidence.ledger.of_abstract.ledger` returns it.
    findings : mapping of str to list of Finding
        From which it was made.
    width : int
        Columns of the terminal. Texts are wrapped to it.

    Returns
    -------
    str
        The contradictions in sentences, a block of lines per claim, by sentence, and the count of verdicts at
        the end. A claim of a contradiction is followed by its number; another that is not plainly
        ``consistent``, by the reason; any of them by its id first, and by what the verdict depends on.
    """
    published, verdict = min(14, max(9, width // 6)), min(25, max(10, width // 4))
    widths = (max(6, width - published - verdict - 4), published, verdict)
    found = contradictions(entries, findings)
    numbers = numbered(found)
    lines = [*_listed(found, width), "", *_cells(("claim", "published", "verdict"), widths)]
    for sentence, group in by_sentence(entries):
        title = f"SENTENCE {sentence}"
        lines += ["", title, "-" * len(title)]
        for entry in group.itertuples():
            lines += _cells((entry.statement, entry.published, entry.verdict), widths)
            if entry.id in numbers:
                *first, last = map(str, numbers[entry.id])
                given = f"s {', '.join(first)} and {last}" if first else f" {last}"
                lines += _note(f"[{entry.id}] In contradiction{given}.", width)
                continue
            if entry.verdict != CONSISTENT and entry.reason != ALONE:
                reading = f"Read: {entry.reading.rstrip('.')}. " if entry.reading else ""
                lines += _note(f"[{entry.id}] {reading}{entry.reason}", width)
            if entry.depends_on:
                changes = " A conclusion changes with it." * (entry.changes_conclusion == "yes")
                lines += _note(f"Depends on {entry.depends_on}.{changes}", width)
    return "\n".join([*lines, "", *textwrap.wrap(f"{tally(entries)}.", width)])


def tally(entries: pd.DataFrame) -> str:
    """Count the claims of a ledger, and its verdicts.

    Parameters
    ----------
    entries : DataFrame
        As `evidence.ledger.entries.ledger` or `evidence.ledger.of_abstract.ledger` returns it.

    Returns
    -------
    str
    """
    size = f"{len(entries)} claim{'s' * (len(entries) != 1)}"
    given = [f"{count} {verdict or 'without a verdict'}" for verdict, count in counts(entries).items()]
    return f"{size}: {', '.join(given)}"


def _listed(found: pd.DataFrame, width: int) -> list[str]:
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
