"""Ensemble: how far the open results range under other priors and under other readings of the print.

``python -m evidence.ensemble.sensitivity`` draws the blocks that a prior or a reading touches, computes what
is declared of them and writes ``priors.csv`` and ``readings.csv`` into ``data/ensemble``. A block that a
prior or a reading leaves as it is has no rows.
"""

import argparse
import sys
import time
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd

from evidence.annealing.anneal import State
from evidence.claims import load as published_claims
from evidence.ensemble import block_results, drawing, origin, people, store
from evidence.ensemble.__main__ import ASSEMBLY, PARTS
from evidence.ensemble.people import People
from evidence.ensemble.prior import PRIORS, Prior
from evidence.ensemble.reading import READINGS, Reading
from evidence.ensemble.standing import ends
from evidence.reconstruction.targets import Targets
from evidence.this_abstract.abstract import ARMS, NEGATIVE, efficacy
from helpers.ground.files import write_table
from helpers.ground.standing import FOLLOWS, OPEN
from helpers.ground.study import EVERYBODY

SEED = 2  # not that of the committed members, so that the neutral prior shows what chance alone moves
NEUTRAL, EXACT = "neutral", "exact"
GROUPS = {"survival": 16, "marrow": 8, "immune": 8}
FEW, RARE = 8, "disease-free survival of responders"  # groups of a reading that one in three misses
BLOCKS = {  # that each part of a prior or a reading is about
    **dict.fromkeys(("effect_sd", "shape", "no_response", "disease_free"), "survival"),
    **dict.fromkeys(("ages", "outcome", "with_arm"), "marrow"),
    "immune_shift": "immune",
}
DRAWS = 32  # of a group
ALL_PATIENTS = "all patients are the combination's MRD-positive"
COLUMNS = ["id", "standing", "low", "high", "share_below_null", "draws"]
NOT_REACHED = "not reached"
NULLS = {"hazard_ratio": 1.0, "odds_ratio": 1.0, "ratio_of_odds_ratios": 1.0}
NULLS |= {"rmst_difference": 0.0, "hodges_lehmann": 0.0}
TIME = "reverse_km_median"  # one that is not reached lies beyond every other


@dataclass(frozen=True)
class Setting:
    """A block under one prior and one reading.

    Attributes
    ----------
    block, prior, reading : str
        Of `evidence.ensemble.drawing.BLOCKS`, `evidence.ensemble.prior.PRIORS` and
        `evidence.ensemble.reading.READINGS`.
    """

    block: str
    prior: str = NEUTRAL
    reading: str = EXACT

    def parts(self) -> list[drawing.Part]:
        """List the groups to draw.

        Returns
        -------
        list of Part
        """
        groups = FEW if self.reading == RARE else GROUPS[self.block]
        return [
            drawing.Part(self.block, group, DRAWS, SEED, self.prior, self.reading) for group in range(groups)
        ]

    @property
    def folder(self) -> str:
        """The name of the folder that keeps the draws.

        Returns
        -------
        str
        """
        return f"{self.prior}-{self.reading}".replace(" ", "-")


def touched(chosen: Prior | Reading) -> list[str]:
    """Name the blocks that a prior or a reading draws otherwise than the neutral prior, read exactly.

    Parameters
    ----------
    chosen : Prior or Reading

    Returns
    -------
    list of str
    """
    changed = {field.name for field in fields(chosen) if getattr(chosen, field.name) != field.default}
    return sorted({BLOCKS[name] for name in changed})


def settings() -> dict[str, list[Setting]]:
    """List what is drawn for each table.

    Returns
    -------
    dict of list of Setting
        "prior": event times under the neutral one, then what each other moves. "reading": what each moves.
    """
    neutral = [Setting("survival")]
    priors = [Setting(block, prior=name) for name, each in PRIORS.items() for block in touched(each)]
    readings = [Setting(block, reading=name) for name, each in READINGS.items() for block in touched(each)]
    return {"prior": neutral + priors, "reading": readings}


def results(setting: Setting, targets: Targets, everybody: People, folder: Path) -> pd.DataFrame:
    """Draw a setting, or read what an earlier run left, and compute its results.

    Parameters
    ----------
    setting : Setting
    targets : Targets
    everybody : People
    folder : Path

    Returns
    -------
    DataFrame
        One column a result, one row a draw.

    Raises
    ------
    ValueError
        If no such cohorts are reached.
    """
    drawn = _drawn(setting.parts(), targets, folder / setting.folder)
    if setting.block == "survival":
        rng = np.random.default_rng([SEED, ASSEMBLY])
        return block_results.of_survival(drawn["survival"], everybody, targets, rng)
    if setting.block == "marrow":
        return block_results.of_marrow(drawn["marrow"], everybody)
    return block_results.of_immune(drawn["immune"], targets)


