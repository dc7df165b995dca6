"""Reading: what hospitals write in cells becomes what the dictionary asks for, where it means one thing only.

What can mean nothing, or more than one thing, stays as it is, and the rules refuse it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping

import pandas as pd

from helpers.ground.reading.columns import plain

MISSING = {
    *("na", "n/a", "n.a.", "nan", "null", "nd", "unknown", "unk", "missing", "not known", "not done"),
    *(".", "-", "--", "?", "-9", "-99", "-999", "-9.0", "-99.0", "-999.0", "未知", "不详", "缺失", "未查"),
}
YES = {"yes", "y", "true", "t", "1", "1.0", "ja", "j", "oui", "si", "sí", "是", "有"}
NO = {"no", "n", "false", "f", "0", "0.0", "nein", "non", "否", "无"}
NOT_EVALUABLE = {"ne", "n/e", "not evaluable", "not assessable", "nicht auswertbar", "不可评估"}
_SIGNS = re.compile(r"[+<>=≤≥]|^-")  # that can be all that tells two levels apart
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_OTHER_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(([.' \u00a0\u202f])\d{3})(\2\d{3})*(,\d+)?")
_POINTS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?")
_BELOW = re.compile(r"[<≤]\s*(\d+\.?\d*)")
_SPAN = re.compile(r"(\d+\.?\d*)\s*(?:-|–|to|bis|~)\s*(\d+\.?\d*)")
_COMMA = re.compile(r"[+-]?\d+,\d+")

Told = list[str]


def mapped(text: pd.Series, change: Callable[[str], str | None]) -> pd.Series:
    """Change each value that there is, looking at each different one once.

    Parameters
    ----------
    text : Series of str
    change : callable
        Returns the new value; None where there is none.

    Returns
    -------
    Series of str
    """
    return text.map({value: change(value) for value in text.dropna().unique()})


def without_missing(text: pd.Series, levels: list[str]) -> tuple[pd.Series, Told]:
    """Take out what marks a missing value.

    Parameters
    ----------
    text : Series of str
    levels : list of str
        That may look like a mark and are none.

    Returns
    -------
    tuple of Series and list of str
        And the marks that were met.
    """
    own = {level.casefold() for level in levels}
    marks = sorted({value for value in text.dropna().unique() if value.casefold() in MISSING - own})
    return text.mask(text.isin(marks)), marks


def answers(text: pd.Series) -> pd.Series:
    """Write answers as yes and no.

    Parameters
    ----------
    text : Series of str

    Returns
    -------
    Series of str
    """
    known = dict.fromkeys(YES, "yes") | dict.fromkeys(NO, "no")
    return mapped(text, lambda value: known.get(value.casefold(), value))


def levels(text: pd.Series, wanted: list[str], own: Mapping[str, str]) -> pd.Series:
    """Write levels as the dictionary does, whatever their case, spaces and hyphens, or by a map.

    Parameters
    ----------
    text : Series of str
    wanted : list of str
    own : mapping of str to str
        The dictionary's level by the file's.

    Returns
    -------
    Series of str
    """
    pairs = [*((level, level) for level in wanted), *own.items()]
    exact = {theirs.casefold(): ours for theirs, ours in pairs}
    loose: dict[str, set[str]] = defaultdict(set)
    for theirs, ours in pairs:
        loose[plain(theirs)].add(ours)

    def _known(value: str) -> str:
        """Find a level by its own signs, or by its words where these can mean one level only."""
        if value.casefold() in exact:
            return exact[value.casefold()]
        found = set() if _SIGNS.search(value) else loose.get(plain(value), set())
        return next(iter(found)) if len(found) == 1 else value

    return mapped(text, _known)


def _with_point(value: str) -> str:
    return re.sub(r"(?<=\d)[.' \u00a0\u202f](?=\d{3})", "", value).replace(",", ".")


def without_evaluation(text: pd.Series, none: str) -> tuple[pd.Series, Told]:
    """Count a response that could not be evaluated as none, so that its patient stays in the denominator.

    Parameters
    ----------
    text : Series of str
    none : str
        The level of no response.

    Returns
    -------
    tuple of Series and list of str
        The levels, and what was understood.
    """
    which = text.str.casefold().isin(NOT_EVALUABLE)
    if not which.any():
        return text, []
    return text.mask(which, none), [f"{int(which.sum()):,} not evaluable, counted as without response"]


def middles(text: pd.Series, is_age: bool) -> tuple[pd.Series, Told]:
    """Read what is known to lie below a limit, or between two, as the middle of the two ends.

    Parameters
    ----------
    text : Series of str
    is_age : bool
        Whether a whole number stands for all that follows it up to the next one: 60-69 ends at 70.

    Returns
    -------
    tuple of Series and list of str
        The values, and what was understood.
    """
    found = {}
    for value in text.dropna().unique():
        if below := _BELOW.fullmatch(value):
            found[value] = f"{float(below[1]) / 2:.10g}"
        elif span := _SPAN.fullmatch(value):
            low, high = float(span[1]), float(span[2])
            if low < high:
                found[value] = f"{(low + high + is_age) / 2:.10g}"
    if not found:
        return text, []
    count = int(text.isin(list(found)).sum())
    return text.replace(found), [f"{count:,} values known to a limit or a span only, read as its middle"]


def numbers(
    text: pd.Series, low: float, high: float, is_percent: bool, decimal: str
) -> tuple[pd.Series, Told, str]:
    """Write numbers with a decimal point and without separators of thousands.

    Parameters
    ----------
    text : Series of str
    low, high : float
        What the numbers may be; of two readings the one without a number beyond is taken.
    is_percent : bool
        Whether a percent sign may follow.
    decimal : {"", ".", ","}
        What stands before decimals, where that is told.

    Returns
    -------
    tuple of Series, list of str and str
        The numbers; what was understood; and a rule that is broken by a column of two meanings, else empty.
    """
    told = []
    if decimal == ",":
        text = mapped(text, lambda value: _with_point(value) if _POINTS.fullmatch(value) else value)
    if is_percent and text.str.endswith(("%", "\N{FULLWIDTH PERCENT SIGN}"), na=False).any():
        text, told = text.str.rstrip("%\N{FULLWIDTH PERCENT SIGN} "), ["percent signs dropped"]
    odd = {value for value in text.dropna().unique() if not _NUMBER.fullmatch(value)}
    if not odd:
        return text, told, ""
    even = [value for value in text.dropna().unique() if _NUMBER.fullmatch(value)]
    readings: dict[str, Callable[[str], str]] = {}
    if decimal != "," and all(map(_THOUSANDS.fullmatch, odd)):
        readings["commas as separators of thousands"] = lambda value: value.replace(",", "")
        # Beside whole numbers of three digits at most, three digits after a comma are no decimals.
        if all(re.fullmatch(r"\d{1,3}", value) for value in even):
            decimal = "."
    if decimal != "." and all(_COMMA.fullmatch(value) or _OTHER_THOUSANDS.fullmatch(value) for value in odd):
        readings["decimal commas"] = _with_point
    fitting = {}
    for name, change in readings.items():
        new = text.map({value: change(value) for value in odd} | {value: value for value in even})
        if new.astype(float).dropna().between(low, high).all():
            fitting[name] = new
    if len(fitting) == 1:
        ((name, new),) = fitting.items()
        return new, [*told, name], ""
    if len(fitting) > 1:
        return (
            text,
            told,
            'its commas can be decimal or of thousands; write decimal = "," or "." in cohort.toml',
        )
    return text, told, ""
