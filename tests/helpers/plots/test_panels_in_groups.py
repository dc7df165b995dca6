"""The figures of an immune panel whose patients stand in groups, beside quartiles and counts by hand."""

from dataclasses import replace
from itertools import combinations, product

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from made_up_panel import CELLS, HOSTILE, OTHER_STUDIES, STUDY, of_three_populations, small_cohort
from matplotlib.collections import LineCollection, PathCollection

from helpers.chapters.immune import spread
from helpers.chapters.immune.balance import log_ratio_pairs
from helpers.chapters.immune.correlations import changes, rank_correlations
from helpers.chapters.immune.outcomes import asked, compared, values_by_outcome
from helpers.chapters.immune.panel import pairs
from helpers.chapters.immune.rows import results
from helpers.ground.cohort_parts import TOO_MANY, Cohort
from helpers.ground.results import pick
from helpers.plots import correlations, outcomes, paired, ratios, shifts

SHARES = (25, 75)


@pytest.fixture(autouse=True)
def plain_style():
    """Draw in matplotlib's own look, whatever a test before has taken."""
    with plt.style.context("default"):
        yield
    plt.close("all")


def made_up(patients: int, threshold: int) -> Cohort:
    """Give a cohort of random values in percent with two decimals, a few of them missing."""
    draw = np.random.default_rng(patients)
    ids = [f"P{number}" for number in range(patients)]
    arm = draw.choice(STUDY.arm_ids, patients)
    answers = {
        name: pd.array(draw.random(patients) < 0.6, "boolean") for name in ("mrd_negative", "response")
    }
    status = pd.Categorical(draw.choice(STUDY.statuses[:2], patients), STUDY.statuses)
    whom = pd.DataFrame({"patient_id": ids, "centre": "one", "arm": arm, "disease_status": status, **answers})
    parts = [
        pd.DataFrame(
            {"patient_id": ids, "arm": arm, "population": cell, "visit": visit.id}
            | {"percent": draw.uniform(5, 45, patients).round(2)}
        )
        for cell, visit in product(CELLS, STUDY.ends)
    ]
    immune = pd.concat(parts, ignore_index=True)
    immune.loc[::17, "percent"] = np.nan
    return replace(small_cohort(), patients=whom, immune=immune, threshold=threshold)


@pytest.fixture(scope="module")
def shareable() -> Cohort:
    return made_up(60, 5)


@pytest.fixture(scope="module")
def many() -> Cohort:
    return made_up(330, 0)


def whole(values):
    return np.round(values)


def shortened(values):
    return [float(f"{value:.2g}") for value in values]


def drawn(cohort: Cohort) -> dict[str, np.ndarray]:
    """Draw every figure in which patients can stand in groups."""
    study, rows = cohort.study, results(cohort)
    panel, cells = pairs(cohort.immune, study), [cell.id for cell in study.cells]
    shown, ends = spread.of_panel(cohort, panel), [visit.id for visit in study.ends]

    def of(*statistics):
        return [pick(rows, statistic=statistic) for statistic in statistics]

    axs = {
        "balance": plt.subplots(1, 2)[1],
        "outcomes": plt.subplots(**outcomes.layout(study, len(asked(study))))[1],
    }
    medians, tests = of(*[f"median_{end}" for end in ends]), of("signed_rank", "signed_rank_exact")
    axs["paired"] = paired.plot_paired_panels(shown, study, cells, medians=medians, tests=tests, bars=True)
    tests = of("log_change_signed_rank", "log_change_signed_rank_exact")
    log_pairs = spread.of_log_ratios(cohort, log_ratio_pairs(panel, study.balance))
    medians = of(*[f"ratio_{end}" for end in ends])
    paired.plot_balance_panels(log_pairs, study, medians=medians, tests=tests, bars=True, axs=axs["balance"])
    titles = {outcome.id: outcome.noun for outcome in asked(study)}
    values = spread.of_outcomes(cohort, values_by_outcome(cohort, panel))
    found = compared(rows, study)
    outcomes.plot_outcome_panels(found, study, values, titles, bars=True, axs=axs["outcomes"])
    shift = pick(rows, statistic="hodges_lehmann")
    axs["shifts"] = np.array([shifts.plot_shifts(shift, study, shown, bars=True)])
    tests, ratio = of("ratio_mann_whitney", "ratio_mann_whitney_exact"), pick(rows, statistic="median_ratio")
    axs["ratios"] = np.array([ratios.plot_ratios(ratio, study, shown, tests=tests, bars=True)])
    for each in axs.values():
        each.flat[0].figure.draw_without_rendering()
    return axs


def bars(ax, across: int) -> list[np.ndarray]:
    """Give the two ends of every bar along one axis, but not those of a median's short line."""
    lines = [found for found in ax.collections if isinstance(found, LineCollection) and found.get_alpha()]
    return [segment[:, across] for found in lines for segment in found.get_segments()]


