"""What a stranger can find out of the files of a book about its patients: names, values, differences."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from helpers.estimators import proportions
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.ground.results import COUNT

TEXTS = (".html", ".csv", ".js", ".json", ".svg", ".txt")
CHANCE = 1e-4  # matches that are less likely by chance are a leak
FEWEST = 5  # matches, below which nobody is drawn one by one
_DECIMALS = re.compile(r"(?<![\w.])\d+\.\d{2,}(?![\w.])")
_AXIS = re.compile(r'<g id="([xy])tick_\d+">(.*?)<!-- (.*?) -->', re.DOTALL)
_USE = re.compile(r'<use [^>]*?\bx="([-\d.]+)" y="([-\d.]+)"')
_POINT = re.compile(r"[ML] ([-\d.]+) ([-\d.]+)")
_TICK = re.compile(r'<g id="[xy]tick_\d+">.*?<!--.*?</g>\s*</g>\s*</g>', re.DOTALL)
_DEFINED = re.compile(r"<defs>.*?</defs>", re.DOTALL)


@dataclass(frozen=True)
class Truth:
    """What the owner of the data knows: names, days of follow-up, ages."""

    names: frozenset[str]
    days: np.ndarray
    ages: np.ndarray


def truth_of(patients: pd.DataFrame) -> Truth:
    """Gather what must not be found, from the cohort's own table."""
    names = frozenset(patients["patient_id"].astype(str)) | frozenset(patients["centre"].dropna().astype(str))
    return Truth(
        names, patients["followup_days"].to_numpy(float), patients["age_years"].dropna().to_numpy(float)
    )


def named(folder: Path, truth: Truth) -> dict[str, list[str]]:
    """Find the patients' ids and the centres' names in the text files of a site; a number names nobody."""
    names = sorted(name for name in truth.names if not name.isdigit())
    each = {name: re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])") for name in names}
    found = {}
    for path in _texts(folder):
        text = unescape(path.read_text(encoding="utf-8", errors="replace"))
        if hits := [name for name, pattern in each.items() if name in text and pattern.search(text)]:
            found[str(path.relative_to(folder))] = hits
    return found


def written(folder: Path, truth: Truth) -> dict[str, int]:
    """Count the exact months of follow-up in each text file that no row prints; those of svg are drawn."""
    results = folder / "results.csv"
    printed = set(_DECIMALS.findall(results.read_text(encoding="utf-8"))) if results.exists() else set()
    months = {f"{days / DAYS_PER_MONTH:.{places}f}" for days in truth.days for places in (2, 3, 4)} - printed
    found = {}
    for path in _texts(folder):
        if path.suffix == ".svg" or path == results:
            continue
        numbers = set(_DECIMALS.findall(unescape(path.read_text(encoding="utf-8", errors="replace"))))
        hits = len(numbers & months)
        if hits >= FEWEST and _is_leak(hits, len(numbers), len(months) / 10_000):
            found[str(path.relative_to(folder))] = hits
    return found


def drawn(folder: Path, truth: Truth) -> dict[str, tuple[str, int]]:
    """Find figures whose marks and lines stand at the patients' days or ages more often than by chance."""
    found = {}
    for path in sorted(folder.rglob("*.svg")):
        for values in data_of(path.read_text(encoding="utf-8", errors="replace")):
            # A curve that tells nobody has its steps at whole months.
            within = values[np.abs(values - values.round()) > 1e-3]
            days, ages = (within * DAYS_PER_MONTH, truth.days), (values, truth.ages)
            for what, (places_there, known) in (("days", days), ("ages", ages)):
                hits, places, share = matched(places_there, known)
                if hits >= FEWEST and _is_leak(hits, places, share):
                    found[str(path.relative_to(folder))] = (what, hits)
    return found


