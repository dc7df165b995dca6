"""Pages lose the scripts that nothing uses, and keep the others."""

import pytest

from helpers.site import lean

THEBE = """
    <script>const THEBE_JS_URL = "https://unpkg.com/thebe.js"; const thebe_selector = ".cell"</script>
    <script async="async" src="../_static/sphinx-thebe.js?v=c100c467"></script>
    <script type="text/x-thebe-config">
    { requestKernel: true, name: "python3" }
    </script>
    <script>kernelName = 'python3'</script>
    <link rel="stylesheet" type="text/css" href="../_static/sphinx-thebe.css?v=4fa983c6" />
"""


@pytest.mark.parametrize("name", ["scripts/fontawesome.js", "searchtools.js", "language_data.js"])
def test_an_unused_script_goes_and_its_neighbours_stay(name):
    page = f'<script src="a.js"></script>\n  <script defer src="../_static/{name}?v=1"></script>\n<p>text</p>'
    assert lean.without_unused(page) == '<script src="a.js"></script>\n<p>text</p>'


def test_nothing_is_left_of_what_runs_code_in_the_page():
    left = lean.without_unused(f"<head>{THEBE}</head><script>other = 1</script>")
    assert "thebe" not in left.lower() and "kernelName" not in left
    assert "<script>other = 1</script>" in left


def test_a_script_that_is_said_twice_stays_once():
    twice = f"<p>{lean._TOGGLE}</p>\n{lean._TOGGLE}<p>end</p>"
    assert lean.without_unused(twice) == f"<p>{lean._TOGGLE}</p>\n<p>end</p>"


@pytest.mark.parametrize(
    ("image", "is_lazy"),
    [
        ('<img alt="Curves" src="../_images/a.svg" />', True),
        ('<img class="x" alt="A" src="data:image/svg+xml;base64,AA==">', False),
        ('<img loading="eager" src="a.svg">', False),
    ],
)
def test_pictures_wait_unless_they_are_in_the_page_or_told_otherwise(image, is_lazy):
    assert ('loading="lazy"' in lean.with_lazy_images(image)) == is_lazy


def test_a_drawing_says_its_size_and_what_has_one_keeps_it(tmp_path):
    (tmp_path / "a.svg").write_text('<svg xmlns="x" width="300pt" height="150.9pt" viewBox="0 0 300 150.9">')
    (tmp_path / "b.svg").write_text('<svg xmlns="x">')
    page = '<img alt="A" src="a.svg" /><img width="7" src="a.svg"><img src="b.svg"><img src="none.svg">'
    sized = page.replace("<img alt", '<img width="400" height="201" alt')
    assert lean.with_sizes(page, tmp_path) == sized == lean.with_sizes(sized, tmp_path)


def test_done_twice_is_done_once():
    page = f'{THEBE}<img src="a.svg">{lean._TOGGLE}{lean._TOGGLE}'
    once = lean.with_lazy_images(lean.without_unused(page))
    assert lean.with_lazy_images(lean.without_unused(once)) == once


def test_the_site_loses_the_files_that_no_page_asks_for(tmp_path):
    kept, gone = ["ledger.js", "scripts/bootstrap.js"], ["scripts/bootstrap.js.map", *lean.FILES]
    for name in [*kept, *gone, "locales/de/a.json"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    lean.prune(tmp_path)
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(kept)
