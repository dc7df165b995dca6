"""Evidence: a claims folder, any abstract as files, validated on reading with a line for each problem."""

import csv
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from evidence.claims.abstract import (
    COUNTED,
    EVERYBODY,
    LIMITS,
    QUANTITIES,
    RATIOS,
    RELATIONS,
    WORDS,
    Abstract,
    Population,
    PrintedClaim,
    Relation,
)
from evidence.claims.dates import span
from evidence.claims.printed import Figure
from helpers.ground.study_rules import BrokenRulesError

STUDY, CLAIMS, TIES = "study.toml", "claims.csv", "relations.csv"
COLUMNS = (
    *("id", "sentence", "statement", "quantity", "value", "unit", "population", "denominator", "variable"),
    *("at", "versus", "of", "test", "sides", "level", "result_id", "reading"),
)
NEEDED = ("id", "sentence", "statement", "quantity", "value", "population")
FURTHER = ("whole", "chapter")
LONGEST = 15  # digits of a figure: a float holds no more
# So that shares of patients are compared in whole numbers that a processor holds.
MOST_PATIENTS, MOST_DECIMALS = 10**9, 6
ROUNDINGS = ("half_up", "half_even", "down")
_ID = re.compile(r"[a-z][a-z0-9_]*")
_VARIABLE = re.compile(r"[a-z][a-z0-9_]*(=[^\s=;][^=;]*)?")
_YES = ("yes", "no", "")
_STUDY_KEYS = {
    *("title", "source", "alpha", "published", "arms", "populations", "tests", "sides", "rounding"),
    "quantile_rule",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_TABLE_KEYS = {"arms": {"id", "label"}, "populations": {"id", "label", "parent", "arm", "disjoint_with"}}
_NEVER_NEGATIVE = (*COUNTED, *RATIOS, "sd", "se", "df")
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
        The ``study.toml`` that has its arms and populations.

    Returns
    -------
    Abstract
        Without relations.

    Raises
    ------
    ClaimsFolderError
        As of `load`.
    """
    return _abstract(described, claims, None)


def _abstract(described: Path, claims: Path, related: Path | None) -> Abstract:
    problems: list[str] = []
    study = _read_toml(described, problems)
    rows = _read_rows(claims, COLUMNS, NEEDED, problems)
    ties: dict[int, Row] = {}
    if related is not None:
        ties = _read_rows(related, ("kind", "members", "total"), ("kind", "members"), problems, False)
    arms, populations = _populations(study, problems)
    ids = [row["id"] for row in rows.values()]
    for number, row in rows.items():
        found = _row_problems(row, populations, set(ids))
        problems += [f"{claims.name}: row {number}, column {column}: {rule}" for column, rule in found]
    problems += _repeated(claims.name, rows)
    variables = {row["variable"] for row in rows.values()} - {""}
    named = {*ids, *populations, *variables, *(name.partition("=")[0] for name in variables)}
    for number, row in ties.items():
        problems += [f"{TIES}: row {number}, {rule}" for rule in _tie_problems(row, named)]
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


def _read_toml(path: Path, problems: list[str]) -> dict[str, Any]:
    """Return what the description says, with what is wrong with its plain keys."""
    try:
        study = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        problems.append(f"{path.name}: cannot be read; write one, or copy one from `make new CLAIMS=folder`")
        return {}
    except UnicodeDecodeError:
        problems.append(f"{path.name}: is not UTF-8; save it as UTF-8")
        return {}
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{path.name}: is not TOML ({error}); correct that place")
        return {}
    for key in sorted(set(study) - _STUDY_KEYS):
        problems.append(f"{path.name}: key {_shown(key)}: is not known; remove it")
    problems += [f"{path.name}: key {key}: {rule}" for key, rule in _key_problems(study)]
    return study


def _shown(text: str) -> str:
    """Return a name as a terminal can show it."""
    return repr(text) if _CONTROL.search(text) else text


def _key_problems(study: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("title", "source"):
        if not isinstance(study.get(key), str) or not study[key].strip() or _CONTROL.search(study[key]):
            yield key, "must be a text on one line; write it"
    alpha = study.get("alpha", 0.05)
    if not isinstance(alpha, float) or not 0 < alpha < 1:
        yield "alpha", "must be a number between 0 and 1 such as 0.05; correct it"
    if "published" in study and not _is_date(str(study["published"])):
        yield "published", "must be a year, a month (2024-11) or a day (2024-11-05); correct it"
    tests = study.get("tests", [])
    if not isinstance(tests, list) or not all(isinstance(test, str) for test in tests):
        yield "tests", 'must be a list of names such as ["fisher"]; correct it'
    if type(study.get("sides", 2)) is not int or study.get("sides", 2) not in (1, 2):
        yield "sides", "must be 1 or 2; correct it"
    if study.get("rounding", ROUNDINGS[0]) not in ROUNDINGS:
        yield "rounding", f"must be one of {', '.join(ROUNDINGS)}; correct it"


def _populations(study: dict[str, Any], problems: list[str]) -> tuple[tuple[str, ...], dict[str, Population]]:
    """Return the arms and every population, the whole study and the arms first."""
    tables = {key: _tables(study, key, problems) for key in ("arms", "populations")}
    arms = tuple(table["id"] for table in tables["arms"])
    if study and len(arms) != 2:
        problems.append(
            f"{STUDY}: key arms: must describe two groups, {len(arms)} found; describe the two to compare"
        )
    populations = {EVERYBODY: Population(EVERYBODY, "All patients", parent="")}
    for arm, table in zip(arms, tables["arms"], strict=True):
        others = tuple(other for other in arms if other != arm)
        populations[arm] = Population(arm, table.get("label", arm), arm=arm, disjoint_with=others)
    if len(set(arms)) < len(arms):
        problems.append(f"{STUDY}: key arms: two have one id; give each its own")
    seen = set()
    for table in tables["populations"]:
        id = table["id"]
        if id in seen:
            problems.append(f"{STUDY}: population {id}: stands twice; give each its own id")
            continue
        seen.add(id)
        if id == EVERYBODY and (table.get("parent") or table.get("arm")):
            problems.append(f"{STUDY}: population {id}: is the whole study; remove parent and arm")
            continue
        parent = table.get("parent", EVERYBODY) if id != EVERYBODY else ""
        arm = table.get("arm", "") or (id if id in arms else "")
        disjoint = {*table.get("disjoint_with", ()), *populations.get(id, Population(id, "")).disjoint_with}
        populations[id] = Population(id, table.get("label", id), parent or "", arm, tuple(sorted(disjoint)))
    for population in list(populations.values()):
        problems += [
            f"{STUDY}: population {population.id}: {rule}"
            for rule in _population_problems(population, populations, arms)
        ]
        if not population.parent and population.id != EVERYBODY:
            populations[population.id] = Population(
                population.id, population.label, EVERYBODY, population.arm, population.disjoint_with
            )
    return arms, populations


def _tables(study: dict[str, Any], key: str, problems: list[str]) -> list[dict[str, Any]]:
    """Return the tables of a key that have an id, with lists of texts where lists belong."""
    tables = study.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.append(f"{STUDY}: key {key}: must be tables that begin with [[{key}]]; correct it")
        return []
    kept = []
    for number, table in enumerate(tables, 1):
        texts = {name: table[name] for name in ("label", "parent", "arm") if name in table}
        lists = table.get("disjoint_with", [])
        problems += [
            f"{STUDY}: {key} {number}: key {_shown(name)}: is not known; remove it"
            for name in sorted(set(table) - _TABLE_KEYS[key])
        ]
        if not isinstance(table.get("id"), str) or not _ID.fullmatch(table["id"]):
            problems.append(
                f"{STUDY}: {key} {number}: id must be lower-case letters, digits and _; correct it"
            )
        elif not all(isinstance(text, str) and not _CONTROL.search(text) for text in texts.values()):
            problems.append(f"{STUDY}: {key} {number}: label, parent and arm must be texts; correct them")
        elif not isinstance(lists, list) or not all(isinstance(each, str) for each in lists):
            problems.append(f"{STUDY}: {key} {number}: disjoint_with must be a list of ids; correct it")
        else:
            kept.append(table)
    return kept


def _population_problems(
    population: Population, populations: dict[str, Population], arms: tuple[str, ...]
) -> Iterator[str]:
    unknown = [id for id in (population.parent, *population.disjoint_with) if id and id not in populations]
    for id in unknown:
        yield f"{id!r} is no population; add it, or correct the name"
    if population.arm and population.arm not in arms:
        yield f"{population.arm!r} is no arm; correct the name"
    above = _above(population.id, populations)
    if population.id in above:
        yield "is a part of itself; correct parent"
        return
    if population.arm and {populations[id].arm for id in above} - {"", population.arm}:
        yield "belongs to an arm and is a part of the other arm; correct one of the two"
    elif {population.id, *above} & {*population.disjoint_with}:
        yield "shares nobody with a group that it is a part of; correct one of the two"


def _above(id: str, populations: dict[str, Population]) -> set[str]:
    """List the populations that hold a population, itself among them where it is a part of itself."""
    found: set[str] = set()
    left = [id]
    while left:
        own = populations[left.pop()]
        wholes = {own.parent, own.arm if own.arm != own.id else ""} & {*populations}
        left += wholes - found
        found |= wholes
    return found


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
    found = [f"{path.name}: column {name}: missing; add it" for name in missing]
    twice = sorted({name for name in header if name and header.count(name) > 1})
    found += [f"{path.name}: column {_shown(name)}: stands twice in the header; remove one" for name in twice]
    found += [
        f"{path.name}: row 1: a column is named {_shown(name)}, which cannot be shown; rename it"
        for name in header
        if _CONTROL.search(name)
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
    "id": (_ID.fullmatch, "must be lower-case letters, digits and _, a letter first; rename it"),
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


def _row_problems(row: Row, populations: dict[str, Population], ids: set[str]) -> Iterator[tuple[str, str]]:
    """List what is wrong with a row: a column, and the rule with what to do."""
    yield from ((column, rule) for column, (allowed, rule) in _CELLS.items() if not allowed(row[column]))
    for column, text in row.items():
        if text and _CONTROL.search(text):
            yield column, "holds a character that cannot be shown; remove it"
    for column in ("population", "denominator", "versus"):
        if row[column] and row[column] not in populations:
            yield column, f"must be a population or an arm of {STUDY}; add it there, or correct the name"
    if not row["population"]:
        yield "population", "must say of whom; write all for the whole study"
    if row["of"] and (row["of"] not in ids or row["of"] == row["id"]):
        yield "of", "must be the id of another claim; correct it"
    is_share = row["quantity"] == "percent" and row["denominator"] not in ("", row["population"])
    # A percentage of another population with nothing that is counted is the share that the group is of it.
    if row["quantity"] in ("count", "percent") and not row["variable"] and not is_share:
        yield "variable", "must say what is counted; name it"
    if row["quantity"] in LIMITS and not row["of"]:
        yield "of", "must name the claim whose interval it bounds; fill it in"
    if row["versus"] and row["versus"] == row["population"]:
        yield "versus", "must be another population than the one compared; correct it"
    if row["quantity"] in QUANTITIES and not _CONTROL.search(row["value"]):
        yield from (("value", rule) for rule in _value_problems(row))


def _value_problems(row: Row) -> Iterator[str]:
    quantity, text = row["quantity"], row["value"]
    if quantity == "word":
        if text and text not in WORDS:
            yield f"must be one of {', '.join(WORDS)}, or empty for words that no figure decides; correct it"
        return
    if quantity == "date":
        if not _is_date(text):
            yield "must be a year, a month (2021-10) or a day (2021-10-05); correct it"
        return
    try:
        figure = Figure.parse(row["id"], text)
    except ValueError:
        yield "must be a figure as printed, such as 66, 66.0, <0.001 or >80, without its unit; correct it"
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


def _is_date(text: str) -> bool:
    try:
        span(text)
    except ValueError:
        return False
    return True


def _tie_problems(row: Row, named: set[str]) -> Iterator[str]:
    members = _members(row["members"])
    if row["kind"] not in RELATIONS:
        yield f"column kind: must be one of {', '.join(RELATIONS)}; correct it"
    if len(members) < (1 if row["kind"] == "subset" and row["total"] else 2):
        yield "column members: must be at least two ids with ; between them; correct it"
    for id in (*members, *filter(None, [row["total"]])):
        if id not in named:
            yield f"column members: {id!r} is no claim, population or variable; correct it"
    if row["kind"] == "sum" and not row["total"]:
        yield "column total: must name what the members add up to; fill it in"


def _members(text: str) -> tuple[str, ...]:
    return tuple(filter(None, re.split(r"[;,|\s]+", text)))


def _claim(number: int, row: Row) -> PrintedClaim:
    texts = {
        column: row[column]
        for column in (*COLUMNS, "chapter")
        if column not in ("sentence", "sides", "level")
    }
    return PrintedClaim(
        row=number,
        sentence=int(row["sentence"]),
        sides=int(row["sides"] or 0),
        level=float(row["level"] or 95),
        whole=row["whole"] == "yes",
        **texts,
    )
