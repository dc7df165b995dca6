"""Percentages: which denominators can print them, under every rounding rule."""

import numpy as np
import pandas as pd

NEAREST = ("half_up", "half_even", "half_down")
ROUNDINGS = (*NEAREST, "down", "up")


def fractions(percentage: float, decimals: int, largest: int) -> pd.DataFrame:
    """List every fraction that prints as a percentage.

    The search is exhaustive over all denominators from 1 to `largest` and all counts from 0 to the
    denominator, in whole-number arithmetic, so that a half is a half.

    Parameters
    ----------
    percentage : float
        As printed, 0 to 100.
    decimals : int
        How many decimals are printed.
    largest : int
        The largest denominator.

    Returns
    -------
    DataFrame
        One row per fraction that at least one rule prints so: events, patients, and a bool column for each of
        `ROUNDINGS` (the three rules to the nearest differ on halves; then truncation and rounding up).

    References
    ----------
    Brown NJL, Heathers JAJ (2017). Social Psychological and Personality Science 8, 363-369, for means of
    whole numbers; a percentage is such a mean, and here its denominator is searched as well.
    """
    patients, events = (axis.ravel() for axis in np.mgrid[1 : largest + 1, 0 : largest + 1])
    events, patients = events[events <= patients], patients[events <= patients]
    wanted = round(percentage * 10**decimals)
    scaled = 100 * 10**decimals * events
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


def nearest(percentage: float, decimals: int, largest: int) -> pd.DataFrame:
    """List the fractions, events and patients, that some rule of rounding to the nearest prints so."""
    found = fractions(percentage, decimals, largest)
    return found.loc[found[list(NEAREST)].any(axis=1), ["events", "patients"]].reset_index(drop=True)


def denominators(percentages: list[tuple[float, int]], largest: int) -> pd.DataFrame:
    """List the denominators that print every one of several percentages.

    Parameters
    ----------
    percentages : list of (float, int)
        Percentage and decimals of each, all of the same patients.
    largest : int
        Every denominator from 1 to it is tried.

    Returns
    -------
    DataFrame
        One row per denominator and rounding rule (column ``rounding``) under which all of them are printed.
    """
    found = [fractions(percentage, decimals, largest) for percentage, decimals in percentages]
    rows = [
        (size, rule)
        for rule in ROUNDINGS
        for size in sorted(set.intersection(*(set(each.loc[each[rule], "patients"]) for each in found)))
    ]
    return pd.DataFrame(rows, columns=["patients", "rounding"])
