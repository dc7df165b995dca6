"""The ledger's table: one body a claim, escaped, linked and complete; and the words drawn from the ledger."""

import re
from math import nan

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from docutils.nodes import make_id

from evidence.claims import load as claims
from evidence.ledger import page as ledger_table
from evidence.ledger import verdicts as ledger
from evidence.plots import conventions
from evidence.words import ledger as ledger_reading
from helpers.ground.paths import ROOT

NASTY = "<script>alert('x')</script> & \"y\""


def entry(id, **more):
    blank = dict.fromkeys(ledger.COLUMNS, "")
    return blank | {"id": id, "statement": id, "verdict": "reproduced", "changes_conclusion": "no"} | more


@pytest.fixture
def published():
    rows = [
        ("first", "cohort", "cohort.age.median.all"),
        ("second", "efficacy", ""),
        ("third", "efficacy", "efficacy.response.rate.combination.relapsed_refractory"),
    ]
    return pd.DataFrame(rows, columns=["id", "chapter", "result_id"])


@pytest.fixture
def entries():
    return pd.DataFrame(
        [
            entry("first", published="46 years", recomputed="46 years", reading="median", reason="it fits"),
            entry("second", published="wording", verdict="not determined", reason=NASTY),
            entry(
                "third", statement=NASTY, published="83 %", recomputed="\N{MINUS SIGN}1.5", verdict="differs"
            ),
        ],
        columns=ledger.COLUMNS,
    )


def bodies(page: str) -> list[str]:
    return re.findall(r"<tbody.*?</tbody>", page, flags=re.DOTALL)


def test_each_entry_has_a_body_with_all_its_texts(entries, published):
    found = bodies(ledger_table.render(entries, published).data)
    assert [re.search(r'id="claim-(\w+)"', body)[1] for body in found] == ["first", "second", "third"]
    for text in ("46 years", "Reading: median", "it fits", "✓</span> reproduced", "Reading and reason"):
        assert text in found[0]
    assert "?</span> not determined" in found[1]
    assert "≠</span> differs" in found[2]


def test_every_text_is_escaped(entries, published):
    page = ledger_table.render(entries, published, note=NASTY).data
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; &quot;y&quot;") == 3


def test_the_same_entries_give_the_same_bytes_whatever_the_order_of_the_claims(entries, published):
    pages = {ledger_table.render(entries, frame).data for frame in (published, published[::-1], published)}
    assert len(pages) == 1


def test_the_form_waits_for_a_script_and_offers_what_there_is(entries, published):
    page = ledger_table.render(entries, published).data
    assert re.search(r"<form[^>]* hidden>", page)
    options = re.findall(r'<option value="([^"]*)"', page)
    assert options == ["", "reproduced", "not determined", "differs", "", "cohort", "efficacy"]


def test_a_claim_without_verdict_says_so(published):
    page = ledger_table.render(pd.DataFrame([entry("first", verdict="")]), published).data
    assert "–</span> no verdict" in page
    assert 'data-verdict="no verdict"' in page


def test_no_two_verdicts_share_a_mark():
    assert set(ledger_table.MARKS) == set(ledger.VERDICTS)
    assert len(set(ledger_table.MARKS.values())) == len(ledger.VERDICTS)


def test_numbers_are_what_a_column_is_sorted_by(entries, published):
    found = [
        re.findall(r'data-sort="([^"]*)"', body)
        for body in bodies(ledger_table.render(entries, published).data)
    ]
    assert found == [["46", "46", "0"], ["", "", "3"], ["83", "-1.5", "4"]]


@pytest.mark.parametrize(
    ("result_id", "address"),
    [
        ("cohort.age.median.all", "01_cohort.html#how-old-were-they"),
        ("efficacy.response.rate.arm.high_burden", "02_efficacy.html#how-large-are-the-differences"),
        ("efficacy.response.pearson_chi_square.arm.high_burden", "02_efficacy.html#do-the-tests-agree"),
        ("cohort.nothing.known.all", "01_cohort.html"),
        ("elsewhere.age.median.all", ""),
        ("", ""),
    ],
)
def test_a_result_leads_to_its_section(result_id, address):
    assert ledger_table.place(result_id)[0] == address


