"""The results of single blocks are those of the chapters, on members of the committed ensemble."""

import numpy as np
import pandas as pd
import pytest

from evidence.claims.load import load
from evidence.ensemble import block_results
from evidence.ensemble.families import FAMILIES
from evidence.ensemble.immune_figures import POPULATIONS
from evidence.ensemble.people import People
from evidence.reconstruction.targets import Targets
from evidence.this_abstract.abstract import VISITS
from helpers.chapters.book import all_results
from helpers.ground import cohort

CHOSEN = (3, 500, 977)
OURS = {"Survival", "Course of the disease", "Blasts, age and response", "Immune cells"}


@pytest.fixture(scope="module")
def members(committed):
    patients, immune, _ = committed
    some = [rows[rows["member"].isin(CHOSEN)] for rows in (patients, immune)]
    wholes = cohort.split(*some, cohort.load(cohort.DEFAULT))
    tables = [all_results(each).set_index("id")["estimate"] for each in wholes]
    parts = [[rows for _, rows in each.groupby("member")] for each in some]
    return list(zip(*parts, tables, strict=True))


def people_of(rows):
    positive = rows["disease_status"].eq("mrd_positive")
    failed = rows["best_response"].eq("NR") | (positive & ~rows["mrd_negative"])
    burden = np.where(rows["bm_blasts_pct"] > 60, "high", "low")
    columns = (rows["arm"].to_numpy(str), rows["disease_status"].to_numpy(str), burden)
    return People(*columns, (~failed).to_numpy(), rows["mrd_negative"].to_numpy(bool))


def state_of(rows):
    refractory = rows["disease_status"].eq("relapsed_refractory")
    state = {"followup": rows["followup_days"].astype(int), "ages": rows["age_years"]}
    state |= {name: rows[name].astype(bool) for name in ("death", "relapse")}
    state |= {"relapse_days": rows["relapse_days"].fillna(0).astype(int)}
    state |= {"blasts": rows.loc[refractory, "bm_blasts_pct"].astype(int)}
    return {name: values.to_numpy()[None] for name, values in state.items()}


def test_each_result_is_that_of_the_chapters(members):
    targets, rng = Targets(load()), np.random.default_rng(1)
    for rows, _, wanted in members:
        people, state = people_of(rows), state_of(rows)
        found = block_results.of_survival(state, people, targets, rng).iloc[0]
        found = pd.concat([found, block_results.of_marrow(state, people).iloc[0]])
        kept = found[~found.index.str.startswith("cohort.transplant")]
        assert len(kept) == len(found) - 2
        pd.testing.assert_series_equal(
            kept.astype(float), wanted[kept.index], check_names=False, rtol=1e-5, atol=1e-9
        )


def panel_of(immune):
    """Return the panel as it is drawn: patients of the first arm come first."""
    wide = immune.pivot_table(index="population", columns=["visit", "patient_id"], values="percent")
    wide = wide.sort_index(axis="columns")
    return {visit: wide.loc[list(POPULATIONS), visit].to_numpy()[None] for visit in VISITS}


def test_each_result_of_a_panel_is_that_of_the_chapters(members):
    for rows, immune, wanted in members:
        first = rows.set_index("patient_id")["arm"].eq("combination")
        ordered = immune.assign(patient_id=[f"{not first[id]} {id}" for id in immune["patient_id"]])
        found = block_results.of_immune(panel_of(ordered), Targets(load())).iloc[0]
        pd.testing.assert_series_equal(found, wanted[found.index], check_names=False, rtol=1e-9, atol=1e-9)


def test_every_declared_result_of_these_blocks_is_there(members):
    rows, panel, _ = members[0]
    people, state = people_of(rows), state_of(rows)
    found = {*block_results.of_survival(state, people, Targets(load()), np.random.default_rng(1))}
    found |= {
        *block_results.of_marrow(state, people),
        *block_results.of_immune(panel_of(panel), Targets(load())),
    }
    assert {str(id) for name in OURS for id in FAMILIES[name]} <= found


def test_a_curve_beyond_the_last_contact_is_missing():
    days, event = np.array([[100, 200, 300], [100, 800, 900]]), np.zeros((2, 3), bool)
    found = block_results._survival(days, event, np.ones(3, bool), 24)
    assert np.isnan(found).tolist() == [True, False]
    event[0] = True  # nobody is left
    assert block_results._survival(days, event, np.ones(3, bool), 24).tolist() == [0, 1]
