"""Rebuild the default cohort: ``python -m evidence.reconstruction --seed 1 --out data/reconstructed``."""

import argparse
import sys
import time
from functools import partial
from pathlib import Path

import pandas as pd

from evidence.claims import load as published_claims
from evidence.reconstruction import verify
from evidence.reconstruction.rebuild import rebuild
from evidence.reconstruction.targets import Targets
from evidence.reconstruction.write import FILES, write
from helpers.ground.files import replacing
from helpers.ground.paths import ROOT


def main(arguments: list[str] | None = None) -> None:
    """Rebuild a cohort that agrees with every published claim, verify its files and put them in place.

    Parameters
    ----------
    arguments : list of str, optional
        Without them those of the command line.

    Raises
    ------
    SystemExit
        If a claim does not hold or the folder holds other files; nothing is replaced then.
    """
    started = time.perf_counter()
    chosen = _options(arguments)
    foreign = sorted(path.name for path in chosen.out.glob("*") if path.name not in FILES)
    if foreign:  # they would be lost with the folder, which is replaced as a whole
        sys.exit(f"{chosen.out}: holds {', '.join(foreign)}; name a folder for the cohort alone")
    claims = published_claims.load()
    patients, immune = rebuild(Targets(claims), chosen.seed, partial(print, file=sys.stderr))
    with replacing(chosen.out) as folder:
        folder.mkdir()
        write(patients, immune, folder)
        verdicts = verify.verify(folder, claims)
        failures = _failures(verdicts, verify.impossible(verify.read_patients(folder)))
        summary = f"seed {chosen.seed}: {_counts(verdicts)}"
        if failures:
            sys.exit("\n".join([*failures, f"{summary}; NOT written, {len(failures)} failures above"]))
    print(f"{summary}; written to {chosen.out} ({time.perf_counter() - started:.1f} s)")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    description = (main.__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(prog="python -m evidence.reconstruction", description=description)
    default = ROOT / "data" / "reconstructed"
    parser.add_argument(
        "--seed", type=int, default=1, help="whole number from 0; the same seed, the same bytes"
    )
    parser.add_argument("--out", type=Path, default=default, help="folder to write")
    chosen = parser.parse_args(arguments)
    if chosen.seed < 0:
        parser.error("argument --seed: must be a whole number from 0")
    if chosen.out.exists() and not chosen.out.is_dir():
        parser.error(f"argument --out: {chosen.out} is a file; name a folder")
    chosen.out = chosen.out.absolute()
    return chosen


def _failures(verdicts: pd.DataFrame, disorders: list[str]) -> list[str]:
    missed = verdicts[~verdicts["holds"]]
    lines = [f"not reached: {row.id}: published {row.published}; {row.reason}" for row in missed.itertuples()]
    return lines + [f"impossible: {disorder}" for disorder in disorders]


def _counts(verdicts: pd.DataFrame) -> str:
    holds, contradicted = verdicts["holds"], verdicts["reason"].str.startswith("called significant").sum()
    return (
        f"{holds.sum()} of {holds.count()} claims about the cohort hold, "
        f"{contradicted} are contradicted by their own P value, "
        f"{holds.isna().sum() - contradicted} are about something else"
    )


if __name__ == "__main__":
    main()
