"""Reading: one table of a cohort becomes the text that the rules ask for, and says how it was understood."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from helpers.ground import dictionary
from helpers.ground.about import FRACTION, UNITS, How
from helpers.ground.reading import dates, ends, identifiers, limits, lines, sheets, values
from helpers.ground.reading.columns import named, plain
from helpers.ground.study import Study

SUFFIXES = (".csv", ".xlsx", ".parquet")
_ENDS = {"minimum": -float("inf"), "maximum": float("inf")}  # of a column without limits
ALIKE = 0.8  # of the names of columns, as `difflib` measures it
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
    remarks : list of str
        What breaks no rule and yet is seldom meant, a line each.
    left_out : set of str
        Patients whose rows are not wanted, by identifier.
    """

    name: str
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    problems: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)

    def refuse(self, problem: str) -> None:
        """Add a problem.

        Parameters
        ----------
        problem : str
            Without the file's name.
        """
        self.problems.append(f"{self.name}: {problem}")

    def refuse_where(self, which: pd.Series, column: str, rule: str) -> None:
        """Add a problem of some rows, if there are any.

        Parameters
        ----------
        which : Series of bool
            On the rows of the file.
        column, rule : str
        """
        if which.any():
            self.problems.append(lines.broken_line(self.name, which.index[which], column, rule))


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
    # A column may be mapped though it has no name, and an empty cell tells no header from other rows.
    known = {plain(name) for name in (*wanted, *own.values())} - {""}
    try:
        sheet = sheets.read(paths[0], lambda name: plain(name) in known)
    except lines.UnreadableError as error:
        for problem in error.args:
            found.refuse(problem)
        return found
    characteristics = set(wanted).difference(dictionary.load()["column"])
    places, wrong = named(sheet.header, wanted, own, characteristics)
    for problem in wrong:
        found.refuse(problem)
    cells = sheet.cells.where(sheet.cells != "")
    found.told = [f"{len(cells):,} rows", *sheet.told]
    cells = _wanted(cells, sheet.header, places, how, found)
    zero = _start(sheet.header, how, found) if file == "patients" else None
    start = None if zero is None else cells[zero]
    _unused(cells, sheet.header, places, zero, wanted, found)
    found.told += _shared(sheet.header, places)
    text = cells[[*places.values()]].set_axis([*places], axis=1)
    found.rows = _understood(text, columns.set_index("column"), study, how, start, found)
    if file == "patients":
        found.rows, told = ends.without_ends(_numbered(found, has_panel=bool(find(folder, "immune"))))
        found.remarks += told
    found.rows = _filled(found, study)
    if is_real and "synthetic" not in found.rows:
        found.rows["synthetic"] = "no"
    return found


def _shared(header: list[str], places: dict[str, int]) -> list[str]:
    """Say which columns of a file are read as several."""
    several = {place: [one for one in places if places[one] == place] for place in places.values()}
    return [f"{header[place]} read as {' and as '.join(all)}" for place, all in several.items() if all[1:]]


def _numbered(found: Read, has_panel: bool) -> pd.DataFrame:
    """Let the numbers of the rows stand in for identifiers, by which no panel's rows ask for a patient."""
    rows = found.rows
    if "patient_id" in rows or has_panel:
        return rows
    found.remarks.append("no column patient_id: the rows' numbers stand in for it")
    return rows.assign(patient_id=rows.index.map(str))


def _filled(found: Read, study: Study) -> pd.DataFrame:
    """Leave out the columns in which nothing stands, as if they were not there, but those that must be."""
    rows = found.rows
    empty = rows.columns[rows.isna().all()].difference(dictionary.NEEDED, sort=False)
    # Where an event happened to nobody, its column of days is empty and is needed all the same.
    days = {days for event, days in dictionary.PAIRS if event in rows and event not in empty}
    empty = empty.difference(days, sort=False)
    if not _is_response_asked(rows, study):
        empty = empty.difference(["best_response"], sort=False)
    if len(rows) and len(empty):
        found.told.append(f"empty, and read as not there: {', '.join(empty)}")
        return rows.drop(columns=empty)
    return rows


