"""Reach: what can be proved of the declared results by an argument that holds for every cohort.

The arguments use the counts that the rates alone print, who died in the reading of the deaths, and the
printed quantiles. What has no argument stays unproved, and says so.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from evidence.claims.claim import DIRECTIONS, listed
from evidence.ensemble.families import FAMILIES
from evidence.ensemble.people import People, solve
from evidence.ensemble.reach import orders
from evidence.ensemble.reach.limits import LAST_DAY, WHOLE
from evidence.reconstruction.targets import Targets
from evidence.this_abstract import abstract
from evidence.this_abstract.abstract import ARMS, AT, CUT, VISITS, immune
from helpers.estimators.quantiles import QUARTILES
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.ground.results import ResultId

COLUMNS = ["id", "proved_low", "proved_high", "argument"]
LONGEST = LAST_DAY / DAYS_PER_MONTH
NOT_PROVED = "not proved"
CAP = f"nobody is followed beyond {LONGEST:.0f} months, a limit of this book that is not printed"


class Proof(NamedTuple):
    """Two bounds and the sentence that gives them."""

    low: float
    high: float
    argument: str


UNPROVED = Proof(np.nan, np.nan, NOT_PROVED)


def proofs(claims: pd.DataFrame) -> pd.DataFrame:
    """Prove what can be proved of every declared result.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row a declared result; bounds are missing where nothing is proved.
    """
    prover = Prover(claims)
    found = [(str(id), *prover.proof(id)) for ids in FAMILIES.values() for id in ids]
    return pd.DataFrame(found, columns=COLUMNS)


def least_left(events: int, left: int) -> float:
    """Return the least that a Kaplan-Meier curve can be after so many events with so many still at risk.

    Parameters
    ----------
    events, left : int

    Returns
    -------
    float
        Each event falls in a risk set that holds those left and the events to come, so the factors multiply
        to at least left / (left + events).
    """
    return left / (left + events) if left + events > 0 else 0.0


class Prover:
    """The printed figures as an argument needs them.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.
    """

    def __init__(self, claims: pd.DataFrame):
        self.targets = Targets(claims)
        self.people: People = solve(self.targets.figures)
        self.signs = {
            claim.result_id: DIRECTIONS[claim.relation]
            for claim in listed(claims)
            if claim.relation in DIRECTIONS
        }
        self.followup = orders.ordered(
            len(self.people.arm), self._quantiles(abstract.followup, ""), 0, LONGEST
        )

    def proof(self, id: ResultId) -> Proof:
        """Prove what can be proved of one result.

        Parameters
        ----------
        id : ResultId

        Returns
        -------
        Proof
        """
        if id.chapter == "immune":
            return self._shift_of_ratios(id) if id.group not in ARMS else self._paired_shift(id)
        known: dict[tuple[str, str], Callable[[ResultId], Proof]] = {
            ("relapse", "count"): self._events,
            ("death", "count"): self._events,
            ("transplant", "count"): self._transplants,
            ("followup", "median"): self._followup,
            ("followup", "reverse_km_median"): self._reverse,
            ("age", "median"): self._age,
            ("blasts", "hodges_lehmann"): self._blasts_shift,
            ("blasts", "minimum"): self._blasts_end,
            ("blasts", "maximum"): self._blasts_end,
            ("relapse", f"cumulative_incidence_{AT}m"): self._incidence,
        }
        if id.outcome in ("os", "dfs"):
            return self._survival(id)
        return known.get((id.outcome, id.statistic), lambda _: UNPROVED)(id)

    def _quantiles(self, of: Callable[..., ResultId], *rest: str) -> list[orders.Printed]:
        group = [part for part in rest if part]
        return [(share, self.targets.value(of(name, *group)).window) for name, share in QUARTILES.items()]

    def splits(self) -> Iterator[tuple[int, int, int, int]]:
        """Enumerate relapses and deaths by arm that the printed totals allow.

        Yields
        ------
        tuple of int
            Relapses of the first and of the other arm, deaths of the first and of the other. Who did not
            respond or relapsed may have died, nobody else did, and only responders relapse.
        """
        relapses, deaths = (self.targets.figures.count(id) for id in (abstract.RELAPSES, abstract.DEATHS))
        first, responds = self.people.combination, self.people.responded
        lost = [int((~responds & own).sum()) for own in (first, ~first)]
        able = [int((responds & own).sum()) for own in (first, ~first)]
        for ours, dead in product(range(relapses + 1), range(deaths + 1)):
            theirs, others = relapses - ours, deaths - dead
            if (
                ours <= able[0]
                and theirs <= able[1]
                and dead <= lost[0] + ours
                and others <= lost[1] + theirs
            ):
                yield ours, theirs, dead, others

    def _events(self, id: ResultId) -> Proof:
        place = 2 * (id.outcome == "death") + ARMS.index(id.group)
        found = [split[place] for split in self.splits()]
        argument = (
            "every split of relapses and deaths over the arms that the totals allow, one after the other"
        )
        return Proof(min(found), max(found), argument)

    def _transplants(self, id: ResultId) -> Proof:
        total = self.targets.figures.count(abstract.TRANSPLANTS)
        own = int((self.people.arm == id.group).sum())
        argument = "no arm has more transplants than patients, and together they have the printed number"
        return Proof(max(0, total - (len(self.people.arm) - own)), min(total, own), argument)

    def _left(self, arm: np.ndarray, month: float) -> int:
        """Return how many of an arm must be followed for longer than some months, whoever is in it."""
        return max(0, int((self.followup[0] > month).sum() - (~arm).sum()))

    def _survival(self, id: ResultId) -> Proof:
        if id.statistic == "hazard_ratio":
            return Proof(0.0, np.inf, "a ratio of hazards lies between 0 and no limit; both are reached")
        if id.statistic.startswith("rmst_difference"):
            return self._mean_difference(id)
        month = int(id.statistic.removeprefix("km_").removesuffix("m"))
        everybody = id.group not in ARMS
        chosen = np.ones(len(self.people.arm), bool) if everybody else self.people.arm == id.group
        low = self._least(id.outcome, chosen, month)
        argument = (
            "a probability is at most 1; the quartiles of follow-up say how many patients at least are still "
            "followed, and so many events at most cannot take it lower"
        )
        if everybody:
            printed = self.targets.value(abstract.survival(id.outcome, f"km_{AT}m")).window[0] / 100
            if printed > low:
                low, argument = printed, "survival does not rise, so it is at least what is printed for later"
        return Proof(low, 1.0, argument)

    def _least(self, outcome: str, chosen: np.ndarray, month: float) -> float:
        """Return the least event-free share of some patients at a month."""
        first = bool((chosen == self.people.combination).all())
        splits = [split[:2] if first else split[1::-1] for split in self.splits()]
        lost = int((~self.people.responded & chosen).sum())
        left = self._left(chosen, month)
        found = []
        for ours, theirs in splits:
            relapsed = ours + theirs if chosen.all() else ours
            # Whoever relapsed may be followed on, but is no longer at risk of a relapse.
            gone = relapsed if outcome == "dfs" else 0
            found.append(least_left(lost + relapsed, max(0, left - gone)))
        return min(found)

    def _mean_difference(self, id: ResultId) -> Proof:
        least = []
        for chosen in (self.people.combination, ~self.people.combination):
            months = np.unique(np.append(self.followup[0][self.followup[0] < AT], [0.0, AT]))
            shares = [self._least(id.outcome, chosen, month - 1e-9) for month in months[1:]]
            least.append(float((np.diff(months) * shares).sum()))
        argument = "the difference of the largest mean of one arm and the least of the other"
        return Proof(least[0] - AT, AT - least[1], argument)

    def _followup(self, id: ResultId) -> Proof:
        size = int((self.people.arm == id.group).sum())
        argument = (
            "the quartiles of all bound every patient's rank, and so the rank of an arm's middle patient; "
            f"{CAP}"
        )
        return Proof(*orders.median(orders.part(self.followup, size)), argument)

    def _reverse(self, id: ResultId) -> Proof:
        size = len(self.people.arm) if id.group not in ARMS else int((self.people.arm == id.group).sum())
        low = orders.part(self.followup, size)[0][size - size // 2 - 1]
        deaths = max(self._deaths(split, id.group) for split in self.splits())
        high = LONGEST if 2 * deaths < size else np.inf
        argument = "the curve cannot be at one half while more than half of the patients are followed"
        argument += f"; {CAP}" if np.isfinite(high) else ""
        return Proof(float(low), high, argument)

    def _deaths(self, split: tuple[int, int, int, int], group: str) -> int:
        return split[2 + ARMS.index(group)] if group in ARMS else split[2] + split[3]

    def _incidence(self, id: ResultId) -> Proof:
        """Bound relapse by the share of the printed fall that each event can take."""
        low, high = (1 - end / 100 for end in self.targets.value(abstract.DISEASE_FREE).window[::-1])
        relapses = self.targets.figures.count(abstract.RELAPSES)
        others = self.targets.figures.count(abstract.DEATHS) - relapses
        size = len(self.people.arm)
        left = self._left(np.ones(size, bool), AT)
        found = []
        for counted in range(relapses + 1):  # by that month; all of them may be followed on
            most = (1 - low) / (left - counted) if left > counted else 1.0
            found.append((max(counted / size, low - others * most), min(high, counted * most)))
        possible = [(least, greatest) for least, greatest in found if least <= greatest]
        argument = (
            "the printed fall is shared by the events, each of which takes at least the share of one of all "
            "patients, and at most that of one of those still at risk at the end"
        )
        return Proof(min(least for least, _ in possible), max(most for _, most in possible), argument)

    def _age(self, id: ResultId) -> Proof:
        least, middle, most = (self.targets.value(abstract.age(name)) for name in abstract.AGES)
        bounds = orders.ordered(len(self.people.arm), [(0.5, middle.window)], least.value, most.value)
        size = int((self.people.arm == id.group).sum())
        argument = (
            "range and median of all bound every patient's rank, and so that of an arm's middle patient"
        )
        return Proof(*orders.median(orders.part(bounds, size)), argument)

    def _blasts(self, arm: str) -> orders.Bounds:
        """Bound each order statistic of an arm's blasts by its quartiles and by the size of the strata."""
        own = (self.people.arm == arm) & self.people.refractory
        low, high = orders.ordered(int(own.sum()), self._quantiles(abstract.blasts, arm), 0, WHOLE)
        split = int((own & (self.people.burden == "low")).sum())
        high[:split], low[split:] = np.minimum(high[:split], CUT), np.maximum(low[split:], CUT)
        return low, high

    def _blasts_shift(self, id: ResultId) -> Proof:
        argument = "the quartiles bound every patient's rank, and so every difference between the arms"
        return Proof(*orders.shift(*(self._blasts(arm) for arm in ARMS)), argument)

    def _blasts_end(self, id: ResultId) -> Proof:
        low, high = self._blasts(id.group)
        place = 0 if id.statistic == "minimum" else -1
        argument = "a share lies between 0 and 100%, and the ends lie beyond the quartiles"
        return Proof(float(low[place]), float(high[place]), argument)

    def _shares(self, cell: str, arm: str) -> tuple[orders.Bounds, orders.Bounds]:
        """Bound the shares of an arm's patients at each visit."""
        size = self.targets.figures.count(abstract.panel(arm))
        found = []
        for visit in VISITS:
            figure = self.targets.figures.get(immune(cell, f"median_{visit}", arm))
            found.append(orders.ordered(size, [(0.5, figure.window)] if figure else [], 0, WHOLE))
        return found[0], found[1]

    def _paired_shift(self, id: ResultId) -> Proof:
        bounds = orders.paired_shift(*self._shares(id.outcome, id.group), most=WHOLE)
        argument = "shares lie between 0 and 100%, and a printed median bounds half of them"
        return Proof(*bounds, argument)

    def _shift_of_ratios(self, id: ResultId) -> Proof:
        options = [orders.ratios(*self._shares(id.outcome, arm), most=WHOLE) for arm in ARMS]
        shifts = [orders.shift(one, other) for one, other in product(*options)]
        low, high = max(each[0] for each in shifts), min(each[1] for each in shifts)
        argument = "shares lie between 0 and 100%, and a printed median bounds half of them"
        sign = self.signs.get(id)
        if sign:
            low, high = (max(low, 0.0), high) if sign > 0 else (low, min(high, 0.0))
            argument = f"{argument}; its direction is printed, if only in the conclusion, and so a condition"
        return Proof(low, high, argument)
