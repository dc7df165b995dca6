"""Rank tests: what each printed P value needs, which convention prints them all, what adjustment leaves."""

import math

import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics import rank_tests
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_REACHED, Finding
from evidence.forensics.rank_patterns import mann_whitney_pattern, signed_rank_pattern
from helpers.estimators.multiplicity import benjamini_hochberg, holm
from helpers.ground.endpoints import ARMS, PARENTS

SEARCH = "rank tests"
TESTS = {"signed_rank": rank_tests.SIGNED_RANK, "mann_whitney": rank_tests.MANN_WHITNEY}
MOST_VALUES = 60  # with more values nearly every P value can be printed, and the search takes minutes


def printed(figures: Figures) -> pd.DataFrame:
    """List the printed P values of rank tests, with the patients behind them.

    Returns
    -------
    DataFrame
        ``result_id``, ``test`` (a key of `TESTS`), ``population`` (of cells, or ``blasts``), ``group`` (an
        arm, or ``arm`` where the arms are compared), ``figure``, ``counts`` (the figures of the patients: one
        of pairs, or one for each arm), ``sizes`` (the same as numbers).
    """
    immune = {arm: figures.get(f"immune.patients.count.{arm}") for arm in ARMS}
    refractory = [figures.get(f"cohort.patients.count.{arm}.relapsed_refractory") for arm in ARMS]
    paired = [
        (f"immune.{population}.signed_rank.{arm}", "signed_rank", population, arm, [immune[arm]])
        for arm in ARMS
        for population in PARENTS
    ]
    between = [
        (f"immune.{population}.ratio_mann_whitney.arm", "mann_whitney", population, "arm", [*immune.values()])
        for population in PARENTS
    ]
    blasts = "cohort.blasts.mann_whitney.arm.relapsed_refractory"
    tests = [*paired, *between, (blasts, "mann_whitney", "blasts", "arm", refractory)]
    columns = ["result_id", "test", "population", "group", "counts"]
    found = pd.DataFrame(tests, columns=columns)
    found.insert(4, "figure", [figures.p_value(id) for id in found["result_id"]])
    known = [
        figure is not None
        and None not in counts
        and all(count.count > 0 for count in counts)
        and sum(count.count for count in counts) <= MOST_VALUES
        for figure, counts in zip(found["figure"], found["counts"], strict=True)
    ]
    found = found[known].reset_index(drop=True)
    found["sizes"] = [tuple(count.count for count in counts) for counts in found["counts"]]
    return found


