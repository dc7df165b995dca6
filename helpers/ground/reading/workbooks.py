"""Reading: the cells of a workbook become text as the spreadsheet program shows it, or are unclear."""

import io
import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from helpers.ground.reading.lines import UnreadableError

_FORMULA = re.compile(rb"<(\w+:)?f[ />]")
_MERGED = re.compile(rb"<(\w+:)?mergeCell ")
_LITERAL = re.compile(r'"[^"]*"|\\.')  # of a number format, in which a percent sign is none
_NO_VALUE = (
    "a formula whose value is not in the file; open the workbook in the spreadsheet program and save it there"
)
_JOINED = "cells are merged; unmerge them, so that each row has its own value in each column"


@dataclass
class Workbook:
    """What stands in the sheet that is read.

    Attributes
    ----------
    rows : list of list of str
    told : list of str
        How it was read, in a few words each.
    unclear : dict of int to set of str
        By row, counted from 1, why some of its cells cannot be read.
    """

    rows: list[list[str]]
    told: list[str]
    unclear: dict[int, set[str]]


def read(content: bytes) -> Workbook:
    """Read the first sheet of a workbook that is not hidden.

    Parameters
    ----------
    content : bytes
        Of an .xlsx file.

    Returns
    -------
    Workbook

    Raises
    ------
    UnreadableError
    """
    parts = _parts(content)
    # Only a sheet that is held as a whole knows its merged cells; the others are streamed, which is quicker.
    book = _load(content, data_only=True, read_only=not any(map(_MERGED.search, parts)))
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not visible:
        raise UnreadableError("a workbook without a visible sheet; unhide the one that holds the table")
    sheet, unclear = visible[0], defaultdict(set)
    for joined in getattr(sheet, "merged_cells", ()):
        for row in range(joined.min_row, joined.max_row + 1):
            unclear[row].add(_JOINED)
    try:
        rows, percents = _texts(sheet)
        if any(map(_FORMULA.search, parts)):
            for row in _without_value(_load(content, data_only=False, read_only=True)[sheet.title], sheet):
                unclear[row].add(_NO_VALUE)
    except (SyntaxError, LookupError, ValueError):  # of the sheet's own XML
        raise _unopened() from None
    told = [_named(sheet.title, len(visible), len(book.worksheets) - len(visible))]
    if percents:
        told.append(f"{percents:,} cells formatted as percent read as they are shown, 0.6 as 60%")
    return Workbook(rows, told, dict(unclear))


def _texts(sheet: Any) -> tuple[list[list[str]], int]:
    """Write the cells of a sheet as text, and count those that are formatted as percent."""
    rows, percents = [], 0
    for row in sheet.iter_rows():
        percents += sum(map(_is_percent, row))
        rows.append([_text(cell) for cell in row])
    return rows, percents


def _parts(content: bytes) -> list[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as files:
            return [files.read(name) for name in files.namelist() if name.startswith("xl/worksheets/sheet")]
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        raise _unopened() from None


def _load(content: bytes, **how: bool) -> Any:
    import openpyxl  # takes a while to load, and few cohorts are workbooks

    try:
        return openpyxl.load_workbook(io.BytesIO(content), **how)
    except Exception:  # whatever its parser meets
        raise _unopened() from None


def _unopened() -> UnreadableError:
    return UnreadableError("not a workbook that can be opened; save it anew as .xlsx or as CSV")


def _named(title: str, visible: int, hidden: int) -> str:
    sheets = f"a workbook, its first visible sheet {title!r} of {visible}" if visible > 1 else "a workbook"
    return f"{sheets}, hidden sheets ignored: {hidden}" if hidden else sheets


def _without_value(formulas: Any, values: Any) -> list[int]:
    """Name the rows with a formula that no program computed; one that gave an empty text was computed."""
    rows = zip(formulas.iter_rows(), values.iter_rows(), strict=False)
    return [
        number
        for number, (asked, given) in enumerate(rows, start=1)
        if any(
            formula.data_type == "f" and cell.value is None and cell.data_type != "str"
            for formula, cell in zip(asked, given, strict=False)
        )
    ]


def _is_percent(cell: Any) -> bool:
    if type(cell.value) not in (int, float):
        return False
    return "%" in _LITERAL.sub("", cell.number_format or "")


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if _is_percent(cell):
        return f"{value * 100:.12g}%"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).strip()
