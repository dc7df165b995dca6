"""Search how far every declared open result reaches, by arithmetic alone and within stated limits.

Starts from the members that `make ensemble` drew. Every cohort met is verified from its rows; the results in
it are those of the chapters' own functions.
"""

import argparse
import sys
import time

import numpy as np
import pandas as pd

from evidence.claims import load as published_claims
from evidence.ensemble import options, store, verification
from evidence.ensemble import people as solved
from evidence.ensemble.families import FAMILIES
from evidence.ensemble.reach import marrow_search, reached
from evidence.ensemble.reach.limits import BOTH, within
from evidence.ensemble.reach.search import ENDS, extreme, numbered
from evidence.ensemble.reach.sides import sided
from evidence.ensemble.reach.starts import Rows, Starts, starts
from evidence.reconstruction.targets import Targets
from helpers.chapters.many import results_of_many
from helpers.ground import cohort as cohorts
from helpers.ground.paths import ROOT

MET = ROOT / "_build" / "reach" / "met.parquet"
DECLARED = [id for family in FAMILIES.values() for id in family]


def main(arguments: list[str] | None = None) -> int:
    """Search the smallest and the largest value of each declared result; return the exit status."""
    chosen = _options(arguments)
    try:
        return _search(chosen)
    except published_claims.ClaimsError as error:
        print(error, file=sys.stderr)
    except (OSError, ValueError) as error:
        print(f"Nothing was written: {error}", file=sys.stderr)
    return 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make reach", description=main.__doc__)
    parser.add_argument("--seed", type=options.whole(0), default=1, help="whole number from 0")
    parser.add_argument("--share", type=options.share, default=1.0, help="of the usual steps")
    parser.add_argument(
        "--family", action="append", choices=list(FAMILIES), help="search these alone, and keep the rest"
    )
    return parser.parse_args(arguments)


def _search(chosen: argparse.Namespace) -> int:
    """Search, verify what was met, and write it; return the exit status."""
    claims = published_claims.load()
    targets = Targets(claims)
    patients, immune, _ = store.read()
    begin = starts(solved.solve(targets.figures), targets, patients, immune)
    wholes = _wholes(begin, chosen.seed, chosen.share, chosen.family or list(FAMILIES))
    patients, immune = numbered([*(_stored() if chosen.family else []), *wholes])
    store.write(patients, immune, {"seed": chosen.seed}, MET)  # a search is long: nothing met is lost
    failures = verification.failures(patients, immune, claims, workers=1)
    if len(failures):
        print(failures.to_string(index=False), file=sys.stderr)
    patients, immune = _without(set(failures["member"]), patients, immune)
    many = results_of_many(cohorts.split(patients, immune, cohorts.load(cohorts.DEFAULT)), workers=1)
    values = reached.values(many, patients)[[str(id) for id in DECLARED]]
    kept = {limits.name: within(patients, immune, limits) for limits in BOTH}
    table = reached.table(values, kept)
    chosen_members = np.sort(table["member"].unique())
    patients, immune = (rows[rows["member"].isin(chosen_members)] for rows in (patients, immune))
    places = {old: new for new, old in enumerate(chosen_members)}
    patients, immune = (rows.assign(member=rows["member"].map(places)) for rows in (patients, immune))
    reached.write(table.assign(member=table["member"].map(places)), patients, immune, chosen.seed, claims)
    print(f"{len(chosen_members)} cohorts at the ends of {len(DECLARED)} results, each verified")
    return 0


def _stored() -> list[Rows]:
    """Return the cohorts of an earlier search."""
    tables = store.read(reached.COHORTS)[:2]
    members = sorted(tables[0]["member"].unique())
    return [
        (tables[0][tables[0]["member"] == member], tables[1][tables[1]["member"] == member])
        for member in members
    ]


def _wholes(begin: Starts, seed: int, share: float, families: list[str]) -> list[Rows]:
    """Search every end under both limits, each with a generator of its own."""
    started, wholes = time.perf_counter(), []
    asked = {id for family in families for id in FAMILIES[family]}
    if any(map(marrow_search.goal, asked)):
        begin = sided(begin, np.random.default_rng([seed, len(DECLARED)]))
    for number, id in enumerate(DECLARED):
        if id not in asked:
            continue
        for which, limits in enumerate(BOTH):
            for place, end in enumerate(ENDS):
                rng = np.random.default_rng([seed, number, which, place])
                whole = extreme(begin, id, end, limits, rng, share)
                if whole is not None:
                    wholes.append(whole)
        print(f"  {id} ({time.perf_counter() - started:.0f} s)", file=sys.stderr, flush=True)
    return wholes


def _without(left_out: set[int], *tables: pd.DataFrame) -> list[pd.DataFrame]:
    """Leave cohorts out and number the others anew."""
    kept = sorted(set(tables[0]["member"]) - left_out)
    places = {old: new for new, old in enumerate(kept)}
    chosen = [rows[rows["member"].isin(kept)] for rows in tables]
    return [rows.assign(member=rows["member"].map(places)).reset_index(drop=True) for rows in chosen]


if __name__ == "__main__":
    sys.exit(main())
