"""The printed figures that the search aims at, looked up in the claims by the result they answer."""

from dataclasses import dataclass
from statistics import NormalDist

import pandas as pd

from evidence.claims.printed import Figures
from helpers.ground import study

# What is rebuilt is the default study, the one that the published claims are about.
STUDY = study.load()
ARMS = STUDY.arm_ids
VISITS = tuple(visit.id for visit in STUDY.visits)
PARENTS = {cell.id: cell.parent for cell in STUDY.cells}
HIGH_BURDEN = next(each.above for each in STUDY.populations if each.above is not None)

COMFORTABLE_P = 0.12  # pairs left unmentioned stay clear of 0.05, so that no convention turns one significant
LEAN = 0.3  # a stated direction without a P value shows at least this deviate
DIRECTIONS = {"increases": 1, "higher": 1, "decreases": -1, "lower": -1}


@dataclass(frozen=True)
class Printed:
    """A printed number and how many decimals it has.

    Attributes
    ----------
    value : float
    decimals : int
    """

    value: float
    decimals: int

    @property
    def window(self) -> tuple[float, float]:
        """The numbers that round to it, short of the halves, on which rounding rules differ."""
        half = 0.5 * 10.0**-self.decimals
        return self.value - 0.998 * half, self.value + 0.998 * half

    def prints(self, number: float) -> bool:
        """Tell whether a number rounds to the printed one."""
        low, high = self.window
        return low <= number <= high

    @property
    def z_window(self) -> tuple[float, float]:
        """The absolute standard normal deviates whose two-sided P value rounds to it."""
        low, high = self.window
        return two_sided_z(high), two_sided_z(low)


def two_sided_z(p_value: float) -> float:
    """Return the absolute standard normal deviate that has a two-sided P value."""
    return NormalDist().inv_cdf(1 - p_value / 2)


class Targets:
    """Published claims by result id.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.

    Attributes
    ----------
    figures : Figures
        The same claims as the searches of `evidence.forensics` take them.
    """

    def __init__(self, claims: pd.DataFrame):
        self.figures = Figures(claims)
        known = claims[claims["result_id"] != ""]
        equal = known[known["relation"] == "equals"]
        self._printed = {
            (row.result_id, row.unit == "p_value"): Printed(float(row.value), int(row.decimals))
            for row in equal.itertuples()
        }
        directed = known[known["relation"].isin(DIRECTIONS)]
        self._directions = dict(zip(directed["result_id"], directed["relation"].map(DIRECTIONS), strict=True))

    def value(self, result_id: str) -> Printed:
        """Return the printed estimate of a result; KeyError where none is printed."""
        return self._printed[result_id, False]

    def count(self, result_id: str) -> int:
        """Return the printed count of a result."""
        return int(self.value(result_id).value)

    def p_value(self, result_id: str) -> Printed:
        """Return the printed P value of a result; KeyError where none is printed."""
        return self._printed[result_id, True]

    def has(self, result_id: str, p_value: bool = False) -> bool:
        """Tell whether an estimate (or a P value) of that result is printed."""
        return (result_id, p_value) in self._printed

    def direction(self, result_id: str) -> int:
        """Return 1 where the abstract says more, -1 where it says less, 0 where it says neither."""
        return self._directions.get(result_id, 0)

    def z_window(self, test: str, direction: str) -> tuple[float, float]:
        """Return the signed deviates that suit a test and the result whose direction is stated.

        Parameters
        ----------
        test, direction : str
            Result ids. Without a printed P value the deviate stays clear of significance (`COMFORTABLE_P`),
            on the stated side if there is one.
        """
        sign = self.direction(direction)
        quiet = two_sided_z(COMFORTABLE_P)
        if self.has(test, p_value=True):
            low, high = self.p_value(test).z_window
        else:
            low, high = (LEAN, quiet) if sign else (-quiet, quiet)
        return (low, high) if sign >= 0 else (-high, -low)
