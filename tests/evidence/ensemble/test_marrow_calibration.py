"""A truth of the marrow block prints what other people's code makes of its patients."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.discrete.discrete_model import Logit

from evidence.claims.load import load
from evidence.ensemble import marrow, people
from evidence.ensemble.marrow_calibration import Study, truth
from evidence.forensics import abstract
from evidence.reconstruction.targets import Targets

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
    assert targets.p_value(abstract.ODDS_RATIO).value == round(fitted.pvalues[1], 3)
    assert targets.value(marrow.TERMS_TOLD).value == (fitted.pvalues[1:] < 0.05).sum()
