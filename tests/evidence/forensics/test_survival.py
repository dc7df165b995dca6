import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from evidence.claims import load as published_claims
from evidence.claims.printed import Figure, Figures
from evidence.forensics import deaths, disease_free, disease_free_climb, disease_free_search, survival
from evidence.forensics import disease_free_cohorts as cohorts
from evidence.forensics.deaths import Counts
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_AS_WORDED, NOT_REACHED
from evidence.forensics.survival_findings import enrolment_span, findings, horizon, overall_splits, quartiles
from evidence.plots.attainable_survival import plot_attainable, plot_causes, plot_relapse_months
from evidence.words import survival as reading

CLAIMS = published_claims.load()
FIGURES = Figures(CLAIMS)
KNOWN = deaths.counts(FIGURES)
OVERALL, DISEASE_FREE = (FIGURES.get(f"survival.{name}.km_24m.all") for name in ("os", "dfs"))


def whole(value):
    return Figure("claim", float(value), 0)


def lifelines_at(months, event, at):
    return float(KaplanMeierFitter().fit(months, event).predict(at))


def brute_force(patients, events, printed, at, longest):
    """Give the numbers followed no longer, and the extreme values, over all data sets of half months."""
    grid = np.arange(1, 2 * longest + 1) / 2
    times = np.array(list(itertools.combinations_with_replacement(grid, patients)))
    found = np.percentile(times, [25, 50, 75], axis=1)
    fits = [np.abs(row - value) <= 0.5 for row, value in zip(found, printed, strict=True)]
    times = times[np.all(fits, axis=0)]
    # The value depends on no more than the order, the ties and who is followed no longer than the time.
    patterns = {
        (int((row <= at).sum()), *np.unique(np.minimum(row, at + 0.5), return_inverse=True)[1]): row
        for row in times
    }
    values = [
        lifelines_at(row, [place in chosen for place in range(patients)], at)
        for row in patterns.values()
        for chosen in itertools.combinations(range(patients), events)
    ]
    return sorted(set((times <= at).sum(axis=1).tolist())), min(values), max(values)


@pytest.mark.parametrize(
    ("patients", "events", "printed", "at", "longest"),
    [(5, 2, (3, 5, 8), 6, 10), (5, 3, (2, 4, 5), 5, 8), (6, 2, (3, 5, 6), 6, 8), (6, 4, (2, 3, 6), 4, 8)],
)
def test_the_range_is_that_of_all_data_sets(patients, events, printed, at, longest):
    numbers = survival.numbers_by(patients, [whole(value) for value in printed], at, longest)
    splits = survival.attainable(patients, events, numbers)
    wanted, low, high = brute_force(patients, events, printed, at, longest)
    assert numbers.tolist() == wanted
    assert splits["low"].min() == pytest.approx(low)
    assert splits["high"].max() == pytest.approx(high)


def test_a_walk_steps_through_values_of_data_sets():
    months = np.arange(1, 7)
    values = {
        round(lifelines_at(months, [place in chosen for place in range(6)], 4.5), 12)
        for chosen in itertools.combinations(range(4), 2)
    }
    walk = survival.walk(6, 4, 2)
    assert walk[0] == pytest.approx(4 / 6)
    assert walk[-1] == pytest.approx(2 / 4)
    assert {round(value, 12) for value in walk} <= values


def test_no_times_where_quartiles_do_not_ascend():
    assert len(survival.numbers_by(64, [whole(11), whole(30), whole(25)], 24)) == 0
    assert len(survival.attainable(4, 5, np.arange(5))) == 0


@pytest.mark.parametrize("seed", range(12))
def test_the_true_value_lies_in_the_range_of_the_rounded_summaries(seed):
    rng = np.random.default_rng(seed)
    patients = int(rng.integers(5, 45))
    months = np.round(rng.exponential(18, patients) + 0.1, rng.integers(0, 3))
    event = rng.random(patients) < rng.uniform(0.1, 0.7)
    printed = [whole(round(value)) for value in np.percentile(months, [25, 50, 75])]
    at = float(rng.integers(6, 30))
    numbers = survival.numbers_by(patients, printed, at)
    splits = survival.attainable(patients, int(event.sum()), numbers)
    mine = splits[
        splits["number"].eq((months <= at).sum()) & splits["events_by"].eq((event & (months <= at)).sum())
    ]
    assert len(mine) == 1
    value = lifelines_at(months, event, at)
    assert mine["low"].iloc[0] - 1e-12 <= value <= mine["high"].iloc[0] + 1e-12


