"""Verdicts on small results tables made by hand, rounding against whole numbers, and the command."""

import sys
from math import inf, nan
from types import SimpleNamespace

import pandas as pd
import pytest

from evidence.claims import load as claims
from evidence.ledger import terminal as ledger_terminal
from evidence.ledger import verdicts as ledger
from helpers.ground import results

BLANK = {
    "chapter": "immune",
    "reading": "",
    "value": nan,
    "decimals": pd.NA,
    "unit": "",
    "source_sentence": 1,
}
CHANGE = "immune.treg.median_change.combination"
SIGNED_RANK = "immune.treg.signed_rank.combination"
RATE = "efficacy.response.rate.combination.relapsed_refractory"
DIFFERENCE = "efficacy.response.risk_difference.arm.high_burden"
AGE = "cohort.age.median.all"
BLASTS = "cohort.blasts.median.all.relapsed_refractory"
ODDS = "multivariable.complete_remission_mrd_negative.odds_ratio_blasts.all.relapsed_refractory"


def figure(id, result_id, value, decimals, unit, relation="equals", **more):
    figures = {"value": value, "decimals": decimals, "unit": unit}
    return BLANK | {"id": id, "statement": id, "result_id": result_id, "relation": relation} | figures | more


def wording(id, result_id, relation, **more):
    return BLANK | {"id": id, "statement": id, "result_id": result_id, "relation": relation} | more


def claims_of(*rows):
    frame = pd.DataFrame(rows)[claims.COLUMNS]
    return frame.astype({"decimals": "Int64"})


def result(id, unit, estimate=nan, p_value=nan, method="Some test"):
    value = results.Estimate(estimate=estimate, p_value=p_value, method=method)
    return results.row(id, "label", "population", unit, value)


def one(claim, *rows, provenance="reconstructed", beside=()):
    """The ledger's entry of one claim."""
    entries = ledger.ledger(claims_of(claim, *beside), results.table(rows), provenance)
    return entries.iloc[0]


@pytest.fixture
def book():
    """Nine claims with the results that answer them."""
    claimed = claims_of(
        figure("age", AGE, 46, 0, "years"),
        figure("blasts", BLASTS, 60, 0, "percent"),
        figure("rate", RATE, 83, 0, "percent"),
        wording("more_frequent", DIFFERENCE, "higher"),
        figure("odds", ODDS, 0.95, 2, "odds_ratio", reading="the model is not named"),
        figure("odds_p", ODDS, 0.001, 3, "p_value"),
        figure("adverse", ODDS, 1, 0, "odds_ratio", "less_than"),
        wording("fall", CHANGE, "decreases"),
        wording("significant", SIGNED_RANK, "significant"),
    )
    found = results.table(
        [
            result(AGE, "years", 46.0),
            result(BLASTS, "percent_points", 60.4),
            result(RATE, "fraction", 10 / 12),
            result(DIFFERENCE, "fraction", 0.5),
            result(ODDS, "odds_ratio", 0.9531, 0.00139),
            result(CHANGE, "percent_points", -3.0),
            result(SIGNED_RANK, "p_value", p_value=0.0464),
        ]
    )
    return claimed, found


def test_every_claim_that_agrees_is_reproduced(book):
    entries = ledger.ledger(*book, "reconstructed")
    assert list(entries.columns) == [
        "id",
        "statement",
        "published",
        "recomputed",
        "verdict",
        "reading",
        "depends_on",
        "changes_conclusion",
        "reason",
    ]
    assert entries["verdict"].tolist() == [
        "reproduced under a stated reading" if id == "odds" else "reproduced" for id in entries["id"]
    ]
    assert entries["published"].tolist() == [
        "46 years",
        "60 %",
        "83 %",
        "higher",
        "0.95",
        "0.001",
        "< 1",
        "decrease",
        "significant",
    ]
    assert entries["recomputed"].tolist() == [
        "46 years",
        "60 %",
        "83 %",
        "50 points",
        "0.95",
        "0.001",
        "0.9531",
        "\N{MINUS SIGN}3 points",
        "P = 0.0464",
    ]
    assert ledger.is_settled(entries)


