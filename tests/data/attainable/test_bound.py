"""The bounds on P values against an enumeration, and a stored one again."""

import numpy as np
import pytest
from few_patients import few
from scipy.stats import norm

from data.attainable.bound import p_bound
from data.attainable.layout import Layout, beside, slope_window
from evidence.annealing.statistics import logistic
from evidence.claims import load as claims
from evidence.claims.printed import Figure, Figures
from evidence.this_abstract import odds_ratio_findings
from evidence.this_abstract.cells import solve
from evidence.this_abstract.odds_ratio import MODELS


def test_bounds_hold_for_every_data_set_of_an_enumeration():
    layout, data, outcomes, _ = few()
    blasts = np.repeat(data, len(outcomes), axis=0)
    happened = np.tile(outcomes, (len(data), 1))
    design = np.stack([np.ones(blasts.shape), blasts / 100], axis=2)
    coefficients, z = logistic(design, happened, np.zeros(2), 40)
    chance = 1 / (1 + np.exp(-(design @ coefficients[:, :, None])[:, :, 0]))
    solved = np.abs(np.einsum("ij,ijk->ik", happened - chance, design)).max(axis=1) < 1e-8
    slope, square = coefficients[solved, 1] / 100, z[solved, 1] ** 2
    assert solved.sum() > 100
    tried = 0
    for window in ((-0.05, -0.04), (-0.04, -0.03), (-0.02, -0.01)):
        inside = (slope >= window[0]) & (slope <= window[1])
        if inside.any():
            tried += 1
            p_values = 2 * norm.sf(np.sqrt(square[inside]))
            assert p_bound(layout, window, "smallest") <= p_values.min()
            assert p_bound(layout, window, "largest") >= p_values.max()
    assert tried


def test_a_stored_bound_is_computed_again():
    figures = Figures(claims.load())
    name = "relapsed_refractory.response.blasts"
    model = next(model for model in MODELS if model.name == name)
    layout = Layout(model, solve(figures), beside(figures))
    window = slope_window(Figure("", 0.95, 2))
    bounds = odds_ratio_findings.load().bounds
    stored = bounds[(bounds["model"] == name) & np.isclose(bounds["goal"], 0.95)]["p_value"].iloc[0]
    assert p_bound(layout, window, "smallest") == pytest.approx(stored, rel=1e-3)
    assert stored > 0.0015
