"""Verdicts on small results tables made by hand, and on the published claims."""

from math import inf, nan

import pytest
from made_up_claims import (
    AGE,
    BLASTS,
    CHANGE,
    DIFFERENCE,
    ODDS,
    RATE,
    SIGNED_RANK,
    claims_of,
    figure,
    result,
    wording,
)

from evidence.claims import load as claims
from evidence.forensics.finding import BY_READING, CAN_HOLD, CANNOT_HOLD, NOT_AS_WORDED, NOT_REACHED, Finding
from evidence.ledger import entries as ledger
from evidence.ledger import terminal as ledger_terminal
from evidence.ledger.contradictions import contradictions, headline
from evidence.this_abstract.examine import examine
from helpers.ground import results, study

STUDY = study.load()


def one(claim, *rows, provenance="reconstructed", beside=(), found=None):
    """The ledger's entry of one claim."""
    entries = ledger.ledger(claims_of(claim, *beside), found or {}, results.table(rows), STUDY, provenance)
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


def test_every_claim_that_agrees_is_consistent(book):
    entries = ledger.ledger(book[0], {}, book[1], STUDY, "reconstructed")
    assert list(entries.columns) == [
        "id",
        "sentence",
        "statement",
        "published",
        "recomputed",
        "verdict",
        "reading",
        "depends_on",
        "changes_conclusion",
        "reason",
        "conflict",
        "patients",
    ]
    alone = dict.fromkeys(("more_frequent", "fall", "significant"), "nothing to check")
    told = alone | {"odds": "consistent under a reading"}
    assert entries["verdict"].tolist() == [told.get(id, "consistent") for id in entries["id"]]
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
    ("provenance", "told"),
    [("reconstructed", ("not reached", "")), ("patient-level", ("not reached", "differs"))],
)
def test_a_changed_result_turns_exactly_its_claim(book, id, column, changed, turned, provenance, told):
    claimed, found = book
    before = ledger.ledger(claimed, {}, found, STUDY, provenance)
    found.loc[found["id"] == id, column] = changed
    after = ledger.ledger(claimed, {}, found, STUDY, provenance)
    beside = ["verdict", "patients"]
    assert after.loc[(after[beside] != before[beside]).any(axis=1), "id"].tolist() == [turned]
    entry = after.set_index("id").loc[turned]
    # On what no other figure bears, patients' own rows change nothing; a cohort that was rebuilt misses it.
    alone = provenance == "patient-level" and turned in ("more_frequent", "fall", "significant")
    assert (entry["verdict"], entry["patients"]) == ("nothing to check" if alone else told[0], told[1])
    assert entry["recomputed"] != before.set_index("id").loc[turned, "recomputed"]
    assert id in entry["reason"] and "Some test" in entry["reason"]
    assert ledger.is_settled(after) == (provenance == "patient-level")


def test_a_changed_claim_turns_exactly_itself(book):
    claimed, found = book
    claimed.loc[claimed["id"] == "rate", "value"] = 84
    entries = ledger.ledger(claimed, {}, found, STUDY, "reconstructed")
    missed = entries[entries["verdict"] == "not reached"]
    assert missed["id"].tolist() == ["rate"]
    assert missed[["published", "recomputed"]].to_numpy().tolist() == [["84 %", "83 %"]]


def test_a_claim_that_no_row_can_answer_is_not_determined():
    entry = one(figure("dose", "", 400, 0, "mg", unanswered="Doses are not recorded."))
    assert entry["verdict"] == "nothing to check"
    assert (entry["published"], entry["recomputed"]) == ("400 mg", "")
    assert "Doses are not recorded." in entry["reason"]
    assert one(wording("word", "", "states", unanswered="A word."))["published"] == "wording"


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


def test_only_the_p_value_of_the_same_result_can_exclude_a_wording():
    beside = figure("p", "immune.nkt.signed_rank.combination", 0.075, 3, "p_value")
    row = result(SIGNED_RANK, "p_value", p_value=0.04)
    assert one(wording("word", SIGNED_RANK, "significant"), row, beside=[beside])["verdict"] == (
        "nothing to check"
    )


@pytest.mark.parametrize(("provenance", "told"), [("reconstructed", ""), ("patient-level", "not estimable")])
def test_what_is_not_estimable_is_no_agreement(provenance, told):
    row = result(RATE, "fraction", method="not estimable: no patients in the group")
    entry = one(figure("rate", RATE, 83, 0, "percent"), row, provenance=provenance)
    assert (entry["verdict"], entry["recomputed"]) == ("not reached", "not estimable")
    assert entry["patients"] == told
    assert ledger.is_settled(entry.to_frame().T) == bool(told)
    assert "not estimable: no patients in the group" in entry["reason"]


