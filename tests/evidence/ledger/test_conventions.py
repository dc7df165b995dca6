"""What a claim depends on, and whether its conclusion changes: each convention on rows made by hand."""

from math import nan

import pytest
from made_up_claims import DIFFERENCE, ODDS, SIGNED_RANK, claims_of, figure, result, wording

from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, Finding
from evidence.ledger import entries as ledger
from evidence.ledger.conventions import alternatives
from helpers.ground import results, study

STUDY = study.load()
RATIO = "immune.nkt.ratio_mann_whitney.arm"
TABLE = "efficacy.response.pearson_chi_square.arm.high_burden"
BOTH = "efficacy.mrd_negativity.rate.combination.measurable_disease"
ONE, OTHER = BOTH.replace("measurable_disease", "mrd_positive"), BOTH.replace("measurable_disease", "{}")
DFS, FOLLOWUP = "survival.dfs.km_24m.all", "survival.followup.median.all"
AGE = "cohort.age.minimum.all"


def judged(claim, *rows, beside=(), found=None):
    """What one claim depends on, and whether its conclusion changes."""
    entries = ledger.ledger(
        claims_of(claim, *beside), found or {}, results.table(rows), STUDY, "reconstructed"
    )
    return tuple(entries.loc[0, ["depends_on", "changes_conclusion"]])


@pytest.mark.parametrize(
    ("id", "other", "unit", "text"),
    [
        (AGE, "cohort.age.quartile_1.all", "years", "the reading as a range (first quartile: 20 years)"),
        (
            "cohort.age.maximum.all",
            "cohort.age.quartile_3.all",
            "years",
            "the reading as a range (third quartile: 20 years)",
        ),
        (
            "cohort.blasts.quartile_1.all.high_burden",
            "cohort.blasts.quartile_1_type_6.all.high_burden",
            "years",
            "the quantile rule (type 6: 20 years)",
        ),
        (
            "survival.followup.quartile_3.all",
            "survival.followup.quartile_3_type_2.all",
            "years",
            "the quantile rule (type 2: 20 years)",
        ),
        (
            FOLLOWUP,
            "survival.followup.reverse_km_median.all",
            "years",
            "the definition (reverse Kaplan-Meier: 20 years)",
        ),
        (
            DFS,
            "survival.dfs_nonresponse.km_24m.all",
            "years",
            "the definition (non-response as an event: 20 years)",
        ),
        (
            "survival.dfs.km_12m.combination",
            "survival.dfs.km_12m_venetoclax_clock.combination",
            "years",
            "time zero (first day of venetoclax: 20 years)",
        ),
        (
            "survival.os.km_24m.all",
            "survival.os.km_24m_venetoclax_clock.all",
            "years",
            "time zero (first day of venetoclax: 20 years)",
        ),
        (BOTH, ONE, "years", "the population (MRD-positive patients: 20 years)"),
        (ODDS, ODDS.replace("odds", "univariate_odds"), "odds_ratio", "the model (blasts alone: 20)"),
        (ODDS, ODDS.replace("odds", "without_age_odds"), "odds_ratio", "the model (blasts and arm: 20)"),
        (ODDS, ODDS.replace("odds", "firth_odds"), "odds_ratio", "the model (Firth's penalty: 20)"),
    ],
)
def test_each_convention_is_named_with_what_the_other_gives(id, other, unit, text):
    claim, own = figure("it", id, 10, 0, unit), result(id, unit, 10.0)
    assert judged(claim, own, result(other, unit, 20.0))[0] == text
    assert judged(claim, own, result(other, unit, 10.4)) == ("", "no")
    assert judged(claim, own, result(other, unit, nan)) == ("", "no")


@pytest.mark.parametrize("id", [SIGNED_RANK, RATIO, "cohort.blasts.mann_whitney.arm.high_burden"])
def test_an_exact_test_is_another_convention_of_a_rank_test(id):
    chapter, outcome, statistic, rest = id.split(".", 3)
    rows = [
        result(f"{chapter}.{outcome}.{statistic}{kind}.{rest}", "p_value", p_value=p)
        for kind, p in (("", 0.046), ("_exact", 0.051))
    ]
    assert judged(figure("p", id, 0.046, 3, "p_value"), *rows) == ("the test (exact: 0.051)", "yes")
    assert judged(wording("word", id, "significant"), *rows) == ("the test (exact: P = 0.0510)", "yes")


@pytest.mark.parametrize(("p", "changes"), [(0.05, "yes"), (0.0499, "no")])
def test_an_adjustment_touches_the_word_and_not_the_printed_p_value(p, changes):
    rows = [
        result(SIGNED_RANK, "p_value", p_value=0.046),
        result(SIGNED_RANK.replace("rank", "rank_bh"), "p_value", p_value=p),
    ]
    text = f"whether P values are adjusted for the number of tests (Benjamini-Hochberg: P = {p:.4f})"
    expected = text if changes == "yes" else ""
    assert judged(wording("word", SIGNED_RANK, "significant"), *rows) == (expected, changes)
    assert judged(figure("p", SIGNED_RANK, 0.046, 3, "p_value"), *rows) == ("", "no")


def test_the_family_of_an_adjustment_is_the_immune_panel():
    id = "cohort.blasts.mann_whitney.arm.high_burden"
    rows = [result(id, "p_value", p_value=0.04), result(id.replace("y.a", "y_bh.a"), "p_value", p_value=0.2)]
    assert judged(wording("word", id, "significant"), *rows) == ("", "no")


