"""A truth of the marrow block prints what other people's code makes of its patients."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.discrete.discrete_model import Logit

from evidence.claims.load import load
from evidence.ensemble import marrow, marrow_calibration, people, tempering
from evidence.ensemble.calibration import summary
from evidence.ensemble.marrow_calibration import Study, judged, truth
from evidence.reconstruction.targets import Targets
from evidence.this_abstract import abstract

CLAIMS = load()
STUDY = Study(people.solve(Targets(CLAIMS).figures), CLAIMS)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_truth_prints_its_own_figures(seed: int) -> None:
    state, targets = truth(STUDY, np.random.default_rng(seed))
    first = STUDY.people.combination[STUDY.people.refractory]
    blasts, ages = state["blasts"][0], state["ages"][0]
    for arm, values in zip(abstract.ARMS, (blasts[first], blasts[~first]), strict=True):
        figures = [targets.value(abstract.blasts(name, arm)).value for name in marrow.QUARTILES]
        assert figures == np.quantile(values, [0.25, 0.5, 0.75]).round().tolist()
    assert targets.value(abstract.age("median")).value == np.median(ages).round()
    test = stats.mannwhitneyu(blasts[first], blasts[~first], use_continuity=False, method="asymptotic")
    assert targets.p_value(abstract.RANK_TEST).value == round(test.pvalue, 2)
    design = np.column_stack([np.ones(33), blasts, first, ages[:33]])
    fitted = Logit(STUDY.people.mrd_negative[STUDY.people.refractory].astype(float), design).fit(disp=0)
    assert targets.value(abstract.ODDS_RATIO).value == round(np.exp(fitted.params[1]), 2)
    p_value = fitted.pvalues[1]
    assert targets.p_value(abstract.ODDS_RATIO).value == round(p_value, 3 if p_value < 0.1 else 2)
    assert targets.value(marrow.TERMS_TOLD).value == (fitted.pvalues[1:] < 0.05).sum()


def calibrated(monkeypatch, truths, sampler):
    """Calibrate with P values and odds ratio so coarse that short chains meet them."""
    claims = CLAIMS.copy()
    claims.loc[claims["result_id"].eq(str(abstract.ODDS_RATIO)), "decimals"] = 1
    monkeypatch.setattr(marrow_calibration, "p_decimals", lambda p_value: 0)
    monkeypatch.setattr(marrow_calibration, "DRAWS", 9)
    monkeypatch.setattr(marrow_calibration, "FORGETTING", 3000)
    monkeypatch.setattr(marrow, "PLAN", replace(marrow.PLAN, particles=32, moves=60, last_moves=100))
    study = replace(STUDY, claims=claims)
    return summary(pd.concat([judged(study, number, sampler) for number in range(truths)]), bins=5)


def tilted(people_, targets, prior, number, rng, **chains):
    """Sample from a density that favours old first arms: of three draws the oldest is kept."""
    drawn = marrow.draws(people_, targets, prior, 3 * number, rng, **chains)
    first = people_.combination[people_.refractory]
    ages = drawn["ages"][:, : len(first)][:, first].sum(axis=1).reshape(number, 3)
    return tempering.take(drawn, 3 * np.arange(number) + ages.argmax(axis=1))


def test_right_draws_are_calibrated(monkeypatch) -> None:
    found = calibrated(monkeypatch, 60, marrow.draws)
    assert (found["truths"] == 60).all()
    assert found["p_adjusted"].min() > 0.01


def test_a_wrong_density_is_caught(monkeypatch) -> None:
    found = calibrated(monkeypatch, 25, tilted).set_index("result")
    assert found.loc["mean_age_first", "p_adjusted"] < 0.01
