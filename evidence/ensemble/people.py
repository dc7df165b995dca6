"""Ensemble: the patients that every member has, as far as the solved counts fix them."""

from dataclasses import dataclass

import numpy as np

from evidence.claims.printed import Figures
from evidence.this_abstract import cells
from evidence.this_abstract.abstract import ARMS, POSITIVE, REFRACTORY


@dataclass(frozen=True)
class People:
    """One entry a patient, the same patient in every array; exchangeable where all arrays agree.

    Attributes
    ----------
    arm, disease_status, burden : array of str
        The burden (high, low) is empty for patients who entered in remission.
    responded : array of bool
        Relapsed/refractory patients in CR, CRi or PR, MRD-positive ones who cleared, all MRD-negative ones.
    mrd_negative : array of bool
        After treatment.
    """

    arm: np.ndarray
    disease_status: np.ndarray
    burden: np.ndarray
    responded: np.ndarray
    mrd_negative: np.ndarray

    @property
    def refractory(self) -> np.ndarray:
        """Who has relapsed/refractory disease.

        Returns
        -------
        array of bool
        """
        return self.disease_status == REFRACTORY

    @property
    def combination(self) -> np.ndarray:
        """Who belongs to the first arm.

        Returns
        -------
        array of bool
        """
        return self.arm == ARMS[0]

    def of(self, group: str) -> np.ndarray:
        """Return who belongs to a group.

        Parameters
        ----------
        group : str
            An arm, or another group: everybody.

        Returns
        -------
        array of bool
        """
        return (self.arm == group) | (group not in ARMS)

    @property
    def measurable(self) -> np.ndarray:
        """Who entered with relapsed/refractory or MRD-positive disease.

        Returns
        -------
        array of bool
        """
        return np.isin(self.disease_status, [REFRACTORY, POSITIVE])


def solve(figures: Figures) -> People:
    """Write one patient after the other from the counts that alone print the rates.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    People
        An MRD-negative patient with relapsed/refractory disease is taken to have responded: flow cytometry
        that finds no leukaemia contradicts the lack of a response.

    Raises
    ------
    ValueError
        As `evidence.this_abstract.cells.solve`.
    """
    counts = cells.solve(figures)
    repeats = counts["patients"].to_numpy()
    number = np.concatenate([np.arange(size) for size in repeats])
    fixed = {
        name: counts[name].to_numpy(dtype=str).repeat(repeats) for name in ("arm", "disease_status", "burden")
    }
    responses, negatives = (counts[name].to_numpy().repeat(repeats) for name in ("responses", "mrd_negative"))
    mrd_negative = number < negatives
    responded = np.where(fixed["disease_status"] == REFRACTORY, number < responses, mrd_negative)
    return People(**fixed, responded=responded.astype(bool), mrd_negative=mrd_negative)
