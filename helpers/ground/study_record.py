"""Ground: the record of one study, and what is asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.ground import study_members as members
from helpers.ground.study_parts import (
    ALPHA,
    COVARIATES,
    EVERYBODY,
    OUTCOMES,
    Arm,
    Balance,
    Cell,
    Characteristic,
    Covariate,
    LeadIn,
    Outcome,
    Panel,
    Population,
    Visit,
    inside,
)

CONTRAST = "arm"  # the group of a row that compares the arms
# In a study without an immune panel the comparisons, which have no patient, still need words.
_UNNAMED_ENDS = (
    Visit("first", "First visit", "at the first visit"),
    Visit("last", "Last visit", "at the last visit"),
)


@dataclass(frozen=True)
class Study:
    """The description of one study.

    Attributes
    ----------
    title, short_title, time_zero : str
        ``time_zero`` as it stands in a sentence ("the first day of ...").
    alpha : float
        Two-sided level of the tests: `ALPHA`, as the intervals leave out as much.
    horizons : tuple of int
        Months at which survival is read; the last is the main one.
    arms : tuple of Arm
        Two: the one asked about, and the one it is compared with.
    lead_in : LeadIn or None
    panel : Panel
    balance : Balance or None
    populations, outcomes, covariates, characteristics, visits, cells
        As their classes say, in the order in which the book shows them. Everybody is no entry.
    cycles : str
        What is counted in cycles, as the head of a table ("Cycles of ...").
    randomised : bool or None
        Whether the arms were drawn by lot; None where that is not said.
    claims : Path or None
        The file of the published claims, where the study is a published one.
    """

    title: str
    arms: tuple[Arm, ...]
    short_title: str = ""
    time_zero: str = "the start of treatment"
    horizons: tuple[int, ...] = (12, 24)
    populations: tuple[Population, ...] = ()
    outcomes: tuple[Outcome, ...] = OUTCOMES
    covariates: tuple[Covariate, ...] = COVARIATES
    characteristics: tuple[Characteristic, ...] = ()
    visits: tuple[Visit, ...] = ()
    cells: tuple[Cell, ...] = ()
    lead_in: LeadIn | None = None
    panel: Panel = Panel()
    balance: Balance | None = None
    claims: Path | None = None
    alpha: float = ALPHA
    cycles: str = "Cycles"
    randomised: bool | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "short_title", self.short_title or self.title)

    @property
    def allotment(self) -> str:
        """Whether chance decided about the arms, as the beginning of a sentence.

        Returns
        -------
        str
        """
        if self.randomised is None:
            return "Whether the arms were drawn by lot is not said"
        return f"The arms were {'' if self.randomised else 'not '}drawn by lot"

    @property
    def are_treatments(self) -> bool:
        """Whether the arms were given something, and are not kinds of patients.

        Returns
        -------
        bool
        """
        return all(arm.preposition == "with" for arm in self.arms)

    @property
    def groups(self) -> tuple[str, ...]:
        """Everybody and the arms, by id.

        Returns
        -------
        tuple of str
        """
        return (EVERYBODY, *self.arm_ids)

    @property
    def arm_ids(self) -> tuple[str, ...]:
        """The arms by id, the one asked about first.

        Returns
        -------
        tuple of str
        """
        return tuple(arm.id for arm in self.arms)

    @property
    def strata(self) -> tuple[str, ...]:
        """Everybody and the populations, by id.

        Returns
        -------
        tuple of str
        """
        return (EVERYBODY, *(population.id for population in self.populations))

    @property
    def statuses(self) -> tuple[str, ...]:
        """The populations that are one disease status each, by id.

        Returns
        -------
        tuple of str
        """
        statuses = (one for one in self.populations if one.column == "disease_status")
        return tuple(status.id for status in statuses if len(status.levels) == 1)

    @property
    def assessed(self) -> str:
        """The population in which a response is assessed, by id: patients who enter without a remission.

        Returns
        -------
        str
        """
        return self.outcome("response").main

    @property
    def assessed_name(self) -> str:
        """The same population as it stands before "patients" in a sentence.

        Returns
        -------
        str
        """
        return "all" if self.assessed == EVERYBODY else inside(self.label(self.assessed))

    @property
    def responds_by(self) -> dict[str, str]:
        """What counts as a response, as it means something else in each disease status.

        Returns
        -------
        dict of str to str
            By population the outcome; where no population names one, the response of the assessed.
        """
        named = {one.id: one.responds_by for one in self.populations if one.responds_by}
        return named or {self.assessed: "response"}

    @property
    def horizon(self) -> int:
        """The main month at which survival is read.

        Returns
        -------
        int
        """
        return self.horizons[-1]

    def population(self, id: str) -> Population:
        """Return a population by id; everybody is one too.

        Parameters
        ----------
        id : str

        Returns
        -------
        Population
        """
        return self._populations[id]

    def outcome(self, id: str) -> Outcome:
        """Return an outcome by id.

        Parameters
        ----------
        id : str

        Returns
        -------
        Outcome
        """
        return next(outcome for outcome in self.outcomes if outcome.id == id)

    def cell(self, id: str) -> Cell:
        """Return a population of immune cells by id.

        Parameters
        ----------
        id : str

        Returns
        -------
        Cell
        """
        return next(cell for cell in self.cells if cell.id == id)

    def cells_of(self, parent: str) -> tuple[str, ...]:
        """Name the cells of one parent.

        Parameters
        ----------
        parent : str

        Returns
        -------
        tuple of str
            By id; none where the study has no such cells.
        """
        return tuple(cell.id for cell in self.cells if cell.parent == parent)

    @property
    def parts(self) -> tuple[Cell, Cell] | None:
        """The two populations of the balance.

        Returns
        -------
        tuple of Cell, or None
            The numerator, then the denominator; None without a balance.
        """
        balance = self.balance
        return (self.cell(balance.numerator), self.cell(balance.denominator)) if balance else None

    @property
    def ends(self) -> tuple[Visit, Visit]:
        """The first visit and the last, between which the cells are compared.

        Returns
        -------
        tuple of Visit
        """
        return (self.visits[0], self.visits[-1]) if self.visits else _UNNAMED_ENDS

    def arm(self, id: str) -> Arm:
        """Return an arm by id.

        Parameters
        ----------
        id : str

        Returns
        -------
        Arm
        """
        return next(arm for arm in self.arms if arm.id == id)

    @cached_property
    def burden(self) -> tuple[Population, Population] | None:
        """The two sides of the cut-off of the marrow blasts.

        Returns
        -------
        tuple of Population, or None
            Above it, then up to it; None without a cut-off.
        """
        sides = [population for population in self.populations if population.column == "bm_blasts_pct"]
        pairs = [(above, at_most) for above in sides for at_most in sides if _one_cutoff(above, at_most)]
        return pairs[-1] if pairs else None

    @property
    def cutoff(self) -> float | None:
        """The cut-off of the marrow blasts.

        Returns
        -------
        float or None
        """
        return self.burden[0].above if self.burden else None

    def label(self, id: str) -> str:
        """Return the words for a group, a population, an outcome, a visit or a population of cells.

        Parameters
        ----------
        id : str

        Returns
        -------
        str
        """
        return self.labels[id]

    def members(self, patients: pd.DataFrame, stratum: str = EVERYBODY, group: str = EVERYBODY) -> pd.Series:
        """Say which patients belong to a population and a group.

        Parameters
        ----------
        patients : DataFrame
            With ``arm`` and the columns that the populations name.
        stratum : str
            One of `strata`.
        group : str
            One of `groups`.

        Returns
        -------
        Series of bool
            On the index of `patients`; a patient in whom the column is not recorded does not belong.
        """
        return pd.Series(self.chosen(patients, stratum, group), index=patients.index)

    def chosen(self, patients: pd.DataFrame, stratum: str = EVERYBODY, group: str = EVERYBODY) -> np.ndarray:
        """Say the same as `members` without an index, which is much quicker.

        Parameters
        ----------
        patients, stratum, group
            As in `members`.

        Returns
        -------
        ndarray of bool
            One a row of `patients`; not to be written into.
        """
        return members.chosen(self, patients, stratum, group)

    @cached_property
    def _populations(self) -> dict[str, Population]:
        everybody = Population(EVERYBODY, "All patients")
        return {population.id: population for population in (everybody, *self.populations)}

    @cached_property
    def labels(self) -> dict[str, str]:
        """The words for every id of a group, population, outcome, visit and population of cells.

        Returns
        -------
        dict of str to str
        """
        first, second = self.arms
        entries: Sequence[Any] = (*self.arms, *self.populations, *self.outcomes, *self.visits, *self.cells)
        return {
            EVERYBODY: self.population(EVERYBODY).label,
            CONTRAST: f"{first.short[0].upper()}{first.short[1:]} against {second.short}",
            **{cell.parent: cell.parent_label for cell in self.cells},
            **{entry.id: entry.label for entry in entries},
        }


def _one_cutoff(above: Population, at_most: Population) -> bool:
    """Tell whether two populations are the two sides of one cut-off."""
    return above.above is not None and (above.above, above.parent) == (at_most.at_most, at_most.parent)
