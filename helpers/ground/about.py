"""Ground: `cohort.toml` says what a cohort is, and how its files are to be read."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.ground.reading.dates import ORDERS

FILE = "cohort.toml"
PROVENANCES = ("reconstructed", "patient-level")
TEXTS = ("name", "title", "provenance", "source")
DATE = "date"  # of the data, where it is known
UNITS = {"days": 1.0, "weeks": 7.0, "months": DAYS_PER_MONTH, "years": 12 * DAYS_PER_MONTH}  # in days
_TABLES = ("columns", "values", "units", "dates")
_DECIMAL, _THRESHOLD = "decimal", "disclosure_threshold"


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
        Of columns of days that hold another of `UNITS`.
    start : str
        The file's column of each patient's time zero, from which dates are counted.
    order : str
        One of `helpers.ground.reading.dates.ORDERS`, where the dates do not tell it.
    decimal : str
        A point or a comma, where the numbers do not tell it.
    """

    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    start: str = ""
    order: str = ""
    decimal: str = ""


def read(path: Path, columns: set[str]) -> tuple[dict[str, str], How, list[str]]:
    """Read a cohort's ``cohort.toml``.

    Parameters
    ----------
    path : Path
    columns : set of str
        Of the dictionary.

    Returns
    -------
    tuple of dict, How and list of str
        The texts, with the date of the data, which may be empty; how its files are read; and one line a
        problem.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return (
            {},
            How(),
            ["cohort.toml: the file is missing; write name, title, provenance and source into it"],
        )
    except OSError:
        return {}, How(), ["cohort.toml: cannot be read; it must be a file that you may open"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}, How(), ['cohort.toml: not valid TOML in UTF-8; each line reads key = "text"']
    wrong = [*_wrong_texts(entries), *_wrong_tables(entries, columns)]
    problems = [f"cohort.toml: key {problem}" for problem in wrong]
    texts = {key: str(entries.get(key, "")) for key in (*TEXTS, DATE)}
    return texts, How() if problems else _how(entries), problems


def _how(entries: dict) -> How:
    dates = entries.get("dates", {})
    return How(
        entries.get("columns", {}),
        entries.get("values", {}),
        entries.get("units", {}),
        dates.get("start", ""),
        dates.get("order", ""),
        entries.get(_DECIMAL, ""),
    )


def _wrong_texts(entries: dict) -> Iterator[str]:
    absent = [key for key in TEXTS if not isinstance(entries.get(key), str) or not entries[key].strip()]
    yield from (f"{key}: must be a text; add it" for key in absent)
    if "name" not in absent and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", entries["name"]):
        yield "name: at most 60 letters, digits, - and _, as it names a folder"
    if "provenance" not in absent and entries["provenance"] not in PROVENANCES:
        yield f"provenance: must be one of {', '.join(PROVENANCES)}; correct it"
    if type(entries.get(_THRESHOLD, 0)) is not int or entries.get(_THRESHOLD, 0) != 0:
        yield "disclosure_threshold: hiding small counts is not built yet; only 0 is taken"
    if DATE in entries and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(entries[DATE])):
        yield "date: the day of the data, as 2026-11-27; correct or remove it"
    known = (*TEXTS, DATE, _THRESHOLD, _DECIMAL, *_TABLES)
    yield from (f"{key}: not known; remove it" for key in entries if key not in known)


def _wrong_tables(entries: dict, columns: set[str]) -> Iterator[str]:
    for table in _TABLES:
        if not isinstance(entries.get(table, {}), dict):
            yield f"{table}: must be a table; write [{table}], and under it a line for each entry"
            return
    for table in ("columns", "values", "units"):
        unknown = [key for key in entries.get(table, {}) if key not in columns]
        yield from (f"{table}.{key}: no column of the dictionary; correct or remove it" for key in unknown)
    for key, name in entries.get("columns", {}).items():
        if not isinstance(name, str):
            yield f"columns.{key}: must be the name that the file gives to the column, as a text"
    for key, levels in entries.get("values", {}).items():
        if not isinstance(levels, dict) or not all(isinstance(level, str) for level in levels.values()):
            yield f'values.{key}: must be a table; write [values.{key}], and under it "theirs" = "ours"'
    for key, unit in entries.get("units", {}).items():
        if unit not in UNITS or not key.endswith("_days"):
            yield f"units.{key}: one of {', '.join(UNITS)}, for a column of days; correct or remove it"
    dates = entries.get("dates", {})
    for key in dates:
        if key not in ("start", "order"):
            yield f"dates.{key}: not known; [dates] takes start and order"
    if not isinstance(dates.get("start", ""), str):
        yield "dates.start: must be the name that the file gives to the column of each patient's time zero"
    if dates.get("order", ORDERS[0]) not in ORDERS:
        yield f"dates.order: must be one of {', '.join(ORDERS)}; correct it"
    if entries.get(_DECIMAL, ".") not in (".", ","):
        yield 'decimal: must be "." or ","; correct it'
