"""Rank tests: every pair of statistic and ties that small samples allow, and the P values these can print.

Ties are searched, not sampled. Groups of equal values are placed in ascending order, one after another, and a
set of reached pairs (twice the statistic, tie sum) is carried along as the bits of one whole number, so that
placing a group is a shift.

Two kinds of test are known, by the number of patients:

- ``signed_rank`` of so many pairs. The search is exhaustive over the number of non-zero differences from 1 to
  all, over every pattern of ties among their absolute values, over every assignment of signs, and over the
  conventions of `SIGNED_RANK`; `signed_rank_is_exhaustive` tells up to how many pairs. Zero differences that
  are dropped and pairs that are missing come to the same; Pratt's ranks are searched with no pair missing.
- ``mann_whitney`` of two groups. The search is exhaustive over every order of their values and every pattern
  of ties among them, with all values there or one value missing in one group, and over the conventions of
  `MANN_WHITNEY`. The exact distribution is searched without ties only; beyond `MOST_TIED_VALUES` values the
  normal approximations are too.

References
----------
Wilcoxon F (1945). Biometrics Bulletin 1, 80-83. Mann HB, Whitney DR (1947). Annals of Mathematical
Statistics 18, 50-60. Pratt JW (1959). Journal of the American Statistical Association 54, 655-667. Hollander
M, Wolfe DA, Chicken E (2014). Nonparametric Statistical Methods, 3rd edition, sections 3.1 and 4.1.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd
from scipy import special

from evidence.annealing.statistics import tie_sum
from evidence.claims.printed import Figure

SIGNED_RANK = {  # key: its name in print
    "normal": "normal approximation without continuity correction, zero differences dropped",
    "corrected": "normal approximation with continuity correction, zero differences dropped",
    "pratt": "normal approximation without continuity correction, zero differences ranked (Pratt)",
    "pratt_corrected": "normal approximation with continuity correction, zero differences ranked (Pratt)",
    "exact": "exact distribution of the ranks, zero differences dropped",
}
MANN_WHITNEY = {
    "normal": "normal approximation without continuity correction",
    "corrected": "normal approximation with continuity correction",
    "exact": "exact distribution without ties",
}
Size = TypeVar("Size", int, np.ndarray)
CORRECTIONS = {"normal": 0.0, "corrected": 0.5}  # of the statistic, towards its mean
PRATT = {"pratt": 0.0, "pratt_corrected": 0.5}
# Beyond these sizes ties are not searched: the sets of reached pairs grow with about the eighth power.
MOST_TIED_PAIRS = 30
MOST_TIED_VALUES = 36
# Every tie pattern has an exact distribution of its own, and they double with each pair.
MOST_EXACT_TIED_PAIRS = 12


class Part(NamedTuple):
    """What one convention gives for samples of one size: each statistic, tie sum and P value."""

    convention: str
    sizes: dict[str, int]
    statistic: np.ndarray
    ties: np.ndarray
    p_value: np.ndarray


def solutions(kind: str, figure: Figure, *sizes: int) -> pd.DataFrame:
    """List what prints a two-sided P value.

    Parameters
    ----------
    kind : str
        ``signed_rank`` or ``mann_whitney``.
    figure : Figure
        The printed P value.
    *sizes : int
        Patients with both values, or patients of the two groups.

    Returns
    -------
    DataFrame
        ``convention`` (a key of `SIGNED_RANK` or of `MANN_WHITNEY`); ``nonzero`` (non-zero differences), or
        ``first`` and ``second`` (the sizes, in all or with one value missing); ``statistic`` (the smaller of
        the two rank sums, or of the two U); ``ties`` (the sum of (t^3 - t) / 6 over the groups of equal
        absolute differences, zeros apart, or of equal values; 0 where none are equal) and ``p_value``. With
        Pratt's ranks the zero differences are all pairs less the non-zero ones; where there are none these
        rows are those of the other conventions and left out.
    """
    return _kept(_parts(kind, sizes), lambda ties, p: figure.prints(p))


def untied(kind: str, *sizes: int) -> pd.DataFrame:
    """List every two-sided P value that samples without ties give.

    Parameters
    ----------
    kind : str
    *sizes : int
        As of `solutions`.

    Returns
    -------
    DataFrame
        As of `solutions`.
    """
    return _kept(_parts(kind, sizes), lambda ties, p: ties == 0)


def nearest(kind: str, figure: Figure, *sizes: int) -> float:
    """Return the attainable P value nearest to a printed one.

    Parameters
    ----------
    kind : str
    figure : Figure
    *sizes : int
        As of `solutions`.

    Returns
    -------
    float
    """
    parts = [part.p_value for part in _parts(kind, sizes) if len(part.p_value)]
    each = (p[np.abs(p - figure.value).argmin()] for p in parts)
    return float(min(each, key=lambda p: abs(p - figure.value)))


def signed_rank_is_exhaustive(pairs: int) -> bool:
    """Tell whether every tie pattern is covered under every convention for this many pairs.

    Beyond `MOST_TIED_PAIRS` pairs the normal approximations, and beyond `MOST_EXACT_TIED_PAIRS` the exact
    distribution, are searched without ties only.

    Parameters
    ----------
    pairs : int

    Returns
    -------
    bool
    """
    return pairs <= min(MOST_TIED_PAIRS, MOST_EXACT_TIED_PAIRS)


@lru_cache(maxsize=2)  # several P values are printed for the same samples; those of 30 pairs take 250 MB
def _parts(kind: str, sizes: tuple[int, ...]) -> list[Part]:
    """Give everything that samples of these sizes can have."""
    return list(_signed_rank(*sizes) if kind == "signed_rank" else _mann_whitney(*sizes))


def tie_units(size: Size) -> Size:
    """Return (t^3 - t) / 6 for a group of t equal values; a pair counts 1, three count 4.

    Parameters
    ----------
    size : int
        Or an array of them.

    Returns
    -------
    int
    """
    return (size**3 - size) // 6


def _signed_rank(pairs: int) -> Iterator[Part]:
    for nonzero in range(1, pairs + 1):
        size = {"nonzero": nonzero}
        ranked = [(pairs - nonzero, PRATT)] if nonzero < pairs else []
        for zeros, corrections in [(0, CORRECTIONS), *ranked]:
            statistic, ties = _signed_rank_states(nonzero, zeros)
            for convention, correction in corrections.items():
                p = _signed_rank_p(statistic, ties, nonzero, zeros, correction)
                yield Part(convention, size, statistic, ties, p)
        yield Part("exact", size, *_signed_rank_exact(nonzero))


def _signed_rank_states(nonzero: int, zeros: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the reachable rank sums, up to their mean, with the tie sums."""
    reached, stride = signed_rank_reached(nonzero, zeros)
    ties, doubled = _unpack(reached[nonzero], stride)
    keep = 2 * doubled <= nonzero * (nonzero + 1) + 2 * zeros * nonzero
    return doubled[keep] / 2, ties[keep]