def data_of(svg: str) -> list[np.ndarray]:
    """Turn the coordinates of a figure back into data, axis by axis, by the labels of its ticks."""
    found = []
    for axes in re.split(r'(?=<g id="axes_\d+">)', svg)[1:]:
        marks = _DEFINED.sub("", _TICK.sub("", axes))
        points = np.array([*_USE.findall(marks), *_POINT.findall(marks)], dtype=float).reshape(-1, 2)
        for side, name in enumerate("xy"):
            ticks = _ticks(axes, name, side)
            if len(ticks) >= 2:
                slope, start = np.polyfit(*np.array(ticks).T, 1)
                found.append(np.unique((start + slope * points[:, side]).round(6)))
    return found


def _ticks(axes: str, name: str, side: int) -> list[tuple[float, float]]:
    """Give the ticks of an axis: where they stand, and the number beside them."""
    found = []
    for axis, inside, label in _AXIS.findall(axes):
        place, number = _USE.search(inside), re.fullmatch(r"[−-]?[\d.]+", label.strip("% "))
        if axis == name and place and number:
            found.append((float(place[side + 1]), float(label.strip("% ").replace("−", "-"))))
    return found


def matched(values: np.ndarray, known: np.ndarray) -> tuple[int, int, float]:
    """Count the values that could be recorded and are, those that could, and the share known by chance."""
    if not len(known):
        return 0, 0, 0.0
    step = _step(known)
    steps, recorded = values / step, np.unique((known / step).round())
    inside = steps[(steps >= recorded.min() - 0.5) & (steps <= recorded.max() + 0.5)]
    whole = np.unique(inside[np.abs(inside - inside.round()) < min(0.02 / step, 0.1)].round())
    lattice = recorded.max() - recorded.min() + 1
    return int(np.isin(whole, recorded).sum()), len(whole), len(recorded) / lattice


def _step(known: np.ndarray) -> float:
    """Give the unit in which days or years were recorded: whole ones, or months or years with decimals."""
    for step in (1.0, DAYS_PER_MONTH / 10, DAYS_PER_MONTH / 100, 0.1):
        if np.allclose(known / step, (known / step).round(), atol=1e-3):
            return step
    return 0.01


def _is_leak(hits: int, tried: int, share: float) -> bool:
    return binomtest(hits, tried, min(share, 1.0), alternative="greater").pvalue < CHANCE


def counts_apart(one: pd.DataFrame, other: pd.DataFrame, base: int) -> pd.DataFrame:
    """Find the counts of patients in which two results tables differ by something else than whole steps."""
    both = one.merge(other, on="id", suffixes=("", "_other"))
    kinds = {"n": both["id"].ne(""), "events": both["id"].ne(""), "estimate": both["unit"].eq(COUNT)}
    found = []
    for column, asked in kinds.items():
        gap = (both[column] - both[f"{column}_other"]).abs()
        apart = asked & gap.gt(0) & (gap % base).ne(0)
        found.append(pd.DataFrame({"id": both["id"][apart], "column": column, "gap": gap[apart]}))
    return pd.concat(found, ignore_index=True)


def tables_behind(results: pd.DataFrame, cells: Iterable[str], base: int) -> list[tuple[int, ...]]:
    """List the two-by-two tables of whole patients that print the shown counts, differences and tests.

    `cells` are the ids of the two arms' counts and of their risk difference and Pearson test.
    """
    rows = results.set_index("id")
    first, second, difference, test = (rows.loc[id] for id in cells)
    shown = [first["events"], first["n"], second["events"], second["n"]]
    if np.isnan(shown).any():
        return []
    near = [range(int(number) - base // 2, int(number) + base // 2 + 1) for number in shown]
    return [table for table in product(*near) if _prints(table, difference, test, base)]


def _prints(table: tuple[int, ...], difference: pd.Series, test: pd.Series, base: int) -> bool:
    if not (0 <= table[0] <= table[1] and 0 <= table[2] <= table[3]):
        return False
    apart = proportions.newcombe_difference(*table)
    ends = ("estimate", "ci_low", "ci_high")
    near = 0.00501 if base else 1e-9
    if not all(abs(getattr(apart, end) - difference[end]) < near for end in ends):
        return False
    return f"{proportions.pearson_chi_square(*table).p_value:.2g}" == f"{test['p_value']:.2g}"


def _texts(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in TEXTS)
