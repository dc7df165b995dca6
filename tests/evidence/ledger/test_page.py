"""The ledger's table: one body a claim, escaped, linked and complete."""

import re

import pandas as pd
import pytest
from docutils.nodes import make_id
from made_up_claims import entry

from evidence.claims import load as claims
from evidence.ledger import page as ledger_table
from evidence.ledger.verdicts import VERDICTS
from helpers.ground import study
from helpers.ground.paths import ROOT
from helpers.ground.results import ResultId

STUDY = study.load()
NASTY = "<script>alert('x')</script> & \"y\""


@pytest.fixture
def published():
    rows = [
        ("first", "cohort", "cohort.age.median.all", "years"),
        ("second", "efficacy", "", ""),
        ("third", "efficacy", "efficacy.response.rate.combination.relapsed_refractory", "percent"),
    ]
    return pd.DataFrame(rows, columns=["id", "chapter", "result_id", "unit"])


@pytest.fixture
def entries():
    return pd.DataFrame(
        [
            entry("first", published="46 years", recomputed="46 years", reading="median", reason="it fits"),
            entry("second", published="wording", verdict="nothing to check", reason=NASTY),
            entry(
                "third",
                statement=NASTY,
                published="83 %",
                recomputed="\N{MINUS SIGN}1.5",
                verdict="contradicts as worded",
                conflict=NASTY,
                patients="differs",
            ),
        ]
    )


def bodies(page: str) -> list[str]:
    return re.findall(r"<tbody.*?</tbody>", page, flags=re.DOTALL)


def test_each_entry_has_a_body_with_all_its_texts(entries, published):
    found = bodies(ledger_table.render(entries, published, STUDY).data)
    assert [re.search(r'id="claim-(\w+)"', body)[1] for body in found] == ["first", "second", "third"]
    for text in ("46 years", "Reading: median", "it fits", "✓</span> consistent", "Reading and reason"):
        assert text in found[0]
    assert "○</span> nothing to check" in found[1]
    assert "≠</span> contradicts as worded" in found[2]
    assert "patients' rows: differs" in found[2]
    assert "Cannot all hold" in found[2]


def test_every_text_is_escaped(entries, published):
    page = ledger_table.render(entries, published, STUDY, note=NASTY).data
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; &quot;y&quot;") == 5


def test_the_same_entries_give_the_same_bytes_whatever_the_order_of_the_claims(entries, published):
    pages = {
        ledger_table.render(entries, frame, STUDY).data for frame in (published, published[::-1], published)
    }
    assert len(pages) == 1


def test_the_form_waits_for_a_script_and_offers_what_there_is(entries, published):
    page = ledger_table.render(entries, published, STUDY).data
    assert re.search(r"<form[^>]* hidden>", page)
    options = re.findall(r'<option value="([^"]*)"', page)
    assert options == [
        "",
        "consistent",
        "contradicts as worded",
        "nothing to check",
        "",
        "cohort",
        "efficacy",
    ]


def test_a_claim_without_verdict_says_so(published):
    page = ledger_table.render(pd.DataFrame([entry("first", verdict="")]), published, STUDY).data
    assert "–</span> no verdict" in page
    assert 'data-verdict="no verdict"' in page


def test_no_two_verdicts_share_a_mark():
    assert set(ledger_table.MARKS) == set(VERDICTS)
    assert len(set(ledger_table.MARKS.values())) == len(VERDICTS)


def test_numbers_are_what_a_column_is_sorted_by(entries, published):
    found = [
        re.findall(r'data-sort="([^"]*)"', body)
        for body in bodies(ledger_table.render(entries, published, STUDY).data)
    ]
    assert found == [["46", "46", "0"], ["", "", "5"], ["83", "-1.5", "2"]]


def test_numbers_are_sorted_among_those_of_their_unit(entries, published):
    found = [
        re.findall(r'data-unit="([^"]*)"', body)
        for body in bodies(ledger_table.render(entries, published, STUDY).data)
    ]
    assert found == [["Years", "Years"], [], ["Percentages", "Percentages"]]


@pytest.mark.parametrize(
    ("text", "unit", "among"),
    [
        ("P = 0.057", "", "P values"),
        ("44.4 points", "", "Points"),
        ("higher in 62% of the cohorts", "", "Shares of the cohorts"),
        ("P < 0.05 in 57% of the cohorts", "p_value", "Shares of the cohorts"),
        ("0.72 to 1.61", "hazard_ratio", "Hazard ratios"),
        ("3", "", "Other numbers"),
    ],
)
def test_a_statement_in_words_is_sorted_by_what_its_result_is(text, unit, among):
    assert ledger_table._unit(text, unit) == among


def test_every_unit_of_a_claim_has_its_name_and_no_two_share_one():
    assert set(ledger_table.UNITS) >= set(claims.load()["unit"]) - {""}
    assert len(set(ledger_table.UNITS.values())) == len(ledger_table.UNITS)


@pytest.mark.parametrize(
    ("result_id", "address"),
    [
        ("cohort.age.median.all", "01_cohort.html#how-alike-were-the-arms-at-entry"),
        (
            "efficacy.response.rate.combination.high_burden",
            "02_efficacy.html#how-did-the-patients-respond",
        ),
        (
            "efficacy.response.pearson_chi_square.arm.high_burden",
            "02_efficacy.html#how-large-are-the-differences",
        ),
        ("cohort.nothing.known.all", "01_cohort.html"),
    ],
)
def test_a_result_leads_to_its_section(result_id, address):
    assert ledger_table.place(ResultId.parse(result_id), STUDY)[0] == address


def test_every_published_result_has_a_section_that_its_chapter_holds():
    headings = {
        (path.stem, heading)
        for path in (ROOT / "notebooks").glob("*.py")
        for heading in re.findall(r"^# ## (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }
    anchors = {f"{stem}.html#{make_id(heading)}" for stem, heading in headings}
    for result_id in filter(None, claims.load()["result_id"]):
        assert ledger_table.place(ResultId.parse(result_id), STUDY)[0] in anchors, result_id
