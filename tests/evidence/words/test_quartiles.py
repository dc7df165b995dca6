"""Words and figure on the printed quartiles give the exact bounds."""

import matplotlib.pyplot as plt
import pytest

from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.plots.quartiles import plot_samples
from evidence.this_abstract import quartile_findings
from evidence.words import quartiles as words

ABOVE = {"combination": 6, "monotherapy": 9}  # found by the search of the two-by-two tables


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(claims.load())


def test_sentences_print_the_exact_bounds(figures):
    spaces = quartile_findings.spaces(figures, ABOVE)
    drawn = words.draws(figures, ABOVE)
    assert "49.2% and 62.1%" in words.mean_sentence(spaces, drawn)
    assert "16 of 64" in words.age_sentence(figures)
    assert "10¹¹" in words.samples_words(spaces)
    orders = words.order_statistics(figures, ABOVE, drawn)
    assert (orders["low"] <= orders["p05"]).all() and (orders["p95"] <= orders["high"]).all()
    assert words.printed(figures, "combination")["place"].tolist() == [3.75, 6.5, 9.25]
    fig, ax = plt.subplots()
    plot_samples(
        orders[orders["arm"].eq("monotherapy")], words.printed(figures, "monotherapy"), "monotherapy", ax=ax
    )
    assert [text.get_text() for text in ax.texts] == ["19", "42", "85"]
    plt.close(fig)


def test_claims_without_quartiles_have_no_words():
    empty = Figures(claims.load().iloc[:0])
    assert words.draws(empty, ABOVE) == {} and words.age_sentence(empty) == ""
