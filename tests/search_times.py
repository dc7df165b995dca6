"""Time the searches of the published figures against plain brute force, where one can run.

Nothing here passes or fails. Run as ``python tests/search_times.py``, or as a part of ``make bench``.
"""

import itertools
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from made_up_claims import published_rows, write_claims
from scipy import stats

from evidence.claims import load as claims
from evidence.claims.printed import Figure, Figures
from evidence.forensics import quartiles, rank_tests, survival, two_by_two
from evidence.forensics.quartiles import Summary
from evidence.this_abstract import examine, quartile_findings, rank_findings
from evidence.this_abstract import survival_findings as followup
from evidence.this_abstract.abstract import ARMS
from helpers.ground.paths import ROOT


def timed(function: Callable[[], object], rounds: int = 3) -> tuple[float, object]:
    """Return the median time of a call and its answer."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        answer = function()
        times.append(time.perf_counter() - begun)
    return statistics.median(times), answer


def show(name: str, engine: float, brute: float | None = None, remark: str = "") -> None:
    """Print one line of the table of times."""
    beside = f"{brute:10.4f} {brute / engine:8.0f}" if brute is not None else f"{'-':>10} {'-':>8}"
    print(f"  {name:<46} {engine:10.4f} {beside}  {remark}", flush=True)


def against(name: str, engine: Callable[[], object], brute: Callable[[], object], remark: str) -> None:
    """Time a search against brute force on the same problem, and say whether the answers agree."""
    fast, found = timed(engine)
    slow, wanted = timed(brute, rounds=1)
    show(name, fast, slow, f"{remark}; {'the same answer' if found == wanted else 'NOT THE SAME ANSWER'}")


def time_tables() -> None:
    """Search the counts behind two rates and a P value, and try every table with scipy."""
    first, second, p_value, most = Figure("a", 83, 0), Figure("b", 33, 0), Figure("p", 0.057, 3), 64

    def engine() -> set:
        found = two_by_two.solutions(two_by_two.candidates(first, second, (most, most)), p_value)
        return set(map(tuple, found[[*two_by_two.COLUMNS, "test"]].to_numpy()))

    def brute() -> set:
        sides = [
            [(a, n) for n in range(1, most + 1) for a in range(n + 1) if figure.prints(100 * a / n)]
            for figure in (first, second)
        ]
        return {
            (a, n, b, m, test)
            for (a, n), (b, m) in itertools.product(*sides)
            for test, p in scipy_p_values(np.array([[a, n - a], [b, m - b]])).items()
            if p_value.prints(p)
        }

    against(
        f"two rates and a P value, arms up to {most}", engine, brute, "every fraction, scipy table by table"
    )


def scipy_p_values(table: np.ndarray) -> dict[str, float]:
    """Compute the P values of one table under the five tests of the engine."""
    fisher = stats.fisher_exact(table).pvalue
    chance = stats.hypergeom.pmf(table[0, 0], table.sum(), table[:, 0].sum(), table[0].sum())
    return {
        "pearson": stats.chi2_contingency(table, correction=False).pvalue,
        "yates": stats.chi2_contingency(table).pvalue,
        "likelihood_ratio": stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").pvalue,
        "fisher": fisher,
        "mid_p": fisher - chance / 2,
    }


def time_quartiles(figures: Figures) -> None:
    """Count and draw the samples of blasts, and list those of a problem small enough for that."""
    for arm in ARMS:
        summary = quartile_findings.of_blasts(figures, arm, 7)
        spent, number = timed(partial(quartiles.count, summary))
        show(f"samples with the printed quartiles, n = {summary.n}", spent, None, f"{number:.2e}, exact")
        spent, _ = timed(partial(quartiles.draw, summary, 100_000, np.random.default_rng(1)))
        show(f"100,000 of them drawn evenly, n = {summary.n}", spent)
    printed = ((0.25, Figure("a", 2, 0)), (0.5, Figure("b", 5, 0)), (0.75, Figure("c", 7, 0)))
    small = Summary(12, printed, 7, low=0, high=8)

    def brute() -> int:
        return sum(
            all(figure.low <= type_7(values, share) <= figure.high for share, figure in printed)
            for values in itertools.combinations_with_replacement(range(9), small.n)
        )

    against(
        "the same, n = 12, values 0 to 8", lambda: quartiles.count(small), brute, "every sample of that range"
    )


def type_7(ascending: tuple[int, ...], share: float) -> float:
    """Return a quantile by linear interpolation."""
    place = (len(ascending) - 1) * share
    low = int(place)
    return ascending[low] + (place - low) * (ascending[min(low + 1, len(ascending) - 1)] - ascending[low])


def time_ranks(figures: Figures) -> None:
    """Search every pattern of ties, and try every one of small samples with scipy."""
    largest = {test.sizes: test for test in rank_findings.printed(figures)}
    for sizes, test in largest.items():
        spent, found = timed(partial(afresh, test.kind, test.figure, *sizes))
        name = f"{test.kind.replace('_', ' ')} with ties, {' v '.join(map(str, sizes))}"
        show(name, spent, None, f"P = {test.figure}, {len(found)} rows, without remembered patterns")
    wide = Figure("p", 0.5, 0)  # every P value prints so

    def normal(kind: str, *sizes: int) -> set[float]:
        found = afresh(kind, wide, *sizes)
        return {round(p, 9) for p in found.loc[found["convention"].eq("normal"), "p_value"]}

    def signed_rank() -> set[float]:
        return {
            round(stats.wilcoxon(np.array(signs) * sizes, method="asymptotic").pvalue, 9)
            for pairs in range(1, 8)
            for groups in compositions(pairs)
            for sizes in [np.repeat(np.arange(1, len(groups) + 1), groups)]
            for signs in itertools.product((-1, 1), repeat=pairs)
        }

    def mann_whitney() -> set[float]:
        return {
            round(stats.mannwhitneyu(*two, use_continuity=False, method="asymptotic").pvalue, 9)
            for sizes in ((4, 4), (3, 4), (4, 3))
            for two in tied_samples(*sizes)
            if len({*two[0], *two[1]}) > 1
        }

    remark = "every tie pattern and sign, scipy, one convention of the engine's five"
    against("signed rank, all P values, 7 pairs", lambda: normal("signed_rank", 7), signed_rank, remark)
    remark = "every tied order, scipy, one convention of the engine's three"
    against(
        "Mann-Whitney, all P values, 4 v 4",
        lambda: normal("mann_whitney", 4, 4),
        mann_whitney,
        remark,
    )


def afresh(kind: str, figure: Figure, *sizes: int) -> pd.DataFrame:
    """Run a rank search with nothing remembered from an earlier one."""
    for each in vars(rank_tests).values():
        getattr(each, "cache_clear", int)()
    return rank_tests.solutions(kind, figure, *sizes)


def compositions(total: int) -> Iterator[list[int]]:
    """List every ordered division of a number into groups."""
    for cuts in itertools.product((0, 1), repeat=total - 1):
        ends = [place + 1 for place, cut in enumerate(cuts) if cut] + [total]
        yield np.diff([0, *ends]).tolist()


def tied_samples(first: int, second: int, rank: int = 1) -> Iterator[tuple[list[int], list[int]]]:
    """List every order of two groups of values, ties and all."""
    if not first and not second:
        yield [], []
    for more, others in itertools.product(range(first + 1), range(second + 1)):
        if more + others:
            for rest in tied_samples(first - more, second - others, rank + 1):
                yield [rank] * more + rest[0], [rank] * others + rest[1]


def time_survival(figures: Figures) -> None:
    """Bound the Kaplan-Meier probability, and try every position of the events in a small study."""
    spent, splits = timed(partial(followup.overall_splits, figures))
    show("range of overall survival, 64 patients", spent, None, f"{len(splits)} splits of the deaths")
    patients, deaths = 15, 6

    def engine() -> dict:
        found = survival.attainable(patients, deaths, np.arange(patients + 1))
        return {
            (row.number, row.events_by): (round(row.low, 9), round(row.high, 9)) for row in found.itertuples()
        }

    def brute() -> dict:
        found = {}
        for number, by in itertools.product(range(patients + 1), range(deaths + 1)):
            if by <= number and deaths - by <= patients - number:
                values = [
                    np.prod([(patients - place - 1) / (patients - place) for place in places])
                    for places in itertools.combinations(range(number), by)
                ]
                found[number, by] = round(float(min(values)), 9), round(float(max(values)), 9)
        return found

    against(f"range at each split, {patients} patients", engine, brute, "every position of the events")


def main() -> None:
    """Time each search against plain brute force where one can run, then the engine as a whole."""
    figures = Figures(claims.load())
    print(f"searches of the engine, seconds\n  {'search':<46} {'engine':>10} {'brute':>10} {'ratio':>8}")
    time_tables()
    time_quartiles(figures)
    time_ranks(figures)
    time_survival(figures)
    spent, found = timed(partial(examine.examine, claims.read()))
    show("all searches of the published claims", spent, None, f"of {len(found)} claims")
    spent, _ = timed(ledger, rounds=1)
    show("the whole ledger, as a process", spent, None, "from a cold start; target below 20")
    with tempfile.TemporaryDirectory() as folder:
        rows = published_rows()
        rows["cycles_2"]["value"] = "10"
        path = write_claims(Path(folder) / "claims.csv", rows.values())
        spent, _ = timed(partial(ledger, "--claims", path), rounds=1)
    show("a changed claims file, as a process", spent, None, "from a cold start; target below 60")


def ledger(*options: str | Path) -> None:
    """Print the ledger as a process of its own."""
    subprocess.run(
        [sys.executable, "ledger.py", *map(str, options)], check=True, capture_output=True, cwd=ROOT
    )


if __name__ == "__main__":
    main()
