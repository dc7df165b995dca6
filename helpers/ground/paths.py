"""Ground: where the project stands on disk."""

import argparse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REBUILT = ROOT / "data" / "reconstructed"  # the default cohort


def named(text: str, what: str = "the folder of a cohort") -> Path:
    """Take a folder's name from a command line.

    Parameters
    ----------
    text : str
    what : str
        What it names.

    Returns
    -------
    Path

    Raises
    ------
    argparse.ArgumentTypeError
        If there is nothing in it, which would stand for the folder at hand.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError(f"is empty; name {what}")
    return Path(text)