@pytest.mark.parametrize(("cohort", "rounded"), [("shareable", whole), ("many", np.asarray)])
def test_quartiles_are_those_of_patients_with_both_values(cohort, rounded, request):
    cohort = request.getfixturevalue(cohort)
    panel = pairs(cohort.immune, STUDY)
    found = spread.of_panel(cohort, panel)
    assert len(found) == 2 * 2 * len(CELLS) and "patient_id" not in found
    for cell, arm in product(CELLS, STUDY.arm_ids):
        own = panel[panel["population"].eq(cell) & panel["arm"].eq(arm)].dropna(subset=["before", "after"])
        mine = found[found["population"].eq(cell) & found["arm"].eq(arm)]
        for column in ("before", "after", "change"):
            right = rounded(np.percentile(own[column], SHARES))
            assert mine[column].to_numpy() == pytest.approx(right)
        times = np.percentile(own["after"] / own["before"], SHARES)
        right = shortened(times) if cohort.threshold else times
        assert mine["ratio"].to_numpy() == pytest.approx(right)


def test_quartiles_of_the_balance_are_rounded_as_ratios(shareable):
    log_pairs = log_ratio_pairs(pairs(shareable.immune, STUDY), STUDY.balance)
    found = spread.of_log_ratios(shareable, log_pairs)
    for arm in STUDY.arm_ids:
        own = log_pairs[log_pairs["arm"].eq(arm)].dropna()
        mine = np.exp(found.loc[found["arm"].eq(arm), "after"])
        assert mine.to_numpy() == pytest.approx(shortened(np.exp(np.percentile(own["after"], SHARES))))


def test_quartiles_by_outcome_are_those_of_each_arm(shareable):
    values = values_by_outcome(shareable, pairs(shareable.immune, STUDY))
    found = spread.of_outcomes(shareable, values)
    by = ["outcome", "population", "arm", "reached"]
    sizes = values.groupby(by).size()
    assert (sizes < 10).any() and (sizes >= 10).any()
    shown = found.groupby(by)["before"].apply(list)
    assert set(shown.index) == set(sizes[sizes >= 10].index)
    for key, ends in shown.items():
        own = values.set_index(by).sort_index().loc[key, "before"]
        assert ends == list(whole(np.percentile(own, SHARES)))


def test_few_values_have_no_quartiles(shareable):
    panel = pairs(shareable.immune, STUDY).dropna(subset="change")
    nine, ten = (panel.groupby(["population", "arm"]).head(size) for size in (9, 10))
    assert spread.of_panel(shareable, nine).empty and len(spread.of_panel(shareable, ten)) == 20
    assert len(spread.of_panel(replace(shareable, threshold=6), ten)) == 0
    assert spread.of_panel(shareable, panel[:0]).empty


def test_where_patients_are_drawn_nothing_is_taken_away(shareable):
    own = replace(shareable, threshold=0)
    panel = pairs(own.immune, STUDY)
    values, log_pairs = values_by_outcome(own, panel), log_ratio_pairs(panel, STUDY.balance)
    assert spread.of_panel(own, panel) is panel and spread.of_outcomes(own, values) is values
    assert spread.of_log_ratios(own, log_pairs) is log_pairs
    assert not spread.of_changes(own, changes(panel, STUDY)) and not spread.bar_words(own)


@pytest.mark.parametrize(("patients", "threshold"), [(600, 0), (600, 7)])
def test_fields_hold_the_patients_that_lie_in_them(patients, threshold):
    cohort, fewest = made_up(patients, threshold), max(threshold, 5)
    wide = changes(pairs(cohort.immune, STUDY), STUDY)
    found = spread.of_changes(cohort, wide)
    assert set(found) == set(combinations(CELLS, 2))
    for (first, second), (across, up, counts) in found.items():
        known = wide[[first, second]].dropna()
        for axis, values in ((across, known[first]), (up, known[second])):
            assert axis[0] % 1 == axis[-1] % 1 == 0
            assert min((values < axis[0] + 1).sum(), (values > axis[-1] - 1).sum()) >= fewest
        for (i, j), count in np.ndenumerate(counts):
            inside = known[first].between(*across[j : j + 2]) & known[second].between(*up[i : i + 2])
            if np.isnan(count):
                assert inside.sum() < fewest + 3  # a value on an edge lies in one field only
            elif threshold:
                assert count % threshold == 0 and abs(count - inside.sum()) <= threshold / 2 + 2
            else:
                assert count >= fewest and 0 <= inside.sum() - count <= 2


def test_few_patients_have_no_fields(shareable):
    assert not spread.of_changes(shareable, changes(pairs(shareable.immune, STUDY), STUDY))


