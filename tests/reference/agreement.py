"""Write how far each estimator is from R into ``README.md`` beside this file: ``make agreement``.

A difference is relative to R's figure (absolute where that is 0). It is printed as the first of a few bounds
that it stays below, so that the last digits of another machine change nothing.
"""

import sys
from functools import cache
from math import inf, isnan
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

import reference.prediction_comparisons  # noqa: E402, F401 (registers its comparisons)
import reference.survival_comparisons  # noqa: E402, F401 (registers its comparisons)
from reference import HERE  # noqa: E402
from reference.comparisons import COMPARISONS  # noqa: E402

BOUNDS = (1e-12, 1e-9, 1e-7, 1e-5, 1e-4)
HEADER = "| estimator | R | data sets | figures | largest relative difference |"
FIRST, LAST = "<!-- agreement: written by `make agreement` -->", "<!-- end of agreement -->"


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
    return next((f"< {limit:.0e}".replace("e-0", "e-") for limit in BOUNDS if difference < limit), "larger")


def table():
    """Write the table of all comparisons."""
    lines = [HEADER, "| --- | --- | --: | --: | --- |"]
    for name, (source, comparison) in sorted(COMPARISONS.items()):
        found = differences(comparison)
        sets, largest = {of for of, _ in found}, max(difference for _, difference in found)
        lines.append(f"| `{name}` | {source} | {len(sets)} | {len(found)} | {bound(largest)} |")
    return "\n".join(lines)


def with_table(text):
    """Put the table between the two marks of a text."""
    before, rest = text.split(FIRST)
    _, after = rest.split(LAST)
    return f"{before}{FIRST}\n\n{table()}\n\n{LAST}{after}"


if __name__ == "__main__":
    readme = HERE / "README.md"
    readme.write_text(with_table(readme.read_text(encoding="utf-8")), encoding="utf-8")
