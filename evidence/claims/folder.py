"""Evidence: a claims folder, any abstract as files, validated on reading with a line for each problem."""

import csv
import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from evidence.claims.abstract import (
    COUNTED,
    EFFECTS,
    LIMITS,
    QUANTITIES,
    RATIOS,
    WORDS,
    Abstract,
    PrintedClaim,
)
from evidence.claims.dates import is_date
from evidence.claims.described import CONTROL, ID, STUDY, populations_of, shown
from evidence.claims.described import read as described_study
from evidence.claims.groups import RELATIONS, Population, Relation
from evidence.claims.printed import Figure
from helpers.ground.broken import BrokenRulesError
from helpers.ground.reading.lines import spans

CLAIMS, TIES = "claims.csv", "relations.csv"
COLUMNS = (
    *("id", "sentence", "statement", "quantity", "value", "unit", "population", "denominator", "variable"),
    *("at", "versus", "of", "test", "sides", "level", "result_id", "reading"),
)
NEEDED = ("id", "sentence", "statement", "quantity", "value", "population")
FURTHER = ("whole", "chapter", "unanswered")
ALIKE = 0.82  # of names of columns, as `difflib` measures it
LONGEST = 15  # digits of a figure: a float holds no more
# So that shares of patients are compared in whole numbers that a processor holds.
MOST_PATIENTS, MOST_DECIMALS = 10**9, 6
_VARIABLE = re.compile(r"[a-z][a-z0-9_]*(=[^\s=;][^=;]*)?")
# What an interval can be of.
WITH_LIMITS = (
    *EFFECTS,
    "count",
    "percent",
    "mean",
    "median",
    "probability",
    "months",
    "statistic",
    "dose",
    "",
)
_YES = ("yes", "no", "")
_NEVER_NEGATIVE = (*COUNTED, *RATIOS, "sd", "se", "df", "months")
Row = dict[str, str]


class ClaimsFolderError(BrokenRulesError):
    """A claims folder that breaks the rules."""


def load(folder: Path) -> Abstract:
    """Read and validate a claims folder.

    Parameters
    ----------
    folder : path
        With ``study.toml``, ``claims.csv`` and perhaps ``relations.csv``.

    Returns
    -------
    Abstract

    Raises
    ------
    ClaimsFolderError
        With one line for each problem of all its files: file, row or key, rule, what to do.
    """
    if not folder.is_dir():
        raise ClaimsFolderError([f"{folder}: is no folder; `make new CLAIMS=folder` writes one to fill in"])
    return _abstract(folder / STUDY, folder / CLAIMS, folder / TIES)


def load_claims(claims: Path, described: Path) -> Abstract:
    """Read and validate a file of claims alone.

    Parameters
    ----------
    claims : path
        In the form of ``claims.csv``.
    described : path
        The ``study.toml`` that has its arms and populations; ``relations.csv`` beside it holds the ties, of
        which those are left out that name what the file does not have.

    Returns
    -------
    Abstract

    Raises
    ------
    ClaimsFolderError
        As of `load`.
    """
    return _abstract(described, claims, described.with_name(TIES), is_apart=claims.parent != described.parent)


def unread(folder: Path) -> list[str]:
    """List the columns of a folder's claims that are not read: its owner's, or misspelt.

    Parameters
    ----------
    folder : path
        That `load` can read.

    Returns
    -------
    list of str
        As they can be shown.
    """
    with (folder / CLAIMS).open(encoding="utf-8-sig", newline="") as file:
        header = next((record for record in csv.reader(file) if any(record)), [])
    names = [name.strip().lower() for name in header]
    return [shown(name) for name in names if name not in (*COLUMNS, *FURTHER)]