@pytest.mark.parametrize(
    ("id", "column", "changed", "turned"),
    [
        (AGE, "estimate", 47.0, "age"),
        (BLASTS, "estimate", 0.604, "blasts"),
        (RATE, "estimate", 9 / 12, "rate"),
        (DIFFERENCE, "estimate", -0.5, "more_frequent"),
        (DIFFERENCE, "estimate", 0.0, "more_frequent"),
        (ODDS, "estimate", 0.956, "odds"),
        (ODDS, "p_value", 0.0016, "odds_p"),
        (CHANGE, "estimate", 3.0, "fall"),
        (CHANGE, "estimate", 0.0, "fall"),
        (SIGNED_RANK, "p_value", 0.05, "significant"),
    ],
)
@pytest.mark.parametrize(
    ("provenance", "verdict"), [("reconstructed", "unexplained miss"), ("patient-level", "differs")]
)
def test_a_changed_result_turns_exactly_its_claim(book, id, column, changed, turned, provenance, verdict):
    claimed, found = book
    before = ledger.ledger(claimed, found, provenance)
    found.loc[found["id"] == id, column] = changed
    after = ledger.ledger(claimed, found, provenance)
    assert after.loc[after["verdict"] != before["verdict"], "id"].tolist() == [turned]
    entry = after.set_index("id").loc[turned]
    assert entry["verdict"] == verdict
    assert entry["recomputed"] != before.set_index("id").loc[turned, "recomputed"]
    assert id in entry["reason"] and "Some test" in entry["reason"]
    assert ledger.is_settled(after) == (provenance == "patient-level")


def test_a_changed_claim_turns_exactly_itself(book):
    claimed, found = book
    claimed.loc[claimed["id"] == "rate", "value"] = 84
    entries = ledger.ledger(claimed, found, "reconstructed")
    missed = entries[entries["verdict"] == "unexplained miss"]
    assert missed["id"].tolist() == ["rate"]
    assert missed[["published", "recomputed"]].to_numpy().tolist() == [["84 %", "83 %"]]


def test_a_claim_that_no_row_can_answer_is_not_determined():
    entry = one(figure("dose", "", 400, 0, "mg", reading="Doses are not recorded."))
    assert entry["verdict"] == "not determined"
    assert (entry["published"], entry["recomputed"], entry["reading"]) == ("400 mg", "", "")
    assert "Doses are not recorded." in entry["reason"]
    assert one(wording("word", "", "states", reading="A word."))["published"] == "wording"


def test_a_row_that_is_lacking_leaves_no_verdict():
    entry = one(figure("age", AGE, 46, 0, "years"), result(BLASTS, "percent_points", 60.0))
    assert entry["verdict"] == "" and AGE in entry["reason"]
    assert not ledger.is_settled(entry.to_frame().T)


@pytest.mark.parametrize(
    ("claim", "row"),
    [
        (figure("age", AGE, 46, 0, "months"), result(AGE, "years", 46.0)),
        (figure("rate", RATE, 10, 0, "count"), result(RATE, "fraction", 10 / 12)),
        (figure("odds", ODDS, 0.95, 2, "hazard_ratio"), result(ODDS, "odds_ratio", 0.95)),
        (wording("odds", ODDS, "higher"), result(ODDS, "odds_ratio", 0.95)),
    ],
)
def test_units_that_do_not_fit_leave_no_verdict(claim, row):
    entry = one(claim, row)
    assert entry["verdict"] == "" and "cannot be compared" in entry["reason"]


@pytest.mark.parametrize(
    ("relation", "printed", "decimals", "verdict"),
    [
        ("significant", 0.075, 3, "impossible as printed"),
        ("significant", 0.051, 3, "impossible as printed"),
        ("significant", 0.050, 3, "reproduced"),  # 0.0496 prints so
        ("significant", 0.05, 2, "reproduced"),
        ("significant", 0.046, 3, "reproduced"),
        ("not_significant", 0.046, 3, "impossible as printed"),
        ("not_significant", 0.049, 3, "impossible as printed"),
        ("not_significant", 0.050, 3, "unexplained miss"),
        ("not_significant", 0.05, 2, "unexplained miss"),
    ],
)
def test_wording_is_impossible_only_where_the_printed_p_excludes_it(relation, printed, decimals, verdict):
    beside = figure("p", SIGNED_RANK, printed, decimals, "p_value")
    row = result(SIGNED_RANK, "p_value", p_value=0.0496)
    entry = one(wording("word", SIGNED_RANK, relation), row, beside=[beside])
    assert entry["verdict"] == verdict
    excluded = any(f"{many} value that rounds to it is below" in entry["reason"] for many in ("no", "every"))
    assert excluded == (verdict == "impossible as printed")


