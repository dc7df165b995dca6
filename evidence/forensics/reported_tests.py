"""P values beside the test statistic and degrees of freedom that they are printed with.

References
----------
Nuijten MB, Hartgerink CHJ, van Assen MALM, Epskamp S, Wicherts JM (2016). Behavior Research Methods 48,
1205-1226 (statcheck).
"""

from itertools import product
from math import inf, sqrt

from scipy.special import chdtrc, fdtrc, ndtr, stdtr

from evidence.claims.printed import Figure
from evidence.forensics.ways import Way, p_value_ways

STATISTICS = {
    "chi_square": "chi-square statistic",
    "t": "t statistic",
    "z": "z statistic",
    "f": "F statistic",
    "r": "correlation coefficient",
}
OF_TEST = {  # by its name in a claim, the statistic that is printed of it
    "pearson": "chi_square",
    "chi_square": "chi_square",
    "yates": "chi_square",
    "likelihood_ratio": "chi_square",
    "log_rank": "chi_square",
    "kruskal_wallis": "chi_square",
    "student_t": "t",
    "welch_t": "t",
    "paired_t": "t",
    "t": "t",
    "z": "z",
    "anova": "f",
    "f": "f",
    "correlation": "r",
    "r": "r",
}
TRIED = "the printed statistic's distribution, two-sided and one-sided, the P value rounded and truncated"
PAIRS = {"f": 2, "z": 0}  # how many degrees of freedom a statistic has, if not one


def reported(
    kind: str,
    statistic: Figure,
    p_value: Figure,
    df: tuple[float | Figure | tuple[float, float], ...] = (),
    sides: int = 0,
) -> list[Way]:
    """List the ways by which a test statistic prints a P value.

    Parameters
    ----------
    kind : str
        One of `STATISTICS`.
    statistic, p_value : Figure
    df : tuple of float, Figure or pair of float
        Degrees of freedom: none for z, two for F, else one (of a correlation: pairs less 2); a figure where
        printed with decimals, the fewest and the most where they are not printed.
    sides : int
        1 where the test is said to be one-sided.

    Returns
    -------
    list of Way
        Empty for a value that the statistic cannot have, too.

    Raises
    ------
    ValueError
        If the number of degrees of freedom is not that of the statistic, or one is not positive.
    """
    if len(df) != PAIRS.get(kind, 1):
        raise ValueError(f"a {STATISTICS[kind]} has {PAIRS.get(kind, 1)} degrees of freedom, not {len(df)}")
    freedoms = [_window(each) for each in df]
    if any(high <= 0 for _, high in freedoms):
        raise ValueError(f"degrees of freedom of a {STATISTICS[kind]} are not positive")
    low, high = statistic.window
    if "<" in statistic.bound and high > 0:
        low = -high  # such as t < 1, which is said of its size
    if (kind in ("chi_square", "f") and high < 0) or (kind == "r" and (low > 1 or high < -1)):
        return []
    # Every P value falls with the size of the statistic.
    least = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    most = max(abs(low), abs(high)) if kind not in ("chi_square", "f") else high
    corners = list(product(*((max(low, 1e-9), high) for low, high in freedoms)))
    # At a given value each tail is monotone in the degrees of freedom, but that of F only nearly: within the
    # window of a printed decimal its ends stand for it.
    ends = [_two_sided(kind, value, each) for value in (least, most) for each in corners]
    found = p_value_ways(p_value, STATISTICS[kind], min(ends), max(ends), sides=sides)
    several = kind in ("chi_square", "f") and not freedoms[0][0] <= 1 <= freedoms[0][1]
    # More than one degree of freedom has no sides.
    return [way for way in found if "one-sided" not in way.name] if several else found


def _window(df: float | Figure | tuple[float, float]) -> tuple[float, float]:
    if isinstance(df, Figure):
        return df.window
    return df if isinstance(df, tuple) else (df, df)


def implied(kind: str, statistic: Figure, df: tuple[float | Figure, ...] = ()) -> float | None:
    """Return the two-sided P value of a test statistic as it is printed.

    Parameters
    ----------
    kind, statistic, df
        As of `reported`.

    Returns
    -------
    float or None
        None of a limit, and of values that the statistic or its degrees of freedom cannot have.
    """
    freedoms = tuple(each.value if isinstance(each, Figure) else each for each in df)
    value = statistic.value
    is_possible = all(each > 0 for each in freedoms) and (value >= 0 or kind not in ("chi_square", "f"))
    if statistic.bound != "=" or not is_possible or (kind == "r" and abs(value) > 1):
        return None
    return _two_sided(kind, abs(value), freedoms)


def _two_sided(kind: str, value: float, df: tuple[float, ...]) -> float:
    if kind == "chi_square":
        return float(chdtrc(*df, value))
    if kind == "f":
        return float(fdtrc(*df, value))
    if kind == "z":
        return float(2 * ndtr(-value))
    if kind == "r":
        value = value * sqrt(df[0] / (1 - value**2)) if value < 1 else inf
    return float(2 * stdtr(*df, -value))
