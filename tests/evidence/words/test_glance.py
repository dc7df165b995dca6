"""What the landing page says of the printed figures, against counts and powers worked out by hand."""

import pytest

from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.words import glance
from helpers.printing.marks import plain

CLAIMS = claims.load()
FIGURES = Figures(CLAIMS)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (
            glance.both_groups_sentence,
            ["of the 25", "14/19 v 29/39", "7 of 7 and 16 of 18", "P = 0.956 (Pearson's chi-square"],
        ),
        (glance.everybody_sentence, ["13 of 21", "It may mean that the 6", "the 7 of 7 above"]),
        (
            glance.deaths_sentence,
            ["9 relapsed/refractory", "2 MRD-positive", "8 with a", "exactly 19"],
        ),
        (glance.age_sentence, ["17 to 74", "17 or younger", "74 or older"]),
        # 0.95, 0.945 and 0.955, each to the tenth power
        (glance.odds_sentence, ["0.95", "0.60 (0.57 to 0.63 by rounding)", "9 of 14 models"]),
    ],
)
def test_findings_say_what_the_figures_give(sentence, said):
    text = plain(sentence(FIGURES))
    assert [part for part in said if part not in text] == []


def test_immune_p_values_are_adjusted_in_both_families():
    text = plain(glance.immune_sentence(FIGURES, CLAIMS))
    # Benjamini-Hochberg by hand: of 0.011, 0.029, 0.071 times 3/1, 3/2; of all eight the smallest.
    assert "11 and 10 patients: 6 of the 8 printed P values (rank tests" in text and "smallest: 0.058" in text
    assert "0.033 (CD8+ CD45RA+) and 0.044 (CD8+ CD45RO+) stay" in text
    assert "the three printed ones between the arms alone, of five" in text
    assert "P = 0.075 (CD8+ CD45RA+ cells, change, combination) is called significant" in text
    assert "0.071" not in text and "“" not in text


def test_without_its_figures_nothing_is_said():
    without = Figures(CLAIMS[~CLAIMS["id"].isin(["deaths", "age_lower", "multivariable_odds_ratio"])])
    for sentence in (glance.deaths_sentence, glance.age_sentence, glance.odds_sentence):
        assert sentence(without) is None


def test_deaths_that_do_not_add_up_are_not_told_as_if_they_did():
    other = CLAIMS.copy()
    other.loc[other["id"].eq("deaths"), "value"] = 18
    assert glance.deaths_sentence(Figures(other)) is None
