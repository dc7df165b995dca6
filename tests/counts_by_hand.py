"""Brute force over small abstracts: whether any patients print every claim, by plain loops.

Nothing here uses the engine; P values are scipy's. Sizes, events and, by one reading, evaluable patients are
tried one after the other. Claims are rows of `made_up_abstracts.Made`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product

from made_up_abstracts import ARMS, EXACT, SMOOTH, UNCONDITIONAL, Made, Row, p_value

LARGEST = 40  # patients of an arm whose size is not printed
PARTS = {"all": ARMS, "high": ("high_a", "high_b"), "low": ("low_a", "low_b")}
TWO_SIDED = tuple((test, 2) for test in (*SMOOTH, *EXACT))
EITHER = tuple((test, sides) for test, _ in TWO_SIDED for sides in (2, 1))
ANY = (*EITHER, *((test, 2) for test in UNCONDITIONAL))
SLACK = Fraction(1, 10**9)
Pair = tuple[int, int]  # events and the patients that a percentage is of


@dataclass(frozen=True)
class Reading:
    """How claims are read.

    Attributes
    ----------
    rounding : str
        Of percentages: ``nearest``, ``down`` or ``either``.
    evaluable : bool
        Whether they, and P values, may be of fewer patients than the group has.
    tests : tuple of (str, int)
        What a P value may come from, with its sides, where no test is named.
    named : tuple of int
        The sides of a test that is named.
    """

    rounding: str = "nearest"
    evaluable: bool = False
    tests: tuple[tuple[str, int], ...] = TWO_SIDED
    named: tuple[int, ...] = (2,)


AS_WORDED = Reading()
READINGS = [
    Reading(rounding, evaluable, tests, named)
    for rounding, evaluable, (tests, named) in product(
        ("nearest", "down"), (False, True), ((TWO_SIDED, (2,)), (tuple((t, 1) for t, _ in TWO_SIDED), (1,)))
    )
]
# Every mixture: what it cannot print no reading that is tried can. The slowest tests without fewer patients.
LENIENT = (Reading("either", True, EITHER, (2, 1)), Reading("either", False, ANY, (2, 1)))


def prints_share(text: str, events: int, patients: int, rounding: str) -> bool:
    """Tell whether a share prints as a percentage; a half may be rounded either way."""
    if not 0 <= events <= patients or not patients:
        return False
    step = Fraction(1, 10 ** len(text.partition(".")[2]))
    apart = Fraction(100 * events, patients) - Fraction(text)
    nearest, down = abs(apart) <= step / 2, 0 <= apart < step
    return {"nearest": nearest, "down": down, "either": nearest or down}[rounding]


def prints_p(text: str, value: float) -> bool:
    """Tell whether a P value prints as a figure or lies within a limit."""
    if text[0] in "<>":
        limit = float(text[1:])
        return value < limit if text[0] == "<" else value > limit
    step = Fraction(1, 10 ** len(text.partition(".")[2]))
    return abs(Fraction(value) - Fraction(text)) <= step / 2 + SLACK


@cache
def _compares(text: str, test: str, reading: Reading, first: Pair, second: Pair) -> bool:
    if not first[1] or not second[1]:
        return False
    tests = [(test, sides) for sides in reading.named] if test else reading.tests
    return any(prints_p(text, p_value(name, *first, *second, sides)) for name, sides in tests)


def can_print(made: Made, reading: Reading = AS_WORDED) -> bool:
    """Tell whether some patients print every size, count, percentage and P value of two arms."""
    rows = [row for row in made.rows if row["quantity"] in ("n", "count", "percent", "p_value")]
    variables = sorted({row["variable"] for row in rows if "variable" in row})
    groups = sorted({row["population"] for row in rows} | {row["versus"] for row in rows if "versus" in row})
    return any(
        all(
            _variable_prints([row for row in rows if row.get("variable") == name], sizes, reading)
            for name in variables
        )
        for sizes in _sizes(
            [row for row in rows if row["quantity"] == "n"],
            any("_" in each or each in ("high", "low") for each in groups),
        )
    )


def _sizes(rows: list[Row], has_strata: bool) -> Iterator[dict[str, int]]:
    """Give every size of the groups that prints as printed; an arm is its two strata."""
    printed: dict[str, set[int]] = {}
    for row in rows:
        printed.setdefault(row["population"], set()).add(int(row["value"]))

    def may(group: str, size: int) -> bool:
        return printed.get(group, {size}) == {size}

    most = {arm: max(printed.get(arm, printed.get("all", {LARGEST}))) for arm in ARMS}
    for first, second in product(*(range(most[arm] + 1) for arm in ARMS)):
        if not (may("a", first) and may("b", second) and may("all", first + second)):
            continue
        arms = {"a": first, "b": second, "all": first + second}
        if not has_strata:
            yield arms
            continue
        # Whoever is not of the one stratum need not be of the other.
        for one, other in product(range(first + 1), range(second + 1)):
            if not (may("high_a", one) and may("high_b", other) and may("high", one + other)):
                continue
            for low_one, low_other in product(range(first - one + 1), range(second - other + 1)):
                if may("low_a", low_one) and may("low_b", low_other) and may("low", low_one + low_other):
                    high = {"high_a": one, "high_b": other, "high": one + other}
                    yield arms | high | {"low_a": low_one, "low_b": low_other, "low": low_one + low_other}


def _variable_prints(rows: list[Row], sizes: dict[str, int], reading: Reading) -> bool:
    """Tell whether events of one variable print its claims, in groups of given sizes."""
    asked = {row["population"] for row in rows} | {row["versus"] for row in rows if "versus" in row}
    options = {
        group: _pairs([r for r in rows if r["population"] == group], sizes[group], reading) for group in sizes
    }
    strata = [name for name in ("high", "low") if asked & {name, *PARTS[name]}]
    tests = [row for row in rows if row["quantity"] == "p_value"]

    def compare(chosen: dict[str, Pair]) -> bool:
        return all(
            _compares(
                row["value"], row.get("test", ""), reading, chosen[row["population"]], chosen[row["versus"]]
            )
            for row in tests
            if row["population"] in chosen
        )

    def within(parts: dict[str, Pair], arms: dict[str, Pair]) -> bool:
        for arm in ARMS:
            events = sum(parts[f"{name}_{arm}"][0] for name in strata if f"{name}_{arm}" in parts)
            patients = sum(sizes[f"{name}_{arm}"] for name in strata if f"{name}_{arm}" in parts)
            if events > arms[arm][0] or patients - events > sizes[arm] - arms[arm][0]:
                return False
        return True

    def whole(name: str, parts: dict[str, Pair]) -> bool:
        events = sum(parts[part][0] for part in PARTS[name])
        return any(events == pair[0] for pair in options[name])

    def pairs_of(name: str) -> list[dict[str, Pair]]:
        found = []
        for pair in product(*(options[part] for part in PARTS[name])):
            chosen = dict(zip(PARTS[name], pair, strict=True))
            if whole(name, chosen) and compare(chosen):
                found.append(chosen)
        return found

    arms = pairs_of("all")
    in_strata = [pairs_of(name) for name in strata]
    for parts in product(*in_strata):
        together = {group: pair for part in parts for group, pair in part.items()}
        if any(within(together, chosen) for chosen in arms):
            return True
    return False


def _pairs(rows: list[Row], size: int, reading: Reading) -> list[Pair]:
    """List the events of a group, and the patients asked, that print its counts and percentages."""
    figures = [row for row in rows if row["quantity"] != "p_value"]
    found = []
    for events in range(size + 1):
        for patients in range(max(events, 1), size + 1) if reading.evaluable and size else [size]:
            if all(
                int(row["value"]) == events
                if row["quantity"] == "count"
                else prints_share(row["value"], events, patients, reading.rounding)
                for row in figures
            ):
                found.append((events, patients))
    return found
