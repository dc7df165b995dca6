"""Chapter 6: the words and tables for the searches on the P values of rank tests."""

import pandas as pd

from evidence.forensics import rank_tests
from evidence.forensics.rank_words import BETWEEN, PAIRED, TESTS, fewest_in_words, ties_in_words
from evidence.plots.p_values import LANES
from evidence.this_abstract.abstract import ALPHA, ARMS, STUDY
from evidence.this_abstract.rank_findings import RankTest
from helpers.ground.results import ResultId
from helpers.printing.prose import fixed

KINDS = {PAIRED: "of changes within an arm", BETWEEN: "between the arms"}
NO = "none"


def label(test: RankTest) -> str:
    """Name a printed P value: population, comparison, the value."""
    name = STUDY.labels.get(test.id.outcome, test.id.outcome.capitalize())
    where = test.id.group if test.id.group in ARMS else "between arms"
    return f"{name},\n{where}: {test.figure}"


def attainable(tests: list[RankTest], found: dict[ResultId, pd.DataFrame]) -> pd.DataFrame:
    """Gather the P values to draw: all untied ones, and where none prints the value the least tied that does.

    Parameters
    ----------
    tests, found
        From `evidence.this_abstract.rank_findings.printed` and ``solutions``.

    Returns
    -------
    DataFrame
        ``label``, ``convention``, ``p_value``, ``distance`` (from the printed value, in units of its last
        digit), ``hit``, ``tied``; one row per drawn P value.
    """
    columns = ["label", "convention", "p_value", "distance", "hit", "tied"]
    frames = [_to_draw(test, found[test.id]) for test in tests]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _to_draw(test: RankTest, solved: pd.DataFrame) -> pd.DataFrame:
    untied = _complete(rank_tests.untied(test.kind, *test.sizes), test)
    solved = _complete(solved, test)
    least = [solved[solved["convention"].eq(convention)].nsmallest(1, "ties") for convention in LANES]
    rows = [untied[untied["convention"].isin(LANES)], *(row[row["ties"].gt(0)] for row in least)]
    frame = pd.concat(rows)[["convention", "ties", "p_value"]].drop_duplicates()
    return frame.assign(
        distance=(frame["p_value"] - test.figure.value) * 10.0**test.figure.decimals,
        hit=test.figure.prints(frame["p_value"]),
        tied=frame["ties"].gt(0),
        label=label(test),
    )


def _complete(rows: pd.DataFrame, test: RankTest) -> pd.DataFrame:
    """Leave out samples with a missing value."""
    if test.is_paired:
        return rows
    return rows[rows["first"].eq(test.sizes[0]) & rows["second"].eq(test.sizes[1])]


def table(tests: list[RankTest], found: dict[ResultId, pd.DataFrame]) -> pd.DataFrame:
    """Print what gives each P value: the normal approximation without correction, and the exact test."""
    return pd.DataFrame([_line(test, *_solved(test, found)) for test in tests])


def _line(test: RankTest, normal: pd.DataFrame, exact: pd.DataFrame) -> dict[str, str]:
    only_tied = len(exact) and exact["ties"].min() > 0
    return {
        "P value": label(test).replace("\n", " ").rpartition(":")[0],
        "Printed": str(test.figure),
        "Without ties": _listed(normal, test),
        "With ties, nobody unchanged": _least_tied(normal, test),
        "Exact": "only with ties" if only_tied else _listed(exact, test),
    }


def _solved(test: RankTest, found: dict[ResultId, pd.DataFrame]) -> list[pd.DataFrame]:
    """Return what prints a P value with no value missing: by the normal approximation, and by exact tests."""
    rows = _complete(found[test.id], test)
    return [rows[rows["convention"].eq(name)] for name in ("normal", "exact")]


def _listed(rows: pd.DataFrame, test: RankTest) -> str:
    """List the statistics without ties."""
    untied = rows[rows["ties"].eq(0)]
    if test.is_paired:
        shown = [f"W = {row.statistic:g} of {row.nonzero}" for row in untied.iloc[::-1].itertuples()]
    else:
        shown = [f"U = {row.statistic:g}" for row in untied.itertuples()]
    return "; ".join(shown) or NO


def _least_tied(rows: pd.DataFrame, test: RankTest) -> str:
    if test.is_paired:
        rows = rows[rows["nonzero"].eq(test.sizes[0])]
    if rows.empty:
        return NO
    least = rows.nsmallest(1, "ties").iloc[0]
    if not least["ties"]:
        return "needs no ties"
    letter = "W" if test.is_paired else "U"
    return f"{ties_in_words(test.kind, least)} ({letter} = {least['statistic']:g})"


