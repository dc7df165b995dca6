"""The immune chapter's later questions: rows by hand, sentences both ways, hostile panels, what is drawn."""

import dataclasses
import math
import warnings

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from scipy import stats
from statsmodels.stats.multitest import multipletests

from helpers.chapters.immune import baseline as immune_baseline
from helpers.chapters.immune import changes as immune_changes
from helpers.chapters.immune import composition as immune_composition
from helpers.chapters.immune import log_words as log_reading
from helpers.chapters.immune import relations_words as relations
from helpers.chapters.immune import rows as immune
from helpers.chapters.immune import words as reading
from helpers.chapters.immune.multiplicity import FAMILIES
from helpers.ground.endpoints import ARMS
from helpers.ground.results import get, is_estimable
from helpers.plots import changes, outcomes, shifts, split
from tests.helpers.chapters.immune.test_immune_rows import COMBINATION, HOSTILE, MONOTHERAPY, rows, study  # noqa: F401


def log_ratios(values: dict) -> np.ndarray:
    """Return the logarithms of CD45RA / CD45RO, patients × visits."""
    return np.log(np.array(values["cd8_cd45ra"]) / np.array(values["cd8_cd45ro"]))


def with_zero(study):  # noqa: F811
    """Set the CD45RA share of the first patient of the combination to 0 on day 28."""
    panel = study.immune.copy()
    chosen = panel["patient_id"].eq("C0") & panel["population"].eq("cd8_cd45ra") & panel["visit"].eq("day28")
    panel.loc[chosen, "percent"] = 0.0
    return dataclasses.replace(study, immune=panel)


def test_the_split_in_one_arm_by_hand(rows):  # noqa: F811
    log = log_ratios(COMBINATION)
    change = log[:, 1] - log[:, 0]
    walsh = [(a + b) / 2 for i, a in enumerate(change) for b in change[i:]]
    found = get(rows, "immune.cd45_split.fold_change.combination")
    assert found["estimate"] == pytest.approx(math.exp(np.median(walsh)))
    assert (found["ci_low"], found["ci_high"]) == pytest.approx(np.exp([min(walsh), max(walsh)]))  # 6 pairs
    shift = get(rows, "immune.cd45_split.log_change_hodges_lehmann.combination")
    assert shift["estimate"] == pytest.approx(np.median(walsh))
    exact = get(rows, "immune.cd45_split.log_change_signed_rank_exact.combination")
    assert exact["p_value"] == pytest.approx(stats.wilcoxon(change, method="exact").pvalue)
    asymptotic = get(rows, "immune.cd45_split.log_change_signed_rank.combination")
    expected = stats.wilcoxon(change, correction=False, method="asymptotic").pvalue
    assert asymptotic["p_value"] == pytest.approx(expected)
    for place, visit in enumerate(immune.VISITS):
        median = np.median(log[:, place])
        assert get(rows, f"immune.cd45_split.log_ratio_{visit}.combination")["estimate"] == pytest.approx(
            median
        )
        ratio = get(rows, f"immune.cd45_split.ratio_{visit}.combination")["estimate"]
        assert ratio == pytest.approx(math.exp(median))


def test_the_split_between_the_arms_by_hand(rows):  # noqa: F811
    one, other = (np.diff(log_ratios(values))[:, 0] for values in (COMBINATION, MONOTHERAPY))
    differences = np.median(np.subtract.outer(one, other))
    assert get(rows, "immune.cd45_split.fold_change.arm")["estimate"] == pytest.approx(math.exp(differences))
    exact = get(rows, "immune.cd45_split.log_change_mann_whitney_exact.arm")
    assert exact["p_value"] == pytest.approx(stats.mannwhitneyu(one, other, method="exact").pvalue)
    asymptotic = get(rows, "immune.cd45_split.log_change_mann_whitney.arm")
    expected = stats.mannwhitneyu(one, other, method="asymptotic", use_continuity=False).pvalue
    assert asymptotic["p_value"] == pytest.approx(expected)


def test_a_share_of_zero_is_left_out_and_then_replaced(study):  # noqa: F811
    found = immune.results(with_zero(study))
    used = get(found, "immune.cd45_split.pairs_used.combination")
    assert (used["estimate"], used["n"]) == (5, 6)
    replaced = get(found, "immune.cd45_split.fold_change_zeros_replaced.combination")
    log = log_ratios(COMBINATION | {"cd8_cd45ra": [(40, 0.05), *COMBINATION["cd8_cd45ra"][1:]]})
    change = log[:, 1] - log[:, 0]
    walsh = [(a + b) / 2 for i, a in enumerate(change) for b in change[i:]]
    assert (replaced["estimate"], replaced["n"]) == (pytest.approx(math.exp(np.median(walsh))), 6)
    sentence = log_reading.split_zero_sentence(found)
    assert sentence.startswith("A share of 0 leaves 1 of 11 patients out; with 0 replaced by 0.05%")
    left_out = get(found, "immune.cd8_cd45ra.without_logarithm.combination")
    assert (left_out["estimate"], left_out["n"]) == (1, 6)


