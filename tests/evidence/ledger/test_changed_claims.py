"""Claims files with one figure changed: exactly the rows that can no longer hold turn, and say why."""

import runpy
import signal
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
IMPOSSIBLE, WORDED, MISS = "impossible as printed", "contradicts as worded", "not reached"

# Claim, its new value, and the rows that turn, by verdict. Of figures that exclude each other all are named.
CANNOT_HOLD = [
    (
        *("response_combination_rate", 84),
        {IMPOSSIBLE: ["relapsed_refractory_combination", "response_combination_{count,rate}"]},
    ),
    ("response_combination_count", 11, {IMPOSSIBLE: ["response_combination_{count,rate}"]}),
    (
        *("high_burden_response_p", 0.047),
        {
            IMPOSSIBLE: [
                "relapsed_refractory_{combination,monotherapy}",
                "high_burden_response_{combination,monotherapy,p}",
            ],
            WORDED: ["high_burden_response_trend"],
        },
    ),
    ("patients", 65, {IMPOSSIBLE: ["patients", "patients_{combination,monotherapy}"]}),
    ("cycles_2", 10, {IMPOSSIBLE: ["patients", "cycles_{1,2,3,4}"]}),
    (
        *("blasts_combination_quartile_1", 61),
        {
            IMPOSSIBLE: [
                "blasts_combination_{median,quartile_1,quartile_3}",
                "relapsed_refractory_combination",
            ]
        },
    ),
    ("followup_median", 30, {IMPOSSIBLE: ["followup_{median,quartile_3}"]}),
    (
        *("overall_survival_2_years", 5),
        {IMPOSSIBLE: ["followup_{median,quartile_1,quartile_3}", "deaths", "overall_survival_2_years"]},
    ),
    ("deaths", 70, {IMPOSSIBLE: ["patients", "deaths", "on_chemotherapy"]}),
    ("on_chemotherapy", 60, {IMPOSSIBLE: ["deaths", "on_chemotherapy"]}),
    (
        *("nkt_ratio_p", 0.000001),
        {IMPOSSIBLE: ["immune_patients_{combination,monotherapy}", "nkt_ratio_p"]},
    ),
    ("centres", 1, {IMPOSSIBLE: ["centres", "centres_more_than_one"]}),
]
CONTRADICTED = [  # a wording that turns although its own row was not touched
    ("treg_combination_p", 0.056, "treg_combination_significant"),
    ("treg_combination_day28", 9, "treg_combination_direction"),
    ("multivariable_odds_ratio", 1.05, "multivariable_adverse"),
    ("multivariable_p", 0.2, "multivariable_significant"),
]
POSSIBLE = [  # what the searches find possible, and the cohort does not show
    ("followup_median", 17),
    ("disease_free_survival_2_years", 56),
    ("deaths", 20),
    ("treg_combination_baseline", 9),
    ("treg_combination_p", 0.0001),  # of a test that is not named
]


def spelled(names):
    """Write out the claims of a name with braces."""
    start, brace, rest = names.partition("{")
    ends, _, end = rest.partition("}")
    return {f"{start}{each}{end}" for each in ends.split(",")} if brace else {names}


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


def alone(claim):
    """An abstract of one claim, which names no other."""
    return replace(PUBLISHED, claims=(replace(claim, of=""),), relations=())


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
def test_a_figure_that_cannot_hold_turns_with_what_it_stands_against(claim, value, rows, verdicts, before):
    after = turned(verdicts(changed(claim, value)), before)
    expected = {id: verdict for verdict, names in rows.items() for each in names for id in spelled(each)}
    assert after["verdict"].to_dict() == expected
    assert after.loc[claim, "published"].split()[0] in after.loc[claim, "reason"]


@pytest.mark.parametrize(("claim", "value", "word"), CONTRADICTED)
def test_a_figure_that_contradicts_a_wording_turns_the_wording(claim, value, word, verdicts, before):
    after = turned(verdicts(changed(claim, value)), before)
    assert set(after.index) == {claim, word}
    assert after.loc[word, "verdict"] == WORDED


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
    assert [*examine.findings(claimed)] or value > examine.LARGEST


@pytest.mark.parametrize("value", [0, 199])
def test_no_size_of_a_group_breaks_a_search(value):
    for row in CLAIMS.index[CLAIMS["result_id"].str.contains(r"\.patients\.count\.")]:
        other = CLAIMS.copy()
        other.loc[row, "value"] = value
        assert [*examine.findings(other)]


def test_a_count_in_another_unit_is_no_figure():
    claimed = CLAIMS.copy()
    claimed.loc[claimed["id"] == "deaths", ["value", "decimals", "unit"]] = [19.5, 1, "percent"]
    assert not [each for each in examine.findings(claimed) if "deaths" in each.claims]


def test_not_significant_beside_a_bound_below_the_level(verdicts):
    claimed = with_value(PUBLISHED, "high_burden_response_p", "<0.001")
    assert verdicts(claimed).loc["high_burden_response_trend", "verdict"] == WORDED


def test_consistent_changes_are_no_contradiction(verdicts, before):
    """11 of 12 beside 92 %: the print can hold, although the cohort was not rebuilt from it."""
    claimed = with_value(changed("response_combination_count", 11), "response_combination_rate", "92")
    after = turned(verdicts(claimed), before)
    ids = ("response_combination_count", "response_combination_rate")
    assert after["verdict"].to_dict() == dict.fromkeys(ids, MISS)


def test_a_claims_file_of_one_row_is_judged_too(verdicts, before):
    """Alone, nothing contradicts a claim, and on some no other figure is left that bears."""
    for each in PUBLISHED.claims[::4]:
        claim, verdict = each.id, verdicts(alone(each))["verdict"].iloc[0]
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
    # A broken pipe may end the command, but not the tests, some of which leave a server that writes into one.
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["ledger.py", "--claims", str(path)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "ledger.py"), run_name="__main__")
    printed = capsys.readouterr()
    assert ended.value.code == 0, printed.err  # a proof explains the miss
    entry = pd.read_csv(tmp_path / "ledger.csv").set_index("id").loc["cycles_2"]
    assert entry["verdict"] == IMPOSSIBLE
    assert "10 (Patients given two cycles); 1 (Patients given three cycles)" in " ".join(printed.out.split())
