"""Reading: one table of a cohort becomes the text that the rules ask for, and says how it was understood."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers.ground import dictionary
from helpers.ground.about import UNITS, How
from helpers.ground.reading import dates, identifiers, sheets, values
from helpers.ground.reading.columns import named, plain
from helpers.ground.study import Study

SUFFIXES = (".csv", ".xlsx", ".parquet")
_ENDS = {"minimum": -float("inf"), "maximum": float("inf")}  # of a column without limits
MOST_NAMED = 8  # columns that are not used


@dataclass
class Read:
    """A file as it was understood.

    Attributes
    ----------
    name : str
        Of the file.
    rows : DataFrame of str
        The columns of the dictionary that it has, empty cells missing, indexed by the row of the file.
    problems : list of str
        Why it cannot be taken, a line each.
    told : list of str
        What was understood, a few words each.
    left_out : set of str
        Patients whose rows are not wanted, by identifier.
    """

    name: str
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    problems: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)

    def refuse(self, problem: str) -> None:
        """Add a problem.

        Parameters
        ----------
        problem : str
            Without the file's name.
        """
        self.problems.append(f"{self.name}: {problem}")


def find(folder: Path, file: str) -> list[Path]:
    """List the files of a folder that may be one of a cohort's tables.

    Parameters
    ----------
    folder : Path
    file : {"patients", "immune"}

    Returns
    -------
    list of Path
        Links that lead nowhere too, since whoever put one there expects it to be read.
    """
    paths = (folder / f"{file}{suffix}" for suffix in SUFFIXES)
    return [path for path in paths if path.exists() or path.is_symlink()]


def read(folder: Path, file: str, study: Study, how: How, is_real: bool) -> Read:
    """Read one table of a cohort.

    Parameters
    ----------
    folder : Path
    file : {"patients", "immune"}
    study : Study
    how : How
        What ``cohort.toml`` says of its columns and values.
    is_real : bool
        Whether the rows are patients', who need not be marked as no synthetic ones.

    Returns
    -------
    Read
    """
    paths = find(folder, file) or [folder / f"{file}.csv"]
    found = Read(paths[0].name)
    if len(paths) > 1:
        found.refuse(f"stands beside {paths[1].name}; keep one of the two")
        return found
    columns = dictionary.of(file, study)
    wanted = columns["column"].tolist()
    own = {column: name for column, name in how.columns.items() if column in wanted}
    known = {plain(name) for name in (*wanted, *own.values())}
    try:
        sheet = sheets.read(paths[0], lambda name: plain(name) in known)
    except sheets.UnreadableError as error:
        for problem in error.args:
            found.refuse(problem)
        return found
    places, wrong = named(sheet.header, wanted, own)
    for problem in wrong:
        found.refuse(problem)
    cells = sheet.cells.where(sheet.cells != "")
    found.told = [f"{len(cells):,} rows", *sheet.told]
    cells = _wanted(cells, sheet.header, places, how, found)
    zero = _start(sheet.header, how, found) if file == "patients" else None
    start = None if zero is None else cells[zero]
    _unused(cells, sheet.header, places, zero, found)
    text = cells[[*places]].set_axis([*places.values()], axis=1)
    found.rows = _understood(text, columns.set_index("column"), how, start, found)
    if is_real and "synthetic" not in found.rows:
        found.rows["synthetic"] = "no"
    return found


def _wanted(
    cells: pd.DataFrame, header: list[str], places: dict[int, str], how: How, found: Read
) -> pd.DataFrame:
    """Leave out the rows of the values that ``cohort.toml`` does not want."""
    kept = pd.Series(True, index=cells.index)
    for column, unwanted in how.leave_out.items():
        asked = [place for place, name in enumerate(header) if column == places.get(place)]
        asked = asked or [place for place, name in enumerate(header) if plain(name) == plain(column)]
        for place in asked:
            own = how.values.get(places.get(place, ""), {})
            levels = values.levels(cells[place], unwanted, {})
            out = levels.isin(unwanted) | values.levels(cells[place], [], own).isin(unwanted)
            found.told.append(f"{int(out.sum()):,} rows left out by {column}")
            kept &= ~out
        if not asked:
            found.told.append(f"no column {column}, by which rows would be left out")
    if len(cells) and not kept.any():
        found.refuse("[leave_out] of cohort.toml leaves no row; correct it")
    identifier = next((place for place, column in places.items() if column == "patient_id"), None)
    if identifier is not None:
        found.left_out = set(cells[identifier][~kept].dropna()) - set(cells[identifier][kept])
    return cells[kept]


def _start(header: list[str], how: How, found: Read) -> int | None:
    """Return the place of the column of each patient's time zero, if one is named."""
    if not how.start:
        return None
    place = next((place for place, name in enumerate(header) if plain(name) == plain(how.start)), None)
    if place is None:
        found.refuse("the column that dates.start of cohort.toml names is not there; correct the name")
    return place


