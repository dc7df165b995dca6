"""Ground: what the study is, read from ``study.toml``: its arms, populations, outcomes and months."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.ground.paths import ROOT

FILE = "study.toml"
DEFAULT = ROOT / "data" / FILE
EVERYBODY = "all"
CONTRAST = "arm"  # the group of a row that compares the arms
_ID = re.compile(r"[a-z][a-z0-9_]*")


class StudyError(Exception):
    """A study description that breaks the rules; `problems` has one line for each."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Arm:
    """A treatment: its label in tables, a short name, and the words after "with" in a sentence."""

    id: str
    label: str
    short: str
    phrase: str


@dataclass(frozen=True)
class LeadIn:
    """A treatment that one arm starts some days before time zero."""

    arm: str
    id: str
    label: str
    days: int


@dataclass(frozen=True)
class Population:
    """Patients picked by the levels of a column, or by the side of a cut-off on which they lie.

    Attributes
    ----------
    id, label : str
    column : str
        Of ``patients.csv``; empty for everybody.
    levels : tuple of str
        Levels of the column that belong; empty where a cut-off decides.
    above, at_most : float or None
        The cut-off: strictly above it, or up to and with it.
    parent : str
        The population within which the rule picks.
    """

    id: str
    label: str
    column: str = ""
    levels: tuple[str, ...] = ()
    above: float | None = None
    at_most: float | None = None
    parent: str = EVERYBODY


@dataclass(frozen=True)
class Outcome:
    """A question answered yes or no in each patient, and the populations in which it is asked."""

    id: str
    label: str
    noun: str
    column: str
    populations: tuple[str, ...]


@dataclass(frozen=True)
class Covariate:
    """A column that a multivariable model may hold beside the arm."""

    id: str
    label: str
    column: str


@dataclass(frozen=True)
class Visit:
    """A time at which blood was drawn for the immune panel."""

    id: str
    label: str


@dataclass(frozen=True)
class Cell:
    """A population of immune cells, measured as a share of a parent population."""

    id: str
    label: str
    parent: str
    parent_label: str


@dataclass(frozen=True)
class Study:
    """The description of one study.

    Attributes
    ----------
    title, short_title, time_zero : str
        ``time_zero`` as it stands in a sentence ("the first day of ...").
    alpha : float
        Two-sided level of the tests.
    horizons : tuple of int
        Months at which survival is read; the last is the main one.
    arms : tuple of Arm
        Two: the one asked about, and the one it is compared with.
    lead_in : LeadIn or None
    populations, outcomes, covariates, visits, cells
        As their classes say, in the order in which the book shows them. Everybody is no entry.
    claims : Path or None
        The file of the published claims, where the study is a published one.
    """

    title: str
    short_title: str
    time_zero: str
    alpha: float
    horizons: tuple[int, ...]
    arms: tuple[Arm, ...]
    populations: tuple[Population, ...]
    outcomes: tuple[Outcome, ...]
    covariates: tuple[Covariate, ...] = ()
    visits: tuple[Visit, ...] = ()
    cells: tuple[Cell, ...] = ()
    lead_in: LeadIn | None = None
    claims: Path | None = field(default=None)

    @property
    def groups(self) -> tuple[str, ...]:
        """Everybody and the arms, by id."""
        return (EVERYBODY, *self.arm_ids)

    @property
    def arm_ids(self) -> tuple[str, ...]:
        """The arms by id, the one asked about first."""
        return tuple(arm.id for arm in self.arms)

    @property
    def strata(self) -> tuple[str, ...]:
        """Everybody and the populations, by id."""
        return (EVERYBODY, *(population.id for population in self.populations))

    @property
    def statuses(self) -> tuple[str, ...]:
        """The populations that are one disease status each, by id."""
        return tuple(
            population.id
            for population in self.populations
            if population.column == "disease_status" and len(population.levels) == 1
        )

    @property
    def horizon(self) -> int:
        """The main month at which survival is read."""
        return self.horizons[-1]

    def population(self, id: str) -> Population:
        """Return a population by id; everybody is one too."""
        return self._populations[id]

    def outcome(self, id: str) -> Outcome:
        """Return an outcome by id."""
        return next(outcome for outcome in self.outcomes if outcome.id == id)

    def cell(self, id: str) -> Cell:
        """Return a population of immune cells by id."""
        return next(cell for cell in self.cells if cell.id == id)

    def arm(self, id: str) -> Arm:
        """Return an arm by id."""
        return next(arm for arm in self.arms if arm.id == id)

    @cached_property
    def burden(self) -> tuple[Population, Population] | None:
        """The two sides of the cut-off of the marrow blasts, above it first; None without a cut-off."""
        sides = {
            side: population
            for population in self.populations
            for side in ("above", "at_most")
            if population.column == "bm_blasts_pct" and getattr(population, side) is not None
        }
        return (sides["above"], sides["at_most"]) if len(sides) == 2 else None

    def label(self, id: str) -> str:
        """Return the words for a group, a population, an outcome, a visit or a population of cells."""
        return self._labels[id]

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
        population = self.population(stratum)
        chosen = pd.Series(True, index=patients.index)
        if group != EVERYBODY:
            chosen &= patients["arm"].eq(self.arm(group).id)
        if population.parent != EVERYBODY:
            chosen &= self.members(patients, population.parent)
        if population.levels:
            chosen &= patients[population.column].isin(population.levels)
        if population.above is not None:
            chosen &= patients[population.column] > population.above
        if population.at_most is not None:
            chosen &= patients[population.column] <= population.at_most
        return chosen

    @cached_property
    def _populations(self) -> dict[str, Population]:
        everybody = Population(EVERYBODY, "All patients")
        return {population.id: population for population in (everybody, *self.populations)}

    @cached_property
    def _labels(self) -> dict[str, str]:
        first, second = self.arms
        entries: Sequence[Any] = (*self.arms, *self.populations, *self.outcomes, *self.visits, *self.cells)
        return {
            EVERYBODY: self.population(EVERYBODY).label,
            CONTRAST: f"{first.short[0].upper()}{first.short[1:]} against {second.short}",
            **{cell.parent: cell.parent_label for cell in self.cells},
            **{entry.id: entry.label for entry in entries},
        }


