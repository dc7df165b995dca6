"""What the programs of the build want of their environment."""

import os
import sys

from helpers.ground.paths import ROOT

# The matrices are small: threads within one process only get in the way of processes side by side.
SETTINGS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg", "PYTHONPATH": str(ROOT)}


def settle() -> None:
    """Start anew with `SETTINGS` where they are not those of the environment: libraries read them once."""
    if any(os.environ.get(name) != value for name, value in SETTINGS.items()):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | SETTINGS)