def _unused(
    cells: pd.DataFrame, header: list[str], places: dict[int, str], zero: int | None, found: Read
) -> None:
    """Tell which columns are not used, and refuse what names a patient, used or not."""
    unused, known = [], set(dictionary.load()["column"])
    for place, name in enumerate(header):
        column = places.get(place)
        is_own = column == "patient_id" or (column in known and plain(name) == column)
        if not is_own and identifiers.by_name(plain(name)):
            found.refuse(
                f"column {place + 1} is called as what names a patient ({name}); remove it from the file"
            )
        elif suspect := identifiers.by_value(cells[place]):
            what, which = suspect
            rows = sheets.spans([*cells.index[which]])
            found.refuse(
                f"{rows}, column {place + 1}: looks like {what}; remove it from the file (value not shown)"
            )
        elif place not in places and place != zero:
            unused.append(name or "one without a name")
    if unused:
        left = f" and {len(unused) - MOST_NAMED} more" if len(unused) > MOST_NAMED else ""
        count = "1 column" if len(unused) == 1 else f"{len(unused)} columns"
        found.told.append(f"{count} not used: {', '.join(unused[:MOST_NAMED])}{left}")


def _understood(
    text: pd.DataFrame, columns: pd.DataFrame, how: How, start: pd.Series | None, found: Read
) -> pd.DataFrame:
    """Write every cell as the dictionary has it, where it can mean one thing only."""
    understood, marks = {}, {}
    for name in text:
        meant = [*columns.loc[name, "levels"], *how.values.get(name, {})]
        understood[name], marks[name] = values.without_missing(text[name], meant)
    if met := sorted({mark for each in marks.values() for mark in each}):
        found.told.append(f"read as missing: {', '.join(met)}")
    days = [name for name in understood if columns.loc[name, "unit"] == "days"]
    dated = [name for name in days if dates.are_dates(understood[name])]
    _count_days(understood, dated, start, how, found)
    for name, cells in understood.items():
        understood[name] = _column(cells, columns.loc[name], how, name in dated, found)
    return pd.DataFrame(understood, index=text.index)


def _count_days(
    understood: dict[str, pd.Series], dated: list[str], start: pd.Series | None, how: How, found: Read
) -> None:
    """Turn dates into days from the start, in place."""
    if not dated:
        return
    if start is None:
        named = ", ".join(dated)
        found.refuse(
            f"column {named}: holds dates; name the column of each patient's time zero as start under "
            "[dates] in cohort.toml, or write days (values not shown)"
        )
        return
    order = how.order or dates.order_of([start, *(understood[name] for name in dated)])
    if order is None:
        found.refuse(
            f"column {', '.join(dated)}: its dates can be read day first or month first; write order = "
            '"day first" or "month first" under [dates] in cohort.toml (values not shown)'
        )
        return
    zero = dates.read(start, order)
    for name in dated:
        counted = (dates.read(understood[name], order) - zero).dt.days
        # What is no date, or has no start, stays as it is and is refused with the other numbers.
        understood[name] = counted.map("{:.0f}".format).where(counted.notna(), understood[name])
    found.told.append(f"dates turned into days from the start: {', '.join(dated)}")


def _column(text: pd.Series, column: pd.Series, how: How, is_dated: bool, found: Read) -> pd.Series:
    """Write the cells of a column as the dictionary has them."""
    name = str(column.name)
    if column["type"] == "yes_no":
        own = how.values.get(name, {})
        return values.answers(values.levels(text, [], own))
    if name == "best_response":
        text, told = values.without_evaluation(text, "NR")
        found.told += [f"{name}: {each}" for each in told]
    if column["levels"]:
        return values.levels(text, column["levels"], how.values.get(name, {}))
    if column["type"] not in ("number", "whole"):
        return text
    unit = how.units.get(name, "days")
    low, high = (column[end] if pd.notna(column[end]) else limit for end, limit in _ENDS.items())
    span = low, high / UNITS[unit]
    is_percent = column["unit"].startswith("percent")
    if column["unit"] == "years" or is_percent:
        text, told = values.middles(text, column["unit"] == "years")
        found.told += [f"{name}: {each}" for each in told]
    numbers, told, rule = values.numbers(text, *span, is_percent, how.decimal)
    found.told += [f"{name}: {each}" for each in told]
    if rule:
        found.refuse(f"column {name}: {rule} (values not shown)")
    if unit != "days" and not is_dated:
        number = pd.to_numeric(numbers, errors="coerce")
        found.told.append(f"{name}: {unit} turned into days")
        numbers = (number * UNITS[unit]).map("{:.10g}".format).where(number.notna(), numbers)
    return numbers