def test_only_the_p_value_of_the_same_result_can_exclude_a_wording():
    beside = figure("p", "immune.nkt.signed_rank.combination", 0.075, 3, "p_value")
    row = result(SIGNED_RANK, "p_value", p_value=0.04)
    assert one(wording("word", SIGNED_RANK, "significant"), row, beside=[beside])["verdict"] == "reproduced"


@pytest.mark.parametrize(
    ("provenance", "verdict"), [("reconstructed", "unexplained miss"), ("patient-level", "not determined")]
)
def test_what_is_not_estimable_is_no_agreement(provenance, verdict):
    row = result(RATE, "fraction", method="not estimable: no patients in the group")
    entry = one(figure("rate", RATE, 83, 0, "percent"), row, provenance=provenance)
    assert (entry["verdict"], entry["recomputed"]) == (verdict, "not estimable")
    assert "not estimable: no patients in the group" in entry["reason"]


@pytest.mark.parametrize("estimate", [nan, inf])
def test_a_value_that_is_missing_or_infinite_is_no_agreement(estimate):
    row = result(ODDS, "odds_ratio", estimate, 0.001, method="Wald")
    entry = one(figure("odds", ODDS, 0.95, 2, "odds_ratio"), row)
    assert (entry["verdict"], entry["recomputed"]) == ("unexplained miss", "not estimable")


def test_a_huge_odds_ratio_is_a_plain_miss():
    entry = one(figure("odds", ODDS, 0.95, 2, "odds_ratio"), result(ODDS, "odds_ratio", 1e300))
    assert entry["verdict"] == "unexplained miss"


@pytest.mark.parametrize(
    ("relation", "estimate", "holds"),
    [
        ("at_least", 0.80, True),
        ("at_least", 0.79, False),
        ("greater_than", 0.801, True),
        ("greater_than", 0.80, False),
        ("greater_than", 0.1 + 0.7, False),  # 0.7999999999999999 is 80 % with noise
        ("less_than", 0.1 + 0.7, False),
        ("less_than", 0.79, True),
    ],
)
def test_bounds(relation, estimate, holds):
    entry = one(figure("rate", RATE, 80, 0, "percent", relation), result(RATE, "fraction", estimate))
    assert (entry["verdict"] == "reproduced") == holds


@pytest.mark.parametrize(
    ("relation", "p_value", "holds"),
    [
        ("significant", 0.0499999, True),
        ("significant", 0.05, False),
        ("not_significant", 0.05, True),
        ("not_significant", 0.0499999, False),
    ],
)
def test_significance_is_judged_at_five_percent(relation, p_value, holds):
    entry = one(wording("word", SIGNED_RANK, relation), result(SIGNED_RANK, "p_value", p_value=p_value))
    assert (entry["verdict"] == "reproduced") == holds


@pytest.mark.parametrize("decimals", [0, 1, 2, 3])
def test_rounding_agrees_with_whole_numbers(decimals):
    """Tenths of the last printed decimal, divided as whole numbers; a half may go up, or to the even."""
    for tenths in range(1001):
        whole, rest = divmod(tenths, 10)
        allowed = {whole + (rest >= 5)} | ({whole + whole % 2} if rest == 5 else set())
        candidates = range(max(0, whole - 1), whole + 3)
        value = tenths / 10 ** (decimals + 1)
        found = {k for k in candidates if ledger.rounds_to(value, k / 10**decimals, decimals)}
        assert found == allowed, value


@pytest.mark.parametrize(
    ("value", "printed", "decimals", "expected"),
    [
        (100 * 0.575, 58, 0, True),  # 57.49999999999999 in floats
        (100 * 0.575, 57, 0, False),
        (100 * 0.145, 14, 0, True),  # 14.499999999999998 in floats; the even one
        (100 * 0.145, 15, 0, True),
        (57.4999, 58, 0, False),
        (0.0009999, 0.001, 3, True),
        (-2.5, -3, 0, True),
        (-2.5, -2, 0, True),
        (-2.6, -2, 0, False),
    ],
)
def test_rounding_at_the_edge(value, printed, decimals, expected):
    assert ledger.rounds_to(value, printed, decimals) is expected


