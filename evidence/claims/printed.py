"""The printed figures, each looked up by the result that it is about, with the numbers that print as it."""

import operator
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtri

from helpers.ground.results import ResultId

T = TypeVar("T")
BOUNDS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
# An inequality, a sign, whole digits with or without commas at the thousands (or none: .05), and decimals.
AS_PRINTED = re.compile(r"(<=|>=|[<>≤≥]?) *([-−]?)(?=\.?\d)(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d+))?", re.ASCII)
SLACK = 1e-9  # relative; floating noise must not push a number that is exactly a half out of its window
# Room for every float: an odds ratio beside separation can have more digits than the default allows.
WIDE = Context(prec=400)
SAFE = 0.998  # of half a digit: so far from a figure no rule of rounding prints another one


@dataclass(frozen=True)
class Figure:
    """A printed number.

    Attributes
    ----------
    claim : str
        The id of the claim that prints it.
    value : float
        As printed: 83 for 83 %.
    decimals : int
        How many decimals are printed.
    bound : str
        ``=`` for a number; ``<``, ``<=``, ``>`` or ``>=`` where only a limit of it is printed.
    """

    claim: str
    value: float
    decimals: int
    bound: str = "="

    def __post_init__(self) -> None:
        if self.bound not in ("=", *BOUNDS):
            raise ValueError(f"{self.claim}: {self.bound} is none of =, {', '.join(BOUNDS)}")

    @classmethod
    def parse(cls, claim: str, text: str) -> "Figure":
        """Read a figure as it is printed.

        Parameters
        ----------
        claim : str
        text : str
            As in ``66``, ``66.0``, ``1,024``, ``.05``, ``−3.2``, ``<0.001``, ``≥80``.

        Returns
        -------
        Figure

        Raises
        ------
        ValueError
            If the text is no number, or more than one.
        """
        read = AS_PRINTED.fullmatch(text.strip())
        if not read:
            raise ValueError(f"{claim}: {text!r} is no printed number")
        bound, sign, whole, decimals = (part or "" for part in read.groups())
        value = float(f"{'-' if sign else ''}{whole.replace(',', '') or 0}.{decimals or 0}")
        return cls(claim, value, len(decimals), bound.replace("≤", "<=").replace("≥", ">=") or "=")

    @property
    def low(self) -> float:
        """The smallest number that rounds to it, whichever way halves are rounded.

        Returns
        -------
        float
        """
        return self.window[0]

    @property
    def high(self) -> float:
        """The largest number that rounds to it, whichever way halves are rounded.

        Returns
        -------
        float
        """
        return self.window[1]

    @property
    def window(self) -> tuple[float, float]:
        """The numbers that round to it, with both halves: what a search that wants to prove must allow.

        Returns
        -------
        tuple[float, float]
        """
        return self._around(1.0)

    @property
    def safe_window(self) -> tuple[float, float]:
        """The numbers that round to it under every rule: what a made-up patient should print.

        Returns
        -------
        tuple[float, float]
        """
        return self._around(SAFE)

    @property
    def count(self) -> int:
        """The figure as a whole number; ValueError for a limit, or where decimals are printed that are not 0.

        Returns
        -------
        int
        """
        if self.bound != "=" or self.value != int(self.value):
            raise ValueError(f"{self.claim}: {self} is no whole number")
        return int(self.value)

    def prints(self, numbers: ArrayLike) -> np.ndarray:
        """Tell which numbers round to the figure, of a half both neighbours; a limit is not rounded.

        Rounding half up, half down and half to even differ only on halves, so a number refused here is
        refused by each of the three.

        Parameters
        ----------
        numbers : array-like
            One number or many.

        Returns
        -------
        array of bool
            In the shape of `numbers`.
        """
        slack = SLACK * max(1.0, abs(self.value))
        numbers = np.asarray(numbers)
        if self.bound != "=":
            return np.asarray(BOUNDS[self.bound](numbers, self.value))
        return (numbers >= self.low - slack) & (numbers <= self.high + slack)

    def takes(self, number: float) -> bool:
        """Tell whether a number prints as the figure by a rule in use: half up (away from 0) or half to even.

        Narrower than `prints` by the halves that only rounding half down brings here: a verdict on one
        number grants what is done, a search that wants to prove all that could be. Twelve significant
        digits are looked at, so that 100 × 0.575 is a tie and not just below it.

        Parameters
        ----------
        number : float

        Returns
        -------
        bool
        """
        if self.bound != "=":
            return bool(self.prints(float(f"{number:.12g}")))
        exact, unit = Decimal(f"{number:.12g}"), Decimal(1).scaleb(-self.decimals)
        rules = (ROUND_HALF_UP, ROUND_HALF_EVEN)
        return any(exact.quantize(unit, rule, WIDE) == Decimal(str(self)) for rule in rules)

    def _around(self, part: float) -> tuple[float, float]:
        if self.bound != "=":
            return (-np.inf, self.value) if "<" in self.bound else (self.value, np.inf)
        half = 0.5 * 10.0**-self.decimals
        return self.value - part * half, self.value + part * half

    def __str__(self) -> str:
        return f"{self.bound.removeprefix('=')}{self.value:.{self.decimals}f}"


