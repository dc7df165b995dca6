"""Nine patients with few possible blasts, and every way in which they print their figures."""

import itertools

import numpy as np
import pandas as pd

from data.attainable.layout import Beside, Layout
from evidence.claims.printed import Figure
from evidence.this_abstract.cells import COLUMNS
from evidence.this_abstract.odds_ratio import Model


def few(distinct: bool = False) -> tuple[Layout, np.ndarray, np.ndarray, list[tuple[int, ...]]]:
    """Give 9 patients with few possible blasts, and all blasts and outcomes that print their figures."""
    cells = pd.DataFrame(
        [
            ("combination", "relapsed_refractory", "low", 2, 1, 1),
            ("combination", "relapsed_refractory", "high", 1, 1, 1),
            ("monotherapy", "relapsed_refractory", "low", 2, 2, 2),
            ("monotherapy", "relapsed_refractory", "high", 3, 1, 1),
            ("monotherapy", "mrd_positive", "", 1, -1, 1),
        ],
        columns=COLUMNS,
    )
    quartiles = {
        "combination": [Figure("", value, -1) for value in (40, 50, 60)],
        "monotherapy": [Figure("", value, -1) for value in (40, 70, 80)],
    }
    ages = [Figure("", age, 0) for age in (17, 46, 74)]
    model = Model("measurable_disease", "mrd_negativity", (), distinct=distinct)
    layout = Layout(model, cells, Beside(quartiles, Figure("", 0.5, 0), ages))
    low, high = (20, 40, 44, 50), (65, 70, 80, 100)
    allowed = [low, low, high, low, low, high, high, high, (0, 5)]
    first, second = (
        [
            values
            for values in itertools.product(*own)
            if all(
                figure.prints(np.quantile(values, share))
                for share, figure in zip((0.25, 0.5, 0.75), printed, strict=True)
            )
            and not (distinct and len(set(values)) < len(values))
        ]
        for own, printed in zip((allowed[:3], allowed[3:8]), quartiles.values(), strict=True)
    )
    data = np.array([(*one, *other, last) for one in first for other in second for last in allowed[8]])
    outcomes = [(a, 1 - a, 1, 1, 1, *event, 1) for a in (0, 1) for event in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
    return layout, data, np.array(outcomes, dtype=bool), allowed