def _abstract(described: Path, claims: Path, related: Path, is_apart: bool = False) -> Abstract:
    problems: list[str] = []
    study = described_study(described, problems)
    rows = _read_rows(claims, COLUMNS, NEEDED, problems)
    ties = _read_rows(related, ("kind", "members", "total"), ("kind", "members"), problems, False)
    arms, populations = populations_of(study, problems)
    ids = {row["id"]: row["quantity"] for row in rows.values()}
    found: dict[tuple[str, str], list[int]] = {}
    for number, row in rows.items():
        for broken in _row_problems(row, populations if study else {}, ids):
            found.setdefault(broken, []).append(number)
    problems += [
        f"{claims.name}: {spans(numbers)}, column {column}: {rule}"
        for (column, rule), numbers in found.items()
    ]
    problems += _repeated(claims.name, rows)
    variables = {row["variable"] for row in rows.values()} - {""}
    quantities = {row["id"]: row["quantity"] for row in rows.values()} | dict.fromkeys(populations, "n")
    named = {*ids, *populations, *variables, *(name.partition("=")[0] for name in variables)}
    if is_apart:
        ties = {number: row for number, row in ties.items() if named.issuperset(_of_tie(row))}
    for number, row in ties.items() if rows and study else ():  # else a tie names what could not be read
        problems += [f"{TIES}: row {number}, {rule}" for rule in _tie_problems(row, named, quantities)]
    if problems:
        raise ClaimsFolderError(problems)
    return Abstract(
        title=study["title"],
        source=study["source"],
        arms=arms,
        populations=populations,
        claims=tuple(_claim(number, row) for number, row in rows.items()),
        relations=tuple(
            Relation(row["kind"], _members(row["members"]), row["total"]) for row in ties.values()
        ),
        alpha=float(study.get("alpha", 0.05)),
        published=str(study.get("published", "")),
        tests=tuple(study.get("tests", ())),
        sides=study.get("sides", 0),
        rounding=study.get("rounding", ""),
    )


