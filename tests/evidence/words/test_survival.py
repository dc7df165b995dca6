"""Words and figures on survival and the deaths, and the search behind them."""

import matplotlib.pyplot as plt
import pytest

from evidence.claims import load as published_claims
from evidence.plots.attainable_survival import plot_attainable, plot_causes, plot_relapse_months
from evidence.words import survival as words


@pytest.fixture(scope="module")
def result():
    return words.examine(published_claims.load())


def test_figures_and_words(result):
    fig, axs = plt.subplots(1, 3)
    plot_attainable(words.ranges(result), words.window(result), ax=axs[0])
    plot_relapse_months(words.ranges(result), ax=axs[1])
    plot_causes(words.death_marks(result), result.known.deaths, ax=axs[2])
    assert [text.get_text() for text in axs[0].get_yticklabels()][:3] == list(words.LABELS.values())
    crosses = [line for line in axs[2].get_lines() if line.get_marker() == "x" and len(line.get_xdata())]
    assert [len(line.get_xdata()) for line in crosses] == [2]
    plt.close(fig)
    assert len(words.definition_table(result)) == 15
    assert words.possible_deaths(result) == "17"
    told = words.deaths_sentence(result)
    assert "9 + 2 + 8 = 19, exactly the deaths" in told
    assert "Other readings fit as well" in told
    assert "cannot" not in told
    assert "9 to 19" in words.overall_sentence(result)
    assert "33 months" in words.longest_sentence(result) and "Chapter 7 allows 34," in words.longest_sentence(
        result
    )
    assert words.in_remission_range(result) == "63.4% to 64.6%"  # 54.5 and 55.5 times 64 / 55
    for definition, causes in zip(result.ranges["definition"], result.ranges["causes"], strict=True):
        assert "month" in words.definition_sentence(result, definition, causes)
    for text in (
        words.ranges_alt(result),
        words.months_alt(result),
        words.deaths_alt(result),
        words.definition_note(result),
    ):
        assert text.endswith(".")
        assert "nan" not in text


def test_disease_free_survival_of_the_published_claims(result):
    ranges = result.ranges.set_index(["definition", "causes"])
    assert (ranges["low"] <= ranges["reached_low"] + 1e-9).all()
    assert (ranges["reached_high"] <= ranges["high"] + 1e-9).all()
    assert (ranges["reached_low"] < 0.55).all()
    assert (ranges["reached_high"] > 0.55).all()
    easy, odd = ranges.loc[("everyone", "any")], ranges.loc[("in_remission", "response")]
    assert easy["relapse_low"] < 9 < 11 < easy["relapse_high"]
    assert easy["at_risk_middle"] > 32
    assert odd["relapse_low"] >= 13
    assert odd["at_risk_high"] <= 20
    assert odd["after_year_low"] >= 6
    assert ranges.loc[("everyone", "any"), "late"] == 0
    assert odd["late"] > 0
