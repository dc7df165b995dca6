"""Pages say what they show to those who hear them, or go through them by keys."""

import re

import pytest

from helpers.site import access

SIDEBAR = '<div id="pst-primary-sidebar" class="bd-sidebar-primary bd-sidebar"><a>Title</a></div>'
FIELD = '<button class="btn search-button-field pst-js-only" title="Search" aria-label="Search" data-a="b">'


def test_what_is_folded_is_called_by_its_words():
    page = '<summary aria-label="Toggle hidden content">\n<p>Show code</p></summary><summary>Code</summary>'
    assert access.with_names(page) == "<summary>\n<p>Show code</p></summary><summary>Code</summary>"


def test_the_field_of_the_search_is_called_by_its_words_and_a_bare_icon_keeps_its_name():
    icon = '<button class="btn search-button" title="Search" aria-label="Search">'
    named = '<button class="btn search-button-field pst-js-only" title="Search" data-a="b">'
    assert access.with_names(FIELD + icon) == named + icon


@pytest.mark.parametrize(("side", "opened"), [("primary", "of the book"), ("secondary", "of the page")])
def test_a_button_says_which_contents_it_opens(side, opened):
    page = f'<button class="{side}-toggle" title="Toggle {side} sidebar">'
    assert access.with_names(page) == f'<button class="{side}-toggle" title="Contents {opened}">'


def test_the_sidebar_is_a_place_with_a_name():
    assert '"pst-primary-sidebar" role="navigation" aria-label="Book" class' in access.with_landmarks(SIDEBAR)


def test_references_are_items_of_a_list():
    page = '<div role="list"><div class="citation" id="id2" role="doc-biblioentry"></div></div>'
    mended = '<div role="list"><div class="citation" id="id2" role="listitem"></div></div>'
    assert access.with_lists(page) == mended


def test_done_twice_is_done_once():
    folded = '<button title="Toggle primary sidebar"><summary aria-label="Toggle hidden content">'
    page = FIELD + SIDEBAR + folded
    once = access.accessible(page)
    assert once != page and access.accessible(once) == once


def test_folded_code_is_called_by_what_it_is_of_and_no_two_alike():
    fold = "<details><summary><p>Show code cell source</p><p>Hide code cell source</p></summary><pre>{}</pre>"
    codes = ("<b>import</b> this", "cohort <i>=</i> load()", "x = 1", "y = 2")
    page = access.with_code_named(
        '<h2>Who<a class="headerlink">#</a>?</h2>' + "".join(map(fold.format, codes))
    )
    assert re.findall("Show code[^<]*", page) == [
        "Show code: imports",
        "Show code: the rows",
        "Show code: Who?",
        "Show code: Who? (2)",
    ]
    assert page.count("Hide code: Who?") == 2 and "cell source" not in page
    assert access.with_code_named(page) == page
