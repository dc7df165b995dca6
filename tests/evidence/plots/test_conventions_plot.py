"""The figure of the printed P values under several conventions."""

import matplotlib.pyplot as plt
import pandas as pd

from evidence.plots import p_values


def test_the_figure_draws_a_line_for_each_test_and_says_when_there_is_none():
    rows = [
        ("a", "Change in t_cells", "as in the ledger", "m", 0.04),
        ("a", "Change in t_cells", "the test", "exact", 0.06),
        ("b", "Change in treg", "as in the ledger", "m", 0.2),
        ("b", "Change in treg", "the test", "exact", 0.3),
    ]
    tested = pd.DataFrame(rows, columns=["claim", "label", "convention", "name", "p_value"])
    _, (left, right) = plt.subplots(1, 2)
    p_values.plot_conventions(tested, ax=left)
    assert [label.get_text() for label in left.get_yticklabels()] == ["Change in t_cells", "Change in treg"]
    drawn = [point for line in left.lines[:2] for point in zip(*line.get_data(), strict=True)]
    assert drawn == [(0.04, 0), (0.2, 1), (0.06, 0), (0.3, 1)]
    p_values.plot_conventions(tested[:0], ax=right)
    assert "no printed P value" in right.texts[0].get_text()
    plt.close()
