"""Ground: where the project stands on disk."""

import argparse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REBUILT = ROOT / "data" / "reconstructed"  # the default cohort


def named(text: str) -> Path:
    """Take a folder's name from a command line.

    Parameters
    ----------
    text : str

    Returns
    -------
    Path

    Raises
    ------
    argparse.ArgumentTypeError
        If there is nothing in it, which would stand for the folder at hand.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty; name the folder of a cohort")
    return Path(text)
