"""The map of attainable odds ratios re-verified with other people's code, its bounds against brute force."""

import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import mannwhitneyu, norm

from evidence.annealing.statistics import logistic
from evidence.attainable import bound as odds_ratio_bound
from evidence.attainable import search as odds_ratio_search
from evidence.attainable.programme import Chains
from evidence.claims import load as claims
from evidence.claims.printed import Figure, Figures
from evidence.forensics import odds_ratio, odds_ratio_findings
from evidence.forensics.cells import COLUMNS, solve
from evidence.forensics.finding import CAN_HOLD, NOT_REACHED
from evidence.forensics.odds_ratio import MODELS, Layout, Model, Printed
from evidence.forensics.odds_ratio_findings import PROVED, REACHED
from evidence.plots.attainable import attainable_figure
from evidence.words import odds_ratio as reading

QUANTILES = {7: "linear", 6: "weibull", 2: "averaged_inverted_cdf"}
# By hand: patients, responses and MRD negativity by arm and burden (> 60 %).
REFRACTORY = {
    ("combination", True): (6, 5, 4),
    ("combination", False): (6, 5, 3),
    ("monotherapy", True): (9, 3, 2),
    ("monotherapy", False): (12, 11, 11),
}
REMISSION = {
    ("combination", "mrd_positive"): (7, 7),
    ("monotherapy", "mrd_positive"): (18, 16),
    ("monotherapy", "mrd_negative"): (6, 6),
}


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return claims.load()


@pytest.fixture(scope="module")
def figures(published) -> Figures:
    return Figures(published)


@pytest.fixture(scope="module")
def verdicts(figures) -> pd.Series:
    pair = figures.get(odds_ratio.RESULT), figures.p_value(odds_ratio.RESULT)
    table = odds_ratio_findings.verdicts(*pair, odds_ratio_findings.load())
    return table.set_index("model")["verdict"]


def _witnesses() -> dict[int, pd.DataFrame]:
    rows = pd.read_csv(odds_ratio.FOLDER / "odds_ratio_witnesses.csv")
    patients = pd.read_csv(odds_ratio.FOLDER / "odds_ratio_patients.csv")
    return dict(list(rows.merge(patients, on="patient").groupby("witness")))


def _check_marrow(rows: pd.DataFrame, model: Model) -> None:
    refractory = rows[rows["disease_status"] == "relapsed_refractory"]
    arms = {arm: own["bm_blasts_pct"].to_numpy() for arm, own in refractory.groupby("arm")}
    for arm, printed in (("combination", (25, 60, 86)), ("monotherapy", (19, 42, 85))):
        assert (arms[arm] == np.round(arms[arm])).all() and arms[arm].min() >= 0 and arms[arm].max() <= 100
        found = np.quantile(arms[arm], (0.25, 0.5, 0.75), method=QUANTILES[model.quartiles])
        assert (np.abs(found - printed) <= 0.5 + 1e-9).all()
    test = mannwhitneyu(arms["combination"], arms["monotherapy"], use_continuity=False, method="asymptotic")
    assert 0.565 <= test.pvalue <= 0.575
    if model.distinct:
        assert refractory["bm_blasts_pct"].is_unique


def _check_outcomes(rows: pd.DataFrame, model: Model) -> None:
    refractory = rows[rows["disease_status"] == "relapsed_refractory"]
    for (arm, high), (patients, responses, negative) in REFRACTORY.items():
        own = refractory[(refractory["arm"] == arm) & ((refractory["bm_blasts_pct"] > 60) == high)]
        assert len(own) == patients
        low, top = {
            "mrd_negativity": (negative, negative),
            "composite": (0, negative),
            "complete_remission": (negative, responses),
            "response": (responses, responses),
        }[model.outcome]
        assert low <= own["outcome"].sum() <= top
    total = refractory["outcome"].sum()
    assert total < 20 if model.outcome == "composite" else total >= 20
    assert model.outcome != "complete_remission" or total > 20
    others = rows[rows["disease_status"] != "relapsed_refractory"]
    assert others.empty or others["bm_blasts_pct"].between(0, 5).all()
    for (arm, status), own in others.groupby(["arm", "disease_status"]):
        assert (len(own), own["outcome"].sum()) == REMISSION[arm, status]


def _fit(rows: pd.DataFrame, model: Model):
    columns = {"blasts": rows["bm_blasts_pct"]}
    if "arm" in model.covariates:
        columns["arm"] = rows["arm"].eq("combination").astype(float)
    if "age" in model.covariates:
        columns["age"] = rows["age_years"]
    design = sm.add_constant(pd.DataFrame(columns).astype(float))
    return sm.Logit(rows["outcome"].astype(float), design).fit(disp=0, method="newton")


