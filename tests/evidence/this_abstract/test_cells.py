"""The counts of every cell, solved from the published rates, and refused where they are not determined."""

import pytest

from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.this_abstract import cells


def test_every_patient_is_in_a_cell_found_by_hand():
    solved = cells.solve(Figures(claims.load())).set_index(["arm", "disease_status", "burden"])
    by_hand = {
        ("combination", "relapsed_refractory", "low"): (6, 5, 3),
        ("combination", "relapsed_refractory", "high"): (6, 5, 4),
        ("monotherapy", "relapsed_refractory", "low"): (12, 11, 11),
        ("monotherapy", "relapsed_refractory", "high"): (9, 3, 2),
        ("combination", "mrd_positive", ""): (7, -1, 7),
        ("monotherapy", "mrd_positive", ""): (18, -1, 16),
        ("monotherapy", "mrd_negative", ""): (6, -1, 6),
    }
    assert {cell.Index: tuple(cell)[1:] for cell in solved.itertuples()} == by_hand


@pytest.mark.parametrize(
    "result_id",
    [
        "cohort.patients.count.monotherapy",
        "cohort.patients.count.all.mrd_negative",
        "cohort.patients.count.combination.relapsed_refractory",
        "efficacy.response.count.monotherapy.relapsed_refractory",
        "efficacy.mrd_negativity.rate.combination.high_burden",
        "efficacy.mrd_negativity.rate.combination.measurable_disease",
    ],
)
def test_a_missing_figure_is_refused(result_id):
    published = claims.load()
    rest = published[published["result_id"] != result_id]
    assert len(rest) < len(published)
    with pytest.raises(ValueError, match="do not print|not printed|solutions"):
        cells.solve(Figures(rest))


def test_rates_with_more_than_one_solution_are_refused():
    published = claims.load()
    high_burden = published["result_id"].eq("efficacy.response.pearson_chi_square.arm.high_burden")
    published.loc[high_burden, ["value", "decimals"]] = [0.0, 0]  # everything below 0.5 prints so
    with pytest.raises(ValueError, match="solutions, not one"):
        cells.solve(Figures(published))
