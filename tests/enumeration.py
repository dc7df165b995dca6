"""Every two-by-two table of two arms, exactly ordered: the brute force that exact tests are held against."""

from fractions import Fraction
from math import comb

import numpy as np
from scipy import stats

# Common rates, evenly spread over the angle in which a rate has the same spread everywhere.
RATES = np.sin(np.linspace(0, np.pi / 2, 601)) ** 2


def tables(n_1, n_0):
    """List all tables of two arms that hold both outcomes, as events and patients of either arm."""
    return [(x, n_1, y, n_0) for x in range(n_1 + 1) for y in range(n_0 + 1) if 0 < x + y < n_1 + n_0]


def worst_chance(extremeness, n_1, n_0):
    """Give each table's P value: the chance of those at least as extreme, at the worst common rate.

    ``extremeness`` maps the events of both arms to a number that compares exactly; more is more extreme.
    """
    values = [extremeness(x, y) for x in range(n_1 + 1) for y in range(n_0 + 1)]
    order = sorted(set(values), reverse=True)
    place = np.array([order.index(value) for value in values])
    arms = (stats.binom.pmf(np.arange(n + 1)[:, None], n, RATES) for n in (n_1, n_0))
    chance = np.einsum("ir,jr->ijr", *arms).reshape(len(values), -1)
    groups = np.zeros((len(order), len(RATES)))
    np.add.at(groups, place, chance)
    tail = np.cumsum(groups, axis=0)
    top = tail[:, 1:-1].argmax(axis=1) + 1
    before, here, after = (tail[np.arange(len(order)), top + step] for step in (-1, 0, 1))
    bend = before - 2 * here + after
    rise = np.divide((before - after) ** 2, -8 * bend, out=np.zeros_like(bend), where=bend < -1e-14)
    worst = np.maximum(here + rise, tail[:, [0, -1]].max(axis=1))
    return np.minimum(worst, 1)[place].reshape(n_1 + 1, n_0 + 1)


def pooled_z_squared(n_1, n_0):
    """Give the square of the z statistic with pooled variance, up to a factor, as a fraction."""

    def squared(x, y):
        events, others = x + y, n_1 + n_0 - x - y
        return Fraction((x * n_0 - y * n_1) ** 2, events * others) if events * others else Fraction(0)

    return squared


def one_sided_fisher(n_1, n_0, side):
    """Give minus the one-sided Fisher P value, as a fraction: side 1 for many events in arm 1, -1 for few."""

    def fisher(x, y):
        events = x + y
        possible = range(max(0, events - n_0), min(n_1, events) + 1)
        ways = {k: comb(n_1, k) * comb(n_0, events - k) for k in possible}
        return -Fraction(sum(ways[k] for k in possible if side * (k - x) >= 0), sum(ways.values()))

    return fisher


def two_sided_fisher(x, n_1, y, n_0):
    """Give Fisher's two-sided P value: the tables with the same margins that are no more probable."""
    events = x + y
    ways = [comb(n_1, k) * comb(n_0, events - k) for k in range(max(0, events - n_0), min(n_1, events) + 1)]
    own = comb(n_1, x) * comb(n_0, y)
    return sum(way for way in ways if way <= own) / sum(ways)