def test_every_stored_point_has_patients_that_give_it_and_print_every_other_figure():
    points = odds_ratio_findings.load().points
    witnesses, models = _witnesses(), {model.name: model for model in MODELS}
    sizes = {"relapsed_refractory": 33, "measurable_disease": 58, "all": 64}
    assert set(points["witness"]) == set(witnesses)
    for point in points.itertuples():
        model, everyone = models[point.model], witnesses[point.witness]
        rows = everyone.dropna(subset="bm_blasts_pct")
        assert len(rows) == sizes[model.population]
        _check_marrow(rows, model)
        _check_outcomes(rows, model)
        fit = _fit(rows, model)
        assert np.exp(fit.params["blasts"]) == pytest.approx(point.odds_ratio, abs=2e-7)
        assert fit.pvalues["blasts"] == pytest.approx(point.p_value, rel=2e-4, abs=2e-9)
        assert point.end == "nearest" or Figure("", float(point.goal), 2).prints(point.odds_ratio)
        assert (fit.pvalues.drop(["const", "blasts"]) >= 0.05 - 1e-9).all()
        if "age" in model.covariates:
            ages = everyone["age_years"]
            assert len(ages) == 64
            assert (ages.min(), ages.max()) == (17, 74)
            assert abs(ages.median() - 46) <= 0.5


def test_no_stored_point_passes_a_stored_bound():
    attainable = odds_ratio_findings.load()
    points = attainable.points[attainable.points["end"] != "nearest"].astype({"goal": float})
    both = points.merge(attainable.bounds, on=["model", "goal", "end"], suffixes=("", "_bound"))
    assert len(both) > 40
    sign = np.where(both["end"] == "smallest", 1, -1)
    assert (sign * (both["p_value"] - both["p_value_bound"]) >= 0).all()


def test_what_was_found_by_others_is_found_again(verdicts):
    assert verdicts["relapsed_refractory.mrd_negativity.blasts+arm+age"] == REACHED
    assert verdicts["relapsed_refractory.composite.blasts"] == REACHED
    assert verdicts["relapsed_refractory.response.blasts"] == PROVED
    for population in ("measurable_disease", "all"):
        assert verdicts[f"{population}.mrd_negativity.blasts"] == PROVED
        assert verdicts[f"{population}.mrd_negativity.blasts+arm"] == PROVED
        assert verdicts[f"{population}.mrd_negativity.blasts+arm+age"] == REACHED


def test_a_longer_search_reaches_what_earlier_ones_only_came_near_to(verdicts):
    # Remission or MRD negativity on blasts alone: P values just below 0.0015, with witnesses (checked above).
    assert verdicts["relapsed_refractory.mrd_negativity.blasts"] == REACHED
    assert verdicts["relapsed_refractory.mrd_negativity.blasts.distinct"] == REACHED
    assert verdicts["relapsed_refractory.complete_remission.blasts"] == REACHED


def _edited(published: pd.DataFrame, claim: str, value: float) -> Figures:
    rows = published.copy()
    assert (rows["id"] == claim).any()
    rows.loc[rows["id"] == claim, "value"] = value
    return Figures(rows)


def test_findings_of_the_published_and_of_changed_claims(published, figures):
    (finding,) = odds_ratio_findings.findings(figures)
    assert finding.outcome == CAN_HOLD
    assert finding.claims == ("multivariable_odds_ratio", "multivariable_p")
    (far,) = odds_ratio_findings.findings(_edited(published, "multivariable_odds_ratio", 0.70))
    assert far.outcome == NOT_REACHED
    (other,) = odds_ratio_findings.findings(_edited(published, "blasts_combination_median", 55))
    assert other.outcome == NOT_REACHED and "does not apply" in other.reason
    without = published[published["id"] != "multivariable_p"]
    assert odds_ratio_findings.findings(Figures(without)) == []


@pytest.mark.parametrize(("patients", "share"), [(12, 0.25), (12, 0.5), (21, 0.25), (21, 0.75)])
@pytest.mark.parametrize("rule", QUANTILES)
def test_order_statistics_give_numpys_quantiles(patients, share, rule):
    values = np.sort(np.random.default_rng(patients).integers(0, 101, patients))
    ours = sum(weight * values[place] for place, weight in odds_ratio.order_statistics(patients, share, rule))
    assert ours == pytest.approx(np.quantile(values, share, method=QUANTILES[rule]))


