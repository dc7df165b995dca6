"""Wordings against cited figures, on claims made by hand."""

import pandas as pd
import pytest

from evidence.claims.printed import Figures
from evidence.forensics.finding import CAN_HOLD, CONTRADICTED, NOT_AS_WORDED
from evidence.this_abstract import wording

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
        ("significant", 0.075, 3, NOT_AS_WORDED),
        ("significant", 0.05, 2, CAN_HOLD),  # 0.046 prints so
        ("significant", 0.051, 3, NOT_AS_WORDED),
        ("not_significant", 0.049, 3, NOT_AS_WORDED),
        ("significant", 0.101, 3, CONTRADICTED),  # half of it is no less than 0.05
        ("not_significant", 0.024, 3, CONTRADICTED),  # nor is twice it as much
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
