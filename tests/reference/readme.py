"""The tables in ``README.md``: agreement on data sets that came with R, and on random small ones.

A difference is relative to R's figure (absolute where that is 0). It is printed as the first of a few bounds
that it stays below; the first is well above rounding, so that another processor's last digits change nothing.
"""

import json
from functools import cache
from math import inf, isnan

import reference.prediction_comparisons
import reference.survival_comparisons  # noqa: F401 (both register their comparisons)
from reference import HERE
from reference.comparisons import COMPARISONS
from reference.rows import DEFINITIONS, ROWS

BOUNDS = (1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 1e-2)
README = HERE / "README.md"


def relative_difference(ours, expected):
    """Give the distance from R's figure, as a share of it; infinite where ours does not exist."""
    return inf if isnan(ours) else abs(ours - expected) / (abs(expected) or 1)


@cache
def differences(comparison):
    """List data set and relative difference of every figure of a comparison."""
    return [
        (name, relative_difference(getattr(result, field), expected))
        for name, result, figures in comparison()
        for field, expected in figures.items()
        if expected is not None
    ]


def bound(difference):
    """Print the first bound that the difference stays below."""
    if difference is None:
        return "one side alone has a figure"
    return next(
        (f"< {limit:.0e}".replace("e-0", "e-") for limit in BOUNDS if difference < limit), f"{difference:.1g}"
    )


def of_r():
    """Give the rows of the table on data sets that came with R."""
    for name, (source, comparison) in sorted(COMPARISONS.items()):
        found = differences(comparison)
        sets, largest = {of for of, _ in found}, max(difference for _, difference in found)
        yield f"`{name}`", source, len(sets), len(found), bound(largest)


def random_sets():
    """Give the rows of the table on random small sets; a row that R has not seen yet has no counts."""
    counted = json.loads((HERE / "agreement.json").read_text(encoding="utf-8"))["estimators"]
    for name, row in ROWS.items():
        found = counted.get(name)
        if not found:
            yield f"`{name}`", row.r, "not counted yet", *[""] * 5
            continue
        smallest = f"`{json.dumps(found['smallest'])}`" if found["smallest"] else ""
        numbers = (found[key] for key in ("sets", "both", "by_definition", "disagreements"))
        yield f"`{name}`", row.r, *numbers, bound(found["worst"]), smallest


def definitions():
    """Give the rows of the table of what differs by definition."""
    for words in DEFINITIONS:
        yield ", ".join(f"`{name}`" for name, row in ROWS.items() if words in row.unless), words


def versions():
    """Name the versions of R and its packages that counted last."""
    found = json.loads((HERE / "agreement.json").read_text(encoding="utf-8"))["versions"]
    yield (", ".join(f"{package} {version}" for package, version in found.items()),)


TABLES = {  # name: the columns, left or right, and what gives the rows
    "data sets that came with R": (
        "estimator, R, data sets >, figures >, largest relative difference",
        of_r,
    ),
    "random small sets": (
        "estimator, R, sets >, both estimable >, apart by definition >, disagreements >, largest difference, "
        "smallest set that disagrees",
        random_sets,
    ),
    "definitions": ("estimator, what differs by definition", definitions),
    "versions": ("versions", versions),
}


def table(columns, rows):
    """Write a table; a column marked ``>`` stands to the right."""
    columns = columns.split(", ")
    head = [column.removesuffix(" >") for column in columns]
    rule = ["--:" if column.endswith(">") else "---" for column in columns]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in (head, rule, *rows))


def with_tables(text):
    """Put every table between its two marks of a text."""
    for name, (columns, rows) in TABLES.items():
        first, last = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, rest = text.split(first)
        text = f"{before}{first}\n\n{table(columns, rows())}\n\n{last}{rest.split(last)[1]}"
    return text


def write():
    """Write the tables anew."""
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
