"""True studies of many shapes, printed as claims folders, are never accused."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from made_up_abstracts import Made, Printer, description, draw

from evidence.ledger.of_abstract import ledger
from evidence.ledger.verdicts import CONFLICTS


def accused(made: Made) -> list[tuple[str, str, str]]:
    """Return the claims that are said to conflict, with the conflict."""
    found = ledger(made.read())
    found = found[found["verdict"].isin(CONFLICTS)]
    return list(zip(found["id"], found["verdict"], found["conflict"], strict=True))


@pytest.mark.parametrize("seed", range(8))
def test_random_true_abstracts_are_not_accused(seed):
    made = draw(seed, largest=40 if seed % 4 else 300)
    assert not accused(made), made.how


@settings(max_examples=6, deadline=None, derandomize=True, phases=(Phase.generate,))
@given(seed=st.integers(0, 2**32 - 1), smallest=st.integers(3, 30))
def test_plain_true_abstracts_are_not_accused(seed, smallest):
    made = Printer(np.random.default_rng(seed), smallest, smallest + 20, plain=True).made()
    assert not accused(made), made.how


def claim(id: str, quantity: str, value: str, population: str, **cells: str) -> dict[str, str]:
    """Write a claim about one outcome."""
    return {
        "id": id,
        "quantity": quantity,
        "value": value,
        "population": population,
        "variable": "outcome",
    } | cells


def size(value: int, population: str) -> dict[str, str]:
    """Write the size of a group."""
    return {"id": f"n_{population}", "quantity": "n", "value": str(value), "population": population}


EVENTS = [claim("yes_a", "count", "630000", "a"), claim("yes_b", "count", "610000", "b")]
TRUE = {
    "a rare event of a registry whose size is not printed": [  # of 150,000
        *(claim("yes", "count", "1200", "all"), claim("share", "percent", "0.8", "all")),
    ],
    "shares of fewer, evaluable patients that would fit exchanged, too": [  # 12 of 32 and 24 of 44
        *(size(33, "a"), size(48, "b")),
        claim("yes_a", "percent", "37.5", "a", sentence="4"),
        claim("yes_b", "percent", "54.5", "b", sentence="4"),
    ],
    "the same patients in both arms": [  # 10 of them better with the one alone, none with the other alone
        *(size(20, "all"), size(20, "a"), size(20, "b")),
        *(claim("yes_a", "count", "15", "a"), claim("yes_b", "count", "5", "b")),
        claim("p", "p_value", "0.002", "a", versus="b"),
    ],
    "registries of a million": [size(1_200_000, "a"), size(900_000, "b"), *EVENTS],
    "a group larger than is searched": [
        *(size(27, "b"), claim("yes_a", "percent", "61.96", "a"), claim("yes_b", "count", "4", "b")),
        claim("p", "p_value", "0.0000009", "a", versus="b"),  # 4 of 27 v 3098 of 5000
    ],
    "six decimals of a large group": [size(90_001, "a"), claim("x", "percent", "33.332963", "a")],
    "more events in the smaller share": [
        *(claim("yes_a", "count", "6", "a"), claim("yes_b", "count", "4", "b")),
        claim("word", "word", "lower", "a", versus="b"),  # 6 of 40 is lower than 4 of 10
    ],
    "Fisher's test, its one-sided P value doubled": [
        *(size(12, "a"), size(15, "b"), claim("yes_a", "count", "9", "a"), claim("yes_b", "count", "5", "b")),
        claim("p", "p_value", "0.0754", "a", versus="b", test="fisher"),
    ],
    "a test without a one-sided version here": [
        *(size(12, "a"), size(15, "b"), claim("yes_a", "count", "9", "a"), claim("yes_b", "count", "5", "b")),
        claim("p", "p_value", "0.0213", "a", versus="b", test="barnard", sides="1"),
    ],
    "a share cut off to fewer decimals": [
        claim("one", "percent", "66.67", "a"),
        claim("two", "percent", "66", "a"),
    ],
}


@pytest.mark.parametrize("rows", TRUE.values(), ids=TRUE)
def test_what_looks_odd_and_is_true_is_not_accused(rows):
    assert not accused(Made(description([]), rows))
