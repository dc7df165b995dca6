"""All numbers of patients of an abstract at once, against plain brute force over small abstracts."""

import numpy as np
import pytest
from counts_by_hand import AS_WORDED, LENIENT, READINGS, can_print
from made_up_abstracts import Made, Printer, description

from evidence.ledger.of_abstract import ledger
from evidence.ledger.verdicts import CONTRADICTS, IMPOSSIBLE

SIZES = [
    {"id": f"n_{group}", "quantity": "n", "value": str(size), "population": group}
    for group, size in (("all", 15), ("a", 6), ("b", 9))
]


def claim(id: str, quantity: str, value: str, population: str, **cells: str) -> dict[str, str]:
    """Write a claim about one outcome."""
    return {
        "id": id,
        "quantity": quantity,
        "value": value,
        "population": population,
        "variable": "outcome",
    } | cells


def verdicts(*rows: dict[str, str], populations: tuple[dict, ...] = ()) -> dict[str, str]:
    """Judge the sizes 6 and 9 with some claims beside them."""
    made = Made(description([*populations]), [*SIZES, *rows])
    return ledger(made.read()).set_index("id")["verdict"].to_dict()


def small(seed: int) -> Made:
    """Print a small study, three times of four with one figure changed."""
    rng = np.random.default_rng(seed)
    made = Printer(rng, 3, 8, plain=True).made()
    row = made.rows[rng.integers(len(made.rows))]
    value = row["value"]
    if rng.random() < 0.25 or value[0] in "<>":
        return made
    decimals = len(value.partition(".")[2])
    step = int(rng.integers(1, 4)) * (1 if rng.random() < 0.5 else -1) * 10.0**-decimals
    most = {"p_value": 1, "percent": 100}.get(row["quantity"], 12)
    return made.altered(row["id"], value=f"{min(max(float(value) + step, 0), most):.{decimals}f}")


@pytest.mark.parametrize("seed", range(14))
def test_small_abstracts_are_judged_as_brute_force_does(seed):
    made = small(seed)
    found = set(ledger(made.read())["verdict"])
    gravely = found & {IMPOSSIBLE, CONTRADICTS}
    assert (found <= {"consistent", "nothing to check"}) == can_print(made, AS_WORDED)
    if IMPOSSIBLE in found:
        assert not any(can_print(made, reading) for reading in READINGS)
    if not any(can_print(made, reading) for reading in LENIENT):
        assert gravely
