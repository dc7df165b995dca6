"""Declared families of tests: adjustments against statsmodels, counts by hand."""

import dataclasses

import numpy as np
import pytest
from made_up_panel import STUDY
from statsmodels.stats.multitest import multipletests

from helpers.chapters.immune.families import families
from helpers.chapters.immune.panel import result_id
from helpers.chapters.immune.rows import results
from helpers.ground.results import get, pick

SIZES = {"paired": 10, "between": 5, "outcomes": 10}
METHODS = {"bh": "fdr_bh", "holm": "holm"}


@pytest.mark.parametrize("how", METHODS)
@pytest.mark.parametrize("version", ["", "_exact"])
@pytest.mark.parametrize("name", SIZES)
def test_adjustments_over_the_declared_family(rows, name, version, how):
    family = families(STUDY)[name]
    raw, adjusted = (
        pick(rows, statistic=f"{family.statistic}{version}{end}")["p_value"].to_numpy()
        for end in ("", f"_{how}")
    )
    assert len(raw) == SIZES[name]
    known = np.isfinite(raw)
    expected = multipletests(raw[known], method=METHODS[how])[1]
    np.testing.assert_allclose(adjusted[known], expected)
    below = get(rows, result_id(family.outcome, f"below_0_05{version}_{how}", family.group))
    assert (below["estimate"], below["n"]) == ((expected < 0.05).sum(), known.sum())
    if (version, how) == ("", "bh"):
        smallest = get(rows, result_id(family.outcome, "smallest_bh", family.group))
        assert smallest["p_value"] == pytest.approx(expected.min())


def test_exact_and_asymptotic_tests_are_compared_with_the_level(rows):
    raw, exact = (pick(rows, statistic=f"signed_rank{end}")["p_value"].to_numpy() for end in ("", "_exact"))
    differs = get(rows, result_id("signed_rank_family", "exact_differs"))
    assert differs["estimate"] == np.sum((raw < 0.05) != (exact < 0.05)) > 0


def test_the_level_is_the_study_s(cohort):
    found = results(dataclasses.replace(cohort, study=dataclasses.replace(STUDY, alpha=0.5)))
    below = get(found, result_id("signed_rank_family", "below_0_5"))
    assert below["estimate"] == (pick(found, statistic="signed_rank")["p_value"] < 0.5).sum() > 2
    assert below["label"] == "Paired tests with P < 0.5"


def test_an_unestimable_test_leaves_its_family(cohort):
    same = cohort.immune.copy()
    t_cells = same["population"].eq("t_cells") & same["arm"].eq("combination")
    same.loc[t_cells, "percent"] = 70.0
    found = results(dataclasses.replace(cohort, immune=same))
    adjusted = get(found, result_id("t_cells", "signed_rank_bh", "combination"))
    assert adjusted["method"] == "not estimable: all differences are zero"
    assert np.isnan(adjusted["p_value"])
    assert get(found, result_id("signed_rank_family", "below_0_05"))["n"] == 9
