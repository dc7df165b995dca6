"""The rates of the two arms: the tables, the test and the patients that the print leaves."""

from evidence.claims import load as published_claims
from evidence.claims.printed import Figures
from evidence.forensics import two_by_two
from evidence.this_abstract import rates
from helpers.ground.results import ResultId

FIGURES = Figures(published_claims.load())


def test_the_high_burden_rates_have_one_table_and_one_test():
    found = rates.high_burden_tables(FIGURES)
    response, negative = found["response"], found["mrd_negativity"]
    assert [two_by_two.in_words(table) for _, table in response.iterrows()] == ["5/6 v 3/9"]
    assert [two_by_two.in_words(table) for _, table in negative.iterrows()] == ["4/6 v 2/9"]
    assert response["test"].tolist() == negative["test"].tolist() == ["pearson"]
    assert rates.number_above_cut(FIGURES) == {"combination": 6, "monotherapy": 9}


def test_what_is_left_at_low_burden():
    """Printed totals less the solved tables: 5/6 v 11/12 respond, 3/6 v 11/12 become MRD negative."""
    left = {}
    for outcome, tables in rates.high_burden_tables(FIGURES).items():
        (table,) = tables[two_by_two.COLUMNS].to_numpy().tolist()
        totals = [
            FIGURES.count(ResultId("efficacy", outcome, "count", arm, "relapsed_refractory"))
            for arm in ("combination", "monotherapy")
        ]
        sizes = rates.refractory_sizes(FIGURES)
        left[outcome] = [(totals[i] - table[2 * i], sizes[i] - table[2 * i + 1]) for i in (0, 1)]
    assert left == {"response": [(5, 6), (11, 12)], "mrd_negativity": [(3, 6), (11, 12)]}


def test_all_printed_rates_name_one_test():
    """Of the tests that print 0.956, only the one that the other two need is left: Pearson's."""
    figures = rates.printed(FIGURES, "mrd_negativity", rates.READ_AS)
    tables = two_by_two.solutions(two_by_two.candidates(*figures[:2], (19, 45)), figures[2])
    assert {two_by_two.in_words(table) for _, table in tables.iterrows()} == {"14/19 v 29/39"}
    shared = set(tables["test"])
    for each in rates.high_burden_tables(FIGURES).values():
        shared &= set(each["test"])
    assert shared == {"pearson"}
