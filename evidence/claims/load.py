"""Evidence: the file of published claims, one row a claim, validated on reading."""

import csv
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from evidence.claims.claim import COLUMNS, FIGURES, RELATIONS
from helpers.ground import study as studies
from helpers.ground.results import CHAPTERS, ResultId
from helpers.ground.study import Study
from helpers.ground.study_rules import BrokenRulesError

# What no result is measured in comes last.
UNITS = (
    *("count", "percent", "p_value", "odds_ratio", "hazard_ratio", "days", "months", "years"),
    *("mg", "microgram", "calendar_month", "calendar_year"),
)
LARGEST = {"percent": 100, "p_value": 1, "calendar_month": 12}
Row = dict[str, str]
Problem = tuple[str, str]  # a column, and the rule with what to do


class ClaimsError(BrokenRulesError):
    """A claims file that breaks the rules."""


def load(path: str | Path | None = None, study: Study | None = None) -> pd.DataFrame:
    """Read and validate a claims file.

    Parameters
    ----------
    path : path, optional
        Without it the published claims of the study. The columns and their rules are written down in
        ``data/published/README.md``; further columns are ignored.
    study : Study, optional
        Whose arms the claims may name; without it the default study.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row per claim in the order of the file: value float (NaN for wording), decimals
        nullable whole, source_sentence whole, everything else text (empty where there is none).

    Raises
    ------
    ClaimsError
        With one line for each problem: file, row (the header is row 1), column, rule, what to do.
    """
    study = study or studies.load()
    if path is None and study.claims is None:
        raise ClaimsError(["the study has no published claims; name a claims file"])
    path = Path(path or study.claims or "")
    rows = _read(path)
    groups = (*study.groups, studies.CONTRAST)
    found = [
        f"{path.name}: row {number}, column {column}: {rule}"
        for number, row in rows.items()
        for column, rule in _row_problems(row, groups)
    ]
    found += _repeated_ids(path.name, rows)
    if found:
        raise ClaimsError(found)
    claims = pd.DataFrame(rows.values(), columns=COLUMNS)
    numbers = claims[["value", "decimals", "source_sentence"]].apply(pd.to_numeric)
    return claims.assign(**numbers.astype({"decimals": "Int64"}))


def _read(path: Path) -> dict[int, Row]:
    """Return the rows as text by their number in the file, or raise for what keeps it from being read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            records = {number: record for number, record in enumerate(csv.reader(file), 1) if any(record)}
    except OSError:
        raise ClaimsError([f"{path.name}: the file cannot be read; name a claims file"]) from None
    except (UnicodeDecodeError, csv.Error):
        raise ClaimsError([f"{path.name}: not a CSV file in UTF-8; save it as one"]) from None
    header = [name.strip() for name in records.pop(min(records))] if records else []
    found = [f"{path.name}: column {name}: missing; add it" for name in COLUMNS if name not in header]
    if not records and not found:
        found = [f"{path.name}: there is a header but no row; add one row for each claim"]
    found += [
        f"{path.name}: row {number}: has {len(record)} fields where the header has {len(header)}; "
        "quote a text that holds a comma"
        for number, record in records.items()
        if len(record) != len(header)
    ]
    if found:
        raise ClaimsError(found)
    return {
        number: dict(zip(header, map(str.strip, record), strict=True)) for number, record in records.items()
    }


def _repeated_ids(name: str, rows: dict[int, Row]) -> list[str]:
    first: dict[str, int] = {}
    return [
        f"{name}: row {number}, column id: stands already in row {first[row['id']]}; give each claim its own"
        for number, row in rows.items()
        if first.setdefault(row["id"], number) != number
    ]


# A column: which texts it may hold, and the rule.
_CELLS: dict[str, tuple[Callable[[str], Any], str]] = {
    "id": (
        re.compile("[a-z0-9_]+").fullmatch,
        "must be lower-case letters, digits and underscores; rename it",
    ),
    "chapter": (CHAPTERS.__contains__, f"must be one of {', '.join(CHAPTERS)}; correct it"),
    "statement": (bool, "must not be empty; say in your own words what is claimed"),
    "source_sentence": (
        re.compile("[1-9][0-9]{0,3}").fullmatch,
        "must be a whole number from 1; count the sentences of the source",
    ),
    "relation": (RELATIONS.__contains__, f"must be one of {', '.join(RELATIONS)}; correct it"),
}


def _row_problems(row: Row, groups: tuple[str, ...]) -> Iterator[Problem]:
    yield from ((column, rule) for column, (allowed, rule) in _CELLS.items() if not allowed(row[column]))
    if row["relation"] in FIGURES:
        yield from _figure_problems(row)
    elif row["relation"] in RELATIONS:
        for column in filter(row.get, ("value", "decimals", "unit")):
            yield column, f"must be empty beside the relation {row['relation']}; remove it"
    yield from _result_problems(row, groups)


def _result_problems(row: Row, groups: tuple[str, ...]) -> Iterator[Problem]:
    """Check the result that answers: none where nothing can decide, and a reading where there is none."""
    if not row["result_id"]:
        if not row["reading"]:
            yield "reading", "must say why no result answers the claim; fill it in, or name a result_id"
        return
    if row["relation"] == "states":
        yield "result_id", "must be empty beside the relation states; remove it, or choose another relation"
        return
    try:
        result = ResultId.parse(row["result_id"])
    except ValueError:
        result = None
    if result is None or result.group not in groups:
        yield "result_id", "must read chapter.outcome.statistic.group[.stratum]; correct it"
    elif row["chapter"] in CHAPTERS and result.chapter != row["chapter"]:
        yield "result_id", "must begin with the claim's chapter; correct one of the two"


def _figure_problems(row: Row) -> Iterator[Problem]:
    """Check value, decimals and unit, of which a figure has all three."""
    value = float(row["value"]) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", row["value"]) else None
    decimals = int(row["decimals"]) if re.fullmatch("[0-9]", row["decimals"]) else None
    largest = LARGEST.get(row["unit"], math.inf)
    if value is None:
        yield "value", "must be a number with a decimal point; write 83 for 83 %, the unit has its own column"
    elif not 0 <= value <= largest:
        span = "0 or more" if largest == math.inf else f"between 0 and {largest}"
        yield "value", f"must be {span}; correct it"
    if decimals is None:
        yield "decimals", "must be a whole number from 0 to 9; count the decimals as printed"
    elif value is not None and round(value, decimals) != value:
        yield "decimals", "must not be fewer than the value has; correct one of the two"
    elif value is not None and row["unit"] == "count" and decimals:
        yield "decimals", "must be 0 beside the unit count, which is whole; correct one of the two"
    if row["unit"] not in UNITS:
        yield "unit", f"must be one of {', '.join(UNITS)}; correct it"
