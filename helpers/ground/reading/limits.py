"""Reading: what is known to lie below a limit, above one, or between two, becomes the middle of the ends."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

_END = r"(\d+(?:[.,]\d+)?)\s*%?"
_LIMIT = re.compile(rf"([<>]=?|=[<>]|[≤≥])\s*{_END}")
_SPAN = re.compile(rf"{_END}\s*(?:-|–|to|bis|~)\s*{_END}")
_NARROW = str.maketrans("＜＞％～", "<>%~")


@dataclass(frozen=True)
class Limits:
    """What the values of a column may be, and what must not be blurred.

    Attributes
    ----------
    low, high : float
        The column's own ends.
    is_age : bool
        Whether a whole number stands for all that follows it up to the next one: 60-69 ends at 70. What lies
        above an age has no middle.
    cut_offs : collection of float
        Of the study: a value belongs to those up to one, or to those above it.
    """

    low: float
    high: float
    is_age: bool = False
    cut_offs: Collection[float] = ()


@dataclass(frozen=True)
class _Known:
    low: float
    high: float
    has_low: bool  # whether the end itself is among what the value can be

    def parted_by(self, cut_off: float) -> bool:
        """Say whether the value can be up to a cut-off as well as above it."""
        return (self.low < cut_off or (self.low == cut_off and self.has_low)) and self.high > cut_off


def middles(text: pd.Series, within: Limits, decimal: str = "") -> tuple[pd.Series, list[str]]:
    """Read limits and spans.

    Parameters
    ----------
    text : Series of str
    within : Limits
        A limit or span beyond the column's own ends stays as it is.
    decimal : {"", ".", ","}
        What stands before decimals, where that is told; else a point or a comma.

    Returns
    -------
    tuple of Series and list of str
        The values, missing where a cut-off lies within a limit or span; and what was understood.
    """
    known = {value: _known(value, within, decimal) for value in text.dropna().unique()}
    found = {value: one for value, one in known.items() if one}
    parted = {
        cut_off: [value for value, one in found.items() if one.parted_by(cut_off)]
        for cut_off in sorted(within.cut_offs)
    }
    unclear = {value for values in parted.values() for value in values}
    told = []
    if count := int(text.isin(found.keys() - unclear).sum()):
        told.append(f"{count:,} values known to a limit or a span only, read as its middle")
    told += [
        f"{int(text.isin(values).sum()):,} values known to a limit or a span that has the cut-off "
        f"{cut_off:g} inside, taken as missing"
        for cut_off, values in parted.items()
        if values
    ]
    new = {
        value: f"{(one.low + one.high + _further(value, within)) / 2:.10g}" for value, one in found.items()
    }
    return text.mask(text.isin(unclear)).replace(new), told


def _further(value: str, within: Limits) -> int:
    """Return how far an age reaches beyond its end: up to the next birthday, if the end is among it."""
    return int(within.is_age and re.match(r"<\s*\d", value.translate(_NARROW)) is None)


def _known(value: str, within: Limits, decimal: str) -> _Known | None:
    """Return what a value is known to lie between, if it is a limit or a span within the column's ends."""
    text = value.translate(_NARROW)
    if decimal == "." and "," in text:
        return None
    if limit := _LIMIT.fullmatch(text):
        sign, end = limit[1], _number(limit[2])
        below = "<" in sign or sign == "≤"
        if not below and within.is_age:
            return None
        found = _Known(within.low, end, True) if below else _Known(end, within.high, sign != ">")
    elif span := _SPAN.fullmatch(text):
        found = _Known(_number(span[1]), _number(span[2]), True)
    else:
        return None
    return found if within.low <= found.low < found.high <= within.high else None


def _number(text: str) -> float:
    return float(text.replace(",", "."))
