"""The printed figures, each looked up by the result that it is about, with the numbers that print as it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

SLACK = 1e-9  # relative; floating noise must not push a number that is exactly a half out of its window


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
    """

    claim: str
    value: float
    decimals: int

    @property
    def low(self) -> float:
        """The smallest number that rounds to it, whichever way halves are rounded."""
        return self.value - 0.5 * 10.0**-self.decimals

    @property
    def high(self) -> float:
        """The largest number that rounds to it, whichever way halves are rounded."""
        return self.value + 0.5 * 10.0**-self.decimals

    @property
    def count(self) -> int:
        """The figure as a whole number; ValueError where decimals are printed that are not 0."""
        if self.value != int(self.value):
            raise ValueError(f"{self.claim}: {self} is no whole number")
        return int(self.value)

    def prints(self, numbers: np.ndarray | float) -> np.ndarray:
        """Tell which numbers round to the figure; of a half both neighbours count.

        Rounding half up, half down and half to even differ only on halves, so a number refused here is
        refused by each of the three.
        """
        slack = SLACK * max(1.0, abs(self.value))
        numbers = np.asarray(numbers)
        return (numbers >= self.low - slack) & (numbers <= self.high + slack)

    def __str__(self) -> str:
        return f"{self.value:.{self.decimals}f}"


class Figures:
    """Printed figures by result id.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it. Claims with a relation other than ``equals`` are no figures, nor
        is a count that is printed in another unit.
    """

    def __init__(self, claims: pd.DataFrame):
        printed = claims[claims["relation"].eq("equals") & claims["result_id"].ne("")]
        self._figures = {}
        counted = printed["result_id"].str.split(".").str[2].eq("count")
        for row in printed[~counted | printed["unit"].eq("count")].itertuples():
            figure = Figure(row.id, float(row.value), int(row.decimals))
            self._figures.setdefault((row.result_id, row.unit == "p_value"), figure)

    def get(self, result_id: str) -> Figure | None:
        """Return the figure printed for the estimate of a result, or None."""
        return self._figures.get((result_id, False))

    def p_value(self, result_id: str) -> Figure | None:
        """Return the P value printed for a result, or None."""
        return self._figures.get((result_id, True))

    def matching(self, pattern: str) -> dict[str, Figure]:
        """Return the figures (not P values) whose result id begins with `pattern`, by result id."""
        return {
            id: figure for (id, is_p), figure in self._figures.items() if not is_p and id.startswith(pattern)
        }
