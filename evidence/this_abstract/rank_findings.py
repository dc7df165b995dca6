"""Rank tests: what each printed P value needs, which convention prints them all, what adjustment leaves."""

import math
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics import rank_tests, rank_words
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_REACHED, Finding, judge
from evidence.forensics.rank_words import BETWEEN, PAIRED, TESTS
from evidence.this_abstract import abstract
from evidence.this_abstract.abstract import ARMS, immune, panel
from helpers.estimators.multiplicity import benjamini_hochberg, holm
from helpers.ground.results import ResultId

SEARCH = "rank tests"
RATIO = f"ratio_{BETWEEN}"
MOST_VALUES = 60  # with more values nearly every P value can be printed, and the search takes minutes


@dataclass(frozen=True)
class RankTest:
    """A printed P value of a rank test, with the patients behind it.

    Attributes
    ----------
    id : ResultId
        The result whose P value it is.
    kind : str
        A key of `TESTS`.
    figure : Figure
    counts : tuple of Figure
        The printed numbers of patients: of pairs, or of each arm.
    """

    id: ResultId
    kind: str
    figure: Figure
    counts: tuple[Figure, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The numbers of patients.

        Returns
        -------
        tuple[int, ...]
        """
        return tuple(count.count for count in self.counts)

    @property
    def is_paired(self) -> bool:
        """Whether it compares two values of each patient, and not the arms.

        Returns
        -------
        bool
        """
        return self.kind == PAIRED


def printed(figures: Figures) -> list[RankTest]:
    """List the printed P values of rank tests.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    list of RankTest
        Those of which the patients are printed too, and are `MOST_VALUES` at most.
    """
    sampled = [panel(arm) for arm in ARMS]
    asked = [(immune(cell, PAIRED, arm), PAIRED, [panel(arm)]) for arm in ARMS for cell in abstract.CELLS]
    between = [immune(cell, RATIO, abstract.CONTRAST) for cell in abstract.CELLS]
    asked += [(id, BETWEEN, sampled) for id in between]
    refractory = [abstract.patients(arm, abstract.REFRACTORY) for arm in ARMS]
    asked.append((abstract.RANK_TEST, BETWEEN, refractory))
    found = []
    for id, kind, groups in asked:
        figure, counts = figures.p_value(id), figures.every(groups)
        if figure is None or counts is None:
            continue
        test = RankTest(id, kind, figure, tuple(counts))
        if min(test.sizes) > 0 and sum(test.sizes) <= MOST_VALUES:
            found.append(test)
    return found


def solutions(tests: list[RankTest]) -> dict[ResultId, pd.DataFrame]:
    """Search everything that prints each P value.

    Parameters
    ----------
    tests : list of RankTest
        From `printed`.

    Returns
    -------
    dict of ResultId to DataFrame
        As `evidence.forensics.rank_words.solutions` returns them.
    """
    return {test.id: rank_words.solutions(test.kind, test.figure, *test.sizes) for test in tests}


def conventions(tests: list[RankTest], found: dict[ResultId, pd.DataFrame]) -> pd.DataFrame:
    """Count how many of the printed P values each convention can print.

    Parameters
    ----------
    tests : list of RankTest
        From `printed`.
    found : dict of ResultId to DataFrame
        From `solutions`.

    Returns
    -------
    DataFrame
        ``test``, ``convention``, ``printed`` (P values of that test), ``untied`` (of them, those that it
        prints with every value there and none equal, zero differences apart), ``reached`` (those that it
        prints with ties allowed; the exact Mann-Whitney distribution is searched without them).
    """
    rows = []
    for kind, names in TESTS.items():
        each = [found[test.id] for test in tests if test.kind == kind]
        complete = [solved[solved["missing"].eq(0)] for solved in each]
        for name in names:
            mine = [solved[solved["convention"].eq(name)] for solved in complete]
            untied = sum(bool(solved["ties"].eq(0).any()) for solved in mine)
            rows.append([kind, name, len(each), untied, sum(len(solved) > 0 for solved in mine)])
    return pd.DataFrame(rows, columns=["test", "convention", "printed", "untied", "reached"])


def adjusted(figures: Figures, *kinds: str) -> pd.DataFrame:
    """Adjust printed immune P values as one family.

    Both procedures grow with each P value, so that the adjusted lower ends of the rounding windows are the
    least that any unrounded P values can give.

    Parameters
    ----------
    figures : Figures
    *kinds : str
        Keys of `TESTS`: the members of the family; without any, all of them.

    Returns
    -------
    DataFrame
        ``result_id`` (a ResultId), ``printed``, and ``benjamini_hochberg`` and ``holm`` of the printed
        values, with ``benjamini_hochberg_least`` and ``holm_least`` of the lower ends; ordered by the printed
        value.

    References
    ----------
    Benjamini Y, Hochberg Y (1995). Journal of the Royal Statistical Society B 57, 289-300. Holm S (1979).
    Scandinavian Journal of Statistics 6, 65-70.
    """
    every = [test for test in printed(figures) if test.id.chapter == "immune"]
    tests = [test for test in every if not kinds or test.kind in kinds]
    family = pd.DataFrame({"result_id": [test.id for test in tests]})
    family["printed"] = [test.figure.value for test in tests]
    least = [max(test.figure.low, 0.0) for test in tests]
    for name, adjust in (("benjamini_hochberg", benjamini_hochberg), ("holm", holm)):
        family[name] = adjust(family["printed"])
        family[f"{name}_least"] = adjust(least)
    return family.sort_values("printed", kind="stable").reset_index(drop=True)


def findings(figures: Figures) -> list[Finding]:
    """Say of each printed P value of a ratio between the arms whether ranks of the printed sizes can have it.

    Of other rank tests the search of any abstract says so; of a ratio no median is printed to tell them by.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    list of Finding
    """
    return [_finding(test) for test in printed(figures) if test.id.statistic == RATIO]


@lru_cache(maxsize=128)  # the same P values are judged again where others of a claims file differ
def _finding(test: RankTest) -> Finding:
    rows = solutions([test])[test.id]
    if rows.empty:
        return judge(SEARCH, (test.figure, *test.counts), *_nothing(test))
    told, convention = rank_words.told(test.kind, rows)
    reason = f"P = {test.figure}: {told} ({convention})."
    return judge(SEARCH, [test.figure], CAN_HOLD, reason, convention)


def _nothing(test: RankTest) -> tuple[str, str, str]:
    """Return outcome, reason and convention where nothing prints a P value."""
    nearest = rank_tests.nearest(test.kind, test.figure, *test.sizes)
    proved = _below_every_test(test.figure, test.sizes)
    verb = "have" if proved else "were found to have"
    reason = (
        f"No {test.sizes[0]} and {test.sizes[1]} values {verb} a P value that prints as {test.figure}, under "
        f"the normal approximations, or the exact distribution without ties; nearest: {nearest:.2g}."
    )
    return (CANNOT_HOLD if proved else NOT_REACHED), reason, "the tests that were tried" if proved else ""


def _below_every_test(figure: Figure, sizes: tuple[int, ...]) -> bool:
    """Tell whether a P value is less than any two groups of these sizes or smaller ones can have.

    No exact test, tied or not, goes below the chance of one arrangement; and the square of a normal deviate,
    corrected for ties, is at most the number of values less 1, as it is that times a squared correlation.
    """
    least = math.erfc(math.sqrt((sum(sizes) - 1) / 2))
    return figure.high < min(least, 1 / math.comb(sum(sizes), sizes[0]))