@pytest.mark.parametrize(
    ("outcome", "estimate", "reading", "verdict"),
    [
        (NOT_AS_WORDED, 0.83, "", "contradicts as worded"),
        (NOT_AS_WORDED, 0.5, "read so", "contradicts as worded"),
        (CANNOT_HOLD, 0.83, "", "impossible as printed"),  # whatever the cohort holds
        (CANNOT_HOLD, 0.5, "", "impossible as printed"),
        (BY_READING, 0.83, "", "consistent under a reading"),
        (CAN_HOLD, 0.83, "read so", "consistent under a reading"),
        (CAN_HOLD, 0.5, "", "not reached"),
        (NOT_REACHED, 0.83, "", "consistent"),  # the witness is at hand
        (NOT_REACHED, 0.5, "", "not reached"),
    ],
)
def test_a_search_turns_a_verdict_by_what_it_proves(outcome, estimate, reading, verdict):
    finding = Finding("search", ("rate",), outcome, "The reason of the search.", conflict="83; 12")
    claim = figure("rate", RATE, 83, 0, "percent", reading=reading)
    entry = one(claim, result(RATE, "fraction", estimate), found={"rate": [finding]})
    assert entry["verdict"] == verdict
    assert entry["reason"].endswith("The reason of the search.")


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([CAN_HOLD], "consistent"),
        ([CAN_HOLD, CANNOT_HOLD], "impossible as printed"),
        ([], "nothing to check"),
    ],
)
def test_a_claim_that_no_row_answers_keeps_what_the_figures_say(found, verdict):
    findings = [Finding("search", ("month",), outcome, f"It is {outcome}.") for outcome in found]
    claim = wording("month", "", "states", unanswered="No row holds a date.")
    entry = one(claim, found={"month": findings})
    assert entry["verdict"] == verdict
    assert entry["reason"].endswith("No row holds a date.")
    assert ("No row of the results can answer this." in entry["reason"]) == (not found)


@pytest.mark.parametrize("estimate", [nan, inf])
def test_a_value_that_is_missing_or_infinite_is_no_agreement(estimate):
    row = result(ODDS, "odds_ratio", estimate, 0.001, method="Wald")
    entry = one(figure("odds", ODDS, 0.95, 2, "odds_ratio"), row)
    assert (entry["verdict"], entry["recomputed"]) == ("not reached", "not estimable")


def test_a_huge_odds_ratio_is_a_plain_miss():
    entry = one(figure("odds", ODDS, 0.95, 2, "odds_ratio"), result(ODDS, "odds_ratio", 1e300))
    assert entry["verdict"] == "not reached"


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
    assert (entry["verdict"] == "consistent") == holds


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
    beside = [figure("p", SIGNED_RANK, 0.05, 2, "p_value")]
    row = result(SIGNED_RANK, "p_value", p_value=p_value)
    entry = one(wording("word", SIGNED_RANK, relation), row, beside=beside)
    assert (entry["verdict"] == "consistent") == holds


@pytest.mark.parametrize("width", [60, 100, 160])
def test_the_printed_ledger_keeps_to_the_terminal(book, width):
    claimed, found = book
    claimed.loc[claimed["id"] == "age", ["chapter", "value"]] = ["cohort", 50]
    entries = ledger.ledger(claimed, {}, found, STUDY, "reconstructed")
    lines = ledger_terminal.as_text(entries, {}, claimed["chapter"], width).splitlines()
    assert max(map(len, lines)) <= width
    assert lines.index("COHORT") < lines.index("IMMUNE")
    text = " ".join(" ".join(lines).split())
    assert text.endswith(
        "9 claims: 4 consistent, 1 consistent under a reading, 1 not reached, 3 nothing to check."
    )
    assert f"[age] {AGE} gives 46 years" in text
    assert "[odds] the model is not named" in text


@pytest.fixture(scope="module")
def found():
    """What the searches say of the published claims."""
    return examine(claims.read())


@pytest.fixture(scope="module")
def published(found, rebuilt_results):
    """The ledger of the published claims on the rebuilt cohort."""
    abstract = claims.read()
    return ledger.ledger(claims.table(abstract), found, rebuilt_results, STUDY, "reconstructed")


def test_three_statements_contradict_and_each_is_counted_once(published, found):
    """74 % of 25 patients twice; all of an arm, 13 of 21 of it; significant beside P = 0.075."""
    assert "impossible as printed" not in set(published["verdict"])
    told = contradictions(published, found)
    assert told["ids"].str.split(", ").map(len).tolist() == [3, 2, 1]
    assert told["ids"].iloc[-1] == "cd8_cd45ra_combination_significant"
    assert told["changes_conclusion"].tolist() == ["no", "no", "yes"]
    assert headline(told) == "3 contradictions were found; each fits if read otherwise."
    printed = [
        ["25 (Patients who entered MRD positive)", "74 % (", "74 % ("],
        ["21 (Relapsed/refractory patients", "13 (Relapsed/refractory patients", "“all” ("],
        ["“significant”", "P = 0.075 ("],
    ]
    for conflict, parts in zip(told["conflict"], printed, strict=True):
        each = conflict.split("; ")
        assert all(said.startswith(part) for said, part in zip(each, parts, strict=True))
    text = ledger_terminal.as_text(published, found, claims.load()["chapter"], 100)
    assert text.startswith("3 contradictions were found")


def test_what_no_other_figure_bears_on_has_nothing_to_check(published):
    """Doses, literature, cells of a word said of the whole, Treg between the arms. Months are in order."""
    verdict = published.set_index("id")["verdict"]
    assert verdict["centres"] == "consistent"
    assert verdict[["enrolment_first", "deaths"]].eq("consistent under a reading").all()
    nothing = ["dose_venetoclax", "literature_mrd_clearance"]
    nothing += ["conclusion_nkt_significant", "conclusion_treg_direction", "treg_ratio_unmentioned"]
    assert set(verdict[nothing]) == {"nothing to check"}
    assert verdict["deaths_cause"] == "consistent under a reading"
    assert verdict[["patients", "nkt_ratio_p", "nkt_ratio_direction"]].eq("consistent").all()


def test_every_published_claim_is_settled_by_the_rebuilt_cohort(published):
    open_claims = published[published["verdict"].isin(["", "not reached"])]
    assert open_claims["id"].tolist() == []
