"""Random true studies of two groups, printed as a claims folder; nothing here uses the engine.

Patients are made up one by one and counted with numpy, P values are scipy's, rounding is decimal arithmetic.
"""

import csv
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
from scipy import stats

from evidence.claims import folder
from evidence.claims.abstract import Abstract

ROUNDINGS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
SMOOTH = ("pearson", "n_minus_1", "yates", "likelihood_ratio", "unpooled_z")
EXACT = ("fisher", "mid_p")
UNCONDITIONAL = ("barnard", "boschloo")
ARMS = ("a", "b")
Row = dict[str, str]


def printed(value: float | Fraction, decimals: int, rounding: str = "half_up") -> str:
    """Print a number with some decimals; twelve digits of a float count."""
    if isinstance(value, Fraction):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
    else:
        exact = Decimal(f"{value:.12g}")
    return str(exact.quantize(Decimal(1).scaleb(-decimals), ROUNDINGS[rounding]))


@cache
def p_value(test: str, first: int, n: int, second: int, m: int, sides: int = 2) -> float:
    """Return the P value of a two-by-two table by scipy; 1 where a margin is empty.

    One-sided it is against the side on which the observed difference lies.
    """
    table = [[first, n - first], [second, m - second]]
    if first + second in (0, n + m) or not n or not m:
        return 1.0
    side = "greater" if first * m > second * n else "less"
    if test in EXACT:
        alternative = side if sides == 1 else "two-sided"
        chance = stats.hypergeom.pmf(first, n + m, n, first + second)
        exact = stats.fisher_exact(table, alternative=alternative).pvalue
        return float(min(1, exact - (chance / 2 if test == "mid_p" else 0)))
    if test == "barnard":
        return float(stats.barnard_exact(np.transpose(table), pooled=True, n=128).pvalue)
    if test == "boschloo":
        return float(stats.boschloo_exact(np.transpose(table), n=64).pvalue)
    if test == "unpooled_z":
        rates = Fraction(first, n), Fraction(second, m)
        variance = float(rates[0] * (1 - rates[0]) / n + rates[1] * (1 - rates[1]) / m)
        apart = abs(float(rates[0] - rates[1]))
        value = 2 * stats.norm.sf(apart / variance**0.5) if variance else float(apart == 0)
    elif test == "n_minus_1":
        statistic = stats.chi2_contingency(table, correction=False).statistic
        value = stats.chi2.sf(statistic * (n + m - 1) / (n + m), 1)
    else:
        options = {"yates": {"correction": True}, "pearson": {"correction": False}}
        options |= {"likelihood_ratio": {"correction": False, "lambda_": "log-likelihood"}}
        value = stats.chi2_contingency(table, **options[test]).pvalue
    return float(value) / (2 if sides == 1 else 1)


