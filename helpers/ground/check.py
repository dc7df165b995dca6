"""Ground: `make check` reads a cohort, names every problem of its files, and says how it understood them."""

import argparse
import sys

from helpers.ground import command
from helpers.ground.broken import BrokenRulesError
from helpers.ground.cohort import understood
from helpers.ground.paths import named


def main(arguments: list[str] | None = None) -> int:
    """Check a cohort from the command line.

    Parameters
    ----------
    arguments : list of str, optional
        Without them those of the command line.

    Returns
    -------
    int
        The exit status: 0, or 1 where the data have problems; `argparse` ends with 2 where the command has.
    """
    parser = argparse.ArgumentParser(
        prog="make check", description="Check a cohort and name every problem in its files."
    )
    parser.add_argument(
        "--cohort", type=named, help="folder with cohort.toml, patients and, if there is one, immune"
    )
    path = parser.parse_args(arguments).cohort
    try:
        cohort, told = understood(path)
    except BrokenRulesError as error:
        print(error, file=sys.stderr)
        count = len(error.problems)
        print(f"{count} problem{'s' * (count > 1)}.", file=sys.stderr)
        return 1
    for line in told:
        print(line)
    panel = cohort.immune["patient_id"].nunique()
    sizes = f"{len(cohort.patients)} patients, {panel} in the immune panel"
    print(f"{cohort.name}: {sizes}, {cohort.provenance}. No problems.")
    return 0


if __name__ == "__main__":
    command.run(main)
