"""A short search: its points have the patients that give them."""

import pandas as pd
import pytest
from witnesses import check_marrow, check_outcomes, fit

from data.attainable import search
from data.attainable.layout import Layout, beside
from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.this_abstract.cells import solve
from evidence.this_abstract.odds_ratio import FOLDER, MODELS
from evidence.this_abstract.odds_ratio_findings import pair


def test_a_short_search_gives_points_with_their_patients(monkeypatch):
    figures = Figures(claims.load())
    monkeypatch.setattr(search, "STEPS", 500)
    monkeypatch.setattr(search, "CHAINS", 4)
    model = next(model for model in MODELS if model.outcome == "composite")
    layout = Layout(model, solve(figures), beside(figures))
    found = search.search(layout, *pair(figures), seed=3)
    assert len(found)
    patients = pd.read_csv(FOLDER / "odds_ratio_patients.csv")
    for point in found.itertuples():
        rows = search.witness_rows(layout, point.patients).merge(patients, on="patient")
        check_marrow(rows, model)
        check_outcomes(rows, model)
        assert fit(rows, model).pvalues["blasts"] == pytest.approx(point.p_value, rel=2e-4)
