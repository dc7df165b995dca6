import numpy as np
import pandas as pd
import pytest

from evidence.claims import load
from evidence.ensemble import rereading, standing
from helpers.ground import cohort as cohorts
from helpers.ground.many import NUMBERS, Many
from helpers.ground.results import Estimate, ResultId, row, table
from helpers.ground.standing import read


@pytest.fixture(scope="module")
def members(committed):
    patients, immune, _ = committed
    few = patients["member"].unique()[: rereading.MEMBERS]
    return tuple(rows[rows["member"].isin(few)] for rows in (patients, immune))


def counts(patients):
    """Count what the abstract prints whatever is read: patients, responses and MRD negativity."""
    refractory = patients[patients["disease_status"] == "relapsed_refractory"]
    of = refractory.groupby(["member", "arm"])
    return [
        *patients.groupby(["member", "arm"]).size(),
        *patients.groupby(["member", "disease_status"]).size(),
        *of["best_response"].agg(lambda levels: (levels != "NR").sum()),
        *of["mrd_negative"].sum(),
        *patients.groupby("member")["death"].sum(),
    ]


@pytest.mark.parametrize("words", rereading.READINGS)
def test_under_another_reading_what_is_printed_without_one_stays(words, members):
    altered, immune = rereading.reread(*members, rereading.READINGS[words])
    (one,) = {tuple(counts(mine)) for _, mine in altered.groupby("member")}
    assert list(one) == counts(members[0][members[0]["member"] == members[0]["member"].iloc[0]])
    assert set(immune["member"]) == set(altered["member"])
    assert list(altered.columns) == list(members[0].columns)


def made(ids, values):
    """Return results over cohorts, one row of values each."""
    rows = [row(ResultId.parse(id), "Some", "All", "count", Estimate(estimate=1.0)) for id in ids]
    arrays = {name: np.full(np.shape(values), np.nan) for name in NUMBERS} | {
        "estimate": np.array(values, float)
    }
    return Many(table(rows), arrays, np.full(np.shape(values), "", dtype=object))


def test_a_result_rests_on_a_reading_if_it_is_known_and_another_number_without_it():
    ids = [
        "cohort.death.count.all",
        "cohort.relapse.count.all",
        "cohort.alive.count.all",
        "multivariable.os.count.all",
    ]
    many = made(ids, [[19, 19], [8, 8], [3, 4], [5, 5]])
    ranges = pd.DataFrame({"id": ids, "standing": ["printed", "follows", "open", "follows"]})
    altered = {"one": made(ids, [[18], [8], [5], [6]]), "two": made(ids, [[18], [7], [5], [5]])}
    # What is open has no one number, and of a model nothing is asked.
    assert rereading.rests_on(ranges, many, altered).tolist() == ["one; two", "two", "", ""]


def test_the_table_of_the_book_names_the_readings():
    known = read(cohorts.DEFAULT).set_index("id")["reading"]
    remission, stayed, together, died = rereading.READINGS
    for id, words in {
        "efficacy.complete_remission.count.monotherapy.low_burden": remission,
        "efficacy.mrd_negativity.rate.combination.responders": remission,
        "efficacy.mrd_negativity.rate.monotherapy.mrd_negative": stayed,
        "efficacy.mrd_negativity.rate.monotherapy.measurable_disease": together,
        "cohort.patients.count.combination.mrd_positive": together,
        "survival.no_response.died.all": died,
        "efficacy.response.rate.monotherapy.low_burden": "",
        "cohort.death.count.all": "",
    }.items():
        assert known[id] == words, id
    assert set("; ".join(known).split("; ")) == {"", *rereading.READINGS}


def test_a_count_that_two_chapters_give_is_printed_in_both(rebuilt_results):
    printed, values = standing.printed_ids(load.load()), rebuilt_results.set_index("id")["estimate"]
    for one, also in standing.SAME.items():
        pairs = {id: f"{also}{id.removeprefix(one)}" for id in printed if id.startswith(f"{one}.")}
        assert len(pairs) >= 3 and printed >= set(pairs.values())
        assert [values[id] for id in pairs] == [values[id] for id in pairs.values()]
