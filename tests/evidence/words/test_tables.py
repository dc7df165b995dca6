"""Tables and sentences on the rates of the two arms."""

from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.words import tables


def test_the_table_of_tests_shows_where_the_choice_decides():
    figures = Figures(claims.load())
    table = tables.tests_table(figures)
    assert table["table"].tolist() == ["5/6 v 3/9", "4/6 v 2/9", "14/19 v 29/39"]
    assert "likelihood-ratio" in tables.tests_sentence(table)
    assert "7 of 7" in tables.stratum_sentence(figures)
    assert "16 of 18" in tables.stratum_sentence(figures)