def solutions(tests: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Search everything that prints each P value.

    Parameters
    ----------
    tests : DataFrame
        From `printed`.

    Returns
    -------
    dict of str to DataFrame
        By result id, the rows of `rank_tests.signed_rank` or `rank_tests.mann_whitney`; for the second with
        ``missing`` (values left out: 0 or 1).
    """
    found = {}
    for test in tests.itertuples():
        rows = getattr(rank_tests, test.test)(test.figure, *test.sizes)
        if test.test == "mann_whitney":
            rows["missing"] = sum(test.sizes) - rows["first"] - rows["second"]
        found[test.result_id] = rows
    return found


def simplest(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep, for each convention, the rows with no value missing if there are any, then the least tied."""
    if "missing" in rows:
        rows = rows[rows["missing"].eq(rows.groupby("convention")["missing"].transform("min"))]
    return rows[rows["ties"].eq(rows.groupby("convention")["ties"].transform("min"))].reset_index(drop=True)


def conventions(tests: pd.DataFrame, found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Count how many of the printed P values each convention can print.

    Returns
    -------
    DataFrame
        ``test``, ``convention``, ``printed`` (P values of that test), ``untied`` (of them, those that it
        prints with every value there and none equal, zero differences apart), ``reached`` (those that it
        prints with ties allowed; the exact Mann-Whitney distribution is searched without them).
    """
    rows = []
    for test, names in TESTS.items():
        ids = tests.loc[tests["test"].eq(test), "result_id"]
        for name in names:
            of_each = [found[id][found[id]["convention"].eq(name)] for id in ids]
            complete = [each[each["missing"].eq(0)] if "missing" in each else each for each in of_each]
            untied = sum(bool(each["ties"].eq(0).any()) for each in complete)
            reached = sum(len(each) > 0 for each in complete)
            rows.append([test, name, len(ids), untied, reached])
    return pd.DataFrame(rows, columns=["test", "convention", "printed", "untied", "reached"])


def adjusted(figures: Figures) -> pd.DataFrame:
    """Adjust all printed immune P values as one family.

    Both procedures grow with each P value, so that the adjusted lower ends of the rounding windows are the
    least that any unrounded P values can give.

    Returns
    -------
    DataFrame
        ``result_id``, ``printed``, and ``benjamini_hochberg`` and ``holm`` of the printed values, with
        ``benjamini_hochberg_least`` and ``holm_least`` of the lower ends; ordered by the printed value.

    References
    ----------
    Benjamini Y, Hochberg Y (1995). Journal of the Royal Statistical Society B 57, 289-300. Holm S (1979).
    Scandinavian Journal of Statistics 6, 65-70.
    """
    tests = printed(figures)
    tests = tests[tests["population"].isin(list(PARENTS))]
    family = pd.DataFrame({"result_id": tests["result_id"]})
    family["printed"] = [figure.value for figure in tests["figure"]]
    least = [max(figure.low, 0.0) for figure in tests["figure"]]
    for name, adjust in (("benjamini_hochberg", benjamini_hochberg), ("holm", holm)):
        family[name] = adjust(family["printed"])
        family[f"{name}_least"] = adjust(least)
    return family.sort_values("printed", kind="stable").reset_index(drop=True)


def findings(figures: Figures) -> list[Finding]:
    """Say of each printed P value of a rank test whether samples of the printed sizes can have it."""
    tests = printed(figures)
    found = solutions(tests)
    return [_finding(test, found[test.result_id]) for test in tests.itertuples()]


def _finding(test, rows: pd.DataFrame) -> Finding:
    claims = (test.figure.claim, *(count.claim for count in test.counts))
    if rows.empty and test.test == "signed_rank":
        # With Pratt's ranks a missing pair is not the same as a zero difference.
        fewer = (rank_tests.signed_rank(test.figure, pairs) for pairs in range(test.sizes[0] - 1, 0, -1))
        rows = next((some for some in fewer if len(some)), rows)
    if rows.empty:
        return Finding(SEARCH, claims, *_nothing(test))
    best = plainest(rows)
    convention = TESTS[test.test][best["convention"].iloc[0]]
    reason = f"P = {test.figure}: {needs(test.test, best)} ({convention})."
    if test.test == "signed_rank" and not rows["convention"].eq("exact").any():
        reason += f" No exact test of up to {test.sizes[0]} pairs does."
    return Finding(SEARCH, (test.figure.claim,), CAN_HOLD, reason, convention)


def plainest(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the plainest solutions of one convention: complete, then untied, then of that named first."""
    rows = simplest(rows)
    order = {"missing": rows.get("missing", 0), "tied": rows["ties"].gt(0)}
    names = [*rank_tests.SIGNED_RANK]
    order = pd.DataFrame(order, index=rows.index).assign(name=rows["convention"].map(names.index))
    best = rows["convention"].loc[order.sort_values([*order]).index[0]]
    return rows[rows["convention"].eq(best)].iloc[::-1].reset_index(drop=True)


def needs(test: str, rows: pd.DataFrame) -> str:
    """Say what prints a P value: the statistic, the sizes, and the fewest ties if it takes any.

    Parameters
    ----------
    test : str
        A key of `TESTS`.
    rows : DataFrame
        From `simplest`, of one convention.
    """
    first = rows.iloc[0]
    if test == "signed_rank":
        shown = [f"W = {row.statistic:g} of {row.nonzero}" for row in rows.itertuples()]
        unit = " non-zero differences"
    else:
        shown = [f"U = {row.statistic:g} of {row.first} against {row.second}" for row in rows.itertuples()]
        unit = ""
    if not first["ties"]:
        return f"without ties {' or '.join(shown)}{unit} print{'s' if len(rows) == 1 else ''} it"
    # One row is enough: the pattern of ties belongs to it alone.
    return f"only ties print it, the fewest being {ties_in_words(test, first)} with {shown[0]}{unit}"


def ties_in_words(test: str, row: pd.Series) -> str:
    """Name one pattern of ties that a row can have: groups of 3, 2 and 2 equal values."""
    if row["convention"].startswith("pratt") or row["convention"] == "exact":
        return f"ties whose t\N{SUPERSCRIPT THREE} \N{MINUS SIGN} t add up to {6 * row['ties']:.0f}"
    statistic, ties = row["statistic"], int(row["ties"])
    if test == "signed_rank":
        sizes = [size for size, _ in signed_rank_pattern(int(row["nonzero"]), 0, statistic, ties)]
    else:
        groups = mann_whitney_pattern(int(row["first"]), int(row["second"]), statistic, ties)
        sizes = [sum(group) for group in groups]
    sizes = sorted((size for size in sizes if size > 1), reverse=True)
    what = "equal differences" if test == "signed_rank" else "equal values"
    if len(sizes) == 1:
        return f"{sizes[0]} {what}"
    return f"groups of {', '.join(map(str, sizes[:-1]))} and {sizes[-1]} {what}"


def _nothing(test) -> tuple[str, str, str]:
    """Return outcome, reason and convention where nothing prints a P value."""
    if test.test == "signed_rank":
        proved = rank_tests.signed_rank_is_exhaustive(*test.sizes)
        nearest = rank_tests.nearest_signed_rank(test.figure, *test.sizes)
        sample = f"{test.sizes[0]} pairs or fewer"
        space = "under the normal approximations and the exact distribution"
    else:
        proved = _below_every_test(test.figure, test.sizes)
        nearest = rank_tests.nearest_mann_whitney(test.figure, *test.sizes)
        sample = f"{test.sizes[0]} and {test.sizes[1]} values"
        space = "under the normal approximations, or the exact distribution without ties"
    verb = "have" if proved else "were found to have"
    reason = f"No {sample} {verb} a P value that prints as {test.figure}, {space}; nearest: {nearest:.2g}."
    return (CANNOT_HOLD if proved else NOT_REACHED), reason, "the tests that were tried" if proved else ""


def _below_every_test(figure: Figure, sizes: tuple[int, int]) -> bool:
    """Tell whether a P value is less than any two groups of these sizes or smaller ones can have.

    No exact test, tied or not, goes below the chance of one arrangement; and the square of a normal deviate,
    corrected for ties, is at most the number of values less 1, as it is that times a squared correlation.
    """
    least = math.erfc(math.sqrt((sum(sizes) - 1) / 2))
    return figure.high < min(least, 1 / math.comb(sum(sizes), sizes[0]))
