"""What the claims' P values of rank tests need, and what changed ones do."""

import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from evidence.claims import load as claims
from evidence.claims.printed import Figures
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_REACHED
from evidence.this_abstract import rank_findings
from evidence.this_abstract.rank_findings import RankTest
from helpers.ground.results import ResultId


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(claims.load())


@pytest.fixture(scope="module")
def tests(figures) -> list[RankTest]:
    return rank_findings.printed(figures)


@pytest.fixture(scope="module")
def found(tests) -> dict[ResultId, pd.DataFrame]:
    return rank_findings.solutions(tests)


def untied(rows: pd.DataFrame, convention: str = "normal") -> list[tuple]:
    rows = rows[rows["convention"].eq(convention) & rows["ties"].eq(0)]
    rows = rows[rows["missing"].eq(0)] if "missing" in rows else rows
    return [
        *rows[["nonzero" if "nonzero" in rows else "first", "statistic"]].itertuples(index=False, name=None)
    ]


def test_rediscovered_paired_tests(found):
    named = {
        "cd8_cd45ra.signed_rank.combination": [(6, 2), (11, 13)],
        "cd8_cd45ro.signed_rank.combination": [(6, 0), (7, 1), (9, 4), (10, 6)],
        "t_cells.signed_rank.monotherapy": [(9, 5)],
        "nkt.signed_rank.monotherapy": [(9, 2)],
        # With fewer than five unchanged patients it needs ties.
        "treg.signed_rank.combination": [(6, 1)],
    }
    for id, expected in named.items():
        assert untied(found[ResultId.parse(f"immune.{id}")]) == expected


def test_rediscovered_tests_between_the_arms(found):
    assert untied(found[ResultId.parse("immune.cd8_cd45ro.ratio_mann_whitney.arm")]) == [(11, 24)]
    assert untied(found[ResultId.parse("immune.cd8_cd45ra.ratio_mann_whitney.arm")]) == [(11, 19)]
    assert untied(found[ResultId.parse("cohort.blasts.mann_whitney.arm.relapsed_refractory")]) == [(12, 111)]
    nkt = found[ResultId.parse("immune.nkt.ratio_mann_whitney.arm")]
    assert len(nkt) and nkt["ties"].min() == 12  # ties are needed, also with one value missing
    assert nkt[nkt["missing"].eq(1)]["ties"].min() == 25


def test_which_exact_tests_print_a_printed_p_value(found):
    reached = {str(id) for id, rows in found.items() if untied(rows, "exact")}
    assert reached == {
        "immune.cd8_cd45ro.ratio_mann_whitney.arm",
        "cohort.blasts.mann_whitney.arm.relapsed_refractory",
    }
    assert untied(found[ResultId.parse("cohort.blasts.mann_whitney.arm.relapsed_refractory")], "exact") == [
        (12, 110)
    ]
    with_ties = {
        id.outcome
        for id, rows in found.items()
        if rows["convention"].eq("exact").any() and id.statistic == "signed_rank"
    }
    assert with_ties == {"treg", "cd8_cd45ra", "cd8_cd45ro"}


def test_one_convention_prints_most_without_ties(tests, found):
    table = rank_findings.conventions(tests, found).set_index(["test", "convention"])
    assert table.loc[("signed_rank", "normal")].tolist() == [5, 5, 5]
    assert table.loc[("mann_whitney", "normal")].tolist() == [4, 3, 4]
    others = table.drop(index=[("signed_rank", "normal"), ("mann_whitney", "normal")])
    assert others["untied"].max() == 2


def test_adjustment_is_statsmodels_and_leaves_none_below_the_level(figures):
    family = rank_findings.adjusted(figures)
    assert len(family) == 8
    for name, method in (("benjamini_hochberg", "fdr_bh"), ("holm", "holm")):
        assert family[name].to_numpy() == pytest.approx(multipletests(family["printed"], method=method)[1])
        least = multipletests(family["printed"] - 0.0005, method=method)[1]
        assert family[f"{name}_least"].to_numpy() == pytest.approx(least)
    assert family["benjamini_hochberg"].min() == pytest.approx(0.058)
    assert family["benjamini_hochberg_least"].min() > 0.05


def test_findings_hold_for_the_p_value_of_every_ratio(figures):
    found = rank_findings.findings(figures)
    assert [finding.outcome for finding in found] == [CAN_HOLD] * 3
    assert any("U = 19 of 11 against 10" in finding.reason for finding in found)


@pytest.mark.parametrize(
    ("claim", "value", "decimals", "outcome"),
    [
        ("nkt_ratio_p", 0.000001, 6, CANNOT_HOLD),
        ("nkt_ratio_p", 0.08, 2, CAN_HOLD),
        ("nkt_ratio_p", 0.1234567, 7, NOT_REACHED),
    ],
)
def test_findings_of_changed_claims(claim, value, decimals, outcome):
    changed = claims.load()
    changed.loc[changed["id"].eq(claim), ["value", "decimals"]] = [value, decimals]
    found = {finding.claims[0]: finding for finding in rank_findings.findings(Figures(changed))}
    assert found[claim].outcome == outcome


def test_findings_leave_out_what_is_not_printed():
    assert rank_findings.findings(Figures(claims.load().iloc[:0])) == []
    without = claims.load()
    without = without[without["id"].ne("immune_patients_combination")]
    assert rank_findings.findings(Figures(without)) == []
