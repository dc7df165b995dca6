"""The printed figures that the search aims at, looked up in the claims by the result they answer."""

import pandas as pd

from evidence.claims.claim import DIRECTIONS
from evidence.claims.printed import Figure, Figures, needed, two_sided_z, z_window
from evidence.forensics.abstract import STUDY
from helpers.ground.results import ResultId

PARENTS = {cell.id: cell.parent for cell in STUDY.cells}

COMFORTABLE_P = 0.12  # pairs left unmentioned stay clear of 0.05, so that no convention turns one significant
QUIET = two_sided_z(COMFORTABLE_P)
LEAN = 0.3  # a stated direction without a P value shows at least this deviate


class Targets:
    """Published claims by result id.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.

    Attributes
    ----------
    claims : DataFrame
        As given.
    figures : Figures
        The printed figures, as the searches of `evidence.forensics` take them too.
    """

    def __init__(self, claims: pd.DataFrame):
        self.claims = claims
        self.figures = Figures(claims)
        directed = claims[claims["relation"].isin(DIRECTIONS) & claims["result_id"].ne("")]
        ids = map(ResultId.parse, directed["result_id"])
        self._directions = dict(zip(ids, directed["relation"].map(DIRECTIONS), strict=True))

    def value(self, id: ResultId) -> Figure:
        """Return the printed estimate of a result.

        Parameters
        ----------
        id : ResultId

        Returns
        -------
        Figure

        Raises
        ------
        ValueError
            If none is printed.
        """
        return needed(self.figures.get(id), str(id))

    def p_value(self, id: ResultId) -> Figure:
        """Return the printed P value of a result.

        Parameters
        ----------
        id : ResultId

        Returns
        -------
        Figure

        Raises
        ------
        ValueError
            If none is printed.
        """
        return needed(self.figures.p_value(id), f"the P value of {id}")

    def z_window(self, test: ResultId, direction: ResultId) -> tuple[float, float]:
        """Return the signed deviates that suit a test and the result whose direction is stated.

        Parameters
        ----------
        test, direction : ResultId
            Without a printed P value the deviate stays clear of significance (`COMFORTABLE_P`), on the stated
            side if there is one.

        Returns
        -------
        tuple of float
        """
        sign, printed = self._directions.get(direction, 0), self.figures.p_value(test)
        if printed is not None:
            low, high = z_window(printed.safe_window)
        else:
            low, high = (LEAN, QUIET) if sign else (-QUIET, QUIET)
        return (low, high) if sign >= 0 else (-high, -low)
