"""Margins against every table of counts, and what the printed counts leave."""

from itertools import product

import numpy as np
import pytest

from evidence.claims import load as published_claims
from evidence.claims.printed import Figures
from evidence.forensics import percentages
from evidence.this_abstract import margins, rates

FIGURES = Figures(published_claims.load())


def every_table(rows, columns):
    """Try every table of counts, with no thought for margins until the end."""
    largest = max(rows)
    for cells in product(range(largest + 1), repeat=len(rows) * len(columns)):
        table = np.array(cells).reshape(len(rows), len(columns))
        if table.sum(axis=1).tolist() == rows and table.sum(axis=0).tolist() == columns:
            yield table.tolist()


@pytest.mark.parametrize(
    ("rows", "columns"), [([2, 3], [1, 2, 2]), ([0, 4], [2, 2, 0]), ([3, 3], [6]), ([2, 1, 2], [2, 3])]
)
def test_margins_give_every_table(rows, columns):
    unknown = np.full((len(rows), len(columns)), np.nan)
    found = margins.contingency_tables(rows, columns, unknown)
    assert sorted(found.tolist()) == sorted(every_table(rows, columns))
    known = unknown.copy()
    known[0, 0] = 1
    held = margins.contingency_tables(rows, columns, known)
    assert sorted(held.tolist()) == sorted(t for t in every_table(rows, columns) if t[0][0] == 1)


def test_margins_that_do_not_add_up_have_no_table():
    assert len(margins.contingency_tables([2, 3], [1, 2], np.full((2, 2), np.nan))) == 0


def test_no_split_of_the_mrd_positive_patients_prints_74_percent_twice():
    first, second, _ = rates.printed(FIGURES, "mrd_negativity", rates.READ_AS)
    sizes = [set(percentages.fractions(figure, 25)["patients"]) for figure in (first, second)]
    # Under any rounding rule at all, truncation and rounding up included.
    assert not any(25 - size in sizes[1] for size in sizes[0])


def test_only_one_population_can_print_74_percent_twice_and_it_fixes_the_arms():
    splits = margins.splits(FIGURES)
    assert len(splits) == 7
    answers = margins.tables_of_populations(splits, *rates.printed(FIGURES, "mrd_negativity", rates.READ_AS))
    assert set(answers["population"]) == {"measurable_disease"}
    assert set(answers["splits"]) == {1}
    sizes = answers.loc[0, ["patients_first", "patients_second"]].tolist()
    assert sizes == [19, 39]
    fitting = splits[splits["combination"][["relapsed_refractory", "mrd_positive"]].sum(axis=1) == sizes[0]]
    assert fitting["combination"].to_numpy().tolist() == [[12, 7, 0]]
    assert fitting["monotherapy"].to_numpy().tolist() == [[21, 18, 6]]