def two_sided_z(p_value: float) -> float:
    """Return the absolute standard normal deviate of a two-sided P value; infinity for one of 0 or less.

    Parameters
    ----------
    p_value : float

    Returns
    -------
    float
    """
    return float(-ndtri(max(p_value, 0.0) / 2))


def z_window(window: tuple[float, float]) -> tuple[float, float]:
    """Turn a window of P values into one of absolute deviates.

    Parameters
    ----------
    window : tuple of float
        The least and the greatest P value.

    Returns
    -------
    tuple of float
        The least and the greatest deviate.
    """
    low, high = window
    return two_sided_z(high), two_sided_z(low)


class Figures:
    """Printed figures by result id.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it. Claims with a relation other than ``equals`` are no
        figures, nor is a count that is printed in another unit.
    """

    def __init__(self, claims: pd.DataFrame):
        self._figures: dict[tuple[ResultId, bool], Figure] = {}
        printed = claims[claims["relation"].eq("equals") & claims["result_id"].ne("")]
        for row in printed.itertuples():
            id = ResultId.parse(row.result_id)
            if id.statistic != "count" or row.unit == "count":
                figure = Figure(row.id, float(row.value), int(row.decimals))
                # Where two claims print the same result the first is taken, and the other is judged by it.
                self._figures.setdefault((id, row.unit == "p_value"), figure)

    def get(self, id: ResultId) -> Figure | None:
        """Return the figure printed for the estimate of a result.

        Parameters
        ----------
        id : ResultId

        Returns
        -------
        Figure or None
        """
        return self._figures.get((id, False))

    def p_value(self, id: ResultId) -> Figure | None:
        """Return the P value printed for a result.

        Parameters
        ----------
        id : ResultId

        Returns
        -------
        Figure or None
        """
        return self._figures.get((id, True))

    def every(self, ids: Iterable[ResultId]) -> list[Figure] | None:
        """Return the figures printed for all of some results, in their order.

        Parameters
        ----------
        ids : iterable of ResultId

        Returns
        -------
        list of Figure, or None
            None where one is missing.
        """
        found = {id: self.get(id) for id in ids}
        printed = [figure for figure in found.values() if figure is not None]
        return printed if len(printed) == len(found) else None

    def count(self, id: ResultId) -> int:
        """Return a printed count.

        Parameters
        ----------
        id : ResultId

        Returns
        -------
        int

        Raises
        ------
        ValueError
            If none is printed.
        """
        return needed(self.get(id), str(id)).count

    def is_about(self, **parts: str) -> bool:
        """Tell whether a figure or a P value is printed of a result whose id has some parts.

        Parameters
        ----------
        **parts : str
            As in ``chapter="immune"``.

        Returns
        -------
        bool
        """
        return any(id.fits(**parts) for id, _ in self._figures)

    def matching(self, **parts: str) -> dict[ResultId, Figure]:
        """Return the figures, not P values, whose ids have some parts.

        Parameters
        ----------
        **parts : str
            As in ``chapter="immune"``.

        Returns
        -------
        dict of ResultId to Figure
        """
        return {id: figure for (id, is_p), figure in self._figures.items() if not is_p and id.fits(**parts)}


def needed(found: T | None, what: str) -> T:
    """Return what a page of this study's claims is about, which other claims may not print.

    Parameters
    ----------
    found : object or None
    what : str
        For the message.

    Returns
    -------
    object
        `found`.

    Raises
    ------
    ValueError
        If it is None.
    """
    if found is None:
        raise ValueError(f"the claims do not print {what}")
    return found
