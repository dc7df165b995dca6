"""The immune panel of the ensemble: two samples a patient and population, drawn given the printed figures.

**The prior.** Values are recorded in whole percents, as the medians are printed; the P values 0.046 and 0.071
do not exist without ties, which whole percents make and tenths hardly do. Tenths are the named second
possibility (`WHOLES`).

Arms and populations are independent, and each arm follows the same law (`Law`), on the logit scale:

- a centre of the arm, uniform between 2 and 98 %, and patients around it, normal, with a standard deviation
  that is uniform between 0.2 and 1;
- at day 28 a shift of the arm, normal around 0 with the prior's standard deviation (with 0.5 an odds
  ratio between 0.38 and 2.7 in nineteen of twenty), cut at four of them, and the patients' changes around
  it, normal, with a standard deviation that is uniform between 0.1 and 0.8.

Two populations of one parent are parts of one whole. The second is drawn as a share, by the same law, of what
the first leaves: of lymphocytes NKT cells take a share of what T cells leave, so that both fit into 100 %
whether or not NKT cells were counted among T cells; of CD8 T cells CD45RO takes a share of what CD45RA
leaves, with a centre between 70 and 98 %, because few cells carry neither marker. A recorded value is the
nearest whole number of units, at least 1 (a ratio to 0 does not exist). Every test exists: at least two
differences are not 0, and not all ratios are equal.

**The method** is splitting with equal effort. A family of populations is drawn level by level, arm by arm:
each panel that prints so far gets the same number of draws of the next population and arm, and those that
print are kept, each as often as its weight says. Kin stand side by side, and of more than are wanted some are
chosen at equal distances along that row, so that few have near kin. Nothing is moved, so no chain has to mix;
what can be poor is the variety of ancestors, which `Panels.ancestor` shows. With one draw at each level this
is plain rejection.

References
----------
Garvels (2000), The splitting method in rare event simulation, thesis, University of Twente; Aitchison (1986),
The Statistical Analysis of Compositional Data (shares of what is left).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import log

import numpy as np

from evidence.annealing.anneal import State
from evidence.ensemble.immune_figures import FAMILIES, POPULATIONS, Printed, read
from evidence.ensemble.immune_kernels import BIG, attempt
from evidence.ensemble.people import People
from evidence.ensemble.prior import Prior
from evidence.ensemble.reading import EXACT, Reading
from evidence.reconstruction.targets import Targets
from evidence.this_abstract.abstract import VISITS

WHOLES = {"whole percents": 100, "tenths": 1000}
PILOT = 4000  # draws that scale the weights and are thrown away
USUAL = 2.0  # mean weights that keep a draw for certain; heavier ones, about one in ten, may be kept twice
CALL = 200_000  # draws in one call, which bounds memory
PLENTY = 4  # times as many print in the end as are kept
LIMIT = 100_000_000  # draws of one population in one arm before giving up


class NoPanelError(ValueError):
    """Nothing in reach of the prior prints."""


@dataclass(frozen=True)
class Law:
    """How one population of one arm is drawn; all but the centre on the logit scale.

    Attributes
    ----------
    centre : tuple of float
        Least and greatest share around which an arm's patients lie.
    spread : tuple of float
        Least and greatest standard deviation between patients.
    shift : float
        Standard deviation of the arm's mean change.
    change : tuple of float
        Least and greatest standard deviation of the patients' changes around it.
    """

    centre: tuple[float, float] = (0.02, 0.98)
    spread: tuple[float, float] = (0.2, 1.0)
    shift: float = 0.5
    change: tuple[float, float] = (0.1, 0.8)

    @property
    def numbers(self) -> np.ndarray:
        """The law as the compiled draws take it.

        Returns
        -------
        array of float, (7,)
        """
        low, high = (log(share / (1 - share)) for share in self.centre)
        return np.array([low, high, *self.spread, self.shift, *self.change])


LAWS: Mapping[str, Law] = dict.fromkeys(POPULATIONS, Law()) | {"cd8_cd45ro": Law(centre=(0.7, 0.98))}


@dataclass(frozen=True)
class Panels:
    """Panels that print.

    Attributes
    ----------
    state : State
        "baseline" and "day28", each (draws, populations, patients), in units recorded; patients of the
        first arm come first.
    ancestor : array of int, (draws, families)
        Which draw of a family's first population and arm each descends from.
    tries : array of int, (families,)
        Draws that it took, over all levels.
    """

    state: State
    ancestor: np.ndarray
    tries: np.ndarray


@dataclass(frozen=True)
class Effort:
    """How many panels are kept.

    Attributes
    ----------
    wanted : int
        In the end.
    breadth : int
        At each level before.
    limit : int
        Draws at one level before giving up.
    """

    wanted: int
    breadth: int = 4096
    limit: int = LIMIT


def draws(
    people: People,
    targets: Targets,
    prior: Prior,
    number: int,
    rng: np.random.Generator,
    reading: Reading = EXACT,
) -> State:
    """Draw one group of panels, conditioned on everything printed.

    Parameters
    ----------
    people : People
        Makes no difference: nothing is printed of the panel by status or response.
    targets : Targets
    prior : Prior
        Sets the spread of the arms' changes.
    number : int
    rng : Generator
    reading : Reading
        Makes no difference: it is about deaths, disease-free survival and the odds ratio.

    Returns
    -------
    State
        An array a visit, (number, populations, patients of the panel), in percent; the first arm comes first.
        "ancestor", (number, families), as of `Panels`.

    Raises
    ------
    NoPanelError
        If nothing in reach of the prior prints.
    """
    del people, reading
    laws = {name: replace(law, shift=prior.immune_shift) for name, law in LAWS.items()}
    panels = sample(read(targets.claims), Effort(number), rng, laws)
    return {visit: panels.state[visit] for visit in VISITS} | {"ancestor": panels.ancestor}


def sample(
    printed: Printed, effort: Effort, rng: np.random.Generator, laws: Mapping[str, Law] = LAWS
) -> Panels:
    """Draw panels from the prior, conditioned on everything printed.

    Parameters
    ----------
    printed : Printed
    effort : Effort
    rng : Generator
    laws : mapping of str to Law

    Returns
    -------
    Panels
        Exactly as many as wanted. Kin stand side by side, families are paired at random.

    Raises
    ------
    NoPanelError
        If the limit is reached first.
    """
    drawn = [_Family(printed, members, effort, rng, laws).draw() for members in FAMILIES]
    samples = np.concatenate([family.samples for family in drawn], axis=1)
    state = {"baseline": samples[:, :, 0], "day28": samples[:, :, 1]}
    ancestor = np.stack([family.ancestor for family in drawn], axis=1)
    return Panels(state, ancestor, np.array([family.tries for family in drawn]))


@dataclass
class _Family:
    """The populations of one parent while they are drawn."""

    printed: Printed
    members: tuple[int, ...]
    effort: Effort
    rng: np.random.Generator
    laws: Mapping[str, Law]
    tries: int = 0
    samples: np.ndarray = field(init=False)
    ancestor: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        shape = (self.effort.breadth, len(self.members), 2, sum(self.printed.sizes))
        self.samples = np.zeros(shape, dtype=np.int64)
        self.ancestor = np.arange(self.effort.breadth)

    def draw(self) -> "_Family":
        levels = list(self._levels())
        for number, (arm, part) in enumerate(levels):
            parents, kept = self._level(arm, part, number >= len(self.members), number == len(levels) - 1)
            self.samples = self.samples[parents]
            self.samples[:, part, :, slice(*self._patients(arm))] = kept
            self.ancestor = np.arange(len(parents)) if number == 0 else self.ancestor[parents]
        return self

    def _levels(self) -> Iterator[tuple[int, int]]:
        """Order arms by how much is printed of them: what is hard to meet comes first."""
        members = list(self.members)
        printed = (self.printed.medians[members, ..., 1] < BIG).sum(axis=(0, 2))
        for arm in np.argsort(-printed, kind="stable"):
            yield from ((int(arm), part) for part in range(len(members)))

    def _patients(self, arm: int) -> tuple[int, int]:
        first = self.printed.sizes[0]
        return (0, first) if arm == 0 else (first, sum(self.printed.sizes))

    def _level(self, arm: int, part: int, known: bool, last: bool) -> tuple[np.ndarray, np.ndarray]:
        """Draw one population of one arm until enough print, as often for each panel."""
        panels, wanted = len(self.samples), self.effort.wanted if last else self.effort.breadth
        enough = PLENTY * wanted if last else wanted
        mean = self._attempt(arm, part, known, -(-PILOT // panels), 0.0)[2]
        scale = max(1.0, 1 / (USUAL * mean)) if mean > 0 else 1.0  # 1 weighs what nothing is printed of
        parents, kept, tries, rounds = [], [], 0, 1
        found = 0
        while found < enough:
            if tries > self.effort.limit:
                raise NoPanelError(self._failure(arm, part, tries, found))
            of_call, values, _ = self._attempt(arm, part, known, rounds, scale)
            parents.append(of_call)
            kept.append(values)
            tries, found = tries + rounds * panels, found + len(of_call)
            rounds = self._rounds(tries, found, enough)
        self.tries += tries
        together = np.concatenate(parents)
        chosen = self._spread_out(together, wanted)
        return together[chosen], np.concatenate(kept)[chosen]

    def _spread_out(self, parents: np.ndarray, wanted: int) -> np.ndarray:
        """Choose at equal distances along the genealogy, each as likely: as few kin as can be."""
        order = np.argsort(parents, kind="stable")
        return order[((self.rng.random() + np.arange(wanted)) * len(parents) / wanted).astype(int)]

    def _rounds(self, tries: int, found: int, wanted: int) -> int:
        missing = tries / max(found, 1) * (wanted - found)
        return int(np.clip(1.1 * missing, 1, CALL) // len(self.samples)) + 1

    def _attempt(
        self, arm: int, part: int, known: bool, rounds: int, scale: float
    ) -> tuple[np.ndarray, np.ndarray, float]:
        printed, population = self.printed, self.members[part]
        return attempt(
            self.rng,
            self.samples,
            rounds,
            scale,
            part,
            self._patients(arm),
            self._patients(1 - arm) if known else (0, 0),
            printed.whole,
            self.laws[POPULATIONS[population]].numbers,
            printed.medians[population, arm],
            printed.paired[population, arm],
            int(printed.changes[population, arm]),
            printed.between[population],
            int(printed.shifts[population]),
        )

    def _failure(self, arm: int, part: int, tries: int, found: int) -> str:
        name = POPULATIONS[self.members[part]]
        return f"immune panel: of {tries} draws of {name}, arm {arm + 1}, {found} print the claims"