def test_two_shares_of_zero_say_nothing_about_their_ratio(study):  # noqa: F811
    panel = with_zero(study).immune
    both = panel["patient_id"].eq("C0") & panel["visit"].eq("day28") & panel["parent"].eq("cd8_t")
    panel.loc[both, "percent"] = 0.0
    logs = immune_composition.log_ratio_pairs(immune.pairs(panel), replacement=0.05)
    assert logs.set_index("patient_id").loc["C0", "day28"] != 0
    assert logs["day28"].isna().sum() == 1


def test_fold_changes_and_their_ratio_by_hand(rows):  # noqa: F811
    one, other = (
        np.array([after / before for before, after in values["cd8_cd45ro"]])
        for values in (COMBINATION, MONOTHERAPY)
    )
    quotient = np.exp(np.median(np.subtract.outer(np.log(one), np.log(other))))
    found = get(rows, "immune.cd8_cd45ro.ratio_of_ratios.arm")
    assert (found["estimate"], found["n"], found["unit"]) == (pytest.approx(quotient), 11, "ratio")
    means = [math.sqrt(a * b) for i, a in enumerate(one) for b in one[i:]]
    fold = get(rows, "immune.cd8_cd45ro.fold_change.combination")
    assert fold["estimate"] == pytest.approx(np.exp(np.median(np.log(means))))
    # A baseline of 0 leaves five of the six NKT pairs.
    assert get(rows, "immune.nkt.fold_change.combination")["n"] == 5


@pytest.mark.parametrize("version", ["", "_exact"])
@pytest.mark.parametrize("statistic", FAMILIES)
def test_holm_over_the_declared_family(rows, statistic, version):  # noqa: F811
    raw, adjusted, bh = (
        rows.loc[rows["statistic"] == f"{statistic}{version}{how}", "p_value"].to_numpy()
        for how in ("", "_holm", "_bh")
    )
    known = np.isfinite(raw)
    assert known.sum() >= 5
    expected = multipletests(raw[known], method="holm")[1]
    np.testing.assert_allclose(adjusted[known], expected)
    np.testing.assert_allclose(bh[known], multipletests(raw[known], method="fdr_bh")[1])
    group = "arm" if statistic == "ratio_mann_whitney" else "all"
    below = get(rows, f"immune.{statistic}_family.below_0_05{version}_holm.{group}")
    assert (below["estimate"], below["n"]) == ((expected < 0.05).sum(), known.sum())
    assert f"Of {known.sum()} tests" in log_reading.holm_sentence(rows, statistic)


def test_baseline_by_response_by_hand(study, rows):  # noqa: F811
    # Relapsed/refractory patients of the panel with a known response: yes C0, C1, C3, M1, M2; no C2, M0.
    yes, no = [70, 60, 75, 70, 78], [80, 74]
    test = get(rows, "immune.t_cells_by_response.baseline_mann_whitney_exact.all.relapsed_refractory")
    assert test["n"] == 7
    expected = stats.permutation_test(
        (yes, no), lambda a, b: stats.rankdata([*a, *b])[: len(a)].sum(), n_resamples=np.inf
    )
    assert test["p_value"] == pytest.approx(expected.pvalue)
    shift = get(rows, "immune.t_cells_by_response.baseline_hodges_lehmann.all.relapsed_refractory")
    assert shift["estimate"] == np.median(np.subtract.outer(yes, no))
    median = get(rows, "immune.t_cells_by_response.baseline_median_reached.all.relapsed_refractory")
    assert (median["estimate"], median["n"]) == (70, 5)
    frame = immune_baseline.baseline_by_outcome(study, immune.pairs(study.immune), "response")
    assert sorted(frame.loc[~frame["reached"], "patient_id"].unique()) == ["C2", "M0"]


def test_a_baseline_without_a_second_sample_counts(study):  # noqa: F811
    frame = immune_baseline.baseline_by_outcome(study, immune.pairs(study.immune), "mrd_negativity")
    assert "M4" in set(frame.loc[frame["population"] == "treg", "patient_id"])  # has no day 28
    assert "C2" not in set(frame["patient_id"])  # its MRD is not known


def test_changes_are_correlated_within_patients(rows):  # noqa: F811
    change = {
        name: np.array([after - before for before, after in values]) for name, values in COMBINATION.items()
    }
    rho = stats.spearmanr(change["t_cells"], change["treg"]).statistic
    found = get(rows, "immune.t_cells_treg.change_spearman.combination")
    assert (found["estimate"], found["n"]) == (pytest.approx(rho), 6)
    assert get(rows, "immune.t_cells_treg.change_spearman.monotherapy")["n"] == 4


