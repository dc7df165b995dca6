"""Claims files with one figure changed: exactly the rows that can no longer hold turn, and say why."""

import runpy
import sys
from dataclasses import replace

import pandas as pd
import pytest
from made_up_claims import published_rows, write_claims

from evidence.claims import load as claims
from evidence.ledger import entries as ledger
from evidence.ledger.verdicts import CONFLICTS, CONSISTENT, NOTHING, UNDER_READING
from evidence.this_abstract import examine
from helpers.chapters import book
from helpers.ground import study
from helpers.ground.paths import ROOT

PUBLISHED = claims.read()
CLAIMS = claims.table(PUBLISHED)
LARGEST = {"percent": 100, "p_value": 1}
IMPOSSIBLE, MISS = "impossible as printed", "not reached"

# Claim, its new value, and the verdict of every row that turns; the changed row first.
CANNOT_HOLD = [
    ("high_burden_response_combination", 84, ["high_burden_response_combination"]),
    ("high_burden_response_monotherapy", 34, ["high_burden_response_monotherapy"]),
    ("response_combination_rate", 84, ["response_combination_rate"]),
    ("response_combination_count", 11, ["response_combination_count"]),
    ("response_monotherapy_count", 15, ["response_monotherapy_count"]),
    ("mrd_negativity_combination_count", 3, ["mrd_negativity_combination_count"]),
    ("mrd_negativity_monotherapy_rate", 63, ["mrd_negativity_monotherapy_rate"]),
    ("high_burden_response_p", 0.047, ["high_burden_response_p", "high_burden_response_trend"]),
    ("high_burden_mrd_negativity_p", 0.091, ["high_burden_mrd_negativity_p"]),
    ("mrd_negativity_both_p", 0.95, ["mrd_negativity_both_p"]),
    ("mrd_negativity_both_combination", 75, ["mrd_negativity_both_combination"]),
    ("patients", 65, ["patients"]),
    ("patients_mrd_positive", 24, ["patients_mrd_positive"]),
    ("patients_combination", 20, ["patients_combination"]),
    ("relapsed_refractory_combination", 13, ["relapsed_refractory_combination"]),
    ("cycles_2", 10, ["cycles_2"]),
    ("immune_patients", 22, ["immune_patients"]),
    ("immune_patients_combination", 20, ["immune_patients_combination"]),
    ("blasts_combination_quartile_1", 61, ["blasts_combination_quartile_1"]),
    ("blasts_monotherapy_median", 90, ["blasts_monotherapy_median"]),
    ("followup_median", 30, ["followup_median"]),
    ("followup_quartile_3", 14, ["followup_quartile_3"]),
    ("age_median", 80, ["age_median"]),
    ("overall_survival_2_years", 5, ["overall_survival_2_years"]),
    ("deaths", 70, ["deaths"]),
    ("transplants", 70, ["transplants"]),
    ("on_chemotherapy", 60, ["on_chemotherapy"]),
    ("treg_combination_p", 0.0001, ["treg_combination_p"]),
    ("nkt_ratio_p", 0.000001, ["nkt_ratio_p"]),
]
CONTRADICTED = [  # a wording that turns although its own row was not touched
    ("treg_combination_p", 0.056, ["treg_combination_significant"]),
    ("treg_combination_day28", 9, ["treg_combination_direction"]),
    ("multivariable_odds_ratio", 1.05, ["multivariable_adverse"]),
    ("multivariable_p", 0.2, ["multivariable_significant"]),
    ("centres", 1, ["centres_more_than_one"]),
]
POSSIBLE = [  # what the search finds possible, and the cohort does not show
    ("followup_median", 17),
    ("followup_quartile_1", 12),
    ("overall_survival_2_years", 65),
    ("disease_free_survival_2_years", 56),
    ("deaths", 20),
    ("relapses", 9),
    ("blasts_combination_quartile_1", 26),
    ("treg_combination_baseline", 9),
    ("t_cells_monotherapy_p", 0.047),
]


def with_value(abstract, claim, text):
    """An abstract with another value in one claim, as a text."""
    assert claim in abstract.by_id
    claimed = (replace(each, value=text) if each.id == claim else each for each in abstract.claims)
    return replace(abstract, claims=tuple(claimed))


def changed(claim, value):
    """The published claims with another value in one, printed with as many decimals as it needs."""
    decimals = len(f"{value:.10f}".rstrip("0").partition(".")[2])
    decimals = max(decimals, len(PUBLISHED[claim].value.partition(".")[2]))
    return with_value(PUBLISHED, claim, f"{value:.{decimals}f}")


@pytest.fixture(scope="module")
def verdicts(rebuilt_results):
    """From an abstract to the ledger, on the results of the rebuilt cohort."""

    def judge(abstract):
        table, found = claims.table(abstract), examine.examine(abstract)
        return ledger.ledger(table, found, rebuilt_results, study.load(), "reconstructed").set_index("id")

    return judge


@pytest.fixture(scope="module")
def before(verdicts):
    return verdicts(PUBLISHED)["verdict"]