@pytest.mark.parametrize("width", [60, 100, 160])
def test_the_printed_ledger_keeps_to_the_terminal(book, width):
    claimed, found = book
    claimed.loc[claimed["id"] == "age", ["chapter", "value"]] = ["cohort", 50]
    entries = ledger.ledger(claimed, found, "reconstructed")
    lines = ledger_terminal.as_text(entries, claimed["chapter"], width).splitlines()
    assert max(map(len, lines)) <= width
    assert lines.index("COHORT") < lines.index("IMMUNE")
    text = " ".join(" ".join(lines).split())
    assert text.endswith("9 claims: 7 reproduced, 1 reproduced under a stated reading, 1 unexplained miss.")
    assert f"[age] {AGE} gives 46 years" in text
    assert "[odds] the model is not named" in text


@pytest.fixture
def run(monkeypatch, tmp_path, book, capsys):
    """Run the command on a claims file of one row and the results of `book`; no cohort is read."""

    def call(row, provenance="reconstructed", **options):
        cohort = SimpleNamespace(title="A cohort", note="A note", provenance=provenance)
        monkeypatch.setattr("helpers.ground.cohort.load", lambda path: cohort)
        monkeypatch.setitem(
            sys.modules, "helpers.chapters.book", SimpleNamespace(all_results=lambda _: book[1])
        )
        path = tmp_path / "mine.csv"
        path.write_text(",".join(claims.COLUMNS) + "\n" + row + "\n", encoding="utf-8")
        arguments = [f"--{name}={value}" for name, value in ({"claims": path} | options).items()]
        return ledger.main(arguments), capsys.readouterr()

    return call


MATCH = f"age,cohort,Median age,{AGE},46,0,years,equals,,10"


def test_the_command_writes_beside_the_claims_file(run, tmp_path):
    status, printed = run(MATCH)
    assert status == 0
    written = pd.read_csv(tmp_path / "ledger.csv", keep_default_na=False)
    assert list(written.columns) == ledger.COLUMNS
    assert written.loc[0, ["published", "recomputed", "verdict"]].tolist() == [
        "46 years",
        "46 years",
        "reproduced",
    ]
    assert "A cohort. A note" in printed.out and "1 claim: 1 reproduced." in printed.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.csv", "mine.csv"]


def test_the_command_writes_where_it_is_told(run, tmp_path):
    out = tmp_path / "new" / "verdicts.csv"
    assert run(MATCH, out=out)[0] == 0
    assert out.exists() and not (tmp_path / "ledger.csv").exists()


@pytest.mark.parametrize("cells", ["47,0,years", "46,0,months"])
def test_the_command_fails_with_a_miss_or_without_a_verdict(run, tmp_path, cells):
    status, _ = run(MATCH.replace("46,0,years", cells))
    assert status == 1
    assert (tmp_path / "ledger.csv").exists()


def test_the_command_takes_a_difference_in_real_patients(run):
    status, printed = run(MATCH.replace("46", "47"), provenance="patient-level")
    assert status == 0 and "1 differs" in printed.out


def test_the_command_names_each_problem_and_writes_nothing(run, tmp_path):
    status, printed = run(MATCH.replace("46,0,years", "old,0,moons"))
    assert status == 1 and printed.out == ""
    assert [line.split(": ")[1] for line in printed.err.splitlines()[:2]] == [
        "row 2, column value",
        "row 2, column unit",
    ]
    assert not (tmp_path / "ledger.csv").exists()


def test_the_command_says_where_it_cannot_write(run, tmp_path):
    (tmp_path / "taken").touch()
    status, printed = run(MATCH, out=tmp_path / "taken" / "ledger.csv")
    assert status == 1 and "cannot be written" in printed.err


@pytest.fixture(scope="module")
def published(rebuilt_results):
    """The ledger of the published claims on the rebuilt cohort."""
    return ledger.ledger(claims.load(), rebuilt_results, "reconstructed")


def test_the_print_excludes_two_of_its_own_words(published):
    """Significant beside P = 0.075, and a conclusion on NKT cells beside P = 0.071."""
    impossible = published.loc[published["verdict"] == "impossible as printed", "id"]
    assert set(impossible) == {"cd8_cd45ra_combination_significant", "conclusion_nkt_significant"}


def test_every_published_claim_is_settled_by_the_rebuilt_cohort(published):
    open_claims = published[published["verdict"].isin(["", "unexplained miss"])]
    assert open_claims["id"].tolist() == []
