"""Which files of tests go to one worker together, and which are begun first."""

import os
from pathlib import Path

from building.environment import SETTINGS

# Numba reads it as it is loaded, later than this module: kernels that the build compiled are the tests' too.
os.environ.setdefault("NUMBA_CACHE_DIR", SETTINGS["NUMBA_CACHE_DIR"])

# The kernels of the ensemble take minutes to compile, and on a fresh clone each of two workers would compile
# them, as neither finds in the cache what the other is still at: the files that call them go to one worker.
KERNELS = "tests/evidence/ensemble/"
WITHOUT = (
    "test_default.py",
    "test_people.py",
    "test_proved.py",
    "test_reached.py",
    "test_sensitivity.py",
    "test_standing.py",
)
# Then come the files that take longest: at the end a long one would run alone.
LONGEST = (
    "tests/book/test_odd_books.py",
    "tests/building/test_book.py",
    "tests/book/test_every_page.py",
    "tests/evidence/this_abstract/test_examine.py",
    "tests/evidence/ledger/test_changed_claims.py",
    "tests/book/test_numbers.py",
    "tests/helpers/chapters/survival/test_rows.py",
    "tests/helpers/chapters/efficacy/test_efficacy_words.py",
    "tests/building/test_serve.py",
    "tests/helpers/plots/test_panel_figures.py",
    "tests/data/attainable/test_bound.py",
    "tests/evidence/ensemble/reach/test_reached.py",
    "tests/evidence/forensics/test_rank_tests.py",
)


def file_of(nodeid: str) -> str:
    """Return the file of a test, as its path below the project."""
    return nodeid.partition("::")[0]


def calls_kernels(file: str) -> bool:
    """Tell whether a file of tests calls the compiled kernels of the ensemble."""
    return file.startswith(KERNELS) and Path(file).name not in WITHOUT


def place(nodeid: str) -> int:
    """Say when a test is begun: those that call kernels first, then those of the longest files."""
    file = file_of(nodeid)
    if calls_kernels(file):
        return -1
    return LONGEST.index(file) if file in LONGEST else len(LONGEST)