def turned(after, before):
    """The rows with another verdict, but for readings whose words a search no longer contradicts."""
    resolved = before.isin(CONFLICTS) & after["verdict"].eq(UNDER_READING)
    return after[(after["verdict"] != before) & ~resolved]


@pytest.mark.parametrize(("claim", "value", "rows"), CANNOT_HOLD)
def test_a_figure_that_cannot_hold_turns_its_own_row(claim, value, rows, verdicts, before):
    after = turned(verdicts(changed(claim, value)), before)
    assert set(after.index) == set(rows)
    assert after.loc[claim, "verdict"] == IMPOSSIBLE
    assert after.loc[claim, "published"].split()[0] in after.loc[claim, "reason"]


@pytest.mark.parametrize(("claim", "value", "rows"), CONTRADICTED)
def test_a_figure_that_contradicts_a_wording_turns_the_wording(claim, value, rows, verdicts, before):
    after = turned(verdicts(changed(claim, value)), before)
    assert set(after.index) == {claim, *rows}
    assert after.loc[rows, "verdict"].isin(CONFLICTS).all()


@pytest.mark.parametrize(("claim", "value"), POSSIBLE)
def test_a_figure_that_can_hold_is_a_miss_of_the_cohort(claim, value, verdicts, before):
    after = turned(verdicts(changed(claim, value)), before)
    assert after["verdict"].to_dict() == {claim: MISS}


@pytest.mark.parametrize("value", [0, 1, 199, 100_000])
@pytest.mark.parametrize("unit", ["count", "percent", "p_value", "months", "odds_ratio"])
def test_no_value_breaks_a_search(unit, value):
    """All figures of a unit at once, at the ends of what a claims file may hold."""
    claimed = CLAIMS.copy()
    changes = claimed["unit"].eq(unit) & claimed["result_id"].ne("")
    claimed.loc[changes, "value"] = min(value, LARGEST.get(unit, value))
    assert examine.examine(claimed)


@pytest.mark.parametrize("value", [0, 199])
def test_no_size_of_a_group_breaks_a_search(value):
    for row in CLAIMS.index[CLAIMS["result_id"].str.contains(r"\.patients\.count\.")]:
        other = CLAIMS.copy()
        other.loc[row, "value"] = value
        assert examine.examine(other)


def test_a_count_in_another_unit_is_no_figure():
    claimed = CLAIMS.copy()
    claimed.loc[claimed["id"] == "deaths", ["value", "decimals", "unit"]] = [19.5, 1, "percent"]
    assert not [each for each in examine.examine(claimed) if "deaths" in each.claims]


def test_not_significant_beside_a_bound_below_the_level(verdicts):
    claimed = CLAIMS.copy()
    claimed.loc[claimed["id"] == "high_burden_response_p", ["relation", "value"]] = ["less_than", 0.001]
    assert verdicts(claimed).loc["high_burden_response_trend", "verdict"] == IMPOSSIBLE


def test_consistent_changes_are_no_contradiction(verdicts, before):
    """11 of 12 beside 92 %: the print can hold, although the cohort was not rebuilt from it."""
    claimed = changed("response_combination_count", 11)
    claimed.loc[claimed["id"] == "response_combination_rate", "value"] = 92
    after = turned(verdicts(claimed), before)
    ids = ("response_combination_count", "response_combination_rate")
    assert after["verdict"].to_dict() == dict.fromkeys(ids, MISS)


def test_a_claims_file_of_one_row_is_judged_too(verdicts, before):
    """Alone, nothing contradicts a claim, and on some no other figure is left that bears."""
    for row in range(len(CLAIMS)):
        claimed = CLAIMS.iloc[[row]].reset_index(drop=True)
        claim, verdict = claimed.loc[0, "id"], verdicts(claimed)["verdict"].iloc[0]
        if before[claim] in CONFLICTS:
            assert verdict in (UNDER_READING, MISS)
        elif before[claim] in (CONSISTENT, UNDER_READING):
            assert verdict in (before[claim], NOTHING)
        else:
            assert verdict == before[claim]


def test_the_command_judges_another_claims_file(tmp_path, monkeypatch, capsys, rebuilt_results):
    rows = published_rows()
    path = write_claims(
        tmp_path / "claims.csv", (rows | {"cycles_2": rows["cycles_2"] | {"value": "10"}}).values()
    )
    # The cohort is read anew; its results, which take most of the time, are those of the other tests.
    monkeypatch.setattr(book, "all_results", lambda cohort: rebuilt_results)
    monkeypatch.setattr(sys, "argv", ["ledger.py", "--claims", str(path)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "ledger.py"), run_name="__main__")
    printed = capsys.readouterr()
    assert ended.value.code == 0, printed.err  # a proof explains the miss
    entry = pd.read_csv(tmp_path / "ledger.csv").set_index("id").loc["cycles_2"]
    assert entry["verdict"] == IMPOSSIBLE
    assert "52 + 10 + 1 + 2 = 65" in " ".join(printed.out.split())
