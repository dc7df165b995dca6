"""What the printed quartiles of blasts and age leave, and what changed ones do."""

import itertools

import numpy as np
import pytest

from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.forensics import quartiles
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_AS_WORDED
from evidence.this_abstract import quartile_findings
from helpers.estimators.quantiles import RULES

ABOVE = {"combination": 6, "monotherapy": 9}  # found by the search of the two-by-two tables


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(claims.load())


def test_every_draw_prints_the_figures(figures):
    for arm, rule in itertools.product(ABOVE, quartiles.RULES):
        printed = quartile_findings.of_blasts(figures, arm, rule, ABOVE[arm])
        drawn = quartiles.draw(printed, 500, np.random.default_rng(7))
        assert ((drawn > 60).sum(axis=1) == ABOVE[arm]).all()
        for share, figure in printed.quantiles:
            assert figure.prints(np.quantile(drawn, share, axis=1, method=RULES[rule])).all()


def test_rediscovered_sizes_and_bounds(figures):
    spaces = quartile_findings.spaces(figures).set_index(["arm", "rule"])
    assert spaces.loc["combination", "samples"].between(1e11, 4e11).all()
    assert spaces.loc["monotherapy", "samples"].between(1e18, 1e19).all()
    known = quartile_findings.spaces(figures, ABOVE).set_index(["arm", "rule"])
    assert known.loc["monotherapy", "samples"].between(1e17, 3e18).all()
    bounds = known.loc[("combination", 7), ["mean_low", "mean_high"]].astype(float)
    assert bounds.round(1).tolist() == [49.2, 62.1]


def test_age_as_quartiles_needs_quarters_of_the_patients(figures):
    needs = quartile_findings.age_needs(quartile_findings.of_age(figures)).set_index("side")
    # The 16th youngest is at most the first quartile: position 0.25 * 63 = 15.75, from 0.
    assert needs["fewest"].to_dict() == {"younger": 16, "older": 16}
    assert needs["n"].eq(64).all()


def test_findings_of_the_printed_figures(figures):
    found = list(quartile_findings.findings(figures, ABOVE))
    assert [finding.outcome for finding in found] == [CAN_HOLD] * 3
    assert "16 of 64" in found[-1].reason


def changed(**values: float) -> Figures:
    table = claims.load()
    for claim, value in values.items():
        table.loc[table["id"].eq(claim), "value"] = value
    return Figures(table)


@pytest.mark.parametrize(
    ("claim", "value", "outcome", "words"),
    [
        (
            "blasts_combination_quartile_1",
            61,
            CANNOT_HOLD,
            "first quartile 61 and median 60 exclude each other",
        ),
        ("blasts_monotherapy_quartile_3", 101, CANNOT_HOLD, "third quartile 101 is out of range"),
        ("age_median", 80, CANNOT_HOLD, "out of order"),
        ("age_upper", 130, NOT_AS_WORDED, "as quartiles"),
    ],
)
def test_findings_of_changed_claims(claim, value, outcome, words):
    found = list(quartile_findings.findings(changed(**{claim: value})))
    judged = [finding for finding in found if claim in finding.claims]
    assert [finding.outcome for finding in judged] == [outcome]
    assert words in judged[0].reason


def test_the_number_above_the_cut_can_exclude_a_quartile(figures):
    found = list(quartile_findings.findings(figures, {"combination": 1}))
    assert found[0].outcome == CANNOT_HOLD
    assert "third quartile 86 and the number above 60 exclude each other" in found[0].reason


def test_decimals_are_tried_before_a_figure_is_called_impossible():
    table = claims.load()
    table.loc[table["id"].eq("blasts_monotherapy_median"), ["value", "decimals"]] = [42.3, 1]
    found = {finding.claims[0]: finding for finding in list(quartile_findings.findings(Figures(table)))}
    finding = found["blasts_monotherapy_quartile_1"]
    assert finding.outcome == CAN_HOLD and finding.depends_on == "percentages with a decimal"


def test_findings_leave_out_what_is_not_printed():
    assert list(quartile_findings.findings(Figures(claims.load().iloc[:0]))) == []