def test_no_mark_of_a_shareable_figure_is_a_patient(shareable):
    panel = pairs(shareable.immune, STUDY)
    names = ("before", "after", "change", "ratio")
    own = {name: {value for value in panel[name].dropna().round(9) if value % 1} for name in names}
    axs = drawn(shareable)
    assert not any(
        isinstance(each, PathCollection)
        for group in axs.values()
        for ax in group.flat
        for each in ax.collections
    )
    assert all(len(ax.lines) == 1 for ax in axs["paired"].flat)  # the medians
    for ax in axs["paired"].flat:
        assert len(bars(ax, 1)) == 2 and not {*np.concatenate(bars(ax, 1))} & (own["before"] | own["after"])
        assert not {limit / 1.08 for limit in ax.get_ylim()} & (own["before"] | own["after"])
    ends = np.concatenate(bars(axs["shifts"][0], 0))
    assert len(ends) == 20 and not {*ends} & own["change"] and (ends % 1 == 0).all()
    ends = np.concatenate(bars(axs["ratios"][0], 0))
    assert len(ends) == 20 and not {*ends.round(9)} & own["ratio"]
    ends = np.concatenate([end for ax in axs["outcomes"].flat for end in bars(ax, 0)])
    assert len(ends) == 40 and not {*ends} & own["before"] and (ends % 1 == 0).all()


def test_axes_of_many_patients_hold_no_more_than_those_of_few(many):
    axs = drawn(many)
    assert [len(ax.collections) for ax in axs["paired"].flat] == [2] * 10
    assert [len(bars(ax, 0)) for ax in axs["outcomes"].flat] == [4] * 10
    n = pick(results(many), statistic="median_change").iloc[0]["n"]
    assert f"n = {n:.0f}" in axs["paired"][0, 0].get_title()
    assert many.undrawn == TOO_MANY in spread.bar_words(many)


def test_the_approximate_test_stands_where_there_is_no_exact_one(many, shareable):
    assert all("exact" in ax.get_xlabel() for ax in drawn(shareable)["outcomes"].flat)
    found = compared(results(many), STUDY)
    assert {found[key]["test"]["method"] for key in found} and many.draws_patients is False
    none = pd.Series({"method": "not estimable: too many patients", "p_value": np.nan, "estimate": np.nan})
    assert outcomes._test(none, found["response", "nkt"]["approximate"]).startswith("Mann-Whitney test\nP")
    assert outcomes._test(none, none) == "no test possible"


def test_a_hidden_row_hides_its_bars(shareable):
    values = spread.of_outcomes(shareable, values_by_outcome(shareable, pairs(shareable.immune, STUDY)))
    own = values[values["outcome"].eq("mrd_negativity") & values["population"].eq("nkt")]
    found = compared(results(shareable), STUDY)["mrd_negativity", "nkt"]
    assert len(bars(outcomes.plot_outcome(found, STUDY, own, bars=True), 0)) == len(own) / 2 >= 2
    hidden = found["missed"].copy()
    hidden[["estimate", "n"]], hidden["method"] = np.nan, "not estimable: few patients"
    ax = outcomes.plot_outcome(found | {"missed": hidden}, STUDY, own, bars=True)
    assert len(bars(ax, 0)) == own["reached"].sum() / 2
    assert [tick.get_text() for tick in ax.get_yticklabels()][1] == "no"
    ax = outcomes.plot_outcome(dict.fromkeys(found, hidden), STUDY, own, bars=True)
    assert not bars(ax, 0) and ax.texts[0].get_text().startswith("not estimable (few")


def test_densities_are_drawn_on_one_scale_and_tell_pairs_without_fields(many):
    fields = dict(spread.of_changes(many, changes(pairs(many.immune, STUDY), STUDY)))
    del fields["t_cells", "nkt"]
    axs = plt.subplots(**correlations.layout(STUDY))[1]
    correlations.plot_densities(rank_correlations(results(many), STUDY), STUDY, fields, axs=axs)
    meshes = [ax.collections[0] for ax in axs.flat if ax.collections]
    assert len(meshes) == 9 and len({mesh.get_clim() for mesh in meshes}) == 1
    assert meshes[0].get_clim()[1] == max(np.nanmax(each.counts) for each in fields.values())
    assert "too few" in axs[0, 0].texts[0].get_text() and axs[0, 0].get_title().startswith("r = ")
    axs[0, 0].figure.draw_without_rendering()


@pytest.mark.parametrize("harm", HOSTILE)
def test_hostile_panels_are_drawn_in_groups_or_give_a_reason(harm):
    cohort = of_three_populations(made_up(40, 5))
    drawn(replace(cohort, immune=HOSTILE[harm](cohort.immune)))


@pytest.mark.parametrize("other", OTHER_STUDIES)
def test_panels_of_other_studies_are_drawn_in_groups(other):
    drawn(replace(OTHER_STUDIES[other](small_cohort()), threshold=5))
