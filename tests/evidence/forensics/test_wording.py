"""Wordings against cited figures, sums of counts, and the words of chapter 6, on claims made by hand."""

import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from evidence.claims import load as published_claims
from evidence.claims.printed import Figure, Figures
from evidence.forensics import counts, examine, wording
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, CONTRADICTED, NOT_AS_WORDED, OUTCOMES
from evidence.words import tables as forensics_tables_reading
from evidence.words import wordings as forensics_words_reading

PUBLISHED = published_claims.load()
SIGNED_RANK = "immune.treg.signed_rank.combination"
CHANGE = "immune.treg.median_change.combination"
RATE = "efficacy.response.rate.{}.high_burden"


def claimed(*rows):
    """Claims of (id, result_id, relation, value, decimals, unit)."""
    columns = ["id", "result_id", "relation", "value", "decimals", "unit"]
    frame = pd.DataFrame(rows, columns=columns).astype({"decimals": "Int64"})
    return frame.assign(chapter="immune", statement="", reading="", source_sentence=1)


def judge(*rows):
    """The outcome for the first claim."""
    frame = claimed(*rows)
    return {f.claims[0]: f.outcome for f in wording.findings(frame, Figures(frame))}.get(rows[0][0])


@pytest.mark.parametrize(
    ("relation", "value", "decimals", "outcome"),
    [
        ("significant", 0.075, 3, CONTRADICTED),
        ("significant", 0.05, 2, CAN_HOLD),  # 0.046 prints so
        ("significant", 0.051, 3, CONTRADICTED),
        ("not_significant", 0.049, 3, CONTRADICTED),
        ("not_significant", 0.05, 2, CAN_HOLD),
        ("not_significant", 0.057, 3, CAN_HOLD),
    ],
)
def test_significance_beside_its_p_value(relation, value, decimals, outcome):
    beside = ("p", SIGNED_RANK, "equals", value, decimals, "p_value")
    assert judge(("word", SIGNED_RANK, relation, None, None, ""), beside) == outcome


@pytest.mark.parametrize(
    ("relation", "before", "after", "outcome"),
    [
        ("decreases", 8, 5, CAN_HOLD),
        ("decreases", 8, 9, CONTRADICTED),
        ("decreases", 8, 8, CAN_HOLD),  # 8.4 and 7.6 print alike
        ("increases", 8, 9, CAN_HOLD),
        ("increases", 9, 8, CONTRADICTED),
    ],
)
def test_direction_beside_two_medians(relation, before, after, outcome):
    medians = [
        (visit, f"immune.treg.median_{visit}.combination", "equals", value, 0, "percent")
        for visit, value in (("baseline", before), ("day28", after))
    ]
    assert judge(("word", CHANGE, relation, None, None, ""), *medians) == outcome


def test_direction_beside_two_rates():
    rates = [
        (arm, RATE.format(arm), "equals", value, 0, "percent")
        for arm, value in (("combination", 83), ("monotherapy", 33))
    ]
    difference = "efficacy.response.risk_difference.arm.high_burden"
    assert judge(("word", difference, "higher", None, None, ""), *rates) == CAN_HOLD
    assert judge(("word", difference, "lower", None, None, ""), *rates) == CONTRADICTED


def test_a_wording_without_its_figure_is_not_judged():
    assert judge(("word", SIGNED_RANK, "significant", None, None, "")) is None
    assert judge(("word", CHANGE, "decreases", None, None, "")) is None


@pytest.mark.parametrize(("whole", "outcome"), [(64, CAN_HOLD), (63, CANNOT_HOLD), (65, CANNOT_HOLD)])
def test_parts_and_whole(whole, outcome):
    rows = [("all", "cohort.patients.count.all", "equals", whole, 0, "count")]
    rows += [
        (arm, f"cohort.patients.count.{arm}", "equals", size, 0, "count")
        for arm, size in (("combination", 19), ("monotherapy", 45))
    ]
    (found,) = counts.findings(Figures(claimed(*rows)))
    assert (found.outcome, found.claims) == (outcome, ("all", "combination", "monotherapy"))


def test_a_figure_takes_both_neighbours_of_a_half():
    figure = Figure("x", 63, 0)
    assert figure.prints([62.5, 63.5, 100 * 0.625]).all()
    assert not figure.prints([62.4999, 63.5001]).any()


def test_every_finding_names_known_claims_and_a_known_outcome():
    known = set(PUBLISHED["id"])
    for finding in examine.examine(PUBLISHED):
        assert finding.outcome in OUTCOMES and finding.reason.endswith(".")
        assert finding.claims and set(finding.claims) <= known


def test_what_the_published_words_cannot_carry():
    by_outcome = {}
    for finding in examine.examine(PUBLISHED):
        by_outcome.setdefault(finding.outcome, set()).update(finding.claims)
    assert CANNOT_HOLD not in by_outcome
    assert by_outcome[CONTRADICTED] == {"cd8_cd45ra_combination_significant", "conclusion_nkt_significant"}
    assert {
        "mrd_negativity_both_combination",
        "mrd_negativity_both_monotherapy",
        "mrd_negativity_both_p",
        "mrd_negativity_all_first_reading",
        "mrd_negativity_all_second_reading",
        "deaths_cause",
    } <= by_outcome[NOT_AS_WORDED]


def test_no_printed_immune_p_value_survives_as_one_family():
    table = forensics_words_reading.words(PUBLISHED)
    family = table.dropna(subset="adjusted")
    assert len(family) == 8
    assert family["adjusted"].to_numpy() == pytest.approx(
        multipletests(family["p_value"], method="fdr_bh")[1]
    )
    assert round(family["adjusted"].min(), 3) == 0.058


def test_the_table_of_tests_shows_where_the_choice_decides():
    table = forensics_tables_reading.tests_table(Figures(PUBLISHED))
    assert table["table"].tolist() == ["5/6 v 3/9", "4/6 v 2/9", "14/19 v 29/39"]
    assert "likelihood-ratio" in forensics_tables_reading.tests_sentence(table)
    assert "7 of 7" in forensics_tables_reading.stratum_sentence(Figures(PUBLISHED))
    assert "16 of 18" in forensics_tables_reading.stratum_sentence(Figures(PUBLISHED))
