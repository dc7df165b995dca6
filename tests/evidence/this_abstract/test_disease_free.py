"""Disease-free survival: bounds and constructed cohorts against lifelines."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from evidence.claims import load as published_claims
from evidence.claims.printed import Figure, Figures
from evidence.forensics import survival
from evidence.this_abstract import disease_free, disease_free_climb, disease_free_search
from evidence.this_abstract import disease_free_cohorts as cohorts
from evidence.this_abstract.deaths import Counts
from evidence.this_abstract.survival_findings import wanted

CLAIMS = published_claims.load()
WANTED = wanted(CLAIMS, Figures(CLAIMS))


def whole(value):
    return Figure("claim", float(value), 0)


def lifelines_at(months, event, at):
    return float(KaplanMeierFitter().fit(months, event).predict(at))


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
    event = died | relapsed
    members["non_response"] = members["everyone"]
    for definition, inside in members.items():
        own, happens = times[inside].copy(), event[inside].copy()
        if definition == "non_response":
            own[:9], happens[:9] = 0.01, True
        value = lifelines_at(own, happens, 24)
        asked = replace(WANTED, known=known, overall=overall, disease_free=whole(round(100 * value)))
        bounds = disease_free.outer(asked, splits).query("causes == 'any'").set_index("definition")
        line = bounds.loc[definition]
        assert line["low"] - 1e-9 <= value <= line["high"] + 1e-9
        assert line["events_low"] <= happens.sum() <= line["events_high"]
        if definition != "non_response":
            at_risk = (own >= own[:, None]).sum(axis=1)
            assert line["late"] <= (happens & (own <= 24) & (at_risk <= inside.sum() // 2)).sum()


def constructed(size, seed):
    rng = np.random.default_rng(seed)
    parameters = rng.random((size, cohorts.PARAMETERS))
    made = cohorts.construct(parameters, WANTED, rng)
    return made, cohorts.members(made, parameters, WANTED.known, rng), rng


def test_every_split_with_room_for_its_events_counts():
    population = disease_free.Population(3, relapses=range(3), deaths=range(3))
    found = disease_free._largest(pd.DataFrame({"number": [2], "events_by": [1]}), population)
    # By hand: of three patients two have left by the time, one of them dead; 2 relapses and 2 deaths are 4.
    wanted = {(0, 0, 0, 1), (0, 1, 1, 1), (0, 2, 1, 1), (1, 0, 1, 1)}
    wanted |= {(1, 1, 2, 1), (1, 2, 2, 0), (2, 0, 2, 1), (2, 1, 3, 0)}
    assert set(found[["relapses", "deaths", "events", "losses"]].itertuples(index=False, name=None)) == wanted


def test_constructed_cohorts_have_the_printed_counts_and_quartiles():
    made, members, _ = constructed(300, seed=6)
    followup, relapse, kind = made["followup"], made["relapse"], made["kind"]
    for figure, values in zip(WANTED.followup, np.percentile(followup, [25, 50, 75], axis=1), strict=True):
        assert figure.prints(values).all()
    assert (cohorts.DIED[kind].sum(axis=1) == 19).all()
    relapsed = cohorts.HAS_RELAPSED[kind]
    assert (relapsed.sum(axis=1) == 8).all()
    assert ((~cohorts.REMITTED[kind]).sum(axis=1) == 9).all()
    assert (followup.max(axis=1) <= 33).all()
    # The marrow of day 28 is the first that can show a remission.
    assert (relapse[relapsed] < followup[relapsed]).all() and relapse[relapsed].min() >= 28 / 30.4375 - 1e-9
    assert (members["responders"].sum(axis=1) == 24).all()
    assert (members["mrd_negative"].sum(axis=1) == 49).all()
    assert not (members["mrd_negative"] & ~cohorts.REMITTED[kind]).any()


def test_the_climb_keeps_what_is_printed():
    made, members, rng = constructed(3000, seed=7)
    places = np.flatnonzero(cohorts.prints_overall(made, WANTED))[:10]
    start = {name: values[places] for name, values in made.items()}
    start["inside"] = members["responders"][places]
    size = len(places)
    aims = {"definition": "responders", "causes": "any", "goal": "low", "left": 1.0}
    task = pd.DataFrame([aims] * size)
    end = disease_free_climb.climb(start, task, start["followup"], WANTED, rng)[-1]
    before, after = (cohorts.disease_free_share(state, state["inside"]) for state in (start, end))
    assert (after <= before + 1e-12).all() and (after < before).any()
    assert (np.sort(end["kind"]) == np.sort(start["kind"])).all()
    assert (end["inside"].sum(axis=1) == 24).all()
    relapsed = cohorts.HAS_RELAPSED[end["kind"]]
    assert (end["relapse"][relapsed] < end["followup"][relapsed]).all()
    for followup, dead in zip(end["followup"], cohorts.DIED[end["kind"]], strict=True):
        assert WANTED.overall.prints(100 * lifelines_at(followup, dead, 24))
        assert all(
            figure.prints(value)
            for figure, value in zip(WANTED.followup, np.percentile(followup, [25, 50, 75]), strict=True)
        )


@pytest.fixture
def short(monkeypatch):
    """Let the search draw and climb little."""
    monkeypatch.setattr(disease_free_search, "DRAWS", 4000)
    monkeypatch.setattr(disease_free_climb, "STEPS", 60)
    monkeypatch.setattr(disease_free_climb, "RECORDED", range(15, 61, 15))


def test_the_search_is_the_same_for_the_same_seed(short):
    first, second = (disease_free_search.search(WANTED, definitions=("everyone",)) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
