"""An output that differs from the committed one is shown: its cell, old and new text, both pictures."""

import base64
import copy
from xml.etree import ElementTree

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from building.differences import differences

SVG = "image/svg+xml"


@pytest.fixture
def committed():
    figure = {SVG: ["<svg xmlns='http://www.w3.org/2000/svg'>\n", "<circle r='1'/></svg>"], "text/plain": "a"}
    outputs = [
        new_output("display_data", figure, metadata={SVG: {"alt": "one dot"}}),
        new_output("display_data", {"application/vnd.quotes+json": {"first": "9 of 12", "second": "1"}}),
        new_output("execute_result", {"text/html": "<td>1</td><td>2</td>"}, execution_count=2),
    ]
    cells = [new_markdown_cell("words"), new_code_cell("import a"), new_code_cell("draw()\nmore()")]
    cells[2].outputs = outputs
    return new_notebook(cells=cells)


@pytest.fixture
def fresh(committed):
    return copy.deepcopy(committed)


def only(committed, fresh, folder) -> str:
    found = differences(committed, fresh, folder)
    assert len(found) == 1, found
    assert found[0].startswith("code cell 2 (draw()")
    return found[0]


def test_the_same_outputs_differ_in_nothing(committed, fresh, tmp_path):
    fresh.cells[2].outputs[0].data[SVG] = "".join(committed.cells[2].outputs[0].data[SVG])
    assert differences(committed, fresh, tmp_path) == []
    assert not list(tmp_path.iterdir())


def test_an_alternative_text_counts(committed, fresh, tmp_path):
    fresh.cells[2].outputs[0].metadata[SVG]["alt"] = "two dots"
    said = only(committed, fresh, tmp_path)
    assert '-  "alt": "one dot"' in said and '+  "alt": "two dots"' in said


def test_a_name_that_is_handed_to_the_pages_counts(committed, fresh, tmp_path):
    fresh.cells[2].outputs[1].data["application/vnd.quotes+json"] = {"first": "1", "second": "9 of 12"}
    said = only(committed, fresh, tmp_path)
    assert '- "first": "9 of 12",' in said and '+ "first": "1",' in said


def test_a_cell_of_a_table_is_shown_alone(committed, fresh, tmp_path):
    fresh.cells[2].outputs[2].data["text/html"] = "<td>1</td><td>3</td>"
    said = only(committed, fresh, tmp_path)
    assert "-<td>2</td>" in said and "+<td>3</td>" in said and "-<td>1</td>" not in said


def test_a_figure_is_written_in_both_forms_with_their_difference(committed, fresh, tmp_path):
    fresh.cells[2].outputs[0].data[SVG] = "<svg xmlns='http://www.w3.org/2000/svg'/>"
    said = only(committed, fresh, tmp_path)
    folder = tmp_path / "cell-02" / "output-1"
    assert str(folder) in said
    assert "circle" in (folder / "committed.svg").read_text()
    assert "circle" not in (folder / "now.svg").read_text()
    images = list(ElementTree.parse(folder / "difference.svg").iter("{http://www.w3.org/2000/svg}image"))
    held = [base64.b64decode(image.get("href").partition(",")[2]).decode() for image in images]
    assert held == [(folder / f"{name}.svg").read_text() for name in ("committed", "now")]
    assert images[1].get("style") == "mix-blend-mode: difference" and not images[0].get("style")


def test_what_is_new_gone_or_of_another_kind_is_said(committed, fresh, tmp_path):
    del fresh.cells[2].outputs[0].data["text/plain"]
    assert "text/plain: is gone" in only(committed, fresh, tmp_path)
    assert "text/plain: is new" in only(fresh, committed, tmp_path)
    fresh = copy.deepcopy(committed)
    fresh.cells[2].outputs[2].output_type = "display_data"
    assert "execute_result" in only(committed, fresh, tmp_path)
    fresh.cells[2].outputs = committed.cells[2].outputs[:2]
    assert "had 3 outputs and has 2" in only(committed, fresh, tmp_path)
    fresh = copy.deepcopy(committed)
    fresh.cells[2].source = "draw()\nother()"
    assert "behind its source" in only(committed, fresh, tmp_path)


def test_cells_that_came_and_went_do_not_hide_what_others_give(committed, fresh, tmp_path):
    fresh.cells.insert(1, new_code_cell("fig = draw_another()"))
    assert differences(committed, fresh, tmp_path) == [
        "code cell 1 (fig = draw_another()) is new, with 0 outputs"
    ]
    assert differences(fresh, committed, tmp_path) == ["committed code cell 1 (fig = draw_another()) is gone"]
    fresh.cells[3].source = "draw()\nother()"
    fresh.cells[3].outputs[2].data["text/html"] = "<td>1</td><td>3</td>"
    new, edited, table = differences(committed, fresh, tmp_path)
    assert "is new" in new
    assert edited.startswith("code cell 3 (draw() other()), its code")
    assert table.startswith("code cell 3 (draw() other()), output 3") and "+<td>3</td>" in table


def test_cells_of_the_same_text_are_paired_in_their_order(committed, tmp_path):
    for cell in committed.cells[1:]:
        cell.source = "draw()"
    fresh = copy.deepcopy(committed)
    assert differences(committed, fresh, tmp_path) == []
    fresh.cells[2].outputs.pop()
    assert "had 3 outputs and has 2" in only(committed, fresh, tmp_path)


def test_a_cell_is_paired_with_the_one_that_it_is_most_like(committed, tmp_path):
    committed.cells[2].source = "render(table_of_age(rows), 'age')"
    fresh = copy.deepcopy(committed)
    fresh.cells[2].source = "render(table_of_age(rows), 'age', note)"
    fresh.cells.insert(2, new_code_cell("render(table_of_sex(rows), 'sex')"))
    said = differences(committed, fresh, tmp_path)
    new, edited = said
    assert "sex" in new and "is new" in new
    assert "age" in edited and "its code" in edited
