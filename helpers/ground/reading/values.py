"""Reading: what hospitals write in cells becomes what the dictionary asks for, where it means one thing only.

What can mean nothing, or more than one thing, stays as it is, and the rules refuse it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from helpers.ground.reading.columns import plain

MISSING = {
    *("na", "n/a", "n.a.", "nan", "null", "nd", "unknown", "unk", "missing", "not known", "not done"),
    *(".", "-", "--", "?", "-9", "-99", "-999", "-9.0", "-99.0", "-999.0", "未知", "不详", "缺失", "未查"),
    *("k.a.", "k. a.", "keine angabe", "unbekannt", "inconnu", "desconocido", "sconosciuto"),
}
YES = {"yes", "y", "true", "t", "1", "1.0", "ja", "j", "oui", "si", "sí", "是", "有"}
NO = {"no", "n", "false", "f", "0", "0.0", "nein", "non", "否", "无"}
NOT_EVALUABLE = {"ne", "n/e", "not evaluable", "not assessable", "nicht auswertbar", "不可评估"}
_SIGNS = re.compile(r"[+<>=≤≥]|^-")  # that can be all that tells two levels apart
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_OTHER_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(([.' \u00a0\u202f])\d{3})(\2\d{3})*(,\d+)?")
_POINTS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?")
_COMMA = re.compile(r"[+-]?\d+,\d+")
_TELLS = {  # by what stands before decimals, numbers in which a comma has one meaning
    ",": re.compile(r"[+-]?(\d+,(\d\d?|\d{4,})|0\d*,\d+|\d{4,},\d+|\d{1,3}(\.\d{3})+,\d+)"),
    ".": re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3}){2,}(\.\d+)?|[+-]?[1-9]\d{0,2},\d{3}\.\d+"),
}

PERCENT_SIGNS = ("%", "\N{FULLWIDTH PERCENT SIGN}")
_TWO_MEANINGS = (
    'a comma can stand before decimals or part thousands; write decimal = "," or decimal = "." in cohort.toml'
)

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
    return text.mask(which, none), [f"{int(which.sum()):,} values not evaluable, counted as without response"]


def decimal_of(columns: Iterable[pd.Series]) -> str:
    """Find what a comma is in the numbers of a file, where some of them can be read in one way only.

    Parameters
    ----------
    columns : iterable of Series of str

    Returns
    -------
    {"", ".", ","}
        What stands before decimals; empty where no number tells, or they contradict each other.

    Examples
    --------
    >>> decimal_of([pd.Series(["1,234", "1,5"])]), decimal_of([pd.Series(["1,234"])])
    (',', '')
    """
    different = {value for text in columns for value in text.dropna().unique() if "," in value}
    found = {sign for sign, pattern in _TELLS.items() if any(map(pattern.fullmatch, different))}
    return found.pop() if len(found) == 1 else ""


def numbers(
    text: pd.Series, low: float, high: float, is_percent: bool, decimal: str, elsewhere: str = ""
) -> tuple[pd.Series, Told, str]:
    """Write numbers with a decimal point and without separators of thousands.

    Parameters
    ----------
    text : Series of str
    low, high : float
        What the numbers may be; of two readings the one without a number beyond is taken.
    is_percent : bool
        Whether a percent sign may follow.
    decimal, elsewhere : {"", ".", ","}
        What stands before decimals, where that is told; and what other columns of the file show it to be,
        which decides where this one has two meanings.

    Returns
    -------
    tuple of Series, list of str and str
        The numbers; what was understood; and a rule that is broken by a column of two meanings, else empty.
    """
    told = []
    if decimal == ",":
        text = mapped(text, lambda value: _with_point(value) if _POINTS.fullmatch(value) else value)
    if is_percent and text.str.endswith(PERCENT_SIGNS, na=False).any():
        text, told = text.str.rstrip("".join(PERCENT_SIGNS) + " "), ["percent signs dropped"]
    # Other text is for the rules to refuse, and must not take the numbers beside it along.
    forms = (_COMMA, _THOUSANDS, _OTHER_THOUSANDS)
    odd = {value for value in text.dropna().unique() if any(form.fullmatch(value) for form in forms)}
    odd = {value for value in odd if not _NUMBER.fullmatch(value)}
    if not odd:
        return text, told, ""
    even = [value for value in text.dropna().unique() if _NUMBER.fullmatch(value)]
    readings: dict[str, tuple[str, Callable[[str], str]]] = {}
    if decimal != "," and all(map(_THOUSANDS.fullmatch, odd)):
        readings["."] = "commas as separators of thousands", lambda value: value.replace(",", "")
    if decimal != "." and all(_COMMA.fullmatch(value) or _OTHER_THOUSANDS.fullmatch(value) for value in odd):
        readings[","] = "decimal commas", _with_point
    fitting = {}
    for sign, (name, change) in readings.items():
        new = text.map({value: change(value) for value in odd} | {value: value for value in even})
        if new.astype(float).dropna().between(low, high).all():
            fitting[sign] = new.fillna(text), name
    if len(fitting) > 1:
        sign = _decided(even) or decimal_of([text]) or elsewhere
        if sign not in fitting:
            return text, told, _TWO_MEANINGS
        fitting = {sign: fitting[sign]}
    for new, name in fitting.values():
        return new, [*told, name], ""
    return text, told, ""


def _decided(even: list[str]) -> str:
    """Let whole numbers up to the hundreds show that a comma before three digits is of thousands."""
    whole = all(re.fullmatch(r"\d{1,3}", value) for value in even)
    return "." if whole and any(len(value) == 3 for value in even) else ""
