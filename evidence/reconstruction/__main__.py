"""Rebuild the default cohort: ``python -m evidence.reconstruction --seed 1 --out data/reconstructed``."""

import argparse
import sys
import time
from pathlib import Path

import pandas as pd

from evidence.claims import load as published_claims
from evidence.reconstruction import verify
from evidence.reconstruction.rebuild import rebuild
from evidence.reconstruction.targets import Targets
from evidence.reconstruction.write import FILES, write
from helpers.ground.files import replacing
from helpers.ground.paths import ROOT


def main(arguments: list[str] | None = None) -> int:
    """Rebuild a cohort that agrees with every published claim, verify its files and put them in place.

    Parameters
    ----------
    arguments : list of str, optional
        Without them those of the command line.

    Returns
    -------
    int
        0, or 1 if a claim does not hold or the folder holds other files; nothing is replaced then.
    """
    started = time.perf_counter()
    chosen = _options(arguments)
    foreign = _foreign_files(chosen.out)
    if foreign:
        _tell(f"{chosen.out}: holds {', '.join(foreign)}; name a folder for the cohort alone")
        return 1
    claims = published_claims.load()
    patients, immune = rebuild(Targets(claims), chosen.seed, _tell)
    try:
        with replacing(chosen.out) as partial:
            partial.mkdir()
            write(patients, immune, partial)
            verdicts = verify.verify(partial, claims)
            failures = _failures(verdicts, verify.impossible(verify.read_patients(partial)))
            if failures:
                raise _NotReachedError
    except _NotReachedError:
        print(*failures, sep="\n", file=sys.stderr)
    print(_summary(verdicts, failures, chosen, time.perf_counter() - started))
    return 1 if failures else 0


class _NotReachedError(Exception):
    """Keeps a cohort that misses a claim from taking the place of the last one."""


def _options(arguments: list[str] | None) -> argparse.Namespace:
    description = (main.__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(prog="python -m evidence.reconstruction", description=description)
    parser.add_argument(
        "--seed", type=_seed, default=1, help="whole number from 0; the same seed, the same bytes"
    )
    parser.add_argument(
        "--out", type=_folder, default=ROOT / "data" / "reconstructed", help="folder to write"
    )
    return parser.parse_args(arguments)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("must be a whole number from 0")
    return int(text)


def _folder(text: str) -> Path:
    path = Path(text).absolute()
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is a file; name a folder")
    return path


def _foreign_files(folder: Path) -> list[str]:
    """Name what would be lost with the folder, which is replaced as a whole."""
    return sorted(path.name for path in folder.glob("*") if path.name not in FILES)


def _failures(verdicts: pd.DataFrame, disorders: list[str]) -> list[str]:
    missed = verdicts[verdicts["holds"].eq(False).fillna(False).astype(bool)]
    lines = [f"not reached: {row.id}: published {row.published}; {row.reason}" for row in missed.itertuples()]
    return lines + [f"impossible: {disorder}" for disorder in disorders]


def _summary(verdicts: pd.DataFrame, failures: list[str], chosen: argparse.Namespace, seconds: float) -> str:
    checked = verdicts["holds"].notna()
    contradicted = verdicts["reason"].str.startswith("called significant").sum()
    ending = f"NOT written, {len(failures)} failures above" if failures else f"written to {chosen.out}"
    return (
        f"seed {chosen.seed}: {verdicts['holds'].sum()} of {checked.sum()} claims about the cohort hold, "
        f"{contradicted} are contradicted by their own P value, "
        f"{(~checked).sum() - contradicted} are about something else; {ending} ({seconds:.1f} s)"
    )


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
