"""The map of denominators: its words cover none of its points, and stand within it."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.text import Annotation

from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.plots import candidate_tables
from evidence.words import tables as words
from helpers.plots import style


@pytest.fixture(autouse=True)
def book_style():
    with plt.rc_context():
        style.use()
        yield


@pytest.fixture
def drawn():
    figures = Figures(claims.load())
    fig, ax = plt.subplots(figsize=(4.7, 5.4))
    tables, solutions = words.wide_tables(figures)
    sums = words.population_sums(figures)
    candidate_tables.plot_map(tables, solutions, words.arm_sizes(figures), sums, ax=ax)
    fig.canvas.draw()
    yield ax, tables
    plt.close(fig)


def test_no_word_covers_a_point_or_leaves_the_map(drawn):
    ax, tables = drawn
    places = ax.transData.transform(tables[["patients_first", "patients_second"]].to_numpy(float))
    annotations = [each for each in ax.texts if isinstance(each, Annotation)]
    assert len(annotations) == 3
    for each in annotations:
        box = each.get_window_extent()
        if each.get_rotation() % 360 == 0:  # of what is turned, the box is wider than the words
            inside = (places > [box.x0, box.y0]).all(axis=1) & (places < [box.x1, box.y1]).all(axis=1)
            assert not inside.any(), each.get_text()
        assert ax.bbox.x0 <= box.x0 and box.x1 <= ax.bbox.x1, each.get_text()
        assert ax.bbox.y0 - 1 <= box.y0 and box.y1 <= ax.bbox.y1, each.get_text()


def test_the_map_fills_the_width_of_its_figure(drawn):
    ax, _ = drawn
    assert ax.bbox.width > 0.8 * ax.figure.bbox.width
    assert ax.bbox.width == pytest.approx(ax.bbox.height, rel=0.01)


def test_without_tables_the_lines_are_still_named(drawn):
    _, tables = drawn
    fig, ax = plt.subplots()
    none = pd.DataFrame(columns=tables.columns, dtype=int)
    candidate_tables.plot_map(none, none, (19, 45), {"sum 25: all": 25}, ax=ax)
    assert [each.get_text() for each in ax.texts] == ["sum 25: all"]
    plt.close(fig)