def family_sentence(conventions: pd.DataFrame) -> str:
    """Say which convention prints the whole family of P values, and how far the others get without ties.

    Parameters
    ----------
    conventions : DataFrame
        From `evidence.this_abstract.rank_findings.conventions`.
    """
    parts = []
    for kind, rows in _kinds(conventions):
        rows = rows.sort_values("untied", kind="stable", ascending=False)
        best, others = rows.iloc[0], rows.iloc[1:]
        part = f"Of the P values {kind}, the {TESTS[best['test']][best['convention']]} prints "
        part += f"{_all(best['untied'], best['printed'])} with values that all differ"
        if best["untied"] < best["printed"]:
            part += f", and {_all(best['reached'], best['printed'])} where some are equal"
        reach = others["reached"].eq(others["printed"]).sum()
        part += f". No other way of computing prints more than {others['untied'].iloc[0]} so"
        parts.append(f"{part}; where some are equal, {reach or 'none'} of the {len(others)} print all.")
    return " ".join(parts)


def _kinds(conventions: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return for each kind of test of which a P value is printed its words and its conventions."""
    tried = conventions[conventions["printed"].gt(0)]
    kinds = [(words, tried[tried["test"].eq(test)]) for test, words in KINDS.items()]
    return [(words, rows) for words, rows in kinds if len(rows)]


def _all(reached: int, printed: int) -> str:
    return f"all {printed}" if reached == printed else f"{reached} of {printed}"


def exact_sentence(
    tests: list[RankTest], found: dict[ResultId, pd.DataFrame], conventions: pd.DataFrame
) -> str:
    """Say which printed P values an exact test gives, without ties and, for pairs, with them."""
    parts = []
    for kind, rows in _kinds(conventions):
        row = rows[rows["convention"].eq("exact")].iloc[0]
        listed = {test: _listed(_solved(test, found)[1], test) for test in tests if test.kind == row["test"]}
        named = [f"{test.figure} as {text}" for test, text in listed.items() if text != NO]
        text = f"{len(named) or 'none'} of {row['printed']} {kind}"
        text += f" ({', '.join(named)})" if named else ""
        parts.append(text + f" ({row['reached']} with ties)" * (row["test"] == PAIRED))
    return f"The exact tests print, with values that all differ, {' and '.join(parts)}."


def ties_sentence(tests: list[RankTest], found: dict[ResultId, pd.DataFrame]) -> str:
    """Say what the normal approximation without continuity correction takes where plain samples do not do.

    For a paired P value the fewest unchanged patients without ties among the others; for the rest, the fewest
    ties.
    """
    unchanged, tied = [], []
    for test in tests:
        rows = _solved(test, found)[0]
        untied = rows[rows["ties"].eq(0)]
        if untied.empty and len(rows):
            tied.append(_tied_sentence(test, rows, found[test.id]))
        elif test.is_paired and len(untied):
            few = test.sizes[0] - untied["nonzero"].max()
            unchanged.append((few, f"{few or 'none'} of {test.sizes[0]} for {test.figure}"))
    if unchanged:
        listed = ", ".join(text for _, text in sorted(unchanged))
        start = "If no two changes are equally large, at least so many patients must show no change at all"
        tied.insert(0, f"{start}: {listed}.")
    return " ".join(tied)


def _tied_sentence(test: RankTest, rows: pd.DataFrame, every: pd.DataFrame) -> str:
    if test.is_paired:
        least = ties_in_words(test.kind, rows.nsmallest(1, "ties").iloc[0])
        equal = "can only come about where some changes are equally large"
        return f"P = {test.figure} {equal}: at the least {least}."
    untied = every["missing"].eq(1) & every["ties"].eq(0)
    missing = "" if untied.any() else ", and a missing value does not help"
    return (
        f"P = {test.figure} can only come about where some ratios are equal: at the least "
        f"{fewest_in_words(rows)}{missing}."
    )


def adjusted_words(family: pd.DataFrame) -> str:
    """Say what adjusting the printed immune P values as one family leaves below the usual level.

    Parameters
    ----------
    family : DataFrame
        From `evidence.this_abstract.rank_findings.adjusted`.
    """
    parts = []
    for column, name in (("benjamini_hochberg", "Benjamini-Hochberg's"), ("holm", "Holm's")):
        below = family[column].lt(ALPHA).sum()
        smallest, least = (fixed(family[key].min(), 3) for key in (column, f"{column}_least"))
        parts.append(
            f"by {name} procedure {below or 'none'} of {len(family)} stay{'s' if below == 1 else ''} below "
            f"{ALPHA} (smallest {smallest}, and {least} at the lower ends of the rounding windows)"
        )
    return "; ".join(parts)


def between_words(family: pd.DataFrame) -> str:
    """Say what adjusting the P values between the arms alone leaves below the usual level.

    Parameters
    ----------
    family : DataFrame
        From `evidence.this_abstract.rank_findings.adjusted`, of these alone.
    """
    values = family["benjamini_hochberg"]
    listed = ", ".join(fixed(value, 3) for value in values)
    return f"{values.lt(ALPHA).sum()} of {len(family)} stay below {ALPHA} ({listed})"


def alt(points: pd.DataFrame, conventions: pd.DataFrame) -> str:
    """Describe the figure of attainable P values."""
    return (
        f"One row with three lanes, one a convention, for each of {points['label'].nunique()} printed P "
        "values of rank tests: the P values that untied samples of the study's sizes can have, by their "
        "distance from "
        f"the printed one, and a band for what rounds to it. {family_sentence(conventions)}"
    )