def _is_response_asked(rows: pd.DataFrame, study: Study) -> bool:
    """Tell whether any patient is of a status that the best response is asked of; of others it is empty."""
    asked = {level for one in study.populations if one.responds_by == "response" for level in one.levels}
    return "disease_status" not in rows or rows["disease_status"].isin(asked).any()


def _wanted(
    cells: pd.DataFrame, header: list[str], places: dict[str, int], how: How, found: Read
) -> pd.DataFrame:
    """Leave out the rows of the values that ``cohort.toml`` does not want."""
    kept = pd.Series(True, index=cells.index)
    for column, values_out in how.leave_out.items():
        unwanted = [str(value) for value in values_out]
        own = how.values.get(column, {})
        asked = [place for place, name in enumerate(header) if plain(name) == plain(column)]
        for place in [places[column]] if column in places else asked:
            levels = values.levels(cells[place], unwanted, {})
            out = levels.isin(unwanted) | values.levels(cells[place], [], own).isin(unwanted)
            found.told.append(f"{int(out.sum()):,} rows left out by {column}")
            kept &= ~out
        if column not in places and not asked:
            found.told.append(f"no column {column}, by which rows would be left out")
    if len(cells) and not kept.any():
        found.refuse("[leave_out] of cohort.toml leaves no row; correct it")
    if "patient_id" in places:
        identifier = cells[places["patient_id"]]
        found.left_out = set(identifier[~kept].dropna()) - set(identifier[kept])
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
    cells: pd.DataFrame,
    header: list[str],
    places: dict[str, int],
    zero: int | None,
    wanted: list[str],
    found: Read,
) -> None:
    """Tell which columns are not used, and refuse what names a patient, used or not."""
    unused, known = [], set(dictionary.load()["column"])
    for place, name in enumerate(header):
        columns = {column for column in places if places[column] == place}
        is_own = "patient_id" in columns or plain(name) in columns & known
        if not is_own and identifiers.by_name(plain(name)):
            found.refuse(
                f"column {place + 1} is called as what names a patient ({name}); remove it from the file"
            )
        elif suspect := _suspect(cells[place], columns, place == zero):
            what, which = suspect
            found.refuse_where(which, f"{place + 1}", f"looks like {what}; remove it from the file")
        elif not columns and place != zero:
            like = get_close_matches(plain(name), sorted(set(wanted) - set(places)), 1, ALIKE)
            unused.append(f"{name} (meant as {like[0]}?)" if like else name or "one without a name")
    if unused:
        left = f" and {len(unused) - MOST_NAMED} more" if len(unused) > MOST_NAMED else ""
        count = "1 column" if len(unused) == 1 else f"{len(unused)} columns"
        found.told.append(f"{count} not used: {', '.join(unused[:MOST_NAMED])}{left}")


def _suspect(cells: pd.Series, columns: set[str], is_start: bool) -> tuple[str, pd.Series] | None:
    """Say what in a column looks like what names a patient, and where."""
    if suspect := identifiers.by_value(cells):
        return suspect
    if "patient_id" in columns and (which := identifiers.are_names(cells)).any():
        return "the name of a patient, in place of which a number is enough", which
    if not columns and not is_start and (which := identifiers.are_births(cells)).any():
        return "a date of birth", which
    return None


