"""Each notebook's committed pair is in step with its source, was executed in order, and defines nothing."""

import ast
import re
from pathlib import Path

import jupytext
import nbformat
import pytest

from helpers.ground.paths import ROOT
from helpers.printing.exhibits import EXHIBIT, HTML, PNG, SVG

SOURCES = sorted((ROOT / "notebooks").glob("*.py"))
TAGS = {"hide-input", "remove-cell", "remove-input"}
SENTENCES = "remove-input"  # the tag of a cell that is text for the reader, with its numbers in slots


def code(path: Path) -> list:
    return [
        cell
        for cell in nbformat.read(path.with_suffix(".ipynb"), as_version=4).cells
        if cell.cell_type == "code"
    ]


def test_every_notebook_has_its_pair():
    assert SOURCES
    assert [path.stem for path in SOURCES] == [
        path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_pair_is_in_step(path):
    source, pair = jupytext.read(path), nbformat.read(path.with_suffix(".ipynb"), as_version=4)

    def cells(notebook):
        return [(cell.cell_type, cell.source, cell.metadata.get("tags", [])) for cell in notebook.cells]

    assert cells(source) == cells(pair), f"run `make notebooks`: {path.stem}.ipynb is behind its source"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_code_cell_ran_once_in_order(path):
    counts = [cell.execution_count for cell in code(path)]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_code_is_folded_or_removed_and_defines_nothing(path):
    for cell in code(path):
        assert set(cell.metadata.get("tags", [])) & TAGS, f"no tag: {cell.source[:60]}"
        nodes = list(ast.walk(ast.parse(cell.source)))
        assert not [node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def lines_of_code(cell) -> int:
    """Count the lines of a cell but for its texts, such as the caption of a figure, and what fills them."""
    shown = re.sub(r'^\s*""".*?"""', "", cell.source, flags=re.DOTALL | re.MULTILINE)
    shown = re.sub(r"^ *(?:show|quote_figure)\(.*?^ *\)$", "show()", shown, flags=re.DOTALL | re.MULTILINE)
    return len([line for line in shown.splitlines() if line.strip()])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_cells_are_short(path):
    # The cell of the imports is as long as what a chapter needs, and computes nothing.
    computing = [
        cell
        for cell in code(path)
        if SENTENCES not in cell.metadata["tags"] and not cell.source.startswith("import ")
    ]
    lengths = sorted(map(lines_of_code, computing))
    assert len(code(path)) >= 10 and len(lengths) <= 25
    # A main line has few such cells.
    assert lengths[len(lengths) // 2] <= (5 if len(lengths) > 12 else 8)
    assert lengths[int(0.9 * (len(lengths) - 1))] <= 12


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_outputs_hold_no_error_and_no_address(path):
    for cell in code(path):
        for output in cell.outputs:
            assert output.output_type in ("display_data", "execute_result"), output
            assert not re.search(r" at 0x[0-9a-f]+>", str(output.get("data", "")))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_figure_is_described_and_carries_the_note(path):
    figures = [output for cell in code(path) for output in cell.outputs if SVG in output.get("data", {})]
    assert figures
    for figure in figures:
        said = figure.data[EXHIBIT]
        assert len(said["alt"]) > 40 and figure.data[PNG]
        assert 10 < len(said["title"]) < 90 and not said["title"].endswith(".")
        assert len(said["caption"]) > 60 and said["caption"].endswith("."), said["name"]
    of_tables = [
        out for cell in code(path) for out in cell.outputs if "<table" in out.get("data", {}).get(HTML, "")
    ]
    assert all(EXHIBIT in table.data or 'class="ledger"' in table.data[HTML] for table in of_tables)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_figure_of_the_rebuilt_cohort_offers_its_rows(path):
    """No patient stands behind them; those of real patients are offered nowhere."""
    outputs = [output for cell in code(path) for output in cell.outputs if EXHIBIT in output.get("data", {})]
    assert outputs
    for output in outputs:
        header, *rows = output.data[EXHIBIT]["data"].splitlines()
        assert rows and "," in header, output.data[EXHIBIT]["name"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_prose_types_no_result(path):
    """Percentages, P values and intervals in prose come through quotes alone."""
    notebook = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"\bP\s*[=<>]\s*0|\d\s?%\s*\(|\d+ of \d+|\d+\.\d+ ?months", cell.source), (
                cell.source
            )


INTERVALS = re.compile(r"(?<!no )confidence (?:interval|band)s?(?!>)([^\n]*)")
METHODS = re.compile(r"Wilson|Newcombe|Wald|log-log|profile|Brookmeyer|distribution-free|Fisher")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_captions_and_notes_name_the_method_of_each_interval(path):
    told = [cell.source for cell in code(path) if {"hide-input", "hide-output"} & set(cell.metadata["tags"])]
    after = [end for source in told for end in INTERVALS.findall(source)]
    assert [end for end in after if not METHODS.search(end)] == []
