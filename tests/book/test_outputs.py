"""The committed outputs of each notebook are those that it gives now, with names and alternative texts."""

import shutil

import nbformat
import pytest

from building import notebooks
from building.differences import differences
from building.inputs import Inputs
from building.places import BUILD, Place
from helpers.ground.paths import REBUILT, ROOT

SHOWN = BUILD / "differences"


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return Inputs(ROOT, REBUILT)


@pytest.mark.parametrize("source", sorted((ROOT / "notebooks").glob("*.py")), ids=lambda path: path.stem)
def test_the_committed_outputs_are_those_of_today(source, inputs):
    notebook = notebooks.read(source, inputs, Place(BUILD).outputs, {})
    assert notebook.is_current(), "run `make book` first; `make test` does"
    folder = SHOWN / source.stem
    shutil.rmtree(folder, ignore_errors=True)
    committed = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    found = differences(committed, notebooks.executed(notebook), folder)
    said = "\n\n".join(found)
    assert not found, f"{source.name}: look at these; `make notebooks` takes them over\n\n{said}"
