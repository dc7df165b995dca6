"""Print the ledger of a cohort: every published figure beside the recomputed one. Run as ``make ledger``."""

import argparse
import shutil
import sys
import textwrap
from pathlib import Path

from evidence.claims import load as published
from evidence.ledger import entries as ledgers
from evidence.ledger.terminal import as_text
from helpers.chapters.book import all_results
from helpers.ground import cohort as cohorts
from helpers.ground import files, paths


def main(arguments: list[str] | None = None) -> int:
    """Print the ledger of a cohort and write it as CSV; return the exit status."""
    parser = argparse.ArgumentParser(prog="make ledger", description=main.__doc__)
    parser.add_argument("--claims", type=Path, help="claims file (default: the published claims)")
    parser.add_argument("--cohort", type=paths.named, help="folder of the cohort (default: as for the book)")
    parser.add_argument(
        "--out", type=Path, help="file to write (default: ledger.csv in _build, or by --claims)"
    )
    chosen = parser.parse_args(arguments)
    try:
        cohort = cohorts.load(chosen.cohort)
        claims = published.load(chosen.claims, cohort.study)
    except (published.ClaimsError, cohorts.CohortError) as error:
        print(error, file=sys.stderr)
        count = len(error.problems)
        print(f"{count} problem{'s' * (count > 1)}; no ledger was written.", file=sys.stderr)
        return 1
    entries = ledgers.ledger(claims, all_results(cohort), cohort.study, cohort.provenance, cohort.ranges)
    path = chosen.out or (chosen.claims.parent if chosen.claims else paths.ROOT / "_build") / "ledger.csv"
    try:
        files.write_table(entries, path)
    except OSError as error:
        print(f"{path}: cannot be written ({error.strerror}); name another with --out", file=sys.stderr)
        return 1
    width = shutil.get_terminal_size().columns
    print(*textwrap.wrap(f"{cohort.title}. {cohort.note}", width), "", sep="\n")
    print(as_text(entries, claims["chapter"], width))
    print(f"Written to {path}.")
    return 0 if ledgers.is_settled(entries) else 1


if __name__ == "__main__":
    sys.exit(main())
