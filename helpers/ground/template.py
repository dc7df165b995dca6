"""Ground: `make new` writes a cohort's folder to fill in, and proposes how a table at hand is to be read."""

import argparse
import sys
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from helpers.ground import about, command, dictionary, proposals
from helpers.ground import study as studies
from helpers.ground.files import replacing
from helpers.ground.paths import named
from helpers.ground.proposals import Proposal
from helpers.ground.reading.columns import plain
from helpers.ground.reading.lines import UnreadableError
from helpers.ground.reading.tables import SUFFIXES
from helpers.ground.study import Study

FILES = ("patients", "immune")
ROWS = 2000  # of a template, for which levels can be chosen
HEAD = """\
# What this cohort is. `make check COHORT=folder` says what is missing; data/dictionary.csv has every column.
# Needed are patient_id (without a panel the rows' numbers stand in for it), arm, death and followup_days;
# what asks for another that is not there gives way.
name = "{name}"  # of its folder under _build/cohorts: letters, digits, - and _
title = "{title}"
provenance = "patient-level"
source = "{source}"
# date = "2026-11-27"  # of the data
# authors = "Who made the book"
# citation = "How the book is to be cited"
# disclosure = "internal"  # for a book that stays where it is made; without it no small group is shown
# disclosure_threshold = 5  # patients, fewer are not shown
# decimal = ","        # where numbers do not tell whether a comma parts decimals or thousands

# The name that a file gives to a column, where it is not the dictionary's. One column may be several: of a
# status of 0, 1 and 2 the book takes relapse and death, and of its time relapse_days and followup_days.
# death is death of any cause; a column of "death or relapse" is neither, and cannot be taken apart.
[columns]
{columns}
# Levels of the file, and which of the dictionary's they are; likewise [values.best_response] and others.
# [values.arm]
# "A" = "{first}"
# "B" = "{second}"
# [values.relapse]
# "0" = "no"
# "1" = "yes"
# "2" = "no"

# Columns of days that hold weeks, months or years, and columns of percent that hold fractions.
# [units]
# followup_days = "months"
# bm_blasts_pct = "fraction"

# Dates in place of days: the file's column of each patient's time zero, and their order where it is not told.
# [dates]
# start = "start_of_treatment"
# order = "day first"

# Rows that do not belong, by the values of a column of the file or of the dictionary.
# [leave_out]
# arm = ["A third arm"]

# What the study is, where it is not the default one, of which nothing is kept then: only title and arms are
# needed. data/study.toml explains each key.
# [study]
# title = "{first} against {second}"
# time_zero = "the first day of treatment"
# horizons = [12, 24]
# randomised = false
# arms = [
#     {{ id = "{first}", label = "Its name in tables", short = "short name", phrase = "name after with" }},
#     {{ id = "{second}", label = "Its name in tables", short = "short name", phrase = "name after with" }},
#     # of groups that were given nothing: phrase = "women", preposition = "among"
# ]
# characteristics = [  # what else is known at entry, each in a column of the file: levels or numbers
#     {{ id = "sex", label = "Sex", column = "sex", levels = ["female", "male"] }},
#     {{ id = "haemoglobin", label = "Haemoglobin, g/dl", column = "hb" }},
# ]

# What the study says to items of the reporting checklist.
# [checklist]
# "STROBE 5" = "Setting, places and dates"
"""


def toml(name: str, study: Study, proposal: Proposal) -> str:
    """Write a commented ``cohort.toml``.

    Parameters
    ----------
    name : str
    study : Study
    proposal : Proposal

    Returns
    -------
    str
    """
    lines = [*proposal.renamed, *(f"# {guess}  # a guess" for guess in proposal.guesses)]
    lines += [f'# {column} = ""  # nothing like it was found' for column in proposal.left]
    columns = "".join(f"{line}\n" for line in lines or ['# patient_id = "case number"'])
    first, second = study.arm_ids
    return HEAD.format(name=name, columns=columns, first=first, second=second, **about.UNTOUCHED)