@dataclass
class Made:
    """A study's print.

    Attributes
    ----------
    study : str
        Its description.
    rows : list of dict
        Its claims; a row need not have every column.
    how : dict
        How it was printed, for a message.
    relations : list of str
        Lines of its ties.
    """

    study: str
    rows: list[Row] = field(default_factory=list)
    how: dict[str, object] = field(default_factory=dict)
    relations: list[str] = field(default_factory=list)

    def __getitem__(self, id: str) -> Row:
        """Return a claim by its id."""
        return next(row for row in self.rows if row["id"] == id)

    def altered(self, id: str, **cells: str) -> "Made":
        """Return the same print with one claim changed."""
        rows = [row | cells if row["id"] == id else row for row in self.rows]
        return Made(self.study, rows, self.how, self.relations)

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Write it as a claims folder, for as long as that is read."""
        with tempfile.TemporaryDirectory() as name:
            place = Path(name)
            (place / "study.toml").write_text(self.study, encoding="utf-8")
            with (place / "claims.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, folder.COLUMNS)
                writer.writeheader()
                writer.writerows({"statement": row["id"], "sentence": "1"} | row for row in self.rows)
            if self.relations:
                ties = "\n".join(("kind,members,total", *self.relations))
                (place / "relations.csv").write_text(ties, encoding="utf-8")
            yield place

    def read(self) -> Abstract:
        """Write it as a claims folder, and read that."""
        with self.folder() as place:
            return folder.load(place)


def description(populations: list[Row], extra: str = "") -> str:
    """Write the description of a study of two arms."""
    arms = "".join(f'[[arms]]\nid = "{arm}"\nlabel = "Arm {arm.upper()}"\n' for arm in ARMS)
    tables = []
    for population in populations:
        keys = [f"{key} = {value}" for key, value in population.items()]
        tables.append("[[populations]]\n" + "\n".join(keys) + "\n")
    return f'title = "Made up"\nsource = "Nobody"\n{extra}{arms}{"".join(tables)}'


class Printer:
    """Makes up the patients of one study and prints them.

    Parameters
    ----------
    rng : Generator
    smallest, largest : int
        Patients of an arm.
    plain : bool
        Whether only sizes, counts, percentages and P values are printed.
    """

    def __init__(self, rng: np.random.Generator, smallest: int = 5, largest: int = 300, plain: bool = False):
        self.rng, self.plain = rng, plain
        self.sizes = [int(np.exp(rng.uniform(np.log(smallest), np.log(largest + 0.99)))) for _ in ARMS]
        self.arm = np.repeat([0, 1], self.sizes)
        self.rounding = str(rng.choice(["half_up", "half_up", "half_even", "down"]))
        self.sides = 1 if rng.random() < 0.15 else 2
        is_slow = plain or sum(self.sizes) > 60 or self.sides == 1
        tests = [*SMOOTH, *EXACT, *(() if is_slow else UNCONDITIONAL)]
        self.test = str(rng.choice(tests))
        self.is_named = rng.random() < 0.4
        self.decimals = int(rng.integers(0, 3)) if rng.random() < 0.5 else 0
        self.stratum = rng.random(len(self.arm)) < rng.uniform(0.2, 0.8) if rng.random() < 0.5 else None
        self.rows: list[Row] = []
        self.tables: dict[str, list[tuple[int, int]]] = {}
        self.sentence = 1

    def maybe(self, chance: float) -> bool:
        """Draw yes or no."""
        return bool(self.rng.random() < chance)

    def add(self, id: str, quantity: str, value: str, population: str, **cells: str) -> None:
        """Print a claim in the sentence at hand."""
        row = {"id": id, "quantity": quantity, "value": value, "population": population} | cells
        self.rows.append(row | {"sentence": str(self.sentence)})

    def made(self) -> Made:
        """Print the study."""
        populations = self._strata()
        self._sizes()
        for number in range(1, int(self.rng.integers(1, 3 if self.plain else 5)) + 1):
            self.sentence += 1
            self.outcome(f"outcome_{number}")
        if not self.plain and self.maybe(0.4):
            self.sentence += 1
            self._levels()
        extra, relations = "", []
        if not self.plain:
            for printing in (self._ages, self._ratio):
                self.sentence += 1
                if self.maybe(0.5):
                    printing()
            if self.maybe(0.3):
                extra += 'published = "2024-05"\n'
                self.add(
                    "first", "date", f"2019-{self.rng.integers(1, 13):02}", "all", variable="enrolment_start"
                )
                self.add(
                    "last", "date", f"2022-{self.rng.integers(1, 13):02}", "all", variable="enrolment_end"
                )
                relations.append("before,first;last,")
        if self.rounding == "down" and not self.plain and self.maybe(0.3):
            extra += 'rounding = "down"\n'
        if self.sides == 1 and not self.plain and self.maybe(0.3):
            extra += "sides = 1\n"
        names = ("rounding", "sides", "test", "is_named", "decimals", "sizes", "tables")
        how = {name: getattr(self, name) for name in names}
        return Made(description(populations, extra), self.rows, how, relations)

    def _strata(self) -> list[Row]:
        if self.stratum is None:
            return []
        found = [
            {"id": '"high"', "label": '"High"', "disjoint_with": '["low"]'},
            {"id": '"low"', "label": '"Low"'},
        ]
        for name in ("high", "low"):
            found += [
                {
                    "id": f'"{name}_{arm}"',
                    "label": f'"{name} in {arm}"',
                    "parent": f'"{name}"',
                    "arm": f'"{arm}"',
                }
                for arm in ARMS
            ]
        return found

    def members(self, population: str) -> np.ndarray:
        """Tell who belongs to a population."""
        if population == "all":
            return np.ones(len(self.arm), dtype=bool)
        name, _, arm = population.rpartition("_")
        found = self.arm == ARMS.index(arm) if arm in ARMS else np.ones(len(self.arm), dtype=bool)
        if name or arm not in ARMS:
            found = found & (self.stratum if (name or arm) == "high" else ~self.stratum)
        return found

    def _sizes(self) -> None:
        chance = 0.9 if self.plain else 0.85
        groups = ["all", *ARMS]
        if self.stratum is not None:
            groups += ["high", "low", "high_a", "high_b", "low_a", "low_b"]
        for group in groups:
            if (self.plain and group == "all") or self.maybe(chance if group in ("all", *ARMS) else 0.6):
                self.add(f"n_{group}", "n", str(self.members(group).sum()), group)

    def outcome(self, name: str) -> None:
        """Print an outcome in the arms, and in some strata."""
        rates = self.rng.beta(1.2, 1.2, 2)
        yes = self.rng.random(len(self.arm)) < rates[self.arm]
        there = np.ones(len(self.arm), dtype=bool)
        is_evaluable = self.maybe(0.2)
        if is_evaluable:
            there = self.rng.random(len(self.arm)) > self.rng.uniform(0.02, 0.2)
        pairs = [("a", "b")]
        if self.stratum is not None:
            pairs += [("high_a", "high_b"), ("low_a", "low_b")]
        for pair in pairs:
            if pair == ("a", "b") or self.maybe(0.5):
                self._compared(name, pair, yes & there, there)
        whole = self.members("all")
        if self.maybe(0.3):
            self._share(f"{name}_all", name, "all", int((yes & there).sum()), int((there & whole).sum()))

    def _compared(self, name: str, pair: tuple[str, str], yes: np.ndarray, there: np.ndarray) -> None:
        table = [
            (int((yes & self.members(group)).sum()), int((there & self.members(group)).sum()))
            for group in pair
        ]
        if not all(patients for _, patients in table):
            return
        for group, (events, patients) in zip(pair, table, strict=True):
            self._share(f"{name}_{group}", name, group, events, patients)
        value = p_value(self.test, *table[0], *table[1], self.sides)
        counted = [
            any(row["id"] == f"{name}_{group}_{how}" for row in self.rows for how in ("n", "p"))
            for group in pair
        ]
        if all(counted) and value == value and self.maybe(0.8):
            self._p(f"{name}_{pair[0]}_test", name, pair, value)
            self.tables[f"{name}_{pair[0]}_test"] = table
        if not self.plain and there.all():
            self._words(name, pair, table)

    def _share(self, id: str, name: str, group: str, events: int, patients: int) -> None:
        way = self.rng.integers(4)
        if way in (0, 2):
            self.add(f"{id}_n", "count", str(events), group, variable=name)
        if way in (1, 2, 3):
            share = printed(Fraction(100 * events, patients), self.decimals, self.rounding)
            self.add(f"{id}_p", "percent", share, group, variable=name)
            if not self.plain and self.maybe(0.1):
                less = printed(Fraction(100 * events, patients), 0, self.rounding)
                self.add(f"{id}_again", "percent", less, group, variable=name)

    def _p(self, id: str, name: str, pair: tuple[str, str], value: float) -> None:
        decimals = int(self.rng.integers(2, 5))
        text = printed(value, decimals)
        if float(text) == 0:
            text = f"<{10.0**-decimals:.{decimals}f}"
        elif self.maybe(0.15):
            text = "<0.05" if value < 0.05 else ">0.05"
        cells = {"variable": name, "versus": pair[1]}
        if self.is_named:
            cells |= {"test": self.test}
        if self.sides == 1 and not self.plain and self.maybe(0.3):
            cells |= {"sides": "1"}
        self.add(id, "p_value", text, pair[0], **cells)
        if not self.plain and self.maybe(0.5):
            word = "significant" if value < 0.05 else "not_significant"
            self.add(f"{id}_word", "word", word, pair[0], of=id, variable=name, versus=pair[1])

    def _words(self, name: str, pair: tuple[str, str], table: list[tuple[int, int]]) -> None:
        rates = [Fraction(events, patients) for events, patients in table]
        if rates[0] != rates[1] and self.maybe(0.3):
            word = "higher" if rates[0] > rates[1] else "lower"
            self.add(f"{name}_{pair[0]}_way", "word", word, pair[0], variable=name, versus=pair[1])
        for group, rate in zip(pair, rates, strict=True):
            word = {0: "none", 1: "all"}.get(rate, "most" if rate > Fraction(1, 2) else "")
            if word and self.maybe(0.3):
                self.add(f"{name}_{group}_word", "word", word, group, variable=name)

    def _ages(self) -> None:
        """Print ages in whole years: means with a t test, or quartiles with a rank test."""
        ages = np.round(self.rng.normal(60, 12, len(self.arm)) + self.rng.normal(0, 4) * self.arm).clip(
            18, 95
        )
        own = [ages[self.arm == arm] for arm in (0, 1)]
        cells = {"variable": "age", "unit": "years"}
        if self.maybe(0.5):
            for arm, values in zip(ARMS, own, strict=True):
                self.add(f"age_mean_{arm}", "mean", printed(values.mean(), 1), arm, **cells)
                self.add(f"age_sd_{arm}", "sd", printed(values.std(ddof=1), 1), arm, **cells)
            is_equal = self.maybe(0.5)
            value, test = (
                stats.ttest_ind(*own, equal_var=is_equal).pvalue,
                "student_t" if is_equal else "welch_t",
            )
        else:
            method = str(
                self.rng.choice(["linear", "weibull", "hazen", "averaged_inverted_cdf", "median_unbiased"])
            )
            for arm, values in zip(ARMS, own, strict=True):
                for name, share in {
                    "minimum": 0,
                    "q1": 0.25,
                    "median": 0.5,
                    "q3": 0.75,
                    "maximum": 1,
                }.items():
                    number = printed(np.quantile(values, share, method=method), 0)
                    self.add(f"age_{name}_{arm}", name, number, arm, **cells)
            value, test = stats.mannwhitneyu(*own).pvalue, "mann_whitney"
        if value == value:
            self.add(
                "age_test",
                "p_value",
                printed(max(value, 0.001), 3),
                "a",
                variable="age",
                versus="b",
                test=test,
            )

    def _ratio(self) -> None:
        """Print a hazard ratio with Wald's interval and P value, all three of one estimate."""
        log, error = self.rng.normal(0, 0.5), self.rng.uniform(0.1, 0.5)
        limits = np.exp([log - 1.959964 * error, log + 1.959964 * error])
        cells = {"of": "hazard", "variable": "death", "versus": "b"}
        self.add("hazard", "hazard_ratio", printed(np.exp(log), 2), "a", variable="death", versus="b")
        self.add("hazard_low", "ci_low", printed(limits[0], 2), "a", **cells)
        self.add("hazard_high", "ci_high", printed(limits[1], 2), "a", **cells)
        value = 2 * stats.norm.sf(abs(log) / error)
        self.add("hazard_test", "p_value", printed(value, 3) if value >= 0.001 else "<0.001", "a", **cells)

    def _levels(self) -> None:
        levels = ("i", "ii", "iii", "iv")[: self.rng.integers(2, 5)]
        own = self.rng.integers(0, len(levels), len(self.arm))
        table = [
            [int((own[self.arm == arm] == level).sum()) for level in range(len(levels))] for arm in (0, 1)
        ]
        for arm, counts in zip(ARMS, table, strict=True):
            for level, events in zip(levels, counts, strict=True):
                self._share(f"stage_{level}_{arm}", f"stage={level}", arm, events, sum(counts))
        kept = [column for column in np.transpose(table) if column.sum()]
        if len(kept) > 1:
            value = float(stats.chi2_contingency(kept, correction=False).pvalue)
            self.add("stage_test", "p_value", printed(value, 3), "a", variable="stage", versus="b")
            if float(self.rows[-1]["value"]) == 0:
                self.rows[-1]["value"] = "<0.001"


def draw(seed: int, **options: object) -> Made:
    """Draw a study."""
    return Printer(np.random.default_rng(seed), **options).made()
