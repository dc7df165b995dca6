"""What the commands of the ensemble take on their lines, checked in one place: a mistake ends in one line."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from math import isfinite
from pathlib import Path

SHARES = (0.001, 1000.0)  # of the usual effort


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return a reader of whole numbers.

    Parameters
    ----------
    least : int
    most : int, optional

    Returns
    -------
    callable
        Takes the text of an option, returns its number; raises ``ArgumentTypeError`` where there is none, or
        one outside the bounds.
    """

    def _read(text: str) -> int:
        if not text.isdecimal() or int(text) < least or (most and int(text) > most):
            span = f" to {most}" if most else ""
            raise ArgumentTypeError(f"must be a whole number from {least}{span}, not {text!r}")
        return int(text)

    return _read


def share(text: str) -> float:
    """Read a share of the usual effort.

    Parameters
    ----------
    text : str

    Returns
    -------
    float

    Raises
    ------
    ArgumentTypeError
        If it is no number within `SHARES`.
    """
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    least, most = SHARES
    if not isfinite(number) or not least <= number <= most:
        raise ArgumentTypeError(f"must be a number from {least:g} to {most:g}, not {text!r}")
    return number


def file(text: str) -> Path:
    """Read the name of a file to write.

    Parameters
    ----------
    text : str

    Returns
    -------
    Path

    Raises
    ------
    ArgumentTypeError
        If it is a folder.
    """
    if Path(text).is_dir():
        raise ArgumentTypeError(f"{text} is a folder; name a file")
    return Path(text)