def workbook(columns: pd.DataFrame) -> Workbook:
    """Make an empty table with a note on each column, and its levels to choose from.

    Parameters
    ----------
    columns : DataFrame
        As `helpers.ground.dictionary.of` returns them.

    Returns
    -------
    Workbook
    """
    book = Workbook()
    sheet = book.active
    for place, column in enumerate(columns.to_dict("records"), start=1):
        cell = sheet.cell(1, place, column["column"])
        cell.font, letter = Font(bold=True), get_column_letter(place)
        cell.comment = Comment(_explained(column), "dictionary")
        sheet.column_dimensions[letter].width = max(12, len(column["column"]) + 2)
        if column["levels"]:
            choice = DataValidation(type="list", formula1=f'"{",".join(column["levels"])}"', allow_blank=True)
            choice.add(f"{letter}2:{letter}{ROWS + 1}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "B2"
    return book


def _explained(column: dict) -> str:
    unit = f" ({column['unit']})" if column["unit"] else ""
    levels = f" One of: {', '.join(column['levels'])}." if column["levels"] else ""
    empty = "Never empty." if column["missing"] == "never" else f"Empty cells: {column['missing']}."
    return f"{column['label']}{unit}.{levels} {empty}"


def write(folder: Path, study: Study, like: Path | None) -> list[str]:
    """Write a folder to fill in.

    Parameters
    ----------
    folder : Path
        New, or without files of these names.
    study : Study
    like : Path or None
        A table of patients whose columns are proposed.

    Returns
    -------
    list of str
        What was written, and what to do next.

    Raises
    ------
    FileExistsError
        If a file would be overwritten.
    UnreadableError
    """
    there = [path for path in sorted(folder.glob("*")) if path.stem in (*FILES, Path(about.FILE).stem)]
    if there:
        raise FileExistsError(there[0])
    if like and not like.is_file():
        raise UnreadableError("there is no such file; correct the name after LIKE")
    proposal = proposals.of_table(like, study) if like else Proposal({}, {}, [])
    folder.mkdir(parents=True, exist_ok=True)
    name = plain(folder.resolve().name).encode("ascii", "ignore").decode() or "my_cohort"
    (folder / about.FILE).write_text(toml(name, study, proposal), encoding="utf-8")
    told = [f"{folder / about.FILE}: what the cohort is, and how its files are to be read"]
    if like:
        suffix = like.suffix if like.suffix in SUFFIXES else SUFFIXES[0]
        told += proposal.told(like.name)
        return [*told, f"correct [columns], and put the table there as patients{suffix}"]
    for file in FILES:
        columns = dictionary.of(file, study)
        path = folder / "template" / f"{file}.xlsx"
        with replacing(path) as partial:
            workbook(columns).save(partial)
        (path.with_suffix(".csv")).write_text(",".join(columns["column"]) + "\n", encoding="utf-8")
        told.append(f"{path} and .csv: fill in one of the two and put it into {folder}")
    return told


def main(arguments: list[str] | None = None) -> int:
    """Write a new cohort's folder from the command line.

    Parameters
    ----------
    arguments : list of str, optional
        Without them those of the command line.

    Returns
    -------
    int
        The exit status.
    """
    parser = argparse.ArgumentParser(prog="make new", description=__doc__.partition("\n")[0])
    parser.add_argument("--cohort", type=named, required=True, help="folder to make")
    parser.add_argument("--like", type=Path, help="a table of patients whose columns are proposed")
    chosen = parser.parse_args(arguments)
    try:
        told = write(chosen.cohort, studies.load(), chosen.like)
    except FileExistsError as error:
        print(f"{error}: is there already, and stays; name a new folder", file=sys.stderr)
        return 1
    except UnreadableError as error:
        print(f"{chosen.like}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: cannot be written ({error.strerror})", file=sys.stderr)
        return 1
    print(*told, sep="\n")
    return 0


if __name__ == "__main__":
    command.run(main)
