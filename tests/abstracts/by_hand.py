"""What the printed figures of the abstracts say, from fractions and scipy alone.

It shares no code with the project's searches. ``python tests/abstracts/by_hand.py tests/abstracts/FOLDER``
prints a line for each percentage with its count, each P value of two counts or of two means, and each ratio
with its interval. The verdicts of ``expected.csv`` were written from these lines.
"""

import csv
import sys
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import floor, log, sqrt
from pathlib import Path

import numpy as np
from scipy import stats


def half_a_digit(printed):
    """Half of the last printed decimal place."""
    return Fraction(10) ** Decimal(printed).as_tuple().exponent / 2


def percentage(count, size, printed):
    """A count's exact percentage beside the printed one, and the numbers of patients that would print it."""

    def prints(patients):
        return abs(Fraction(100 * count, patients) - Fraction(printed)) <= half_a_digit(printed)

    exact = Fraction(100 * count, size)
    place = 2 * half_a_digit(printed)
    how = (
        "rounded"
        if prints(size)
        else "cut off"
        if floor(exact / place) * place == Fraction(printed)
        else "neither"
    )
    others = [n for n in range(max(count, 1), 3 * size) if prints(n)]
    span = f"{others[0]} to {others[-1]}" if others else "none"
    return (
        f"{count} of {size} is {float(exact):.3f} %, printed {printed}: {how}; patients that print it: {span}"
    )


def counts(a, n, b, m):
    """P values of a two-by-two table under the usual tests."""
    table = np.array([[a, n - a], [b, m - b]])
    pearson, p, _, _ = stats.chi2_contingency(table, correction=False)
    found = {
        "pearson": p,
        "n_minus_1": stats.chi2.sf(pearson * (n + m - 1) / (n + m), 1),
        "yates": stats.chi2_contingency(table, correction=True)[1],
        "likelihood_ratio": stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")[1],
        "fisher": stats.fisher_exact(table)[1],
    }
    spread = stats.hypergeom(n + m, a + b, n)
    tail = min(spread.cdf(a), spread.sf(a - 1))
    found |= {"fisher_doubled": min(1, 2 * tail), "fisher_one_sided": tail, "mid_p": 2 * tail - spread.pmf(a)}
    error = sqrt(a * (n - a) / n**3 + b * (m - b) / m**3)
    found["unpooled_z"] = 2 * stats.norm.sf(abs(a / n - b / m) / error) if error else 0.0
    if n + m < 150:
        found |= {
            "barnard": stats.barnard_exact(table).pvalue,
            "boschloo": stats.boschloo_exact(table).pvalue,
        }
    return ", ".join(f"{test} {value:.4g}" for test, value in found.items())


def ratio(estimate, low, high):
    """The Wald P value of a ratio and its 95 % interval, with its range over their rounding."""

    def wald(e, lower, upper):
        return 2 * stats.norm.sf(abs(log(e)) * 2 * stats.norm.ppf(0.975) / log(upper / lower))

    ends = [[float(Fraction(x) + sign * half_a_digit(x)) for sign in (-1, 1)] for x in (estimate, low, high)]
    over = [wald(*corner) for corner in product(*ends)]
    middle = sqrt(float(low) * float(high))
    printed = wald(*map(float, (estimate, low, high)))
    return f"middle {middle:.4g}, Wald P {printed:.4g}, {min(over):.4g} to {max(over):.4g}"


def means(first, second):
    """Student's and Welch's P values of two groups, each a mean, a standard deviation and a size."""
    student, welch = (
        stats.ttest_ind_from_stats(*first, *second, equal_var=equal).pvalue for equal in (True, False)
    )
    return f"student {student:.4g}, welch {welch:.4g}"


def report(folder):
    """Print what the claims of a folder say about each other."""
    with open(folder / "claims.csv", encoding="utf-8", newline="") as file:
        claims = list(csv.DictReader(file))
    sizes = {row["population"]: int(row["value"]) for row in claims if row["quantity"] == "n"}
    value = {
        (row["quantity"], row["population"], row["variable"], row["at"]): row["value"]
        for row in claims
        if not row["of"]
    }
    limits = {(row["of"], row["quantity"]): row["value"] for row in claims}
    for row in claims:
        outcome = (row["variable"], row["at"])
        sides = [group for group in (row["population"], row["versus"]) if group]
        numbers = [value.get(("count", group, *outcome)) for group in sides]
        moments = [
            (value.get(("mean", group, *outcome)), value.get(("sd", group, *outcome)), sizes.get(group))
            for group in sides
        ]
        known = all(group in sizes for group in sides)
        if row["quantity"] == "percent" and numbers[0] and known:
            print(row["id"], percentage(int(numbers[0]), sizes[sides[0]], row["value"]), sep=": ")
        elif row["quantity"] == "p_value" and len(sides) == 2 and known and all(numbers):
            print(
                row["id"],
                row["value"],
                counts(int(numbers[0]), sizes[sides[0]], int(numbers[1]), sizes[sides[1]]),
                sep=": ",
            )
        elif row["quantity"] == "p_value" and len(sides) == 2 and all(all(group) for group in moments):
            first, second = ([float(number) for number in group] for group in moments)
            print(row["id"], row["value"], means(first, second), sep=": ")
        elif row["quantity"].endswith("_ratio") and (row["id"], "ci_low") in limits:
            interval = limits[row["id"], "ci_low"], limits[row["id"], "ci_high"]
            print(row["id"], ratio(row["value"], *interval), sep=": ")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(f"{name}")
        report(Path(name))
