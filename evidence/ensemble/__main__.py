"""Draw the ensemble: ``python -m evidence.ensemble --members 1000 --seed 1``."""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from evidence.claims import load as published_claims
from evidence.ensemble import assembly, drawing, options, origin, store, verification
from evidence.ensemble import people as solved
from evidence.ensemble.prior import PRIORS
from evidence.reconstruction.targets import Targets
from helpers.ground.paths import ROOT

PARTS = ROOT / "_build" / "ensemble"
MOST = 100_000  # cohorts: half a day, and more than any range needs
ASSEMBLY = len(drawing.BLOCKS)  # the number of the generator that joins the blocks


def main(arguments: list[str] | None = None) -> int:
    """Draw whole cohorts that print every claim as it is read, verify each and keep them in one file.

    Parameters
    ----------
    arguments : list of str, optional
        Without them those of the command line.

    Returns
    -------
    int
        The exit status; 1 where the claims cannot be met, and nothing is replaced then.
    """
    started = time.perf_counter()
    chosen = _options(arguments)
    try:
        claims = published_claims.load(chosen.claims) if chosen.claims else published_claims.load()
        failures = _draw(chosen, claims)
    except published_claims.ClaimsError as error:
        print(error, file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"No cohort was drawn: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Nothing was written: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; the same command goes on where this one ended", file=sys.stderr)
        return 130
    if not failures.empty:
        print(f"Nothing was written: {verification.summary(failures)}", file=sys.stderr)
        return 1
    print(f"{chosen.members} cohorts, every claim verified in each: {chosen.out} ({_since(started)})")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    description = (main.__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(prog="make ensemble", description=description)
    parser.add_argument(
        "--members", type=options.whole(1, MOST), default=1000, help=f"number of cohorts, to {MOST}"
    )
    parser.add_argument(
        "--seed",
        type=options.whole(0),
        default=1,
        help="whole number from 0; the same seed, the same bytes",
    )
    parser.add_argument("--prior", choices=list(PRIORS), default="neutral")
    parser.add_argument("--claims", type=Path, help="file of claims; without it the published ones")
    parser.add_argument("--out", type=options.file, default=store.DEFAULT, help="file to write")
    parser.add_argument(
        "--workers", type=options.whole(1), default=2, help="processes; any number, the same bytes"
    )
    return parser.parse_args(arguments)


def _draw(chosen: argparse.Namespace, claims: pd.DataFrame) -> pd.DataFrame:
    """Draw, verify and, without a failure, write; return the failures."""
    started = time.perf_counter()
    targets, drawn_from = Targets(claims), origin.origin(claims)
    people = solved.solve(targets.figures)
    wanted = drawing.parts(chosen.members, chosen.seed, chosen.prior)
    folder = PARTS / "-".join([*drawn_from.values(), str(chosen.seed), chosen.prior.replace(" ", "-")])
    drawn = drawing.blocks(
        wanted,
        targets,
        folder,
        lambda part, left: _tell(f"{part.block}, group {part.group}; {left} to come", started),
        chosen.workers,
    )
    rng = np.random.default_rng([chosen.seed, ASSEMBLY])
    patients, immune = assembly.assemble(people, _first(drawn, chosen.members), targets, rng)
    _tell("verifying each cohort from its rows", started)
    failures = verification.failures(patients, immune, claims, chosen.workers)
    if failures.empty:
        groups = len(wanted) // len(drawing.BLOCKS)
        manifest = {
            **{"members": chosen.members, "seed": chosen.seed, "prior": chosen.prior},
            **{"groups": groups, **drawn_from},
            "ancestors": {block: drawing.ancestors(state, groups) for block, state in drawn.items()},
        }
        store.write(patients, immune, manifest, chosen.out)
    return failures


def _first(drawn: dict[str, dict[str, np.ndarray]], members: int) -> dict[str, dict[str, np.ndarray]]:
    return {
        block: {name: values[:members] for name, values in state.items()} for block, state in drawn.items()
    }


def _tell(line: str, started: float) -> None:
    print(f"  {line} ({_since(started)})", file=sys.stderr, flush=True)


def _since(started: float) -> str:
    return f"{time.perf_counter() - started:.0f} s"


if __name__ == "__main__":
    sys.exit(main())
