"""Ground: what is known of each result: printed, following from it, assumed, open, or observed in real rows.

A cohort rebuilt from published figures may carry ``ranges.csv``: for each result the range that it takes over
the cohorts that agree with the print. An open result of such a cohort is known by its range alone; its one
value here is one of many, so it is taken away before a sentence, a table or a figure can show it.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from helpers.ground.results import NOT_ESTIMABLE, NOT_REACHED

FILE, FANS, CUT_OFFS, OTHERS = "ranges.csv", "fans.csv", "cut_offs.csv", "others.csv"
INTERVAL = (
    r", [\w-]+ interval( \([^)]*\))?$"  # or none: ends a method; an open result has no interval to tell of
)
CURVES = ["outcome", "group", "month", "low", "high", "at_risk_low", "at_risk_high"]
PRINTED, FOLLOWS, ASSUMED, OPEN, OBSERVED = "printed", "follows", "assumed", "open", "observed"
KNOWN = ["range_low", "range_high", "share_below_null", "share_significant", "varies"]
REACHED = ["plausible_low", "plausible_high"]  # by a search for the extremes, within stated limits
READING = "reading"  # on which a known result rests: what is read, empty where on none
KINDS = (PRINTED, FOLLOWS, ASSUMED, OPEN)  # of what a cohort that was rebuilt may say
COUNTED = ["outcome", "group", "cutoff", "standing"]
SPANS = [("estimate_low", "estimate_high"), ("events_low", "events_high"), ("n_low", "n_high")]
NEEDED = {
    FILE: ["id", "standing", *KNOWN, *REACHED, "share_estimable"],
    FANS: CURVES,
    CUT_OFFS: [*COUNTED, *(end for span in SPANS for end in span)],
    OTHERS: ["member", "patient_id"],
}
Rules = Iterator[tuple[str, str, bool]]  # a column, a rule, whether it is broken
# What a row holds beside its estimate, by the words of ``varies``: a printed share may have an open interval.
PARTS = {
    "estimate": ["estimate"],
    "interval": ["ci_low", "ci_high", "ci_level"],
    "p_value": ["p_value"],
    "events": ["events"],
    "patients": ["n"],
}


def problems(folder: Path) -> list[str]:
    """List why the ranges, fans and further members that a cohort carries cannot be told.

    What cannot be read as open would be shown as known, so that nothing is built of such files.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    list of str
        One line a problem: file, column, rule, what to do; none where there are no such files.
    """
    beside = [name for name in NEEDED if (folder / name).exists()]
    if beside and FILE not in beside:
        return [f"{FILE}: missing beside {', '.join(beside)}; `make cohort` writes it anew"]
    return [
        f"{name}: {problem}; `make cohort` writes it anew"
        for name, needed in NEEDED.items()
        if (folder / name).exists()
        for problem in _problems(folder / name, needed)
    ]


def _problems(path: Path, needed: list[str]) -> Iterator[str]:
    try:
        rows = pd.read_csv(path)
    except (OSError, ValueError):  # also what is no CSV, no UTF-8, or empty
        yield "cannot be read as a table"
        return
    absent = [name for name in needed if name not in rows]
    yield from (f"column {name}: missing" for name in absent)
    if not absent and rows.empty:
        yield "has no row"
    elif not absent:
        yield from (f"column {column}: {rule}" for column, rule, broken in RULES[path.name](rows) if broken)


def _rules_of_ranges(rows: pd.DataFrame) -> Rules:
    yield "id", "stands more than once or is empty", _repeated(rows[["id"]])
    yield from _standing(rows)
    texts = rows["varies"].fillna("").astype(str).str.split().explode().dropna()
    yield "varies", f"must be words of {', '.join(PARTS)}", not texts.isin(list(PARTS)).all()
    yield from _order(rows, "range_low", "range_high")
    yield from _order(rows, *REACHED)
    for share in (*KNOWN[2:4], "share_estimable"):
        numbers = _numbers(rows[share])
        yield share, "must lie between 0 and 1", not numbers[rows[share].notna()].between(0, 1).all()
    yield "range_high", "must be range_low where the number is known", bool(_unknown(rows).any())


def _unknown(rows: pd.DataFrame) -> pd.Series:
    """Mark results that are called known and have no one number, though some cohort has the result."""
    varies = rows["varies"].fillna("").astype(str).str.split()
    asked = rows["standing"].isin([PRINTED, FOLLOWS, ASSUMED])
    asked &= ~varies.map(lambda parts: "estimate" in parts)
    low, high = (_numbers(rows[end]) for end in KNOWN[:2])
    absent = rows[KNOWN[:2]].isna()
    nowhere = absent.all(axis=1) & _numbers(rows["share_estimable"]).eq(0)
    return asked & ~nowhere & (absent.any(axis=1) | (low.notna() & high.notna() & low.ne(high)))


def _rules_of_fans(rows: pd.DataFrame) -> Rules:
    gaps = rows[CURVES].isna().any(axis=None)
    yield "month", "must be filled in, once a curve and month", _repeated(rows[CURVES[:3]]) or gaps
    yield "month", "must be a whole number from 0", not _whole(rows["month"])
    yield from _order(rows, *CURVES[3:5])
    yield from _order(rows, *CURVES[5:7])


def _rules_of_cut_offs(rows: pd.DataFrame) -> Rules:
    yield "cutoff", "must be filled in, once an outcome and group", _repeated(rows[COUNTED[:3]])
    yield from _standing(rows)
    for span in SPANS:
        yield from _order(rows, *span)


def _rules_of_others(rows: pd.DataFrame) -> Rules:
    keys = rows[NEEDED[OTHERS]]
    yield "member", "must be a whole number", not _whole(rows["member"])
    yield "patient_id", "must be filled in, once a member", _repeated(keys)
    sizes = keys.groupby("member").size()
    yield "member", "must have as many patients as every other", len(set(sizes)) > 1


def _standing(rows: pd.DataFrame) -> Rules:
    yield "standing", f"must be one of {', '.join(KINDS)}", not rows["standing"].isin(KINDS).all()


def _repeated(keys: pd.DataFrame) -> bool:
    return bool(keys.duplicated().any() or keys.isna().any(axis=None))


def _order(rows: pd.DataFrame, low: str, high: str) -> Rules:
    ends = {name: _numbers(rows[name]) for name in (low, high)}
    for name, numbers in ends.items():
        yield name, "must be a number", (numbers.isna() & rows[name].notna()).any()
    yield high, f"must not be below {low}", (ends[high] < ends[low]).any()


def _numbers(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values, errors="coerce")


def _whole(values: pd.Series) -> bool:
    return bool(_numbers(values).mod(1).eq(0).all())


RULES: dict[str, Callable[[pd.DataFrame], Rules]] = {
    FILE: _rules_of_ranges,
    FANS: _rules_of_fans,
    CUT_OFFS: _rules_of_cut_offs,
    OTHERS: _rules_of_others,
}


def read(folder: Path) -> pd.DataFrame:
    """Read the ranges that a cohort carries.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    DataFrame
        id, standing, `KNOWN`, `REACHED` and `READING`, one row a result; none where the folder has no such
        file.
    """
    path, columns = folder / FILE, ["id", "standing", *KNOWN, *REACHED, READING]
    return read_whole(folder)[columns] if path.exists() else pd.DataFrame(columns=columns)


def read_whole(folder: Path) -> pd.DataFrame:
    """Read the whole table of ranges, with what a search reached, what is proved and how the draws mixed.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    DataFrame
        All columns of the file; ``varies`` and `READING` are texts.
    """
    rows = pd.read_csv(folder / FILE)
    return rows.assign(**{READING: rows.get(READING, "")}).fillna({"varies": "", READING: ""})


def read_fans(folder: Path) -> pd.DataFrame:
    """Read how far the event-free curves of a rebuilt cohort range, and the numbers at risk under them.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    DataFrame
        `CURVES`: between which two shares, and which two numbers at risk, 95 % of the cohorts that agree with
        the print lie, one row a month of a curve; none where the folder has no such file.
    """
    return _read(folder / FANS, CURVES)


def read_cut_offs(folder: Path) -> pd.DataFrame:
    """Read how far the counts and differences above each cut-off of the blasts range.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    DataFrame
        outcome, group (an arm, or the contrast of both), cutoff and standing, and low and high of estimate,
        events and n; none where the folder has no such file.
    """
    return _read(folder / CUT_OFFS, COUNTED)


def _read(path: Path, columns: list[str]) -> pd.DataFrame:
    return pd.read_csv(path) if path.exists() else pd.DataFrame(columns=columns)


def told(rows: pd.DataFrame, ranges: pd.DataFrame) -> pd.DataFrame:
    """Add to result rows what is known of each, and take away what only this cohort has.

    Parameters
    ----------
    rows : DataFrame
        As `helpers.ground.results.table` returns it.
    ranges : DataFrame
        As `read` returns it. Without rows every result is observed.

    Returns
    -------
    DataFrame
        With standing and `KNOWN`. A printed number is the one that is printed, without the digits that the
        cohort at hand adds to it. Where the standing is open the number, its interval, P value and events are
        missing; elsewhere those parts that vary over the cohorts.
    """
    found = rows.merge(ranges, on="id", how="left", validate="one_to_one")
    found["standing"] = found["standing"].fillna(OPEN if len(ranges) else OBSERVED)
    as_printed = found["standing"].eq(PRINTED) & found["range_low"].eq(found["range_high"])
    found["estimate"] = found["estimate"].mask(as_printed, found["range_low"])
    is_open = found["standing"] == OPEN
    found.loc[is_open, ["estimate", *PARTS["interval"], "p_value", "events"]] = float("nan")
    varies = found["varies"].fillna("").str.split()
    for part, columns in PARTS.items():
        found.loc[varies.map(lambda parts, part=part: part in parts), columns] = float("nan")
    # Why it does not exist in the cohort at hand, or is not reached, says nothing of the others.
    found.loc[is_open & found["method"].str.startswith(NOT_ESTIMABLE), "method"] = ""
    general = found["method"].str.removesuffix(NOT_REACHED).str.replace(INTERVAL, "", regex=True)
    found["method"] = found["method"].mask(is_open, general)
    return found


def reading(result: pd.Series) -> str:
    """Name the readings on which a result rests.

    Parameters
    ----------
    result : Series
        A row of the results table, with or without its standing.

    Returns
    -------
    str
        What is read; empty text where it rests on none, or is open.
    """
    words = result.get(READING)
    return words if isinstance(words, str) and not is_open(result) else ""


def is_open(result: pd.Series) -> bool:
    """Tell whether only a range is known of the number of a result; its P value may be printed all the same.

    Parameters
    ----------
    result : Series
        A row of the results table, with or without its standing.

    Returns
    -------
    bool
    """
    return result.get("standing") == OPEN or "estimate" in str(result.get("varies")).split()
