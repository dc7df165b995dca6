"""The ledger of an abstract as files: texts stay texts, each verdict is told, nothing else is needed."""

import re
from dataclasses import replace
from io import StringIO

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.claims.groups import Population
from evidence.forensics import searches
from evidence.forensics.finding import (
    BY_READING,
    CAN_HOLD,
    CANNOT_HOLD,
    NOT_AS_WORDED,
    NOT_REACHED,
    Finding,
    by_claim,
)
from evidence.ledger import of_abstract, report, verdicts
from evidence.ledger.terminal import abstract_as_text

NASTY = "<script>alert(1)</script> & \"a\" 'b' | `c` *d* [e](f) _g_ {{ h }}"
SEARCH = searches.SEARCHES[0].SEARCH
OUTCOMES = {
    "fits": CAN_HOLD,
    "read": BY_READING,
    "words": NOT_AS_WORDED,
    "never": CANNOT_HOLD,
    "again": CANNOT_HOLD,
    "open": NOT_REACHED,
}


@pytest.fixture
def abstract():
    """An abstract with a claim of each verdict, the last sentence first."""
    populations = {id: Population(id, f"Arm {id}", arm=id) for id in ("a", "b")}
    ids = [*OUTCOMES, "alone"]
    claims = [
        PrintedClaim(
            row, id, 9 - row // 2, f"Statement of {id}", "n", f"{row}", reading="A reading" * (id == "read")
        )
        for row, id in enumerate(ids, 2)
    ]
    everybody = {"all": Population("all", "All", parent="")}
    return Abstract("A title", "A source", ("a", "b"), everybody | populations, tuple(claims))


@pytest.fixture
def findings():
    """Made-up findings on each of its claims; the last one stands in two contradictions."""
    conflict = {"words": "1; 2", "never": "3; 4", "again": "3; 4"}
    found = [
        Finding(SEARCH, (id,), outcome, f"Reason of {id}.", "", conflict.get(id, ""), f"{id} tables")
        for id, outcome in OUTCOMES.items()
    ]
    more = Finding(SEARCH, ("again",), CANNOT_HOLD, "Another reason.", "", "4; 5")
    return by_claim([*found, more])


@pytest.fixture
def entries(abstract, findings):
    """Its ledger, as they decide it."""
    return of_abstract.ledger(abstract, findings)


def parsed(entries, findings, abstract):
    return BeautifulSoup(report.page(entries, findings, abstract), "html.parser")


def test_the_page_tells_each_claim_with_verdict_reason_conflict_and_search(entries, findings, abstract):
    page = parsed(entries, findings, abstract)
    rows = {row["id"].removeprefix("claim-"): row for row in page.select("tr[id^=claim-]")}
    assert sorted(rows) == sorted([*OUTCOMES, "alone"])
    given = {id: row.select_one(".verdict")["data-verdict"] for id, row in rows.items()}
    assert given == dict(zip(entries["id"], entries["verdict"], strict=True))
    assert set(given.values()) == {verdict for verdict in verdicts.VERDICTS if verdict}
    for id in ("fits", "read", "open"):
        assert f"Reason of {id}." in rows[id].text and f"{id} tables" in rows[id].text
    for id, number, conflict in [("words", 1, "1; 2"), ("never", 2, "3; 4"), ("again", 2, "3; 4")]:
        assert f"In contradiction {number}" in rows[id].text
        assert f"Cannot all hold: {conflict}." in page.select_one(f"#contradiction-{number}").text
        assert f"Reason of {id}." in page.select_one(f"#contradiction-{number}").text
    assert "Read: A reading." in rows["read"].text and of_abstract.ALONE in rows["alone"].text


def test_a_verdict_is_told_in_words_and_by_a_mark_of_its_own(entries, findings, abstract):
    shown = parsed(entries, findings, abstract).select("table.counts .verdict")
    marks = {verdicts.MARKS[verdict] for verdict in report.MEANINGS}
    assert {each.select_one(".mark").text for each in shown} == marks
    assert {each.text.split(maxsplit=1)[1].strip() for each in shown} == set(report.MEANINGS)
    assert {*report.MEANINGS, verdicts.NO_VERDICT} == set(verdicts.VERDICTS)