def _understood(
    text: pd.DataFrame, columns: pd.DataFrame, study: Study, how: How, start: pd.Series | None, found: Read
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
    numbers = [name for name in understood if columns.loc[name, "type"] in ("number", "whole")]
    elsewhere = values.decimal_of([understood[name] for name in numbers])
    for name, cells in understood.items():
        column = columns.loc[name]
        if name in numbers:
            understood[name] = _numbers(cells, column, study, how, name in dated, elsewhere, found)
        else:
            understood[name] = _texts(cells, column, how, found)
    return pd.DataFrame(understood, index=text.index)


def _count_days(
    understood: dict[str, pd.Series], dated: list[str], start: pd.Series | None, how: How, found: Read
) -> None:
    """Turn dates into days from the start, in place."""
    if not dated:
        return
    days = {name: understood[name] for name in dated}
    # Whatever is wrong with the dates is told here, so that no rule about days tells of it again.
    understood |= {name: text.mask(text.notna(), lines.REFUSED) for name, text in days.items()}
    if start is None and how.start:  # which was refused where it was sought
        return
    if start is None:
        named = ", ".join(dated)
        found.refuse(
            f"column {named}: holds dates; name the column of each patient's time zero as start under "
            "[dates] in cohort.toml, or write days (values not shown)"
        )
        return
    order = how.order or dates.order_of([start, *days.values()])
    if order is None:
        found.refuse(
            f"column {', '.join(dated)}: its dates can be read day first or month first; write order = "
            '"day first" or "month first" under [dates] in cohort.toml (values not shown)'
        )
        return
    zero = dates.read(start, order)
    asked = pd.concat(days, axis=1).notna().any(axis=1)
    rule = "must be a date, from which the days of its row are counted; correct it"
    found.refuse_where(asked & zero.isna(), how.start, rule)
    for name, text in days.items():
        read = dates.read(text, order)
        wrong = text.notna() & read.isna()
        found.refuse_where(wrong, name, "must be a date that the calendar has, as the others are; correct it")
        counted = (read - zero).dt.days.map("{:.0f}".format)
        understood[name] = counted.mask(wrong | zero.isna(), lines.REFUSED).where(text.notna())
    found.told.append(f"dates turned into days from the start: {', '.join(dated)}")


def _texts(text: pd.Series, column: pd.Series, how: How, found: Read) -> pd.Series:
    """Write answers and levels as the dictionary has them."""
    name = str(column.name)
    if column["type"] == "yes_no":
        own = how.values.get(name, {})
        return values.answers(values.levels(text, [], own))
    if name == "best_response":
        text, told = values.without_evaluation(text, "NR")
        found.told += [f"{name}: {each}" for each in told]
    return values.levels(text, column["levels"], how.values.get(name, {})) if column["levels"] else text


def _numbers(
    text: pd.Series,
    column: pd.Series,
    study: Study,
    how: How,
    is_dated: bool,
    elsewhere: str,
    found: Read,
) -> pd.Series:
    """Write numbers as the dictionary has them, in its unit."""
    name, unit = str(column.name), how.units.get(str(column.name), "")
    scale = UNITS.get(unit, 1.0)
    low, high = (column[end] if pd.notna(column[end]) else limit for end, limit in _ENDS.items())
    low, high = low / scale, high / scale
    is_percent, is_age = column["unit"].startswith("percent"), column["unit"] == "years"
    if is_percent or is_age:
        cut_offs = [cut_off / scale for cut_off in _cut_offs(study, name)]
        most = min(high, 100 / scale) if is_percent else high
        within = limits.Limits(max(low, 0), most, is_age, cut_offs)
        text, told = limits.middles(text, within, how.decimal)
        found.told += [f"{name}: {each}" for each in told]
    signed = [value for value in text.dropna().unique() if value.endswith(values.PERCENT_SIGNS)]
    numbers, told, rule = values.numbers(text, low, high, is_percent, how.decimal, elsewhere)
    found.told += [f"{name}: {each}" for each in told]
    if rule:
        which = text.str.contains(",", na=False)
        found.refuse_where(which, name, rule)
        return text.mask(which, lines.REFUSED)
    number = pd.to_numeric(numbers.mask(text.isin(signed)) if signed else numbers, errors="coerce")
    if is_percent and not unit and number.between(0, 1).sum() == number.count() and (number % 1 > 0).any():
        found.remarks.append(
            f"{name}: looks like fractions, as no value is above 1; if 0.6 means 60%, write "
            f'{name} = "fraction" under [units] in cohort.toml, and if it means 0.6%, {name} = "percent"'
        )
    if scale != 1 and not is_dated:
        found.told.append(f"{name}: {unit} turned into {'percent' if unit == FRACTION else 'days'}")
        numbers = (number * scale).map("{:.10g}".format).where(number.notna(), numbers)
    return numbers


def _cut_offs(study: Study, column: str) -> list[float]:
    """Return the cut-offs of a column by which the study's populations are picked."""
    own = [one for one in study.populations if one.column == column]
    return sorted({end for one in own for end in (one.above, one.at_most) if end is not None})