@lru_cache(maxsize=128)
def signed_rank_reached(nonzero: int, zeros: int) -> tuple[list[int], int]:
    """Place the groups of equal absolute differences above the ranks that zeros keep.

    Parameters
    ----------
    nonzero, zeros : int
        Non-zero differences, and zero differences that are ranked.

    Returns
    -------
    list of int, int
        For 0 to `nonzero` placed differences a whole number whose bit ``ties * stride + doubled`` is set
        where the tie sum and twice the positive rank sum can be reached together; and the stride.
    """
    stride = nonzero * (nonzero + 1) + 2 * zeros * nonzero + 1
    largest = nonzero if nonzero <= MOST_TIED_PAIRS else 1
    reached = [1] + [0] * nonzero
    for placed in range(nonzero):
        for size in range(1, min(largest, nonzero - placed) + 1):
            doubled_rank = 2 * (zeros + placed) + size + 1
            group = 0
            for positive in range(size + 1):
                group |= reached[placed] << positive * doubled_rank
            reached[placed + size] |= group << tie_units(size) * stride
    return reached, stride


def _signed_rank_p(
    statistic: np.ndarray, ties: np.ndarray, nonzero: int, zeros: int, correction: float
) -> np.ndarray:
    everyone = nonzero + zeros
    mean = (everyone * (everyone + 1) - zeros * (zeros + 1)) / 4
    cubes = everyone * (everyone + 1) * (2 * everyone + 1) - zeros * (zeros + 1) * (2 * zeros + 1)
    variance = cubes / 24 - ties / 8
    return _two_sided(mean - statistic - correction, variance)


