"""The printed figures that the search aims at, looked up in the claims by the result they answer."""

import pandas as pd

from evidence.claims.printed import Figure, Figures, needed
from evidence.this_abstract.abstract import STUDY
from helpers.ground.results import ResultId

PARENTS = {cell.id: cell.parent for cell in STUDY.cells}


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
