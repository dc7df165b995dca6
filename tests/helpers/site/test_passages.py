"""What the search goes through: each section, term, claim and entry, and no code."""

import json

import pytest

from helpers.site import passages

PAGE = """<html><body><nav>Contents</nav><article class="bd-article">
<section id="efficacy"><h1>Efficacy<a class="headerlink" href="#efficacy">#</a></h1>
<details class="admonition hide above-input"><summary>Show code</summary>
<div><pre>secret = code(0.999)</pre></div></details>
<p>Asked of <span data-row="cohort.patients.count.all">64</span>
patients, <span data-row="cohort.patients.count.all">64</span> in all.</p>
<section id="how-large"><h2>How large, <em>really</em>?<a class="headerlink" href="#how-large">#</a></h2>
<img alt="Curves: 83% &amp; 67%" src="a.svg"><style>p { color: red }</style>
<table><tr><th>Test</th><th>P</th></tr><tr><td>exact</td>
<td>0.057</td></tr></table>
<div class="exhibit-links"><details><p>secret rows</p></details></div>
<script>var hidden = 1</script><p>After.</p></section>
<dl><dt id="term-Treg">Treg<a class="headerlink" href="#term-Treg">#</a></dt><dd><p>A cell.</p></dd></dl>
<table><tbody id="claim-size"><tr><th scope="row">The size</th><td>64</td></tr>
<tr><td>why</td></tr></tbody></table>
<div class="citation" id="id2"><span class="label"><span>[</span>1<span>]</span></span>
<p>A. Author. 1999.</p></div>
</section></article><footer>Foot</footer></body></html>"""


@pytest.fixture
def found() -> dict[str, passages.Passage]:
    return {passage.anchor: passage for passage in passages.of_page(PAGE)}


def test_each_place_with_an_anchor_is_a_passage(found):
    titles = {anchor: passage.title for anchor, passage in found.items()}
    assert titles == {
        "": "Efficacy",
        "how-large": "How large, really?",
        "term-Treg": "Treg",
        "claim-size": "The size",
        "id2": "A. Author. 1999.",
    }


def test_a_passage_says_what_a_reader_sees(found):
    assert found[""].texts == ["Asked of 64 patients, 64 in all."]
    assert found["how-large"].texts == ["Curves: 83% & 67%\nTest · P\nexact · 0.057\nAfter."]
    assert found["term-Treg"].texts == ["A cell."]
    assert found["claim-size"].texts == ["64\nwhy"]


def test_code_and_what_lies_around_the_article_are_left_out(found):
    said = " ".join(passage.title + passage.texts[0] for passage in found.values())
    assert not any(word in said for word in ("secret", "0.999", "hidden", "color", "Contents", "Foot", "#"))


def test_a_passage_names_the_rows_that_it_shows_once(found):
    assert found[""].rows == ["cohort.patients.count.all"]
    assert found["how-large"].rows == []


def test_a_page_without_an_article_has_none():
    assert passages.of_page("<html><body><p>text</p></body></html>") == []


def test_the_script_holds_places_in_the_order_of_the_book():
    written = passages.script([*passages.found("b.html", PAGE), *passages.found("a.html", PAGE)])
    entries = json.loads(written.partition("= ")[2].rstrip(";\n"))
    assert [entry[0] for entry in entries[:2]] == ["b.html", "b.html#how-large"]
    assert entries[5][:3] == ["a.html", "Efficacy", "Efficacy"]
    assert entries[0][4] == "cohort.patients.count.all"