def test_every_published_result_has_a_section_that_its_chapter_holds():
    headings = {
        (path.stem, heading)
        for path in (ROOT / "notebooks").glob("*.py")
        for heading in re.findall(r"^# ## (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }
    anchors = {f"{stem}.html#{make_id(heading)}" for stem, heading in headings}
    for result_id in filter(None, claims.load()["result_id"]):
        assert ledger_table.place(result_id)[0] in anchors, result_id


def test_verdicts_are_counted_by_chapter(entries, published):
    table = ledger_reading.verdict_table(entries, published)
    assert list(table.columns) == ["Verdict", "Cohort", "Efficacy", "All"]
    assert table.to_numpy().tolist() == [
        ["✓ reproduced", "1", "0", "1"],
        ["? not determined", "0", "1", "1"],
        ["≠ differs", "0", "1", "1"],
        ["All", "1", "2", "3"],
    ]
    assert ledger_reading.counts_sentence(entries) == (
        "Of 3 claims, the verdicts are: 1 reproduced; 1 not determined; 1 differs."
    )


def test_claims_that_are_not_met_are_listed_or_none(entries):
    assert list(ledger_reading.not_met_table(entries)["Published"]) == ["83 %"]
    assert list(ledger_reading.not_met_table(entries[:2])["Claim"]) == ["none"]
    assert ledger_reading.not_met_sentence(entries) == (
        "Of 2 claims that a result can answer, not met: 1 differs."
    )
    assert ledger_reading.not_met_sentence(entries[:2]).endswith("can answer, not met: none.")


def test_claims_whose_conclusion_changes_are_listed_or_none(entries):
    assert list(ledger_reading.changing_table(entries)["Claim"]) == ["none"]
    changed = entries.assign(changes_conclusion=["yes", "no", "yes"], depends_on=["", "", "the test"])
    table = ledger_reading.changing_table(changed)
    assert list(table["Depends on"]) == ["the figure printed beside it", "the test"]
    assert "1 claim of 3 rests on" in ledger_reading.flags_sentence(changed)
    assert "for 2 claims a conclusion would change" in ledger_reading.flags_sentence(changed)


@pytest.fixture
def tested():
    """Two signed-rank tests, one of which has an exact P value across the level, and one not estimable."""
    names = ["t_cells", "treg", "nkt"]
    printed = pd.DataFrame(
        [
            {
                "id": name,
                "statement": f"P value of the change in {name}",
                "unit": "p_value",
                "result_id": f"immune.{name}.signed_rank.combination",
            }
            for name in names
        ]
    )
    values = {"t_cells": (0.04, 0.06), "treg": (0.2, 0.3), "nkt": (nan, nan)}
    results = pd.DataFrame(
        [
            {
                "id": f"immune.{name}.signed_rank{kind}.combination",
                "p_value": p,
                "method": "m",
                "unit": "p_value",
            }
            for name in names
            for kind, p in zip(("", "_exact"), values[name], strict=True)
        ]
    )
    return ledger_reading.printed_tests(printed, results)


def test_tests_across_the_level_are_found(tested):
    assert list(tested["p_value"]) == [0.04, 0.06, 0.2, 0.3]
    assert list(ledger_reading.crossing(tested)["p_value"]) == [0.06]
    assert ledger_reading.tests_sentence(tested) == (
        "Of the 2 printed P values that can be recomputed, 1 would lie on the other side of 0.05 "
        "with another choice (the test: 1)."
    )
    assert "Change in t_cells, exact: P = 0.060" in ledger_reading.tests_alt(tested)


def test_the_figure_draws_a_line_for_each_test_and_says_when_there_is_none(tested):
    _, (left, right) = plt.subplots(1, 2)
    conventions.plot_conventions(tested, ax=left)
    assert [label.get_text() for label in left.get_yticklabels()] == ["Change in t_cells", "Change in treg"]
    drawn = [point for line in left.lines[:2] for point in zip(*line.get_data(), strict=True)]
    assert drawn == [(0.04, 0), (0.2, 1), (0.06, 0), (0.3, 1)]
    conventions.plot_conventions(tested[:0], ax=right)
    assert "no printed P value" in right.texts[0].get_text()
    plt.close()


@pytest.mark.parametrize("provenance", ["reconstructed", "patient-level"])
def test_the_witness_is_named_for_what_it_is(provenance):
    sentence = ledger_reading.witness_sentence(provenance)
    assert ("no evidence about the patients" in sentence) == (provenance == "reconstructed")