def _two_sided(distance: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return normal P values; a continuity correction never carries a statistic across its mean."""
    safe = np.where(variance > 0, variance, 1)
    z = np.where(variance > 0, np.maximum(distance, 0) / np.sqrt(safe), 0)
    return special.erfc(z / np.sqrt(2))


@lru_cache(maxsize=64)
def _signed_rank_exact(nonzero: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return statistic, tie sum and P value of every tie pattern under its own distribution."""
    if nonzero <= MOST_EXACT_TIED_PAIRS:
        cuts = np.arange(2 ** (nonzero - 1))[:, None] >> np.arange(nonzero - 1) & 1
    else:
        cuts = np.ones((1, nonzero - 1), dtype=int)
    ranks, ties = _doubled_midranks(cuts.astype(bool))
    sums = np.arange(nonzero * (nonzero + 1) + 1)
    count = np.zeros((len(ranks), len(sums)))
    count[:, 0] = 1
    for column in ranks.T:
        earlier = sums - column[:, None]
        count += np.where(earlier >= 0, np.take_along_axis(count, np.maximum(earlier, 0), axis=1), 0)
    p = np.minimum(2 * count.cumsum(axis=1) / 2.0**nonzero, 1)
    pattern, doubled = np.nonzero((count > 0) & (2 * sums <= nonzero * (nonzero + 1)))
    return doubled / 2, ties[pattern], p[pattern, doubled]


def _doubled_midranks(cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return twice the midranks and the tie sums of patterns given by where a new group begins."""
    # Takes longer to import than an abstract takes to be judged, and few of them need it.
    from scipy.stats import rankdata

    group = np.pad(cuts.cumsum(axis=1), ((0, 0), (1, 0)))
    # Midranks are halves at the finest, so that twice a midrank is whole.
    return (2 * rankdata(group, axis=1)).astype(int), tie_sum(group) // 6


def _mann_whitney(first: int, second: int) -> Iterator[Part]:
    reached, stride = mann_whitney_reached(first, second)
    for one, other in ((first, second), (first - 1, second), (first, second - 1)):
        if min(one, other) < 1:
            continue
        everyone, sizes = one + other, {"first": one, "second": other}
        ties, doubled = _unpack(reached[one, other], stride)
        # The smaller U is enough, by symmetry; and where all values are equal there is no test.
        keep = (doubled <= one * other) & (ties < tie_units(everyone))
        statistic, ties = doubled[keep] / 2, ties[keep]
        variance = one * other / 12 * (everyone + 1 - 6 * ties / (everyone * (everyone - 1)))
        for convention, correction in CORRECTIONS.items():
            p = _two_sided(one * other / 2 - statistic - correction, variance)
            yield Part(convention, sizes, statistic, ties, p)
        alone = statistic[ties == 0].astype(int)
        yield Part("exact", sizes, alone, np.zeros_like(alone), mann_whitney_exact(one, other)[alone])


@lru_cache(maxsize=8)
def mann_whitney_reached(first: int, second: int) -> tuple[dict[tuple[int, int], int], int]:
    """Place the groups of equal values, each with some of the first and some of the second group.

    Parameters
    ----------
    first, second : int
        Values of the two groups.

    Returns
    -------
    dict of (int, int) to int, int
        For each pair of placed numbers a whole number whose bit ``ties * stride + doubled`` is set where the
        tie sum and twice U can be reached together; and the stride.
    """
    stride = 2 * first * second + 1
    groups = [(more, others) for more in range(first + 1) for others in range(second + 1) if more + others]
    if first + second > MOST_TIED_VALUES:
        groups = [(1, 0), (0, 1)]
    places = [(one, other) for one in range(first + 1) for other in range(second + 1)]
    reached = dict.fromkeys(places, 0) | {(0, 0): 1}
    for one, other in places:
        for more, others in groups:
            if one + more <= first and other + others <= second:
                shift = more * (2 * other + others) + tie_units(more + others) * stride
                reached[one + more, other + others] |= reached[one, other] << shift
    return reached, stride


@lru_cache(maxsize=32)
def mann_whitney_exact(first: int, second: int) -> np.ndarray:
    """Return the exact two-sided P value of each U without ties.

    Parameters
    ----------
    first, second : int
        Values of the two groups.

    Returns
    -------
    array of float
        For U from 0 to first * second.
    """
    count = np.zeros((second + 1, first * second + 1))
    count[:, 0] = 1
    for _ in range(first):
        # One more of the first group: above it are only values of the second, placed one by one.
        count, fewer = np.zeros_like(count), count
        count[0, 0] = 1
        for others in range(1, second + 1):
            count[others] = count[others - 1]
            count[others, others:] += fewer[others, :-others]
    share = count[second] / count[second].sum()
    return np.minimum(2 * np.minimum(share.cumsum(), share[::-1].cumsum()[::-1]), 1)


def _unpack(bits: int, stride: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the tie sums and doubled statistics whose bits are set."""
    raw = np.frombuffer(bits.to_bytes(bits.bit_length() // 8 + 1, "little"), dtype=np.uint8)
    return np.divmod(np.flatnonzero(np.unpackbits(raw, bitorder="little")), stride)


def _kept(parts: list[Part], keep: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> pd.DataFrame:
    """Gather the rows that `keep(ties, p_values)` accepts, each once."""
    accepted = [(part, keep(part.ties, part.p_value)) for part in parts]
    # An empty frame would change the types of the others; most parts have none to give.
    full = [(part, rows) for part, rows in accepted if rows.any()] or accepted
    frames = [_rows_of(part, rows) for part, rows in full]
    return pd.concat(frames, ignore_index=True).drop_duplicates(ignore_index=True)


def _rows_of(part: Part, rows: np.ndarray) -> pd.DataFrame:
    found = {"statistic": part.statistic, "ties": part.ties, "p_value": part.p_value}
    chosen = {name: values[rows] for name, values in found.items()}
    return pd.DataFrame({"convention": part.convention, **part.sizes, **chosen})
