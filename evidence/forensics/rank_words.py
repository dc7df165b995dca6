"""Rank tests in words: the plainest samples that print a P value, with their sizes and their fewest ties."""

import pandas as pd

from evidence.claims.printed import Figure
from evidence.forensics import rank_tests
from evidence.forensics.rank_patterns import fewest_tied, mann_whitney_pattern, signed_rank_pattern

PAIRED, BETWEEN = "signed_rank", "mann_whitney"
TESTS = {PAIRED: rank_tests.SIGNED_RANK, BETWEEN: rank_tests.MANN_WHITNEY}


def solutions(kind: str, figure: Figure, *sizes: int) -> pd.DataFrame:
    """Search everything that prints a P value, with what each solution leaves out.

    Parameters
    ----------
    kind : str
        A key of `TESTS`.
    figure : Figure
    *sizes : int
        Pairs, or values of each group.

    Returns
    -------
    DataFrame
        The rows of `rank_tests.solutions` with ``missing``: values left out, 0 or 1. For paired tests it is
        0, as a missing pair comes to the same as a zero difference.
    """
    rows = rank_tests.solutions(kind, figure, *sizes)
    return rows.assign(missing=0 if kind == PAIRED else sum(sizes) - rows["first"] - rows["second"])


def told(kind: str, rows: pd.DataFrame) -> tuple[str, str]:
    """Say what prints a P value most plainly, and by which convention.

    Parameters
    ----------
    kind : str
        A key of `TESTS`.
    rows : DataFrame
        Of `solutions`, not empty.

    Returns
    -------
    str, str
    """
    best = plainest(rows)
    name = best["convention"].iloc[0]
    tied = kind == BETWEEN and best["ties"].min() > 0
    same = rows["convention"].eq(name) & rows["missing"].eq(best["missing"].min())
    return needs(kind, rows[same] if tied else best), TESTS[kind][name]


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
