"""Reading: the bytes of a file become a header and rows of text, whatever program wrote them."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.ground.reading import workbooks
from helpers.ground.reading.lines import UnreadableError, spans

MOST_BYTES = 500_000_000
MOST_ROWS = 1_000_000
HIGHEST_HEADER = 10  # rows that are looked at for the header
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_EXCEL, _OLD_EXCEL, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
_MARKS = {
    codecs.BOM_UTF8: ("utf-8-sig", "UTF-8"),
    codecs.BOM_UTF16_LE: ("utf-16", "UTF-16"),
    codecs.BOM_UTF16_BE: ("utf-16", "UTF-16"),
}


@dataclass
class Sheet:
    """What stands in a file.

    Attributes
    ----------
    header : list of str
    cells : DataFrame of str
        A column for each name of the header, numbered from 0, without rows in which nothing stands; the index
        says in which row of the file each begins, counted from 1.
    told : list of str
        How it was read, in a few words each.
    """

    header: list[str]
    cells: pd.DataFrame
    told: list[str]


def read(path: Path, is_known: Callable[[str], bool]) -> Sheet:
    """Read a file of comma-, semicolon- or tab-separated text, of a spreadsheet, or of Parquet.

    Parameters
    ----------
    path : Path
        Its content decides what it is, not its ending.
    is_known : callable
        Tells whether a text names a column that is looked for.

    Returns
    -------
    Sheet

    Raises
    ------
    UnreadableError
    """
    try:
        with path.open("rb") as file:
            is_parquet = file.read(len(_PARQUET)) == _PARQUET
        if is_parquet:
            return _sheet(*_of_parquet(path), is_known)
        if path.stat().st_size > MOST_BYTES:
            size = MOST_BYTES // 1_000_000
            raise UnreadableError(
                f"larger than {size} MB; keep the columns that are asked for, or write it as Parquet"
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableError(
            "the file is missing; put your table into the cohort's folder under this name, or as .xlsx "
            "or .parquet"
        ) from None
    except OSError:
        raise UnreadableError("cannot be read; it must be a file that you may open") from None
    if content.startswith(_OLD_EXCEL):
        raise UnreadableError("a workbook of Excel before 2007; save it as .xlsx or as CSV")
    if content.startswith(_EXCEL):
        book = workbooks.read(content)
        cells = _table(book.rows, range(1, len(book.rows) + 1))
        return _sheet(cells, book.told, is_known, book.unclear)
    return _sheet(*_of_text(content, is_known), is_known)


def _sheet(
    cells: pd.DataFrame,
    told: list[str],
    is_known: Callable[[str], bool],
    unclear: Mapping[int, set[str]] | None = None,
) -> Sheet:
    """Find the header among the rows, and leave out what belongs to no patient.

    What is unclear, by the row of the file, matters from the header on.
    """
    cells = cells.apply(_stripped)
    cells = cells[(cells != "").any(axis=1)]
    comments = cells[0].str.startswith("#") & (cells.iloc[:, 1:] == "").all(axis=1)
    if comments.any():
        told = [*told, f"{_lines(comments.sum())} of comment skipped"]
        cells = cells[~comments]
    if cells.empty:
        raise UnreadableError("the file is empty; it needs a header and one row per patient")
    first = [row.tolist() for _, row in cells[:HIGHEST_HEADER].iterrows()]
    above = next((place for place, row in enumerate(first) if any(map(is_known, row))), None)
    if above is None:
        raise UnreadableError(
            "the first row names no column that is asked for: if it is a patient's, put a header above it; "
            "if the columns have other names, list them under [columns] in cohort.toml, which "
            "`make new COHORT=newfolder LIKE=file` begins for you (texts not shown)"
        )
    if above:
        told = [*told, f"{_lines(above)} above the header skipped"]
    start = cells.index[above]
    problems = [(row, why) for row, reasons in (unclear or {}).items() if row >= start for why in reasons]
    if problems:
        reasons = dict.fromkeys(why for _, why in problems)
        raise UnreadableError(
            *(f"{spans([row for row, each in problems if each == why])}: {why}" for why in reasons)
        )
    header, cells = first[above], cells[above + 1 :]
    again = (cells == header).all(axis=1)
    if again.any():
        told = [*told, f"the header, repeated in {_lines(again.sum())}, skipped"]
        cells = cells[~again]
    if len(cells) > MOST_ROWS:
        raise UnreadableError(f"more than {MOST_ROWS:,} rows, which no book here can hold")
    while header and not header[-1] and (cells[len(header) - 1] == "").all():
        header = header[:-1]  # a separator at the end of each line
    return Sheet(header, cells[[*range(len(header))]], told)


def _stripped(column: pd.Series) -> pd.Series:
    return column.map({text: text.strip() for text in column.unique()})


def _of_parquet(path: Path) -> tuple[pd.DataFrame, list[str]]:
    """Read a table that says what each column holds, as text all the same, since the rules look at text."""
    import pyarrow  # takes a while to load, and few cohorts are of this kind
    from pyarrow import compute, parquet

    try:
        file = parquet.ParquetFile(path)
        if file.metadata.num_rows > MOST_ROWS:
            raise UnreadableError(f"more than {MOST_ROWS:,} rows, which no book here can hold")
        groups = range(file.metadata.num_row_groups)
        if sum(file.metadata.row_group(each).total_byte_size for each in groups) > MOST_BYTES:
            raise UnreadableError(
                f"unpacks to more than {MOST_BYTES // 1_000_000} MB; keep the columns that are asked for, as "
                "DuckDB does without reading the rest: "
                f"COPY (SELECT ... FROM '{path.name}') TO 'smaller.parquet'"
            )
        table = file.read()
        texts = [compute.cast(column, pyarrow.string()).to_pandas().fillna("") for column in table.columns]
    except pyarrow.ArrowException:
        raise UnreadableError("not a Parquet file of plain columns; write it anew, or as CSV") from None
    cells = pd.DataFrame(dict(enumerate(texts)), dtype=object)
    cells.index += 1
    return pd.concat([_table([table.column_names], [0]), cells]), ["Parquet"]


def _table(rows: list[list[str]], lines: Iterable[int]) -> pd.DataFrame:
    """Make a table of rows, the short ones filled up."""
    cells = pd.DataFrame(rows, index=pd.Index([*lines]), dtype=object).fillna("")
    return cells if len(cells.columns) else pd.DataFrame({0: []}, dtype=object)


def _of_text(content: bytes, is_known: Callable[[str], bool]) -> tuple[pd.DataFrame, list[str]]:
    text, encoding = _decoded(content)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableError(f"row {line}: holds a NUL character; the file is damaged, export it again")
    separator = _separator(text, is_known)
    return _rows(text, separator, is_known), [encoding, SEPARATORS[separator]]


def _rows(text: str, separator: str, is_known: Callable[[str], bool]) -> pd.DataFrame:
    """Part a text into rows and fields; where its rows are not alike, say which."""
    if '"' not in text:  # then a line is a row, and the quick parser tells no other story than the exact one
        try:
            cells = pd.read_csv(
                io.StringIO(text),
                sep=separator,
                header=None,
                dtype=str,
                na_filter=False,
                skip_blank_lines=False,
            )
        except (pd.errors.ParserError, pd.errors.EmptyDataError):
            pass
        else:
            filled = int((cells != "").any(axis=1).sum())
            if text.count(separator) == (len(cells.columns) - 1) * filled:  # a short row has fewer
                return cells.set_axis(cells.index + 1)
    records = [(line, row) for line, row in _records(text, separator) if any(row)]
    heads = (place for place, (_, row) in enumerate(records[:HIGHEST_HEADER]) if any(map(is_known, row)))
    start = next(heads, len(records))
    width = (
        len(records[start][1]) if start < len(records) else max((len(row) for _, row in records), default=0)
    )
    told = [(line, row) for line, row in records[start:] if not row[0].startswith("#") or any(row[1:])]
    long = [line for line, row in told if any(row[width:])]
    short = [line for line, row in told if len(row) < width]
    problems = []
    if long:
        problems.append(f"{spans(long)}: more fields than the header; quote a text that holds the separator")
    if short:
        problems.append(f"{spans(short)}: fewer fields than the header; fill up with empty fields")
    if problems:
        raise UnreadableError(*problems)
    return _table([row[:width] for _, row in records], [line for line, _ in records])


def _decoded(content: bytes) -> tuple[str, str]:
    """Decode a text, and name its encoding."""
    for mark, (codec, name) in _MARKS.items():
        if content.startswith(mark):
            return _try(content, codec) or _undecodable(), name
    if content[:200].count(0) > len(content[:200]) // 4:  # every other byte of Latin text in UTF-16
        codec = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
        return _try(content, codec) or _undecodable(), "UTF-16"
    if (text := _try(content, "utf-8")) is not None:
        return text, "UTF-8"
    # Chinese characters are pairs of bytes, and stand side by side; letters with accents stand alone.
    runs = re.findall(rb"[\x80-\xff]+", content)
    if (
        sum(len(run) % 2 == 0 for run in runs) > len(runs) / 2
        and (text := _try(content, "gb18030")) is not None
    ):
        return text, "GB18030"
    return _try(content, "cp1252") or _undecodable(), "Windows-1252"


def _try(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        return None


def _undecodable() -> str:
    raise UnreadableError("the text is in no encoding that is known; save the file as UTF-8 CSV")


def _separator(text: str, is_known: Callable[[str], bool]) -> str:
    """Choose the separator under which the first line names most columns, or has most fields."""
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")

    def found(separator: str) -> tuple[int, int]:
        fields = next(csv.reader([first], delimiter=separator), [])
        return sum(map(is_known, fields)), len(fields)

    return max(SEPARATORS, key=found)


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, [field.strip() for field in row]
            line = reader.line_num + 1
    except csv.Error:
        raise UnreadableError(
            f"row {line}: a quotation mark that is opened here is not closed, or stands within a field; "
            "close it, or write it twice"
        ) from None


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"
