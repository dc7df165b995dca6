"""Words, tables and panels on the models of the odds ratio follow their verdicts."""

import matplotlib.pyplot as plt
import pytest

from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.plots.attainable import attainable_figure
from evidence.this_abstract import odds_ratio_findings
from evidence.this_abstract.odds_ratio import MODELS
from evidence.this_abstract.odds_ratio_findings import OPEN, PROVED, REACHED
from evidence.words import odds_ratio as words


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(claims.load())


def test_table_sentences_and_figure_follow_the_verdicts(figures):
    table = words.judged(figures)
    own = [not model.distinct and model.rule == 7 for model in MODELS]
    counts = table.loc[own, "verdict"].value_counts()
    found = words.counts(table)
    assert (found["tried"], found[REACHED], found[PROVED]) == (sum(own), counts[REACHED], counts[PROVED])
    assert ("not a proof" in words.open_words(table)) == (found[OPEN] > 0)
    assert words.table(table)["Printed pair"].tolist() == table["verdict"].tolist()
    panels, bars = words.panels(table), words.bars(odds_ratio_findings.load())
    fig = attainable_figure(panels, bars, odds_ratio_findings.load().bounds, words.box(figures))
    drawn = [ax for ax in fig.axes if ax.axison]
    # Where a title stands depends on the style that other tests may have taken.
    titles = [ax.get_title(loc) for ax in drawn for loc in ("left", "center")]
    assert sorted(title.replace("\n", " ") for title in titles if title) == sorted(panels["verdict"])
    bottom = [ax for ax in fig.axes if ax.get_subplotspec().is_last_row()]
    assert {ax.get_xlabel() for ax in bottom} == {"Odds ratio"}
    plt.close(fig)
    assert all(row.verdict in words.alt(table) for row in panels.itertuples())


def test_without_the_printed_pair_there_is_nothing_to_judge():
    published = claims.load()
    without = published[published["id"] != "multivariable_p"]
    assert words.judged(Figures(without)) is None


def test_rows_that_are_no_models_of_their_own_are_said_once(figures):
    table = words.judged(figures)
    models = table[["population", "outcome", "covariates"]].astype(str).drop_duplicates()
    assert words.variants_words(table).endswith(f"{len(table)} rows, {len(models)} models.")
    assert words.variants_words(table[table["is_usual"]]) == ""