def test_a_part_of_a_population_that_is_printed_apart_was_not_meant():
    """Of two statuses taken together, the one whose own rate is printed plainly is no other choice."""
    refractory = OTHER.format("relapsed_refractory")
    rows = [result(id, "fraction", value) for id, value in ((BOTH, 0.74), (ONE, 1.0), (refractory, 0.58))]
    claim = figure("both", BOTH, 74, 0, "percent")
    both = "the population (Relapsed/refractory patients: 58 %; MRD-positive patients: 100 %)"
    assert judged(claim, *rows)[0] == both
    apart = figure("apart", refractory, 58, 0, "percent")
    assert judged(claim, *rows, beside=[apart])[0] == "the population (MRD-positive patients: 100 %)"
    assert judged(claim, *rows, beside=[apart | {"reading": "another one"}])[0] == both


def test_one_side_of_a_cut_off_is_no_part_of_the_other():
    high = "efficacy.response.rate.combination.high_burden"
    rows = [result(high, "fraction", 0.83), result(high.replace("high", "low"), "fraction", 0.5)]
    assert judged(figure("rate", high, 83, 0, "percent", reading="read so"), *rows) == ("", "no")


def test_the_tests_of_a_table_are_computed_from_its_counts():
    rows = [
        result(TABLE, "p_value", p_value=0.0572),
        *(
            results.row(
                results.ResultId("efficacy", "response", "count", arm, "high_burden"),
                "label",
                "population",
                "count",
                results.Estimate(events, n=n, events=events),
            )
            for arm, events, n in (("combination", 5, 6), ("monotherapy", 3, 9))
        ),
    ]
    depends, changes = judged(figure("p", TABLE, 0.057, 3, "p_value"), *rows)
    # From R: chisq.test, fisher.test; likelihood ratio, mid-P, N−1 and unpooled z by hand.
    assert depends == (
        "the test (N\N{MINUS SIGN}1 chi-square: 0.066; chi-square with Yates' continuity correction: 0.170; "
        "likelihood-ratio chi-square: 0.049; Fisher's exact test: 0.119; Fisher's mid-P: 0.080; unpooled z "
        "test: 0.022)"
    )
    assert changes == "yes"  # the likelihood ratio lies below the level
    assert judged(figure("p", TABLE, 0.057, 3, "p_value"), *rows[:2]) == ("", "no")
    others = alternatives(results.ResultId.parse(TABLE), {row["id"]: row for row in rows}, [], STUDY)
    assert len(others) == 6 and "Pearson" not in " ".join(other.name for other in others)
    empty = rows[2] | {"n": 0, "events": 0}
    assert judged(figure("p", TABLE, 0.057, 3, "p_value"), *rows[:2], empty) == ("", "no")


@pytest.mark.parametrize(
    ("estimate", "other", "changes"),
    [(0.95, 1.0, "yes"), (0.95, 0.99, "no"), (1.1, 1.0, "no"), (1.1, 0.9, "yes")],
)
def test_a_ratio_has_one_side_below_1(estimate, other, changes):
    rows = [
        result(ODDS, "odds_ratio", estimate),
        result(ODDS.replace("odds", "firth_odds"), "odds_ratio", other),
    ]
    assert judged(figure("odds", ODDS, estimate, 2, "odds_ratio"), *rows)[1] == changes


def test_a_figure_without_a_null_has_no_conclusion():
    rows = [result(AGE, "years", 17.0), result("cohort.age.quartile_1.all", "years", 39.0)]
    assert judged(figure("age", AGE, 17, 0, "years"), *rows)[1] == "no"


@pytest.mark.parametrize(("other", "changes"), [(-0.1, "yes"), (0.0, "yes"), (0.1, "no")])
def test_a_direction_ends_at_0(other, changes):
    id = "survival.dfs.km_24m.arm"
    rows = [result(id, "fraction", 0.2), result("survival.dfs_nonresponse.km_24m.arm", "fraction", other)]
    assert judged(wording("word", id, "higher"), *rows)[1] == changes


def test_nothing_depends_on_another_value_where_there_is_none():
    rows = [result(AGE, "years", nan), result("cohort.age.quartile_1.all", "years", 17.0)]
    assert judged(figure("age", AGE, 17, 0, "years"), *rows) == ("", "no")
    rows = [
        result(id, "p_value", p_value=p)
        for id, p in ((SIGNED_RANK, nan), (SIGNED_RANK.replace("rank", "rank_exact"), 0.01))
    ]
    assert judged(wording("word", SIGNED_RANK, "significant"), *rows) == ("", "no")


@pytest.mark.parametrize(
    ("claim", "changes"),
    [
        (wording("first", SIGNED_RANK, "significant"), "yes"),
        (figure("first", SIGNED_RANK, 0.075, 3, "p_value"), "no"),
    ],
)
def test_a_wording_that_cannot_hold_changes_a_conclusion_and_a_figure_does_not(claim, changes):
    row = result(SIGNED_RANK, "p_value", p_value=0.0754)
    found = {"first": [Finding("search", ("first",), CANNOT_HOLD, "A reason.")]}
    assert judged(claim, row, found=found) == ("", changes)


@pytest.mark.parametrize(
    ("depends", "expected"),
    [(["a test"], "a test"), (["a test", "a rule", "a test", ""], "a test; a rule"), ([], "")],
)
def test_without_another_convention_the_searches_say_what_a_claim_depends_on(depends, expected):
    made = [Finding("search", ("first",), CAN_HOLD, "A reason.", each) for each in depends]
    row = result(DIFFERENCE, "fraction", 0.5)
    assert judged(wording("first", DIFFERENCE, "higher"), row, found={"first": made}) == (expected, "no")
