"""Build the book: run what must run, render, publish. See the package `building`."""

import argparse
import signal
import sys
import traceback
from pathlib import Path
from types import ModuleType

from building.environment import settle
from building.failures import TOLD, BuildError
from building.inputs import Inputs
from building.places import place_of
from helpers.ground.command import STOPPED, unwritten
from helpers.ground.edition import edition
from helpers.ground.paths import REBUILT, ROOT, named


def main(arguments: list[str] | None = None) -> int:
    """Build the book or refresh the committed notebooks; return the exit status."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("step", choices=["book", "notebooks"])
    parser.add_argument("--cohort", type=named, default=REBUILT, help="folder of the cohort")
    chosen = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):  # in the background a shell has the first ignored
        signal.signal(number, signal.default_int_handler)
    try:
        do(chosen.step, chosen.cohort)
        sys.stdout.flush()
    except TOLD as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{unwritten(error)}{place_of(chosen.cohort).kept}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"stopped{place_of(chosen.cohort).kept}", file=sys.stderr)
        return STOPPED
    return 0


def do(step: str, cohort: Path) -> None:
    """Build the book of a cohort or refresh the committed notebooks; where nothing changed, say so."""
    place = place_of(cohort)
    if step == "book" and place.is_of(Inputs(ROOT, cohort.resolve()).everything(edition().source)):
        print(f"Nothing changed. The book is at {place.landing}")
        return
    book = _loaded()
    if step == "notebooks":
        book.refresh()
    else:
        print(f"The book is at {book.build(cohort)}")
        if place.private.is_dir():
            print(f"Every number as it is, for whoever may see single patients: {place.private}")


def _loaded() -> ModuleType:
    """Load all that a build needs; only one that has something to do takes the time."""
    try:
        from building import book
    except Exception as error:  # in a module that is being edited; no data have been read yet
        said = "".join(traceback.format_exception(error))
        raise BuildError(f"the modules of the build cannot be loaded\n{said}") from None
    return book


if __name__ == "__main__":
    settle()
    sys.exit(main())
