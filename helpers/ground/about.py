"""Ground: `cohort.toml` says what a cohort is, and how its files are to be read."""

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from helpers.ground import dictionary
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.ground.reading.columns import plain
from helpers.ground.reading.dates import ORDERS
from helpers.ground.study_rules import HTML

FILE = "cohort.toml"
PROVENANCES = ("reconstructed", "patient-level")
TEXTS = ("name", "title", "provenance", "source")
DATE = "date"  # of the data, where it is known
UNTOUCHED = {"title": "A title for the book", "source": "Where the rows come from"}  # of the template
MORE = (DATE, "authors", "citation")  # texts that may be left out
CHECKLIST = "checklist"  # by item of a reporting guideline what the study has to say
ITEMS = tuple(f"STROBE {number}" for number in range(1, 23))
FRACTION = "fraction"
_OF_DAYS = {"days": 1.0, "weeks": 7.0, "months": DAYS_PER_MONTH, "years": 12 * DAYS_PER_MONTH}
_OF_PERCENT = {"percent": 1.0, FRACTION: 100.0}
UNITS = _OF_DAYS | _OF_PERCENT  # in the dictionary's unit
STUDY = "study"
_LEAVE_OUT = "leave_out"
_BY_COLUMN = ("columns", "values", "units")  # tables whose keys name columns
_TABLES = (*_BY_COLUMN, "dates", _LEAVE_OUT, STUDY, CHECKLIST)
DISCLOSURES = ("shareable", "internal")
LEAST_THRESHOLD = 3  # below it two patients of a group can tell each other
THRESHOLD = 5  # patients: fewer are not counted in public where the cohort's folder says nothing else
_DECIMAL, _DISCLOSURE, _THRESHOLD = "decimal", "disclosure", "disclosure_threshold"


@dataclass(frozen=True)
class How:
    """How the cells of a cohort's files are to be read where they are not as the dictionary has them.

    Attributes
    ----------
    columns : dict of str to str
        The file's name of a column by the dictionary's.
    values : dict of str to dict
        By column the dictionary's level by the file's.
    units : dict of str to str
        Of columns of days or percent that hold another of `UNITS`.
    start : str
        The file's column of each patient's time zero, from which dates are counted.
    order : str
        One of `helpers.ground.reading.dates.ORDERS`, where the dates do not tell it.
    decimal : str
        A point or a comma, where the numbers do not tell it.
    leave_out : dict of str to list of str or number
        By column, of the dictionary or of the file, values whose rows are not wanted.
    """

    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    start: str = ""
    order: str = ""
    decimal: str = ""
    leave_out: dict[str, list[str | float]] = field(default_factory=dict)


@dataclass(frozen=True)
class About:
    """What ``cohort.toml`` says.

    Attributes
    ----------
    texts : dict of str to str
        Those of `TEXTS` and `MORE`, of which the latter may be empty.
    how : How
    threshold : int
        Patients: fewer may not be told from each other in the book; 0 where it is for internal use, or where
        the rows are nobody's.
    study : dict
        What ``study.toml`` may say, where it stands under [study] instead; empty where it does not.
    checklist : dict of str to str
        What the study says to items of a reporting guideline.
    is_understood : bool
        Whether it is known how the cohort's files are to be read.
    """

    texts: dict[str, str] = field(default_factory=dict)
    how: How = field(default_factory=How)
    threshold: int = THRESHOLD
    study: dict = field(default_factory=dict)
    checklist: dict[str, str] = field(default_factory=dict)
    is_understood: bool = True


def read(path: Path, columns: set[str]) -> tuple[About, list[str]]:
    """Read a cohort's ``cohort.toml``.

    Parameters
    ----------
    path : Path
    columns : set of str
        Of the dictionary.

    Returns
    -------
    tuple of About and list of str
        One line a problem.
    """
    unread = About(is_understood=False)
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        cure = "write name, title, provenance and source into it"
        return unread, [f"cohort.toml: the file is missing; {cure}"]
    except OSError:
        return unread, ["cohort.toml: cannot be read; it must be a file that you may open"]
    except (ValueError, RecursionError):  # also what is no UTF-8
        return unread, ['cohort.toml: not valid TOML in UTF-8; each line reads key = "text"']
    entries |= {table: _in_small_letters(entries.get(table, {})) for table in _BY_COLUMN if table in entries}
    tables = [*_wrong_tables(entries, columns | _own_columns(entries))]
    problems = [f"cohort.toml: key {problem}" for problem in (*_wrong_texts(entries), *tables)]
    texts = {key: str(entries.get(key, "")) for key in (*TEXTS, *MORE)}
    study = entries.get(STUDY, {})
    if problems:
        # A wrong text does not keep the tables from being read as they are meant.
        how = How() if tables else _how(entries)
        own = study if isinstance(study, dict) else {}
        return About(texts, how, study=own, is_understood=not tables), problems
    return About(texts, _how(entries), _threshold(entries), study, entries.get(CHECKLIST, {})), problems


def _threshold(entries: dict) -> int:
    """Return how many patients must stand behind what is shown."""
    is_for_all = entries["provenance"] != "patient-level" or entries.get(_DISCLOSURE) == "internal"
    return 0 if is_for_all else entries.get(_THRESHOLD, THRESHOLD)


def _how(entries: dict) -> How:
    dates = entries.get("dates", {})
    return How(
        entries.get("columns", {}),
        entries.get("values", {}),
        entries.get("units", {}),
        dates.get("start", ""),
        dates.get("order", ""),
        entries.get(_DECIMAL, ""),
        entries.get(_LEAVE_OUT, {}),
    )


