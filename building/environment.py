"""What the programs of the build want of their environment."""

import gc
import hashlib
import os
import sys
from pathlib import Path

from building.places import BUILD
from helpers.ground.paths import ROOT


def kernels(root: Path) -> Path:
    """Say where compiled kernels are kept: a folder for each text of all of them together.

    What was compiled holds a copy of each kernel that it calls, though numba compiles it anew only where its
    own file changed. Beside the outputs it is also kept where those are, from one machine to the next.

    Parameters
    ----------
    root : Path
        Of the project.

    Returns
    -------
    Path
    """
    texts = [
        path.read_bytes() for name in ("helpers", "evidence") for path in sorted(root.glob(f"{name}/**/*.py"))
    ]
    together = hashlib.sha256(b"".join(text for text in texts if b"njit" in text))
    return BUILD / "work" / "kernels" / together.hexdigest()[:16]


#: New objects between two searches for garbage. As often as Python searches of itself, with all libraries
#: loaded, takes a third of the time of loading them and a sixth of that of a build.
UNSEARCHED = 50_000
SETTINGS = {
    # The matrices are small: threads within one process only get in the way of processes side by side.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MPLBACKEND": "agg",
    "PYTHONPATH": str(ROOT),
    "NUMBA_CACHE_DIR": str(kernels(ROOT)),
}


def settle() -> None:
    """Start anew with `SETTINGS` where they are not those of the environment: libraries read them once."""
    gc.set_threshold(UNSEARCHED)
    if any(os.environ.get(name) != value for name, value in SETTINGS.items()):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | SETTINGS)
