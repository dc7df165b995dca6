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


def test_a_table_of_a_one_sided_test_is_excluded_by_the_other_outcome():
    said = tables.one_sided_sentence(Figures(claims.load()))
    # P(X >= 10) of the hypergeometric law of 12 events among 18, 12 of them in the first arm, by hand:
    # (66 x 15 + 12 x 6 + 1) / 18564 = 1063 / 18564.
    assert "10/12 v 2/6 for response (one-sided Fisher's exact test, P = 0.0573)" in said
    assert said.count(" v ") == 1


def test_the_counts_at_high_burden_follow_from_percentages_and_quartiles():
    """By hand: 83% and 67% have a common denominator in sixths only, 33% and 22% in ninths only."""
    both = [n for n in range(1, 13) if {83, 67} <= {round(100 * k / n) for k in range(n + 1)}]
    other = [n for n in range(1, 22) if {33, 22} <= {round(100 * k / n) for k in range(n + 1)}]
    assert (both, other) == ([6, 12], [9, 18])
    said = tables.denominators_sentence(Figures(claims.load()))
    # All twelve, or eighteen of twenty-one, above 60% leave no first quartile of 25% and 19%.
    assert "6 or 12 (the combination) and 9 or 18 (monotherapy)" in said
    assert "With 12 or 18 above 60% no sample" in said and "follow without a P value" in said


def test_two_numbers_that_the_quartiles_allow_leave_the_counts_open():
    changed = claims.load()
    changed = changed[~changed["id"].str.contains("blasts_monotherapy")]
    said = tables.denominators_sentence(Figures(changed))
    assert "With 12 above" in said and "follow without" not in said
