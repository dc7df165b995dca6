"""Rank tests: what each printed P value needs, which convention prints them all, what adjustment leaves."""

import math
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics import rank_tests
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_REACHED, Finding, judge
from evidence.forensics.rank_patterns import fewest_tied, mann_whitney_pattern, signed_rank_pattern
from evidence.this_abstract import abstract
from evidence.this_abstract.abstract import ARMS, immune, panel
from helpers.estimators.multiplicity import benjamini_hochberg, holm
from helpers.ground.results import ResultId

SEARCH = "rank tests"
PAIRED, BETWEEN = "signed_rank", "mann_whitney"
RATIO = f"ratio_{BETWEEN}"
TESTS = {PAIRED: rank_tests.SIGNED_RANK, BETWEEN: rank_tests.MANN_WHITNEY}
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
        The rows of `rank_tests.solutions` with ``missing``: values left out, 0 or 1. For paired tests it is
        0, as a missing pair comes to the same as a zero difference.
    """
    found = {}
    for test in tests:
        rows = rank_tests.solutions(test.kind, test.figure, *test.sizes)
        missing = 0 if test.is_paired else sum(test.sizes) - rows["first"] - rows["second"]
        found[test.id] = rows.assign(missing=missing)
    return found


def simplest(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep, for each convention, the rows with no value missing if there are any, then the least tied.

    Parameters
    ----------
    rows : DataFrame
        One of `solutions`.

    Returns
    -------
    DataFrame
    """
    for column in ("missing", "ties"):
        rows = rows[rows[column].eq(rows.groupby("convention")[column].transform("min"))]
    return rows.reset_index(drop=True)


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
    best = plainest(rows)
    convention = TESTS[test.kind][best["convention"].iloc[0]]
    tied = best["ties"].min() > 0
    same = rows["convention"].eq(best["convention"].iloc[0]) & rows["missing"].eq(best["missing"].min())
    told = needs(test.kind, rows[same] if tied else best)
    reason = f"P = {test.figure}: {told} ({convention})."
    return judge(SEARCH, [test.figure], CAN_HOLD, reason, convention)


def plainest(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the plainest solutions of one convention: complete, then untied, then of that named first.

    Parameters
    ----------
    rows : DataFrame
        One of `solutions`, not empty.

    Returns
    -------
    DataFrame
        The most patients first.
    """
    rows = simplest(rows)
    order = rows.assign(tied=rows["ties"].gt(0), name=rows["convention"].map([*rank_tests.SIGNED_RANK].index))
    best = order.sort_values(["missing", "tied", "name"])["convention"].iloc[0]
    return rows[rows["convention"].eq(best)].iloc[::-1].reset_index(drop=True)


def needs(kind: str, rows: pd.DataFrame) -> str:
    """Say what prints a P value: the statistic, the sizes, and the fewest ties if it takes any.

    Parameters
    ----------
    kind : str
        A key of `TESTS`.
    rows : DataFrame
        From `simplest`, of one convention.

    Returns
    -------
    str
    """
    first = rows.iloc[0]
    if kind == PAIRED:
        shown = [f"W = {row.statistic:g} of {row.nonzero}" for row in rows.itertuples()]
        unit = " non-zero differences"
    else:
        shown = [f"U = {row.statistic:g} of {row.first} against {row.second}" for row in rows.itertuples()]
        unit = ""
    if not first["ties"]:
        return f"without ties {' or '.join(shown)}{unit} print{'s' if len(rows) == 1 else ''} it"
    if kind == BETWEEN:
        return f"only equal values print it, at the least {fewest_in_words(rows)}"
    # One row is enough: the pattern of ties belongs to it alone.
    return f"only ties print it, the fewest being {ties_in_words(kind, first)} with {shown[0]}{unit}"


def fewest_in_words(rows: pd.DataFrame) -> str:
    """Say how many equal values a P value between two groups takes at the least, and in which groups.

    Parameters
    ----------
    rows : DataFrame
        Of `solutions`: those of one convention and one pair of sizes.

    Returns
    -------
    str
    """
    one, other = (int(rows[column].iloc[0]) for column in ("first", "second"))
    found = fewest_tied(one, other, rows.groupby("ties")["statistic"].agg(list).to_dict())
    if not found:
        return "more than were searched"
    ways = [f"of {' and '.join(map(str, sizes))}" for sizes in found]
    return f"{sum(found[0])} of the {one + other}, in groups {' or '.join(ways)}"


def ties_in_words(kind: str, row: pd.Series) -> str:
    """Name one pattern of ties that a row can have: groups of 3, 2 and 2 equal values.

    Parameters
    ----------
    kind : str
    row : Series
        One of `solutions`.

    Returns
    -------
    str
    """
    if row["convention"].startswith("pratt") or row["convention"] == "exact":
        return f"ties whose t\N{SUPERSCRIPT THREE} \N{MINUS SIGN} t add up to {6 * row['ties']:.0f}"
    statistic, ties = row["statistic"], int(row["ties"])
    if kind == PAIRED:
        sizes = [size for size, _ in signed_rank_pattern(int(row["nonzero"]), statistic, ties)]
    else:
        groups = mann_whitney_pattern(int(row["first"]), int(row["second"]), statistic, ties)
        sizes = [sum(group) for group in groups]
    sizes = sorted((size for size in sizes if size > 1), reverse=True)
    what = "equal differences" if kind == PAIRED else "equal values"
    if len(sizes) == 1:
        return f"{sizes[0]} {what}"
    return f"groups of {', '.join(map(str, sizes[:-1]))} and {sizes[-1]} {what}"


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
