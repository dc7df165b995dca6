"""Words, table and figure on the P values of rank tests name what prints them."""

import matplotlib.pyplot as plt
import pytest

from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.plots.p_values import HIT, plot_attainable
from evidence.this_abstract import rank_findings
from evidence.words import ranks as words


@pytest.fixture(scope="module")
def figures():
    return Figures(claims.load())


@pytest.fixture(scope="module")
def tests(figures):
    return rank_findings.printed(figures)


@pytest.fixture(scope="module")
def found(tests):
    return rank_findings.solutions(tests)


def test_sentences_name_the_statistics(figures, tests, found):
    conventions = rank_findings.conventions(tests, found)
    told = words.family_sentence(conventions)
    assert "Of the P values of changes within an arm, the normal approximation without continuity" in told
    assert "prints all 5 with values that all differ" in told
    assert "0.029 as U = 24, 0.57 as U = 110" in words.exact_sentence(tests, found, conventions)
    ties = words.ties_sentence(tests, found)
    assert "5 of 11 for 0.046" in ties
    assert (
        "P = 0.071 can only come about where some ratios are equal: at the least 7 of the 21, in groups of "
        in ties
    )
    assert "of 4 and 3 or of 5 and 2, and a missing value does not help" in ties
    assert "smallest 0.058" in words.adjusted_words(rank_findings.adjusted(figures))
    between = rank_findings.adjusted(figures, rank_findings.BETWEEN)
    assert words.between_words(between) == "2 of 3 stay below 0.05 (0.033, 0.044, 0.071)"
    table = words.table(tests, found).set_index("P value")
    assert table.loc["CD8+ CD45RA+ cells, combination", "Without ties"] == "W = 13 of 11; W = 2 of 6"


def test_figure_marks_a_hit_in_every_row(tests, found):
    points = words.attainable(tests, found)
    assert points[points["hit"] & ~points["tied"] & points["convention"].eq("normal")]["label"].nunique() == 8
    fig, ax = plt.subplots()
    plot_attainable(points, ax=ax)
    marked = [line for line in ax.lines if line.get_color() == HIT and len(line.get_xdata())]
    assert {round(line.get_ydata()[0]) for line in marked} == set(range(len(tests)))
    assert all(abs(x) <= 0.5 for line in marked for x in line.get_xdata())
    plt.close(fig)


def test_claims_with_one_kind_of_test_have_no_words_of_the_other():
    table = claims.load()
    some = Figures(table[~table["result_id"].str.contains("mann_whitney")])
    tests = rank_findings.printed(some)
    found = rank_findings.solutions(tests)
    assert "between" not in words.family_sentence(rank_findings.conventions(tests, found))