def _tiny(distinct: bool = False) -> tuple[Layout, np.ndarray, np.ndarray, list[tuple[int, ...]]]:
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
        "combination": (Figure("", 40, -1), Figure("", 50, -1), Figure("", 60, -1)),
        "monotherapy": (Figure("", 40, -1), Figure("", 70, -1), Figure("", 80, -1)),
    }
    ages = tuple(Figure("", age, 0) for age in (17, 46, 74))
    model = Model("measurable_disease", "mrd_negativity", (), distinct=distinct)
    layout = Layout(model, cells, Printed(quartiles, Figure("", 0.5, 0), ages))
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


@pytest.mark.parametrize("distinct", [False, True])
def test_dynamic_programme_finds_the_maximum_of_an_enumeration(distinct):
    layout, data, outcomes, allowed = _tiny(distinct)
    assert len(data) > 20
    chains = Chains(layout)
    cells = [cell for arm in chains.arms for cell in arm.cells] + chains.remission
    for number, cell in enumerate(cells):  # no other blast values than the enumeration has
        cell.allowed[:] = np.isin(np.arange(101), allowed[np.searchsorted(layout.cell, number)])
    gains = np.random.default_rng(1).normal(size=(20, 2, 101))
    best = np.max(
        [gains[:, outcome.astype(int), data].sum(axis=2).max(axis=1) for outcome in outcomes], axis=0
    )
    np.testing.assert_allclose(chains.largest(gains), best)


def test_bounds_hold_for_every_data_set_of_an_enumeration():
    layout, data, outcomes, _ = _tiny()
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
            assert odds_ratio_bound.p_bound(layout, window, "smallest") <= p_values.min()
            assert odds_ratio_bound.p_bound(layout, window, "largest") >= p_values.max()
    assert tried


def test_a_stored_bound_is_computed_again(published, figures):
    name = "relapsed_refractory.response.blasts"
    model = next(model for model in MODELS if model.name == name)
    layout = Layout(model, solve(figures), odds_ratio.printed(figures))
    window = odds_ratio.slope_window(Figure("", 0.95, 2))
    bounds = odds_ratio_findings.load().bounds
    stored = bounds[(bounds["model"] == name) & np.isclose(bounds["goal"], 0.95)]["p_value"].iloc[0]
    assert odds_ratio_bound.p_bound(layout, window, "smallest") == pytest.approx(stored, rel=1e-3)
    assert stored > 0.0015


def test_a_short_search_gives_points_with_their_patients(published, figures, monkeypatch):
    monkeypatch.setattr(odds_ratio_search, "STEPS", 500)
    monkeypatch.setattr(odds_ratio_search, "CHAINS", 4)
    model = next(model for model in MODELS if model.outcome == "composite")
    layout = Layout(model, solve(figures), odds_ratio.printed(figures))
    pair = figures.get(odds_ratio.RESULT), figures.p_value(odds_ratio.RESULT)
    found = odds_ratio_search.search(layout, *pair, seed=3)
    assert len(found)
    patients = pd.read_csv(odds_ratio.FOLDER / "odds_ratio_patients.csv")
    for point in found.itertuples():
        rows = odds_ratio_search.witness_rows(layout, point.patients).merge(patients, on="patient")
        _check_marrow(rows, model)
        _check_outcomes(rows, model)
        assert _fit(rows, model).pvalues["blasts"] == pytest.approx(point.p_value, rel=2e-4)


def test_table_sentences_and_figure_follow_the_verdicts(figures):
    table = reading.judged(figures)
    own = [not model.distinct and model.quartiles == 7 for model in MODELS]
    counts = table.loc[own, "verdict"].value_counts()
    sentence = reading.sentence(figures, table)
    assert f"reached by {counts[REACHED]} of {sum(own)}" in sentence
    assert f"for {counts[PROVED]} it is proved out of reach" in sentence
    assert reading.table(table)["Printed pair"].tolist() == table["verdict"].tolist()
    panels, bars = reading.panels(table), reading.bars(odds_ratio_findings.load())
    fig = attainable_figure(panels, bars, odds_ratio_findings.load().bounds, reading.box(figures))
    drawn = [ax for ax in fig.axes if ax.axison]
    assert sorted(ax.get_title() for ax in drawn) == sorted(panels["verdict"])
    assert all(row.verdict in reading.alt(table) for row in panels.itertuples())


def test_without_the_printed_pair_there_is_nothing_to_judge(published):
    without = published[published["id"] != "multivariable_p"]
    assert reading.judged(Figures(without)) is None
