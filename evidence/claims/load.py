"""Evidence: what the abstract claims, one row a claim, validated on reading."""

import csv
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from helpers.ground import study
from helpers.ground.paths import ROOT
from helpers.ground.results import CHAPTERS, ResultId

DEFAULT = ROOT / "data" / "published" / "claims.csv"
COLUMNS = [
    "id",
    "chapter",
    "statement",
    "result_id",
    "value",
    "decimals",
    "unit",
    "relation",
    "reading",
    "source_sentence",
]
FIGURES = ("equals", "at_least", "greater_than", "less_than")
DIRECTIONS = ("increases", "decreases", "higher", "lower")
TESTS = ("significant", "not_significant")
RELATIONS = (*FIGURES, *DIRECTIONS, *TESTS, "states")
UNITS = (
    "count",
    "percent",
    "p_value",
    "odds_ratio",
    "hazard_ratio",
    "days",
    "months",
    "years",
    "mg",
    "microgram",
    "calendar_month",
    "calendar_year",
)
LARGEST = {"percent": 100, "p_value": 1, "calendar_month": 12}


class ClaimsError(Exception):
    """A claims file that breaks the rules; `problems` has one line for each."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


def load(path: str | Path | None = None) -> pd.DataFrame:
    """Read and validate a claims file.

    Parameters
    ----------
    path : path, optional
        Without it the published claims of this study. The columns and their rules are written down in
        ``data/published/README.md``; further columns are ignored.

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
    path = Path(path or DEFAULT)
    numbers, rows = _read(path)
    found = [
        f"{path.name}: row {number}, column {column}: {rule}"
        for number, row in zip(numbers, rows, strict=True)
        for column, rule in _row_problems(row)
    ]
    found += _repeated_ids(path.name, numbers, rows)
    if found:
        raise ClaimsError(found)
    claims = pd.DataFrame(rows, columns=COLUMNS)
    claims["value"] = pd.to_numeric(claims["value"])
    claims["decimals"] = pd.to_numeric(claims["decimals"]).astype("Int64")
    claims["source_sentence"] = claims["source_sentence"].astype(int)
    return claims


def _read(path: Path) -> tuple[list[int], list[dict[str, str]]]:
    """Return the row numbers and the rows as text, or raise for what keeps the file from being read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            records = [(number, record) for number, record in enumerate(csv.reader(file), 1) if any(record)]
    except OSError:
        raise ClaimsError([f"{path.name}: the file cannot be read; name a claims file"]) from None
    except (UnicodeDecodeError, csv.Error):
        raise ClaimsError([f"{path.name}: not a CSV file in UTF-8; save it as one"]) from None
    header = [name.strip() for name in records[0][1]] if records else []
    found = [f"{path.name}: column {name}: missing; add it" for name in COLUMNS if name not in header]
    if len(records) == 1 and not found:
        found = [f"{path.name}: there is a header but no row; add one row for each claim"]
    found += [
        f"{path.name}: row {number}: has {len(record)} fields where the header has {len(header)}; "
        "quote a text that holds a comma"
        for number, record in records[1:]
        if len(record) != len(header)
    ]
    if found:
        raise ClaimsError(found)
    rows = [dict(zip(header, map(str.strip, record), strict=True)) for _, record in records[1:]]
    return [number for number, _ in records[1:]], rows


def _repeated_ids(name: str, numbers: list[int], rows: list[dict[str, str]]) -> list[str]:
    first: dict[str, int] = {}
    return [
        f"{name}: row {number}, column id: stands already in row {first[row['id']]}; give each claim its own"
        for number, row in zip(numbers, rows, strict=True)
        if first.setdefault(row["id"], number) != number
    ]


def _row_problems(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Give each rule that a row breaks, with its column."""
    if not re.fullmatch(r"[a-z0-9_]+", row["id"]):
        yield "id", "must be lower-case letters, digits and underscores; rename it"
    if row["chapter"] not in CHAPTERS:
        yield "chapter", f"must be one of {', '.join(CHAPTERS)}; correct it"
    if not row["statement"]:
        yield "statement", "must not be empty; say in your own words what is claimed"
    if not re.fullmatch(r"[1-9][0-9]{0,3}", row["source_sentence"]):
        yield "source_sentence", "must be a whole number from 1; count the sentences of the source"
    if row["relation"] not in RELATIONS:
        yield "relation", f"must be one of {', '.join(RELATIONS)}; correct it"
    else:
        yield from _value_problems(row)
    yield from _result_problems(row)


def _result_problems(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    if not row["result_id"]:
        if not row["reading"]:
            yield "reading", "must say why no result answers the claim; fill it in, or name a result_id"
    elif row["relation"] == "states":
        yield "result_id", "must be empty beside the relation states; remove it, or choose another relation"
    elif not _is_result_id(row["result_id"]):
        yield "result_id", "must read chapter.outcome.statistic.group[.stratum]; correct it"
    elif row["chapter"] in CHAPTERS and row["result_id"].split(".")[0] != row["chapter"]:
        yield "result_id", "must begin with the claim's chapter; correct one of the two"


def _value_problems(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Check value, decimals and unit: all three for a figure, none for a wording."""
    if row["relation"] not in FIGURES:
        for column in ("value", "decimals", "unit"):
            if row[column]:
                yield column, f"must be empty beside the relation {row['relation']}; remove it"
        return
    value = _number(row["value"])
    if value is None:
        yield "value", "must be a number with a decimal point; write 83 for 83 %, the unit has its own column"
    whole = re.fullmatch(r"[0-9]", row["decimals"]) is not None
    if not whole:
        yield "decimals", "must be a whole number from 0 to 9; count the decimals as printed"
    if row["unit"] not in UNITS:
        yield "unit", f"must be one of {', '.join(UNITS)}; correct it"
    if value is None:
        return
    if whole and round(value, int(row["decimals"])) != value:
        yield "decimals", "must not be fewer than the value has; correct one of the two"
    if whole and row["unit"] == "count" and int(row["decimals"]) > 0:
        yield "decimals", "must be 0 beside the unit count, which is whole; correct one of the two"
    largest = LARGEST.get(row["unit"], math.inf)
    if not 0 <= value <= largest:
        span = "0 or more" if largest == math.inf else f"between 0 and {largest}"
        yield "value", f"must be {span}; correct it"


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else None


def _is_result_id(text: str) -> bool:
    try:
        return ResultId.parse(text).group in (*study.load().groups, study.CONTRAST)
    except ValueError:
        return False