def test_sentences_have_a_direction_and_a_verdict(rows):  # noqa: F811
    unclear = log_reading.split_sentence(rows, "combination")
    assert unclear.startswith("Venetoclax + blinatumomab (6 of 6 patients): median ratio ")
    assert ", no clear difference; signed-rank P = " in unclear
    few = log_reading.split_sentence(rows, "monotherapy")
    assert "(too few patients for a 95% interval)" in few
    between = log_reading.split_between_sentence(rows)
    assert "times that with blinatumomab alone (95% CI" in between and ", a clear difference" in between
    assert log_reading.split_zero_sentence(rows) == "No share is 0 in these 11 patients, so none is left out."
    folds = log_reading.folds_sentence(rows)
    assert "CD8+ CD45RA+ cells, CD8+ CD45RO+ cells" in folds and "1 of 54 pairs of values hold a 0" in folds
    assert "MRD negativity" in " ".join(relations.outcome_labels().values())
    linked = relations.changes_sentence(rows)
    # The test data keep the sum of both shares, so that one change is the other's mirror image.
    mirror = "wholly: CD8+ CD45RA+ cells with CD8+ CD45RO+ cells (\N{MINUS SIGN}1.00)"
    assert "all patients, of 9 with an interval: T cells with Regulatory T cells (" in linked
    assert mirror in linked


def _every_text(rows: pd.DataFrame) -> list[str]:  # noqa: F811
    texts = [log_reading.split_sentence(rows, arm) for arm in ARMS]
    texts += [log_reading.holm_sentence(rows, statistic) for statistic in FAMILIES]
    for name in ("split_between_sentence", "split_zero_sentence", "split_alt", "folds_sentence"):
        texts.append(getattr(log_reading, name)(rows))
    for name in ("baseline_sentence", "baseline_alt", "changes_sentence", "changes_alt"):
        texts.append(getattr(relations, name)(rows))
    for table in (log_reading.folds_table, relations.baseline_table):
        texts += table(rows).to_numpy().ravel().tolist()
    return texts


def _draw_everything(study, rows: pd.DataFrame) -> dict:  # noqa: F811
    panel = immune.pairs(study.immune)
    drawn = {}
    drawn["split"] = plt.subplots(1, 2)[1]
    split.plot_split_panels(immune_composition.log_ratio_pairs(panel), rows, axs=drawn["split"])
    drawn["shifts"] = shifts.plot_shifts(panel, reading.shift_rows(rows))
    drawn["outcomes"] = plt.subplots(5, 2)[1]
    baseline = immune_baseline.baseline_by_outcomes(study, panel)
    outcomes.plot_baseline_panels(baseline, rows, relations.outcome_labels(), axs=drawn["outcomes"])
    drawn["changes"] = plt.subplots(4, 4)[1]
    wide = immune_changes.changes(panel)
    changes.plot_change_matrix(wide, rows, immune.POPULATIONS, axs=drawn["changes"])
    for number in plt.get_fignums():
        plt.figure(number).draw_without_rendering()
    return drawn


NO_OUTCOME = {
    "nobody MRD negative": {"mrd_negative": False},
    "outcomes unknown": {"mrd_negative": pd.NA, "response": pd.NA},
    "all respond": {"response": True},
}


@pytest.mark.parametrize("edit", HOSTILE.values(), ids=HOSTILE)
def test_hostile_panels_are_read_and_drawn(study, edit):  # noqa: F811
    hostile = dataclasses.replace(study, immune=edit(study.immune))
    _survives(hostile)


@pytest.mark.parametrize("outcome", NO_OUTCOME.values(), ids=NO_OUTCOME)
def test_hostile_outcomes_are_read_and_drawn(study, outcome):  # noqa: F811
    patients = study.patients.assign(**outcome).astype(dict.fromkeys(outcome, "boolean"))
    found = _survives(dataclasses.replace(study, patients=patients))
    tests = found[found["statistic"] == "baseline_mann_whitney_exact"]
    assert "not estimable: a group has no values" in set(tests["method"])


def _survives(hostile) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = immune.results(hostile)
        texts = _every_text(found)
        _draw_everything(hostile, found)
    plt.close("all")
    assert all(texts) and not any("nan" in text.replace("(", " ").split() for text in texts)
    for _, result in found.iterrows():
        assert is_estimable(result) == (pd.notna(result["estimate"]) or pd.notna(result["p_value"]))
    return found


def _points(ax) -> int:
    return sum(len(found.get_offsets()) for found in ax.collections if isinstance(found, PathCollection))


def test_every_figure_shows_each_patient(study, rows):  # noqa: F811
    drawn = _draw_everything(study, rows)
    assert [len(ax.lines) - 2 for ax in drawn["split"]] == [6, 5]  # without the medians and the null line
    assert _points(drawn["shifts"]) == 54
    wide = immune_changes.changes(immune.pairs(study.immune))
    assert _points(drawn["changes"][0, 0]) == wide[["t_cells", "nkt"]].notna().all(axis=1).sum() == 11
    assert _points(drawn["outcomes"][0, 1]) == 7
    assert not drawn["changes"][0, 2].axison
    plt.close("all")