def _in_small_letters(table: Any) -> Any:
    """Write the keys of a table as the columns are called, unless two would become one."""
    if not isinstance(table, dict) or len({plain(key) for key in table}) < len(table):
        return table
    return {plain(key): entry for key, entry in table.items()}


def _own_columns(entries: dict) -> set[str]:
    """Name the columns that the study's own characteristics add to those of the dictionary."""
    study = entries.get(STUDY, {})
    own = study.get("characteristics", []) if isinstance(study, dict) else []
    return (
        {plain(str(one.get("column"))) for one in own if isinstance(one, dict)}
        if isinstance(own, list)
        else set()
    )


def _wrong_texts(entries: dict) -> Iterator[str]:
    absent = [key for key in TEXTS if not isinstance(entries.get(key), str) or not entries[key].strip()]
    yield from (f"{key}: must be a text; add it" for key in absent)
    if "name" not in absent and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", entries["name"]):
        yield "name: at most 60 letters, digits, - and _, as it names a folder"
    if "provenance" not in absent and entries["provenance"] not in PROVENANCES:
        yield f"provenance: must be one of {', '.join(PROVENANCES)}; correct it"
    if entries.get(_DISCLOSURE, DISCLOSURES[0]) not in DISCLOSURES:
        yield f"disclosure: must be one of {', '.join(DISCLOSURES)}; correct it"
    is_shown = entries.get("provenance") == "patient-level" and entries.get(_DISCLOSURE) != "internal"
    least = LEAST_THRESHOLD if is_shown else 0
    threshold = entries.get(_THRESHOLD, THRESHOLD)
    if type(threshold) is not int or not least <= threshold <= 100 or 0 < threshold < LEAST_THRESHOLD:
        yield (
            f"disclosure_threshold: a whole number of patients from {LEAST_THRESHOLD} to 100; correct it, "
            'or write disclosure = "internal" for a book that stays where it is made'
        )
    if DATE in entries and not _is_day(str(entries[DATE])):
        yield "date: the day of the data, as 2026-11-27; correct or remove it"
    for key in MORE[1:]:
        if not isinstance(entries.get(key, ""), str):
            yield f"{key}: must be a text; correct or remove it"
    for key in (*TEXTS, *MORE):
        if HTML.search(str(entries.get(key, ""))):
            yield f"{key}: must hold no HTML; remove it, or put a blank after <"
    known = (*TEXTS, *MORE, _DISCLOSURE, _THRESHOLD, _DECIMAL, *_TABLES)
    yield from (f"{key}: not known; remove it" for key in entries if key not in known)


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text)) and len(text) == len("2026-11-27")
    except ValueError:
        return False


def _units_of(column: str) -> Collection[str]:
    """Name the units that a column of the dictionary may be said to hold."""
    units = dictionary.load().drop_duplicates("column").set_index("column")["unit"]
    kind = units.get(column, "")
    return _OF_DAYS if kind == "days" else _OF_PERCENT if kind.startswith("percent") else ()


def _wrong_tables(entries: dict, columns: set[str]) -> Iterator[str]:
    for table in _TABLES:
        if not isinstance(entries.get(table, {}), dict):
            yield f"{table}: must be a table; write [{table}], and under it a line for each entry"
            return
    for table in _BY_COLUMN:
        unknown = [key for key in entries.get(table, {}) if key not in columns]
        yield from (f"{table}.{key}: no column of the dictionary; correct or remove it" for key in unknown)
    for key, name in entries.get("columns", {}).items():
        if not isinstance(name, str):
            yield f"columns.{key}: must be the name that the file gives to the column, as a text"
    for key, levels in entries.get("values", {}).items():
        if not isinstance(levels, dict) or not all(isinstance(level, str) for level in levels.values()):
            yield f'values.{key}: must be a table; write [values.{key}], and under it "theirs" = "ours"'
    for key, unit in entries.get("units", {}).items():
        known = _units_of(key)
        if not known:
            yield f"units.{key}: is no column of days or percent; remove it"
        elif not isinstance(unit, str) or unit not in known:
            yield f"units.{key}: must be one of {', '.join(known)}; correct it"
    for key, answer in entries.get(CHECKLIST, {}).items():
        if key not in ITEMS:
            yield f"{CHECKLIST}.{key}: not known; correct it to one of {', '.join(ITEMS)}"
        elif not isinstance(answer, str) or HTML.search(answer):
            yield f"{CHECKLIST}.{key}: must be a text without HTML; correct it"
    for key, values in entries.get(_LEAVE_OUT, {}).items():
        if not isinstance(values, list) or not all(type(value) in (str, int, float) for value in values):
            yield f'{_LEAVE_OUT}.{key}: must be a list of texts or numbers, as in ["observation"]; correct it'
    dates = entries.get("dates", {})
    for key in dates:
        if key not in ("start", "order"):
            yield f"dates.{key}: not known; [dates] takes start and order"
    if str(dates.get("start")) in columns:
        yield "dates.start: is a column of the dictionary; name the one that holds each patient's time zero"
    if not isinstance(dates.get("start", ""), str):
        yield "dates.start: must be the name that the file gives to the column of each patient's time zero"
    if dates.get("order", ORDERS[0]) not in ORDERS:
        yield f"dates.order: must be one of {', '.join(ORDERS)}; correct it"
    if entries.get(_DECIMAL, ".") not in (".", ","):
        yield 'decimal: must be "." or ","; correct it'
