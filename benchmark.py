"""Time the build, the drawing of cohorts, their results and the searches; nothing here passes or fails.

Run as ``python benchmark.py``, or with the names of some of the `PARTS` only: ``python benchmark.py engine``.
"""

import argparse
import itertools
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from building.places import BUILD, Place
from building.processes import WORKERS
from evidence.claims import load as claims
from evidence.claims.printed import Figure, Figures
from evidence.ensemble import store
from evidence.forensics import (
    examine,
    quartile_findings,
    quartiles,
    rank_findings,
    rank_tests,
    survival,
    two_by_two,
)
from evidence.forensics import survival_findings as followup
from evidence.forensics.abstract import ARMS
from evidence.forensics.quartiles import Summary
from helpers.chapters.book import all_results
from helpers.chapters.many import results_of_many
from helpers.ground import cohort as cohorts
from helpers.ground.paths import ROOT

ROUNDS = 3
SEEDS, MEMBERS = range(1, 4), 200
TOGETHER, ALONE = 40, 5  # members whose results are computed
PROGRAMS = Path(sys.executable).parent


def seconds(*command: str | Path) -> float:
    """Run a command to its end and return how long it took."""
    begun = time.perf_counter()
    subprocess.run([str(word) for word in command], check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - begun


def plain_scripts() -> float:
    """Run the notebooks' sources as plain scripts, as many at a time as the build runs notebooks."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        sources = sorted((ROOT / "notebooks").glob("*.py"))
        list(pool.map(lambda source: seconds(sys.executable, source), sources))
    return time.perf_counter() - begun


@contextmanager
def copied_stage() -> Iterator[Path]:
    """Give a copy of the staged and executed book, which other programs may write to."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(shutil.copytree(Place(BUILD).stage, Path(folder) / "stage"))


def sphinx_alone() -> float:
    """Render the executed book with Sphinx and nothing around it."""
    with copied_stage() as staged:
        seconds(PROGRAMS / "jupyter-book", "config", "sphinx", staged)
        return seconds(PROGRAMS / "sphinx-build", "-q", "-E", "-b", "html", staged, staged / "_build")


def jupyter_book() -> float:
    """Let Jupyter Book run every notebook and render, one after the other."""
    with copied_stage() as staged:
        shutil.copytree(ROOT / "data", staged / "data", dirs_exist_ok=True)
        config = staged / "_config.yml"
        text = config.read_text(encoding="utf-8")
        forced = re.sub(r"execute_notebooks: .*", "execute_notebooks: force", text)
        config.write_text(forced, encoding="utf-8")
        return seconds(PROGRAMS / "jupyter-book", "build", staged, "--all", "-q")


def build_once() -> float:
    """Build the book with what is kept from earlier builds."""
    return seconds(sys.executable, "build.py", "book")


def from_nothing() -> float:
    """Build the book with nothing kept."""
    shutil.rmtree(Place(BUILD).folder / "work", ignore_errors=True)
    return build_once()


def after_edit(name: str, added: str) -> float:
    """Build the book with a line added to one of its sources, which is then taken away again."""
    path = ROOT / name
    text = path.read_bytes()
    path.write_bytes(text + added.encode())
    try:
        return build_once()
    finally:
        path.write_bytes(text)


def time_build() -> None:
    """Compare builds of the book with their irreducible parts, in turn, and print each round."""
    chapter = "notebooks/04_survival.py"
    print(f"builds, seconds; scripts are the notebooks as plain ones, {WORKERS} at a time")
    rounds = []
    for number in range(1, ROUNDS + 1):
        whole, nothing = from_nothing(), build_once()
        prose = after_edit("book/methods.md", f"\nRound {number}.\n")
        notebook = after_edit(chapter, f'\n# %% tags=["remove-cell"]\nround = {number}\n')
        scripts, script, sphinx = plain_scripts(), seconds(sys.executable, chapter), sphinx_alone()
        ratios = {
            "whole / (scripts + Sphinx)": whole / (scripts + sphinx),
            "prose / Sphinx": prose / sphinx,
            "notebook / (1.5 Sphinx + its script)": notebook / (1.5 * sphinx + script),
        }
        rounds.append(ratios)
        print(f"  {number}: whole {whole:.1f}, nothing changed {nothing:.2f}, prose {prose:.1f}, ", end="")
        print(f"one notebook {notebook:.1f}; scripts {scripts:.1f}, Sphinx {sphinx:.1f}", flush=True)
    for name in rounds[0]:
        print(f"  median of {name}: {statistics.median(each[name] for each in rounds):.2f}")


def time_jupyter_book() -> None:
    """Compare the whole build with Jupyter Book's own on the same sources."""
    ours, theirs = from_nothing(), jupyter_book()
    print(
        f"whole build {ours:.1f} s, Jupyter Book forced to execute {theirs:.1f} s: {theirs / ours:.2f} times"
    )


def time_ensemble() -> None:
    """Draw and verify the smallest ensemble for each seed, as whole processes, and print the times."""
    print(f"drawing and verifying {MEMBERS} cohorts, seeds {SEEDS[0]} to {SEEDS[-1]}, seconds")
    taken = []
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            options = ["--members", str(MEMBERS), "--seed", str(seed), "--out", Path(folder) / "members"]
            taken.append(seconds(sys.executable, "-m", "evidence.ensemble", *options))
    print("  " + " ".join(f"{each:.1f}" for each in taken))
    print(f"  median {statistics.median(taken):.1f}, longest {max(taken):.1f}")


def time_ranges() -> None:
    """Compute every result of some members together, and of a few of them one by one, and print both."""
    patients, immune, _ = store.read(store.DEFAULT)
    chosen = (rows[rows["member"].lt(TOGETHER)] for rows in (patients, immune))
    members = cohorts.split(*chosen, cohorts.load(cohorts.DEFAULT))
    results_of_many(members[:2], workers=2)  # starts the workers
    together, _ = timed(lambda: results_of_many(members), rounds=1)
    alone, _ = timed(lambda: [all_results(member) for member in members[:ALONE]], rounds=1)
    speed, plain = len(members) / together, ALONE / alone
    print(f"members a second: {speed:.2f} together, {plain:.2f} one by one, {speed / plain:.1f} times")


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


def time_engine() -> None:
    """Time each search against plain brute force where one can run, then the engine as a whole."""
    published = claims.load()
    figures = Figures(published)
    print(f"searches of the engine, seconds\n  {'search':<46} {'engine':>10} {'brute':>10} {'ratio':>8}")
    time_tables()
    time_quartiles(figures)
    time_ranks(figures)
    time_survival(figures)
    spent, found = timed(partial(examine.examine, published))
    show("all searches of the published claims", spent, None, f"{len(found)} findings")
    spent = seconds(sys.executable, "ledger.py")
    show("the whole ledger, as a process", spent, None, "from a cold start; target below 20")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.csv"
        changed = published["value"].mask(published["id"].eq("cycles_2"), published["value"] + 1)
        published.assign(value=changed).to_csv(path, index=False)
        spent = seconds(sys.executable, "ledger.py", "--claims", path)
    show("a changed claims file, as a process", spent, None, "from a cold start; target below 60")


def seed_errors() -> None:
    """Seed errors into true studies and count what is found, as a process of its own."""
    subprocess.run([sys.executable, "tests/seeded_errors.py"], check=True, cwd=ROOT)


PARTS = {
    "build": time_build,
    "jupyter-book": time_jupyter_book,
    "ensemble": time_ensemble,
    "ranges": time_ranges,
    "engine": time_engine,
    "errors": seed_errors,
}

if __name__ == "__main__":
    os.environ.pop("COHORT", None)
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all without any")
    names = parser.parse_args().parts or [*PARTS]
    if unknown := sorted({*names} - {*PARTS}):
        parser.error(f"unknown part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    for name in names:
        PARTS[name]()
