"""The best sum of gains over all patients that print quartiles, burdens and outcomes, exactly.

The dynamic programme behind `data.attainable.bound`: the patients of an arm are added in
ascending order of blasts, and what matters of those before is the last one's value and the number of events.
"""

from dataclasses import dataclass

import numpy as np

from data.attainable.layout import Layout, Quantile

VALUES = np.arange(101)  # blasts in percent
NEVER = -1e9


@dataclass(frozen=True)
class _Cell:
    size: int
    allowed: np.ndarray  # of VALUES
    fewest: int
    most: int
    rarer: int  # the outcome that is counted: the one fewer patients can have


@dataclass(frozen=True)
class _Arm:
    cells: list[_Cell]
    fixed: dict[int, np.ndarray]  # order statistic that is a quantile itself: values allowed
    paired: dict[int, np.ndarray]  # upper of two that make a quantile: indices of the lower's values, or 101
    distinct: bool


class Programme:
    """What the dynamic programme needs to know of a layout: its arms in order, its cells in remission.

    Parameters
    ----------
    layout : Layout
    arms : tuple of bool
        Which arms to take: True is the first.
    """

    def __init__(self, layout: Layout, arms: tuple[bool, ...] = (True, False)):
        cells = [_cell(layout, number) for number in range(len(layout.sizes))]
        start = np.searchsorted(layout.cell, np.arange(len(cells)))
        quantiles = dict(zip((True, False), layout.quantiles, strict=True))
        self.arms, self.remission = [], []
        for arm in arms:
            own = np.flatnonzero(layout.first[start] == arm)
            refractory = layout.refractory[start[own]]
            self.remission += [cells[number] for number in own[~refractory]]
            marrow = [cells[number] for number in own[refractory]]
            self.arms.append(_arm(marrow, quantiles[arm][1], layout.model.distinct))

    def largest(self, gains: np.ndarray) -> np.ndarray:
        """Return the largest sum of gains over all patients that print quartiles, burdens and outcomes.

        Parameters
        ----------
        gains : array, (problems, 2, 101)
            Of a patient without and with the event, by blasts in percent.

        Returns
        -------
        array, (problems,)
        """
        total = sum((_largest_of_arm(arm, gains) for arm in self.arms), np.zeros(len(gains)))
        for cell in self.remission:
            best = np.where(cell.allowed, gains, NEVER).max(axis=2)
            rare, usual = best[:, cell.rarer], best[:, 1 - cell.rarer]
            sums = [n * rare + (cell.size - n) * usual for n in range(cell.fewest, cell.most + 1)]
            total = total + np.max(sums, axis=0)
        return total


def _cell(layout: Layout, number: int) -> _Cell:
    patient = int(np.searchsorted(layout.cell, number))
    size, fewest, most = (int(of[number]) for of in (layout.sizes, layout.fewest, layout.most))
    allowed = (layout.lowest[patient] <= VALUES) & (layout.highest[patient] >= VALUES)
    if most > size - fewest:
        return _Cell(size, allowed, size - most, size - fewest, 0)
    return _Cell(size, allowed, fewest, most, 1)


def _arm(cells: list[_Cell], quantiles: list[Quantile], distinct: bool) -> _Arm:
    fixed, paired = {}, {}
    for parts, figure in quantiles:
        if len(parts) == 1:
            fixed[parts[0][0]] = figure.prints(VALUES)
            continue
        (_, below), (place, above) = parts
        fits = figure.prints(below * VALUES[None, :] + above * VALUES[:, None])
        fits &= VALUES[None, :] <= VALUES[:, None] - distinct
        indices = np.full((101, max(1, fits.sum(axis=1).max())), 101)
        for value in VALUES:
            lower = np.flatnonzero(fits[value])
            indices[value, : len(lower)] = lower
        paired[place] = indices
    return _Arm(cells, fixed, paired, distinct)


def _largest_of_arm(arm: _Arm, gains: np.ndarray) -> np.ndarray:
    """Add the patients in ascending order; a state is the last one's value and the rarer outcomes so far."""
    place, before = 0, np.zeros((len(gains), 101))
    for cell in arm.cells:
        table = np.full((len(gains), cell.most + 1, 101), NEVER)
        table[:, 0] = before
        rare, usual = gains[:, None, cell.rarer], gains[:, None, 1 - cell.rarer]
        for _ in range(cell.size):
            reached = table if place == 0 else _reached(arm, table, place)
            table = reached + usual
            table[:, 1:] = np.maximum(table[:, 1:], reached[:, :-1] + rare)
            allowed = cell.allowed & arm.fixed.get(place, True)
            table[:, :, ~allowed] = NEVER
            place += 1
        before = table[:, cell.fewest :].max(axis=1)
    return before.max(axis=1)


def _reached(arm: _Arm, table: np.ndarray, place: int) -> np.ndarray:
    """Return for each value the best of the states that may stand before it."""
    padded = np.concatenate([table, np.full((*table.shape[:2], 1), NEVER)], axis=2)
    if place in arm.paired:
        return padded[:, :, arm.paired[place]].max(axis=3)
    best = np.maximum.accumulate(padded, axis=2)[:, :, :101]
    if arm.distinct:
        best = np.concatenate([padded[:, :, 101:], best[:, :, :100]], axis=2)
    return best