_LISTS: dict[str, type] = {
    "arms": Arm,
    "populations": Population,
    "outcomes": Outcome,
    "covariates": Covariate,
    "visits": Visit,
    "cells": Cell,
}
_TEXTS = ("title", "short_title", "time_zero")


@cache
def load(path: Path = DEFAULT) -> Study:
    """Read a study description.

    Parameters
    ----------
    path : Path
        A ``study.toml``; without it that of the default study.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        With one line for each problem: file, key, rule, what to do.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise StudyError([f"{path.name}: cannot be read; it must be a file that you may open"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise StudyError([f'{path.name}: not valid TOML in UTF-8; each line reads key = "text"']) from None
    found = [f"{path.name}: {problem}" for problem in _problems(entries)]
    if found:
        raise StudyError(found)
    lists = {
        key: tuple(kind(**_frozen(entry)) for entry in entries.get(key, ())) for key, kind in _LISTS.items()
    }
    lead_in = LeadIn(**entries["lead_in"]) if "lead_in" in entries else None
    claims = path.parent / entries["claims"] if "claims" in entries else None
    return Study(
        **{key: entries[key] for key in _TEXTS},
        alpha=entries.get("alpha", 0.05),
        horizons=tuple(entries["horizons"]),
        lead_in=lead_in,
        claims=claims,
        **lists,
    )


def _frozen(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _problems(entries: dict[str, Any]) -> list[str]:
    """List the rules that a description breaks, without looking further where its shape is wrong."""
    found = [f"key {key}: must be a text; add it" for key in _TEXTS if not isinstance(entries.get(key), str)]
    known = {*_TEXTS, "alpha", "horizons", "claims", "lead_in", *_LISTS}
    found += [f"key {key}: not known; remove it" for key in entries if key not in known]
    alpha = entries.get("alpha", 0.05)
    if not isinstance(alpha, float) or not 0 < alpha < 1:
        found.append("key alpha: must be a number between 0 and 1; correct it")
    horizons = entries.get("horizons")
    if not _are_months(horizons):
        found.append("key horizons: must be whole months in ascending order, as in [12, 24]; correct it")
    for key, kind in _LISTS.items():
        found += _list_problems(key, kind, entries.get(key, []))
    if "lead_in" in entries:
        found += _entry_problems("lead_in", LeadIn, entries["lead_in"])
    return found or _reference_problems(entries)


def _are_months(horizons: object) -> bool:
    return (
        isinstance(horizons, list)
        and bool(horizons)
        and all(type(month) is int and month > 0 for month in horizons)
        and horizons == sorted(set(horizons))
    )


def _list_problems(key: str, kind: type, listed: object) -> list[str]:
    if not isinstance(listed, list):
        return [f"key {key}: must be a list of entries [[{key}]]; correct it"]
    return [
        problem
        for number, entry in enumerate(listed, 1)
        for problem in _entry_problems(f"{key}, entry {number}", kind, entry)
    ]


def _entry_problems(place: str, kind: type, entry: object) -> list[str]:
    if not isinstance(entry, dict):
        return [f"key {place}: must be a table of keys; correct it"]
    names = [item.name for item in fields(kind)]
    needed = ["id", "label", *(name for name in ("column", "populations") if name in names)]
    needed += [name for name in names if kind in (Arm, Cell, LeadIn) and name not in needed]
    found = [f"key {place}: {name} is missing; add it" for name in needed if name not in entry]
    found += [f"key {place}: {name} is not known; remove it" for name in entry if name not in names]
    if not _ID.fullmatch(str(entry.get("id", "a"))):
        found.append(f"key {place}: id must be lower-case letters, digits and underscores; rename it")
    return found


def _reference_problems(entries: dict[str, Any]) -> list[str]:
    """List what does not fit together: how many arms, ids that stand twice, names of nothing."""
    arms = [arm["id"] for arm in entries.get("arms", [])]
    found = [] if len(arms) == 2 else ["key arms: must be two, as every comparison is of two; correct it"]
    lists = {key: [entry["id"] for entry in entries.get(key, [])] for key in _LISTS}
    ids = [id for key in ("arms", "populations") for id in lists[key]]
    found += [
        f"key {key}: id {id} stands twice; rename one"
        for key in _LISTS
        for id in sorted({id for id in lists[key] if lists[key].count(id) > 1})
    ]
    found += [
        f"key arms and populations: id {id} is kept for the book; rename it"
        for id in ids
        if id in (EVERYBODY, CONTRAST)
    ]
    if entries.get("lead_in", {}).get("arm", next(iter(arms), None)) not in arms:
        found.append("key lead_in: arm is none of the arms; correct it")
    known = {EVERYBODY, *lists["populations"]}
    for outcome in entries.get("outcomes", []):
        found += [
            f"key outcomes: {outcome['id']} is asked in {name}, which is no population; correct it"
            for name in outcome["populations"]
            if name not in known
        ]
    for population in entries.get("populations", []):
        if population.get("parent", EVERYBODY) not in known:
            found.append(f"key populations: the parent of {population['id']} is no population; correct it")
    return found