def _drawn(parts: list[drawing.Part], targets: Targets, folder: Path) -> dict[str, State]:
    """Draw the groups; where one does not reach the print, those that do."""
    try:
        return drawing.blocks(parts, targets, folder, _silent, workers=2)
    except ValueError:
        reached = [part for part in parts if _reaches(part, targets, folder)]
        if not reached:
            raise
        return drawing.blocks(reached, targets, folder, _silent, workers=1)


def _reaches(part: drawing.Part, targets: Targets, folder: Path) -> bool:
    try:
        drawing.blocks([part], targets, folder, _silent, workers=1)
    except ValueError:
        return False
    return True


def _silent(part: drawing.Part, left: int) -> None:
    del part, left


def bands(values: pd.DataFrame) -> pd.DataFrame:
    """Range each result over the draws.

    Parameters
    ----------
    values : DataFrame
        As `results` returns it.

    Returns
    -------
    DataFrame
        `COLUMNS`: a result that is the same in every draw follows, every other is open; the ends are those
        of `evidence.ensemble.standing.ends`.
    """
    return pd.DataFrame([_band(str(id), values[id].to_numpy()) for id in values], columns=COLUMNS)


def _band(id: str, values: np.ndarray) -> tuple:
    statistic = id.split(".")[2]
    if statistic == TIME:
        values = np.where(np.isnan(values), np.inf, values)
    standing = FOLLOWS if (values == values[0]).all() else OPEN
    null = next((null for name, null in NULLS.items() if statistic.startswith(name)), None)
    known = values[~np.isnan(values)]
    below = np.nan if null is None else float((known < null).mean())
    return (id, standing, *ends(values), below, len(values))


def of_all_patients(everybody: People) -> pd.DataFrame:
    """Range what "all patients achieved MRD negativity" fixes, were it about the combination's patients.

    By counting, without draws: that the MRD-positive patients of the combination all cleared follows from the
    other figures, and then nothing is said of those of monotherapy who entered MRD negative.

    Parameters
    ----------
    everybody : People

    Returns
    -------
    DataFrame
        `COLUMNS`.
    """
    entered, negative = everybody.disease_status == NEGATIVE, everybody.mrd_negative
    rows = []
    for group in (EVERYBODY, *ARMS):
        inside = np.ones_like(entered) if group == EVERYBODY else everybody.arm == group
        unsaid = int((inside & entered).sum())
        if unsaid:
            least = int((inside & negative & ~entered).sum())
            for stratum, low in ((EVERYBODY, least), (NEGATIVE, 0)):
                id = str(efficacy("mrd_negativity", "count", group, stratum))
                rows.append((id, OPEN, low, low + unsaid, np.nan, 0))
    return pd.DataFrame(rows, columns=COLUMNS)


def main(arguments: list[str] | None = None) -> int:
    """Range the open results under other priors and under other readings.

    Parameters
    ----------
    arguments : list of str, optional
        Without them those of the command line.

    Returns
    -------
    int
        The exit status.
    """
    description = (main.__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(prog="make sensitivity", description=description)
    parser.add_argument("--out", type=Path, default=store.DEFAULT.parent, help="folder to write into")
    parser.add_argument("--draws", type=Path, help="folder that keeps the draws")
    chosen = parser.parse_args(arguments)
    claims = published_claims.load()
    targets = Targets(claims)
    everybody = people.solve(targets.figures)
    kept = chosen.draws or PARTS / "-".join([*origin.origin(claims).values(), "sensitivity"])
    for column, listed in settings().items():
        tables = [_table(column, setting, targets, everybody, kept) for setting in listed]
        if column == "reading":
            tables.append(_named(column, ALL_PATIENTS, of_all_patients(everybody)))
        write_table(pd.concat(tables, ignore_index=True), chosen.out / f"{column}s.csv", float_format="%.4g")
    return 0


def _table(column: str, setting: Setting, targets: Targets, everybody: People, folder: Path) -> pd.DataFrame:
    """Range the results of one setting under its name; say so where it is not reached."""
    name, started = getattr(setting, column), time.perf_counter()
    try:
        found = bands(results(setting, targets, everybody, folder))
    except ValueError:
        found = pd.DataFrame([("", NOT_REACHED, np.nan, np.nan, np.nan, 0)], columns=COLUMNS)
    print(f"  {setting.block}: {name} ({time.perf_counter() - started:.0f} s)", file=sys.stderr, flush=True)
    return _named(column, name, found)


def _named(column: str, name: str, table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(**{column: name})[[column, *COLUMNS]]


if __name__ == "__main__":
    sys.exit(main())
