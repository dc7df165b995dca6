"""Percentages: which denominators can print them, under every rounding rule."""

from functools import lru_cache

import numpy as np
import pandas as pd

from evidence.claims.printed import Figure

NEAREST = ("half_up", "half_even", "half_down")
ROUNDINGS = (*NEAREST, "down", "up")


@lru_cache(maxsize=256)
def fractions(figure: Figure, largest: int) -> pd.DataFrame:
    """List every fraction that prints as a percentage.

    The search is exhaustive over all denominators from 1 to `largest` and all counts from 0 to the
    denominator, in whole-number arithmetic, so that a half is a half.

    Parameters
    ----------
    figure : Figure
        The percentage as printed, 0 to 100.
    largest : int
        The largest denominator.

    Returns
    -------
    DataFrame
        One row per fraction that at least one rule prints so: events, patients, and a bool column for each of
        `ROUNDINGS` (the three rules to the nearest differ on halves; then truncation and rounding up).
        Remembered, so not to be changed in place.

    References
    ----------
    Brown NJL, Heathers JAJ (2017). Social Psychological and Personality Science 8, 363-369, for means of
    whole numbers; a percentage is such a mean, and here its denominator is searched as well.
    """
    patients, events = (axis.ravel() for axis in np.mgrid[1 : largest + 1, 0 : largest + 1])
    events, patients = events[events <= patients], patients[events <= patients]
    # Whole numbers throughout: 57.5 computed as 100 * 0.575 would lie below the half that it is.
    wanted = round(figure.value * 10**figure.decimals)
    scaled = 100 * 10**figure.decimals * events
    floor, rest = np.divmod(scaled, patients)
    half = np.sign(2 * rest - patients)
    printed = {
        "half_up": floor + (half >= 0),
        "half_even": floor + ((half > 0) | ((half == 0) & (floor % 2 == 1))),
        "half_down": floor + (half > 0),
        "down": floor,
        "up": floor + (rest > 0),
    }
    table = pd.DataFrame({"events": events, "patients": patients})
    table = table.assign(**{rule: values == wanted for rule, values in printed.items()})
    return table[table[list(ROUNDINGS)].any(axis=1)].reset_index(drop=True)


@lru_cache(maxsize=256)
def nearest(figure: Figure, largest: int) -> pd.DataFrame:
    """List the fractions that some rule of rounding to the nearest prints as a percentage.

    Parameters
    ----------
    figure : Figure
    largest : int
        The largest denominator.

    Returns
    -------
    DataFrame
        Columns events and patients; remembered, so not to be changed in place.
    """
    found = fractions(figure, largest)
    return found.loc[found[list(NEAREST)].any(axis=1), ["events", "patients"]].reset_index(drop=True)


@lru_cache(maxsize=256)
def printed_by(figure: Figure, largest: int, rule: str) -> pd.DataFrame:
    """List the fractions that one rule of rounding prints as a percentage.

    Parameters
    ----------
    figure : Figure
    largest : int
        The largest denominator.
    rule : str
        One of `ROUNDINGS`.

    Returns
    -------
    DataFrame
        Columns events and patients; remembered, so not to be changed in place.
    """
    found = fractions(figure, largest)
    return found.loc[found[rule], ["events", "patients"]].reset_index(drop=True)


def denominators(figures: list[Figure], largest: int, rules: tuple[str, ...] = NEAREST) -> list[int]:
    """List the denominators that print every one of several percentages under one rule of rounding.

    Parameters
    ----------
    figures : list of Figure
        Percentages of the same patients.
    largest : int
        Every denominator from 1 to it is tried.
    rules : tuple of str
        Of `ROUNDINGS`; without them the three to the nearest.

    Returns
    -------
    list of int
        Ascending.
    """
    found = [fractions(figure, largest) for figure in figures]
    by_rule = [[set(each.loc[each[rule], "patients"]) for each in found] for rule in rules]
    return sorted(map(int, set().union(*(set.intersection(*sizes) for sizes in by_rule))))