def test_claims_stand_in_the_order_of_their_sentences(entries, findings, abstract):
    sentences = [
        int(row.text.split()[1]) for row in parsed(entries, findings, abstract).select("tr.sentence")
    ]
    assert sentences == sorted(sentences) and len(sentences) > 1
    printed = abstract_as_text(entries, findings, 80)
    assert [int(number) for number in re.findall(r"SENTENCE (\d+)", printed)] == sentences
    told = re.findall(r"\*\*Sentence (\d+)\*\*", report.markdown(entries, findings, abstract))
    assert list(map(int, told)) == sentences


def test_every_link_of_the_page_leads_to_a_place_in_it_and_nothing_is_asked_from_outside(
    entries, findings, abstract
):
    page = parsed(entries, findings, abstract)
    places = [each["id"] for each in page.select("[id]")]
    assert len(places) == len(set(places))
    targets = [link["href"] for link in page.select("a[href]")]
    assert targets and all(target.startswith("#") and target[1:] in places for target in targets)
    assert not page.select("script, img, iframe, [src]") and "url(" not in page.style.text + "@import"
    assert [link["href"] for link in page.select("link")] == ["data:,"]


def test_every_search_says_how_it_is_done_again(entries, findings, abstract):
    steps = searches.by_hand()
    assert all(steps.values()) and all(set(search.BY_HAND) <= set(steps) for search in searches.SEARCHES)
    section = parsed(entries, findings, abstract).select_one("section:has(#by-hand)")
    assert [each.text for each in section.select("li")] == list(steps[SEARCH])
    assert all(step in report.markdown(entries, findings, abstract) for step in steps[SEARCH])


@pytest.mark.parametrize("column", ["statement", "reading", "reason", "depends_on", "searched", "published"])
def test_a_text_of_the_folder_is_never_markup(entries, findings, abstract, column):
    changed = entries.assign(**{column: entries[column].mask(entries["id"] == "read", NASTY)})
    named = replace(abstract, title=NASTY, source=NASTY)
    page = parsed(changed, findings, named)
    assert page.h1.text == NASTY and not page.select("script")
    assert NASTY in page.select_one("#claim-read").text
    told = report.markdown(changed, findings, named)
    line = next(each for each in told.splitlines() if "`read`" in each)
    assert len(re.findall(r"(?<!\\)\|", line)) == 5  # of a table of four columns
    assert "<script>" not in told and not re.search(r"(?<!\\)[*<\[](script|d\*|e\])", told)


def test_a_cell_that_a_spreadsheet_would_compute_is_made_safe(entries, findings, abstract, tmp_path):
    formulas = ["=1+1", "+1+1", "-1+1", "@SUM(A1)"]
    changed = entries.assign(statement=[*formulas, *entries["statement"][4:]])
    report.write(changed, findings, abstract, tmp_path)
    written = pd.read_csv(StringIO((tmp_path / "ledger.csv").read_text()), dtype=str, keep_default_na=False)
    assert written["statement"].tolist()[:4] == [f"'{each}" for each in formulas]


@pytest.mark.parametrize("width", [30, 60, 80, 120])
def test_the_terminal_shows_conflicts_first_and_keeps_to_its_width(entries, findings, width):
    lines = abstract_as_text(entries, findings, width).splitlines()
    assert max(map(len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    first, claims = text.split("claim published verdict")
    assert first.startswith("3 contradictions were found; 1 of them fits if read otherwise")
    assert all(f"Reason of {id}." in first for id in ("words", "never", "again"))
    assert "[never] In contradiction 2." in claims and "[again] In contradictions 2 and 3." in claims
    assert "[read] Read: A reading. Reason of read." in claims
    assert text.endswith("2 impossible as printed, 1 not reached, 1 nothing to check.")


def test_the_same_ledger_gives_the_same_files(entries, findings, abstract, tmp_path):
    first = [path.read_bytes() for path in report.write(entries, findings, abstract, tmp_path)]
    assert first == [path.read_bytes() for path in report.write(entries, findings, abstract, tmp_path)]
    assert [path.name for path in sorted(tmp_path.iterdir())] == sorted(report.NAMES)