def _read_rows(
    path: Path, columns: tuple[str, ...], needed: tuple[str, ...], problems: list[str], must: bool = True
) -> dict[int, Row]:
    """Return the rows as text by their number in the file; every column is there, empty where it is not."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            records = {number: record for number, record in enumerate(csv.reader(file), 1) if any(record)}
    except FileNotFoundError:
        if must:
            problems.append(f"{path.name}: is missing; write it, one row for each claim")
        return {}
    except OSError:
        problems.append(f"{path.name}: cannot be read; correct its permissions")
        return {}
    except (UnicodeDecodeError, csv.Error):
        problems.append(f"{path.name}: is no CSV file in UTF-8; save it as one, with commas between columns")
        return {}
    if not records:
        problems.append(f"{path.name}: is empty; write a header and a row for each claim")
        return {}
    header = [name.strip().lower() for name in records.pop(min(records))]
    missing = [name for name in needed if name not in header]
    if len(missing) == len(needed):
        problems.append(
            f"{path.name}: row 1: must name the columns {', '.join(columns)}, with commas between them; "
            "add the header, or save the file with commas"
        )
        return {}
    # Other columns may be added; one that is nearly called as ours would be left unread without a word.
    ours = (*columns, *FURTHER)
    absent = [name for name in ours if name not in header]
    others = [name for name in header if name not in ours]
    meant = {name: like[0] for name in others if (like := get_close_matches(name, absent, 1, ALIKE))}
    found = [f"{path.name}: column {name}: missing; add it" for name in missing if name not in meant.values()]
    found += [
        f"{path.name}: column {shown(name)}: is not read; call it {like}, or something less like that"
        for name, like in meant.items()
    ]
    twice = sorted({name for name in header if name and header.count(name) > 1})
    found += [f"{path.name}: column {shown(name)}: stands twice in the header; remove one" for name in twice]
    found += [
        f"{path.name}: row 1: a column is named {shown(name)}, which cannot be shown; rename it"
        for name in header
        if CONTROL.search(name)
    ]
    found += [
        f"{path.name}: row {number}: is the header once more; remove it"
        for number, record in records.items()
        if [name.strip().lower() for name in record] == header
    ]
    found += [
        f"{path.name}: row {number}: has {len(record)} fields where the header has {len(header)}; "
        "quote a text that holds a comma"
        for number, record in records.items()
        if len(record) != len(header)
    ]
    if not records:
        found.append(f"{path.name}: has a header and no row; add one for each claim")
    problems += found
    if found:
        return {}
    empty = dict.fromkeys((*columns, *FURTHER), "")
    return {
        number: empty | dict(zip(header, map(str.strip, record), strict=True))
        for number, record in records.items()
    }


def _repeated(name: str, rows: dict[int, Row]) -> list[str]:
    first: dict[str, int] = {}
    return [
        f"{name}: row {number}, column id: stands already in row {first[row['id']]}; give each its own"
        for number, row in rows.items()
        if first.setdefault(row["id"], number) != number
    ]


# A column: which texts it may hold, and the rule.
_CELLS: dict[str, tuple[Callable[[str], Any], str]] = {
    "id": (ID.fullmatch, "must be lower-case letters, digits and _, a letter first; rename it"),
    "sentence": (
        re.compile("[1-9][0-9]{0,3}").fullmatch,
        "must be a whole number from 1; count the sentences of the source",
    ),
    "statement": (bool, "must not be empty; say in your own words what is claimed"),
    "quantity": (QUANTITIES.__contains__, f"must be one of {', '.join(QUANTITIES)}; correct it"),
    "variable": (
        lambda text: not text or _VARIABLE.fullmatch(text),
        "must be lower-case letters, digits and _, with =level where it is a level; rename it",
    ),
    "sides": (("", "1", "2").__contains__, "must be 1, 2 or empty; correct it"),
    "level": (
        lambda text: not text or (re.fullmatch(r"[0-9]{2}(\.[0-9]+)?", text) and 50 <= float(text) < 100),
        "must be the level of an interval in percent, such as 95; correct it",
    ),
    "whole": (_YES.__contains__, "must be yes, no or empty; correct it"),
}


def _row_problems(
    row: Row, populations: dict[str, Population], quantities: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """List what is wrong with a row: a column, and the rule with what to do."""
    yield from ((column, rule) for column, (allowed, rule) in _CELLS.items() if not allowed(row[column]))
    for column, text in row.items():
        if text and CONTROL.search(text):
            yield column, "holds a character that cannot be shown; remove it"
    for column in ("population", "denominator", "versus"):
        # Without a description of the study there is nothing to look a name up in.
        if row[column] and populations and row[column] not in populations:
            known = ", ".join(populations)
            yield (
                column,
                f"{row[column]!r} is no population or arm of {STUDY}, which has {known}; "
                "add it there, or correct the name",
            )
    if not row["population"]:
        yield "population", "must say of whom; write all for the whole study"
    of = quantities.get(row["of"], "")
    if row["of"] and (not of or row["of"] == row["id"]):
        yield "of", f"{row['of']!r} is no other claim's id; correct it"
    elif row["quantity"] in LIMITS and of and of not in WITH_LIMITS:
        yield "of", f"must name the estimate whose interval it bounds, not a claim of {of}; correct it"
    is_share = row["quantity"] == "percent" and row["denominator"] not in ("", row["population"])
    # A percentage of another population with nothing that is counted is the share that the group is of it.
    if row["quantity"] in ("count", "percent") and not row["variable"] and not is_share:
        yield "variable", "must say what is counted; name it"
    if row["quantity"] in LIMITS and not row["of"]:
        yield "of", "must name the claim whose interval it bounds; fill it in"
    if row["versus"] and row["versus"] == row["population"]:
        yield "versus", "must be another population than the one compared; correct it"
    if row["quantity"] in QUANTITIES and not CONTROL.search(row["value"]):
        yield from (("value", rule) for rule in _value_problems(row))


def _value_problems(row: Row) -> Iterator[str]:
    quantity, text = row["quantity"], row["value"]
    if quantity == "word":
        if text and text not in WORDS:
            yield f"must be one of {', '.join(WORDS)}, or empty for words that no figure decides; correct it"
        return
    if quantity == "date":
        if not is_date(text):
            yield "must be a year, a month (2021-10) or a day (2021-10-05); correct it"
        return
    try:
        figure = Figure.parse(row["id"], text)
    except ValueError:
        shape = "as printed, such as 66.0 or <0.001, with a point, without a unit, one figure a row"
        yield (
            f"{text!r} is no figure {shape}; correct it"
            if text
            else f"is empty; type the figure {shape}, or leave out the row of what is not printed"
        )
        return
    if sum(map(str.isdigit, text)) > LONGEST:
        yield f"must not have more than {LONGEST} digits; correct it"
        return
    value = figure.value
    if quantity in _NEVER_NEGATIVE and value < 0:
        yield "must not be negative beside this quantity; correct it"
    if quantity in ("n", "count") and value != int(value):
        yield "must be whole beside this quantity; correct it"
    if quantity in ("n", "count") and value > MOST_PATIENTS:
        yield f"must be {MOST_PATIENTS:,} at most; correct it"
    if quantity == "percent" and figure.decimals > MOST_DECIMALS:
        yield f"must not have more than {MOST_DECIMALS} decimals; correct it"
    if (quantity == "percent" and value > 100) or (quantity == "probability" and not 0 <= value <= 100):
        yield "must be between 0 and 100 beside this quantity; correct it"
    if quantity == "p_value" and not 0 <= value <= 1:
        yield "must be between 0 and 1 beside this quantity; correct it"


def _tie_problems(row: Row, named: set[str], quantities: dict[str, str]) -> Iterator[str]:
    members = _members(row["members"])
    if row["kind"] not in RELATIONS:
        yield f"column kind: must be one of {', '.join(RELATIONS)}; correct it"
    if len(members) < (1 if row["kind"] == "subset" and row["total"] else 2):
        yield "column members: must be at least two ids with ; between them; correct it"
    for id in dict.fromkeys(_of_tie(row)):
        if id not in named:
            yield f"column members: {id!r} is no claim, population or variable; correct it"
    if row["kind"] == "sum" and not row["total"]:
        yield "column total: must name what the members add up to; fill it in"
    if row["kind"] in RELATIONS[:-1] and named.issuperset(_of_tie(row)):
        yield from _mixture(row, quantities)


def _mixture(row: Row, quantities: dict[str, str]) -> Iterator[str]:
    """Name members that no search can set beside each other."""
    members = {quantities.get(id, "variable") for id in _members(row["members"])}
    total = {quantities.get(row["total"], "variable")} if row["total"] else set()
    patients = {"n", "count"}
    # Shares add up to a share, or to everybody.
    is_whole = members <= {"variable", "percent"} and total == {"n"}
    are_alike = len(members) == 1 and not members & {"word", "date"} and (total <= members or is_whole)
    if not (members | total <= patients or are_alike):
        yield "column members: must be sizes and counts, variables, or figures of one quantity; name such"


def _of_tie(row: Row) -> list[str]:
    return [*_members(row["members"]), *filter(None, [row["total"]])]


def _members(text: str) -> tuple[str, ...]:
    return tuple(filter(None, re.split(r"[;,|\s]+", text)))


def _claim(number: int, row: Row) -> PrintedClaim:
    texts = {
        column: row[column]
        for column in (*COLUMNS, "chapter", "unanswered")
        if column not in ("sentence", "sides", "level", "test")
    }
    return PrintedClaim(
        row=number,
        sentence=int(row["sentence"]),
        sides=int(row["sides"] or 0),
        level=float(row["level"] or 95),
        whole=row["whole"] == "yes",
        test=re.sub("[- ]+", "_", row["test"].lower()),
        **texts,
    )
