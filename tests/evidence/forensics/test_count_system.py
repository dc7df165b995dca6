"""All numbers of patients of an abstract at once, against plain brute force over small abstracts."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from counts_by_hand import AS_WORDED, LENIENT, READINGS, can_print
from made_up_abstracts import Made, Printer, description

from evidence.forensics.count_findings import counted
from evidence.forensics.count_people import ARMS
from evidence.forensics.count_system import CountSystem
from evidence.forensics.taken import as_worded
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


@pytest.mark.parametrize("seed", [0, 3, 9, 10])
def test_no_fewer_claims_can_be_left_out_for_the_rest_to_hold(seed):
    """Of figures beside the sizes, which plain brute force needs."""
    made = small(seed)
    abstract = made.read()
    system = CountSystem(abstract, [as_worded(abstract, claim) for claim in counted(abstract)])
    costs = {id: 100 if each.claim.quantity == "n" else 1 for id, each in system.taken.items()}
    open_rows = [row for row in made.rows if row["quantity"] != "n"]
    fewest = next(
        number
        for number in range(len(open_rows) + 1)
        for gone in combinations(open_rows, number)
        if can_print(replace(made, rows=[row for row in made.rows if row not in gone]), AS_WORDED)
    )
    assert len(system.left_out(costs | {ARMS: 100})) == fewest > 0


def test_a_wrong_total_is_blamed_and_not_all_that_it_stands_beside():
    """16 patients, where two arms of 6 and 9 are everybody, and 4 with and 11 without the outcome as well."""
    rows = [claim("yes", "count", "4", "all"), claim("no", "count", "11", "all", variable="other")]
    sizes = [{**SIZES[0], "value": "16"}, *SIZES[1:]]
    made = Made(description([]), [*sizes, *rows], relations=["sum,outcome;other,all"])
    verdict = ledger(made.read()).set_index("id")["verdict"]
    assert verdict["n_all"] == IMPOSSIBLE
    blamed = set(verdict.index[verdict.eq(IMPOSSIBLE)]) - {"n_all"}
    assert blamed in ({"n_a", "n_b"}, {"yes", "no"})


MEN = {"id": '"men"', "label": '"Men"', "disjoint_with": '["women"]'}
WOMEN = {"id": '"women"', "label": '"Women"'}


def test_patients_without_an_event_add_up_as_those_with_it_do():
    """8 of 50 men and 8 of 50 women have none, so that of the 100 at the most 84 have it."""
    sizes = [
        {"id": f"n_{group}", "quantity": "n", "value": value, "population": group}
        for group, value in (("all", "100"), ("men", "50"), ("women", "50"))
    ]
    yes = [
        claim(f"yes_{group}", "count", value, group)
        for group, value in (("men", "42"), ("women", "42"), ("all", "90"))
    ]
    made = Made(description([MEN, WOMEN]), [*sizes, *yes])
    assert IMPOSSIBLE in set(ledger(made.read())["verdict"])
    true = made.altered("yes_all", value="84")
    assert set(ledger(true.read())["verdict"]) == {"consistent"}
