import pandas as pd
import pytest

from helpers.ground.kept import kept, unchanged


@pytest.fixture
def asked():
    return []


@pytest.fixture
def total(asked):
    @kept
    def _total(table, column):
        asked.append(column)
        return int(table[column].sum())

    return _total


@pytest.fixture
def table():
    return pd.DataFrame({"a": [1, 2], "b": [3, 4]})


def test_inside_a_question_is_asked_once(total, table, asked):
    with unchanged():
        assert [total(table, "a"), total(table, "".join(["a"])), total(table, "b")] == [3, 3, 7]
    assert asked == ["a", "b"]


def test_outside_it_is_asked_each_time(total, table, asked):
    with unchanged():
        total(table, "a")
    table.loc[0, "a"] = 5
    assert [total(table, "a"), total(table, "a")] == [7, 7]
    assert asked == ["a"] * 3


def test_an_equal_table_is_another_and_so_is_one_that_takes_the_place_of_a_forgotten_one(total, asked):
    with unchanged():
        totals = [total(pd.DataFrame({"a": [number]}), "a") for number in range(50)]
    assert totals == list(range(50))
    assert len(asked) == 50


def test_what_was_kept_inside_is_forgotten_inside_the_next(total, table, asked):
    for number in (1, 10):
        table.loc[0, "a"] = number
        with unchanged():
            assert total(table, "a") == number + 2
    assert len(asked) == 2
