"""Cells give here what they give in a Jupyter kernel, and a cell that fails is named without its values."""

import json
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

from building.kernel import LANGUAGE
from helpers.ground.paths import ROOT

CELLS = [
    "import pandas as pd\nfrom IPython.display import HTML, Markdown, display",
    "rows = pd.DataFrame({'a': range(200), 'b': 'x' * 120})\nrows",  # cut as the front end asks
    "display({'image/svg+xml': '<svg/>'}, metadata={'image/svg+xml': {'alt': 'a dot'}}, raw=True)",
    "Markdown('**4**')",
    "display(HTML('<b>1</b>'), HTML('<b>2</b>'))\nNone",
    "x = 3;\nx;",
    "%precision 3\n1 / 3",
    "rows['a'].sum(), _",
]
RUN = """
import json, sys
from pathlib import Path
from building.kernel import CellError, run
try:
    print(json.dumps(run(json.loads(sys.argv[1]), Path(sys.argv[2]), lambda: "")))
except CellError as error:
    print(json.dumps([error.number, error.what, error.text, str(error)]))
"""


def here(cells: list[str], folder) -> list:
    command = [sys.executable, "-c", RUN, json.dumps(cells), str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    return json.loads(run.stdout)


def test_outputs_are_those_of_a_kernel(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": tmp_path}})
    client.execute()
    assert here(CELLS, tmp_path) == [cell.outputs for cell in notebook.cells]
    assert notebook.metadata["language_info"] == LANGUAGE


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("secret = 'aged 41'\nint(secret)", "ValueError"),
        ("if True", "SyntaxError"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_cell_that_fails_is_named_and_its_values_stand_apart(tmp_path, cell, error):
    number, what, text, said = here(["x = 1", cell, "y = 2"], tmp_path)
    assert (number, what) == (2, f"ended in {error}")
    assert said == f"code cell 2 ended in {error}"
    assert error in text
