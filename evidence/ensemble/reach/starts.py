"""Reach: drawn members taken apart into the states that a search starts from, and put together again."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from evidence.annealing.anneal import State
from evidence.ensemble import assembly
from evidence.ensemble.immune_figures import POPULATIONS
from evidence.ensemble.people import People
from evidence.ensemble.reach.limits import BOTH, within
from evidence.ensemble.tempering import take
from evidence.reconstruction.targets import Targets
from evidence.this_abstract.abstract import ARMS, CUT, REFRACTORY

CLASS = ["arm", "disease_status", "burden", "responded", "mrd_negative"]
Rows = tuple[pd.DataFrame, pd.DataFrame]


@dataclass(frozen=True)
class Starts:
    """The drawn members block by block, patients in the order of the solved counts.

    Attributes
    ----------
    people : People
    targets : Targets
    blocks : dict of str to State
        survival, marrow and immune as `evidence.ensemble.assembly.assemble` takes them, members first.
    inside : dict of str to array of int
        By the name of limits, which members lie within.
    sides : dict of (str, int) to State
        Marrow, by the name of limits and the side of the rank test; `evidence.ensemble.reach.sides` adds it.
    """

    people: People
    targets: Targets
    blocks: dict[str, State]
    inside: dict[str, np.ndarray]
    sides: dict[tuple[str, int], State] = field(default_factory=dict)

    def whole(self, member: int, changed: dict[str, State], rng: np.random.Generator) -> Rows:
        """Put a member together again with some blocks changed.

        Parameters
        ----------
        member : int
        changed : dict of str to State
            Of one member each.
        rng : Generator
            Draws what no printed figure depends on.

        Returns
        -------
        tuple of DataFrame
            Patients and immune panel of one member, its number 0.

        Raises
        ------
        ValueError
            If the courses leave too few patients for a printed number.
        """
        own = {name: take(state, np.array([member])) for name, state in self.blocks.items()}
        return assembly.assemble(self.people, {**own, **changed}, self.targets, rng)


def starts(people: People, targets: Targets, patients: pd.DataFrame, immune: pd.DataFrame) -> Starts:
    """Take members apart.

    Parameters
    ----------
    people : People
    targets : Targets
    patients, immune : DataFrame
        As `evidence.ensemble.store.read` returns them.

    Returns
    -------
    Starts
    """
    rows = _in_order(patients, people)
    shape = (-1, len(people.arm))

    def _values(column: str, kind: type) -> np.ndarray:
        return rows[column].fillna(0).to_numpy(kind).reshape(shape)

    times = {"followup": _values("followup_days", int), "relapse_days": _values("relapse_days", int)}
    events = {name: _values(name, bool) for name in ("death", "relapse")}
    blasts = _values("bm_blasts_pct", float)[:, people.refractory].astype(int, order="C")
    marrow = {"blasts": blasts, "ages": _values("age_years", int)}
    blocks = {"survival": times | events, "marrow": marrow, "immune": _samples(immune, patients)}
    inside = {limits.name: np.flatnonzero(within(patients, immune, limits)) for limits in BOTH}
    return Starts(people, targets, blocks, inside)


def _in_order(patients: pd.DataFrame, people: People) -> pd.DataFrame:
    """Sort the patients of each member so that they stand in the order of `people`."""
    refractory = patients["disease_status"] == REFRACTORY
    high = np.where(patients["bm_blasts_pct"] > CUT, "high", "low")
    negative = patients["mrd_negative"].astype(bool)
    rows = patients.assign(
        burden=np.where(refractory, high, ""),
        responded=np.where(refractory, patients["best_response"].ne("NR"), negative),
        mrd_negative=negative,
    )
    wanted = pd.DataFrame({name: getattr(people, name) for name in CLASS})
    known = list(wanted.groupby(CLASS).groups)
    numbers = {of_class: number for number, of_class in enumerate(known)}
    of_row = [numbers[tuple(row)] for row in rows[CLASS].to_numpy()]
    order = np.lexsort([of_row, rows["member"]])
    of_place = [numbers[tuple(row)] for row in wanted.to_numpy()]
    place = np.argsort(np.argsort(of_place, kind="stable"), kind="stable")
    shaped = order.reshape(-1, len(of_place))[:, place]
    return rows.iloc[shaped.ravel()]


def _samples(immune: pd.DataFrame, patients: pd.DataFrame) -> State:
    """Return the samples, (members, populations, patients), the first arm first."""
    arm = patients[["member", "patient_id", "arm"]].assign(arm=patients["arm"].map(ARMS.index))
    rows = immune.merge(arm, on=["member", "patient_id"])
    place = rows["population"].map(POPULATIONS.index)
    rows = rows.assign(place=place).sort_values(["member", "place", "arm", "patient_id"])
    members = patients["member"].nunique()
    return {
        visit: np.rint(of_visit["percent"].to_numpy()).astype(int).reshape(members, len(POPULATIONS), -1)
        for visit, of_visit in rows.groupby("visit")
    }
