"""Ensemble: every block drawn in groups of its own, side by side, each group kept as soon as it stands."""

import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import joblib
import numpy as np

from evidence.annealing.anneal import State
from evidence.ensemble import immune, marrow, people, survival
from evidence.ensemble.prior import PRIORS, Prior
from evidence.ensemble.reading import READINGS, Reading
from evidence.ensemble.tempering import joined, take
from evidence.reconstruction.targets import Targets
from helpers.ground.files import replacing

GROUPS, LARGEST_GROUP = 16, 64  # independent chains at least, and draws in one
Block = Callable[[people.People, Targets, Prior, int, np.random.Generator, Reading], State]
# The order numbers the generators of the blocks.
BLOCKS: dict[str, Block] = {"survival": survival.draws, "marrow": marrow.draws, "immune": immune.draws}


@dataclass(frozen=True)
class Part:
    """One group of one block.

    Attributes
    ----------
    block : str
    group : int
    draws : int
    seed : int
    prior, reading : str
        Of `evidence.ensemble.prior.PRIORS` and `evidence.ensemble.reading.READINGS`.
    """

    block: str
    group: int
    draws: int
    seed: int
    prior: str
    reading: str = "exact"

    @property
    def name(self) -> str:
        """The name of the file that keeps it.

        Returns
        -------
        str
        """
        return f"{self.block}-{self.group:03d}-{self.draws}.npz"


def parts(members: int, seed: int, prior: str) -> list[Part]:
    """Divide the members over groups; the cost of a group does not grow with their number.

    Parameters
    ----------
    members, seed : int
    prior : str

    Returns
    -------
    list of Part
        The groups of one block after those of another.
    """
    groups = max(GROUPS, -(-members // LARGEST_GROUP))
    draws = -(-members // groups)
    return [Part(block, group, draws, seed, prior) for block in BLOCKS for group in range(groups)]


def draw(part: Part, targets: Targets) -> State:
    """Draw one group.

    Parameters
    ----------
    part : Part
    targets : Targets

    Returns
    -------
    State
        As the block's module says, draws first.
    """
    number = list(BLOCKS).index(part.block)
    rng = np.random.default_rng([part.seed, number, part.group])
    everybody = people.solve(targets.figures)
    prior, reading = PRIORS[part.prior], READINGS[part.reading]
    return BLOCKS[part.block](everybody, targets, prior, part.draws, rng, reading)


def blocks(
    wanted: list[Part], targets: Targets, folder: Path, tell: Callable[[Part, int], None], workers: int
) -> dict[str, State]:
    """Draw all groups, or read those that an earlier run left.

    Parameters
    ----------
    wanted : list of Part
    targets : Targets
    folder : Path
        Keeps a file a group, so that a run that was stopped goes on where it ended.
    tell : callable
        Is given each group as it comes, and how many are still to come.
    workers : int
        Processes; any number gives the same draws. Where the environment variable ``DASK_SCHEDULER`` names a
        cluster, its workers draw.

    Returns
    -------
    dict of str to State
        Of each block the draws of all groups, one of each group in turn.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [part for part in wanted if _kept(folder / part.name) is None]
    with _cluster():
        parallel = joblib.Parallel(n_jobs=workers, return_as="generator_unordered", batch_size=1)
        calls = (joblib.delayed(_numbered)(number, part, targets) for number, part in enumerate(missing))
        for left, (number, state) in enumerate(parallel(calls), start=1 - len(missing)):
            _keep(state, folder / missing[number].name)
            tell(missing[number], -left)
    return {
        block: _in_turn([_read(folder / part.name) for part in wanted if part.block == block])
        for block in dict.fromkeys(part.block for part in wanted)
    }


def ancestors(drawn: State, groups: int) -> list[int]:
    """Count in each group of a block from how many first particles its draws descend.

    Parameters
    ----------
    drawn : State
        As `blocks` returns one block.
    groups : int

    Returns
    -------
    list of int
        Where populations have ancestors of their own, of those with the fewest.
    """
    found = drawn["ancestor"].reshape(len(drawn["ancestor"]), -1)
    return [min(len(np.unique(line)) for line in found[group::groups].T) for group in range(groups)]


def _in_turn(states: list[State]) -> State:
    """Put the draws of groups of one size together so that the first few hold as many of each group."""
    order = np.arange(sum(len(state["ancestor"]) for state in states)).reshape(len(states), -1)
    return take(joined(states), order.T.ravel())


def _numbered(number: int, part: Part, targets: Targets) -> tuple[int, State]:
    return number, draw(part, targets)


def _keep(state: State, path: Path) -> None:
    # Another run may draw the same group at the same time; each writes to a place of its own.
    with replacing(path) as partial, partial.open("wb") as file:
        np.savez_compressed(file, **state)  # type: ignore[arg-type]


def _kept(path: Path) -> State | None:
    """Read a group that an earlier run left; none where it left none, or a file that cannot be read."""
    try:
        return _read(path)
    except (OSError, EOFError, ValueError, BadZipFile, zlib.error):
        return None


def _read(path: Path) -> State:
    with path.open("rb") as file, np.load(file) as state:  # a file that it opens itself it may leave open
        return dict(state)


@contextmanager
def _cluster() -> Iterator[None]:
    """Let joblib hand its calls to the cluster that the environment names, if any."""
    address = os.environ.get("DASK_SCHEDULER")
    if not address:
        yield
        return
    from distributed import Client  # an optional dependency

    with Client(address), joblib.parallel_config(backend="dask"):
        yield
