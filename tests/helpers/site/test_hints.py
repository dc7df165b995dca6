"""Links to terms and citations carry the text that stands there."""

import re
from html import unescape

import pytest

from helpers.site import hints

GLOSSARY = """<dl class="simple glossary">
<dt id="term-MRD">MRD<a class="headerlink" href="#term-MRD" title="Link">#</a></dt><dd><p>Residual
disease: <strong>less</strong> than 5 &amp; more.</p>
</dd>
<dt id="term-Treg">Treg<a class="headerlink" href="#term-Treg">#</a></dt><dd><p>Says "no".</p></dd></dl>"""
REFERENCES = """<div class="citation" id="id2" role="doc-biblioentry">
<span class="label"><span class="fn-bracket">[</span>1<span class="fn-bracket">]</span></span>
<p>A. Author. <em>Journal</em>, 1&ndash;2. <a class="reference external" href="https://doi.org/x">doi:x</a>.</p>
</div>"""
TERMS = {"term-MRD": "MRD: Residual disease: less than 5 & more.", "term-Treg": 'Treg: Says "no".'}
ENTRIES = {"id2": "A. Author. Journal, 1–2. doi:x."}


def test_the_glossary_is_read_without_its_anchors():
    assert hints.of_glossary(GLOSSARY) == TERMS


def test_the_references_are_read_without_their_numbers():
    assert hints.of_references(REFERENCES) == ENTRIES


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ('<a class="reference internal" href="../book/glossary.html#term-MRD">', TERMS["term-MRD"]),
        ('<a class="reference internal" href="#term-Treg">', TERMS["term-Treg"]),
        (
            '<a class="reference internal" href="../book/references.html#id2" title="A. Author">',
            ENTRIES["id2"],
        ),
        ('<a class="reference internal" href="02_efficacy.html#id2">', None),  # an id of another page
        ('<a class="reference internal" href="../book/glossary.html#term-Unknown">', None),
        ('<a class="reference internal" href="../book/glossary.html">', None),
    ],
)
def test_a_link_is_told_what_it_leads_to(link, told):
    done = hints.with_hints(link, TERMS, ENTRIES)
    found = re.search(r'data-told="([^"]*)"', done)
    assert (unescape(found[1]) if found else None) == told
    assert told is None or "title=" not in done
    assert hints.with_hints(done, TERMS, ENTRIES) == done


def test_a_changed_text_takes_the_place_of_the_old_one():
    link = '<a class="reference internal" href="#term-MRD">'
    done = hints.with_hints(hints.with_hints(link, {"term-MRD": "first"}, {}), {"term-MRD": "second"}, {})
    assert "second" in done and "first" not in done


def test_a_long_text_ends_with_a_word():
    text = "word " * 200
    short = hints.shortened(text.strip())
    assert len(short) <= hints.LONGEST and short.endswith("word …")