def random_cohort(rng):
    """Draw patients with the printed sizes and any times, deaths and relapses."""
    kind = np.repeat(["none", "responder", "entered"], [9, 24, 31])
    months = rng.uniform(1, 33, 64)
    died = rng.random(64) < rng.uniform(0.1, 0.5)
    remission = np.flatnonzero(kind != "none")
    relapsed = np.isin(np.arange(64), rng.choice(remission, 8, replace=False))
    times = np.where(relapsed, months * rng.random(64), months)
    members = {
        "everyone": np.full(64, True),
        "in_remission": kind != "none",
        "responders": kind == "responder",
        "mrd_negative": np.isin(np.arange(64), rng.choice(remission, 49, replace=False)),
    }
    return months, died, relapsed, times, members


@pytest.mark.parametrize("seed", range(10))
def test_disease_free_survival_of_any_cohort_lies_within_the_bounds(seed):
    months, died, relapsed, times, members = random_cohort(np.random.default_rng(seed))
    known = Counts(64, int(died.sum()), 8, 9, 24, 31, 49, 15, 4)
    printed = [whole(round(value)) for value in np.percentile(months, [25, 50, 75])]
    splits = survival.attainable(64, known.deaths, survival.numbers_by(64, printed, 24))
    overall = whole(round(100 * lifelines_at(months, died, 24)))
    bounds = disease_free.outer(known, splits, overall).query("causes == 'any'").set_index("definition")
    event = died | relapsed
    members["non_response"] = members["everyone"]
    for definition, inside in members.items():
        own, happens = times[inside].copy(), event[inside].copy()
        if definition == "non_response":
            own[:9], happens[:9] = 0.01, True
        value = lifelines_at(own, happens, 24)
        line = bounds.loc[definition]
        assert line["low"] - 1e-9 <= value <= line["high"] + 1e-9
        assert line["events_low"] <= happens.sum() <= line["events_high"]
        late = disease_free.late_events(known, splits, overall, whole(round(100 * value)))
        late = late.query("causes == 'any'").set_index("definition")["late"][definition]
        if definition != "non_response":
            at_risk = (own >= own[:, None]).sum(axis=1)
            assert late <= (happens & (own <= 24) & (at_risk <= inside.sum() // 2)).sum()


def test_kaplan_meier_of_many_rows_is_that_of_lifelines():
    rng = np.random.default_rng(3)
    times, event, inside = rng.random((20, 15)) * 30, rng.random((20, 15)) < 0.5, rng.random((20, 15)) < 0.7
    found = disease_free_climb.kaplan_meier(times, event, inside, 24)
    for row, value in enumerate(found):
        mine = inside[row]
        assert value == pytest.approx(lifelines_at(times[row][mine], event[row][mine], 24))


def test_constructed_cohorts_have_the_printed_counts_and_quartiles():
    rng = np.random.default_rng(6)
    printed = quartiles(FIGURES)
    made = cohorts.construct(rng.random((300, cohorts.PARAMETERS)), KNOWN, printed, 33.0, rng)
    for figure, values in zip(printed, np.percentile(made.followup, [25, 50, 75], axis=1), strict=True):
        assert figure.prints(values).all()
    assert (made.dead.sum(axis=1) == 19).all()
    assert (made.relapsed.sum(axis=1) == 8).all()
    assert ((~made.in_remission).sum(axis=1) == 9).all()
    assert (made.followup.max(axis=1) <= 33).all()
    assert (made.relapse[made.relapsed] < made.followup[made.relapsed]).all()
    assert (made.members["responders"].sum(axis=1) == 24).all()
    assert (made.members["mrd_negative"].sum(axis=1) == 49).all()
    assert not (made.members["mrd_negative"] & ~made.in_remission).any()


def test_the_climb_keeps_what_is_printed():
    rng = np.random.default_rng(7)
    printed = quartiles(FIGURES)
    made = cohorts.construct(rng.random((3000, cohorts.PARAMETERS)), KNOWN, printed, 33.0, rng)
    inside = np.ones(made.kind.shape, dtype=bool)
    alive = disease_free_climb.kaplan_meier(made.followup, made.dead, inside, 24)
    made = made.chosen(np.flatnonzero(OVERALL.prints(100 * alive))[:10])
    size = len(made.kind)
    start = disease_free_climb.Start(
        made.followup,
        made.relapse,
        made.kind,
        made.members["responders"],
        made.beyond,
        np.ones(size),
        np.full(size, "responders"),
        np.full(size, "any"),
        np.full(size, "low"),
        made.followup,
    )
    end = disease_free_climb.climb(start, KNOWN, OVERALL, DISEASE_FREE, 24, rng)[-1]
    assert (end.share(24) <= start.share(24) + 1e-12).all()
    assert (np.sort(end.kind) == np.sort(start.kind)).all()
    assert (end.inside.sum(axis=1) == 24).all()
    assert (end.relapse[end.relapsed] < end.followup[end.relapsed]).all()
    for followup, dead in zip(end.followup, end.dead, strict=True):
        assert OVERALL.prints(100 * lifelines_at(followup, dead, 24))
        assert all(
            figure.prints(value)
            for figure, value in zip(printed, np.percentile(followup, [25, 50, 75]), strict=True)
        )


def test_counts_of_the_published_claims():
    assert Counts(64, 19, 8, 9, 24, 31, 49, 15, 4) == KNOWN


def test_seventeen_are_fewer_than_nineteen():
    table = deaths.readings(KNOWN).set_index("reading")
    assert table["holds"].tolist() == [False, True, True]
    assert table.loc["response", "possible"] == 17
    assert table.loc["mrd", "without_response"] == 15
    assert table.loc["mrd", "least_relapsed"] == 4
    assert table.loc["complete", "added"] == 2


def test_splits_of_deaths_are_all_of_them():
    known = Counts(12, 5, 3, 2, 4, 6, 8, 4, 1)
    found = {tuple(row) for row in deaths.splits(known, 4).to_numpy()}
    wanted = set()
    for overlap in range(3):  # of the relapsed, among the two responders without MRD negativity
        for dead_set in itertools.product([0, 1], repeat=4 + 3 - overlap):
            if sum(dead_set) == 5:
                wanted.add((overlap, sum(dead_set[:4]), sum(dead_set[4:])))
    assert found == wanted


def test_overall_survival_of_the_published_claims():
    splits = overall_splits(FIGURES)
    assert (splits["number"].min(), splits["number"].max()) == (33, 48)
    # By hand: all 19 deaths as the last of 48, 16 of the 35 then at risk left; none by two years.
    assert splits["low"].min() == pytest.approx(16 / 35)
    assert splits["high"].max() == 1
    needs = survival.needs(64, splits, OVERALL)
    assert needs["shown"].all()
    assert (needs["events_by"].min(), needs["events_by"].max()) == (9, 19)
    bounded = overall_splits(FIGURES, longest=enrolment_span(CLAIMS))
    pd.testing.assert_frame_equal(splits, bounded)
    assert enrolment_span(CLAIMS) == 33


@pytest.fixture(scope="module")
def result():
    return reading.examine(CLAIMS)


def test_disease_free_survival_of_the_published_claims(result):
    ranges = result.ranges.set_index(["definition", "causes"])
    assert (ranges["low"] <= ranges["reached_low"] + 1e-9).all()
    assert (ranges["reached_high"] <= ranges["high"] + 1e-9).all()
    assert (ranges["reached_low"] < 0.55).all()
    assert (ranges["reached_high"] > 0.55).all()
    easy, odd = ranges.loc[("everyone", "any")], ranges.loc[("in_remission", "response")]
    assert easy["relapse_low"] < 9 < 11 < easy["relapse_high"]
    assert easy["at_risk_middle"] > 32
    assert odd["relapse_low"] >= 13
    assert odd["at_risk_high"] <= 20
    assert odd["after_year_low"] >= 6
    assert ranges.loc[("everyone", "any"), "late"] == 0
    assert odd["late"] > 0


def test_the_search_is_the_same_for_the_same_seed():
    first, second = (
        disease_free_search.search(
            KNOWN,
            quartiles(FIGURES),
            OVERALL,
            DISEASE_FREE,
            24,
            horizon(CLAIMS, FIGURES),
            definitions=("everyone",),
        )
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(first, second)


def outcomes(**changed):
    changed_claims = CLAIMS.copy()
    for claim, value in changed.items():
        changed_claims.loc[changed_claims["id"].eq(claim), "value"] = value
    found = {}
    for finding in findings(changed_claims, Figures(changed_claims)):
        for claim in finding.claims:
            found.setdefault(claim, set()).add(finding.outcome)
    return found


def test_published_claims_can_hold_but_for_the_causes_of_death():
    found = outcomes()
    assert found.pop("deaths_cause") == {NOT_AS_WORDED}
    assert set().union(*found.values()) == {CAN_HOLD}
    wanted = {
        "followup_quartile_1",
        "overall_survival_2_years",
        "disease_free_survival_2_years",
        "transplants",
    }
    assert wanted <= set(found)


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("overall_survival_2_years", 5),
        ("followup_median", 30),
        ("deaths", 70),
        ("deaths", 60),
        ("deaths", 0),
        ("relapses", 60),
        ("transplants", 65),
        ("on_chemotherapy", 46),
    ],
)
def test_a_changed_claim_cannot_hold(claim, value):
    assert CANNOT_HOLD in outcomes(**{claim: value})[claim]


@pytest.mark.parametrize("value", [5, 95])
def test_what_one_definition_rules_out_another_leaves_open(value):
    assert outcomes(disease_free_survival_2_years=value)["disease_free_survival_2_years"] == {NOT_REACHED}


def test_a_near_claim_can_hold():
    assert outcomes(overall_survival_2_years=65)["overall_survival_2_years"] == {CAN_HOLD}
    assert outcomes(deaths=17, deaths_cause=17)["deaths_cause"] == {CAN_HOLD}


def test_missing_claims_leave_the_searches_out():
    for gone in ("deaths", "followup_median", "patients", "enrolment_last_year", "relapses"):
        rest = CLAIMS[CLAIMS["id"].ne(gone)]
        findings(rest, Figures(rest))


def test_figures_and_words(result):
    fig, axs = plt.subplots(1, 3)
    plot_attainable(reading.ranges(result), reading.window(result), ax=axs[0])
    plot_relapse_months(reading.ranges(result), ax=axs[1])
    plot_causes(reading.death_marks(result), KNOWN.deaths, ax=axs[2])
    assert [text.get_text() for text in axs[0].get_yticklabels()][:3] == list(reading.LABELS.values())
    crosses = [line for line in axs[2].get_lines() if line.get_marker() == "x" and len(line.get_xdata())]
    assert [len(line.get_xdata()) for line in crosses] == [2]
    plt.close(fig)
    assert len(reading.definition_table(result)) == 15
    assert "17" in reading.deaths_sentence(result)
    assert "9 to 19" in reading.overall_sentence(result)
    assert "33 months" in reading.longest_sentence(result)
    assert "63.4% to 64.6%" in reading.zero_sentence(result)  # 54.5 and 55.5 times 64 / 55
    for definition, causes in zip(result.ranges["definition"], result.ranges["causes"], strict=True):
        assert "month" in reading.definition_sentence(result, definition, causes)
    for text in (
        reading.ranges_alt(result),
        reading.months_alt(result),
        reading.deaths_alt(result),
        reading.definition_note(result),
    ):
        assert text.endswith(".")
        assert "nan" not in text
