"""First values by outcome, and change against change: rows by hand and against scipy."""

import numpy as np
import pytest
from made_up_panel import COMBINATION, STUDY
from scipy import stats

from helpers.chapters.immune.correlations import rank_correlations
from helpers.chapters.immune.outcomes import asked, outcome_id, values_by_outcome
from helpers.chapters.immune.panel import pairs
from helpers.ground.results import get


def test_first_values_by_response_by_hand(cohort, rows):
    # Relapsed/refractory patients of the panel with a known response: yes C0, C1, C3, M1, M2; no C2, M0.
    yes, no = [70, 60, 75, 70, 78], [80, 74]
    response, t_cells = STUDY.outcome("response"), STUDY.cell("t_cells")
    test, shift, median = (
        get(rows, outcome_id(STUDY, t_cells, response, statistic))
        for statistic in ("mann_whitney_exact", "hodges_lehmann", "median_reached")
    )
    expected = stats.permutation_test(
        (yes, no), lambda a, b: stats.rankdata([*a, *b])[: len(a)].sum(), n_resamples=np.inf
    )
    assert (test["n"], test["p_value"]) == (7, pytest.approx(expected.pvalue))
    assert shift["estimate"] == np.median(np.subtract.outer(yes, no))
    assert (median["estimate"], median["n"]) == (70, 5)
    values = values_by_outcome(cohort, pairs(cohort.immune, STUDY)).query("outcome == 'response'")
    assert sorted(values.loc[~values["reached"], "patient_id"].unique()) == ["C2", "M0"]


def test_a_first_value_without_a_second_counts(cohort):
    values = values_by_outcome(cohort, pairs(cohort.immune, STUDY)).query("outcome == 'mrd_negativity'")
    assert "M4" in set(values.loc[values["population"] == "treg", "patient_id"])  # has no second
    assert "C2" not in set(values["patient_id"])  # its MRD is not known


def test_the_outcomes_are_the_study_s_in_their_main_populations():
    assert [(outcome.id, outcome.main) for outcome in asked(STUDY)] == [
        ("mrd_negativity", "measurable_disease"),
        ("response", "relapsed_refractory"),
    ]


def test_changes_are_correlated_within_patients(rows):
    change = {
        name: np.array([after - before for before, after in values]) for name, values in COMBINATION.items()
    }
    rho = stats.spearmanr(change["t_cells"], change["treg"]).statistic
    found = rank_correlations(rows, STUDY, "combination")["t_cells", "treg"]
    assert (found["estimate"], found["n"]) == (pytest.approx(rho), 6)
    assert rank_correlations(rows, STUDY, "monotherapy")["t_cells", "treg"]["n"] == 4
