"""Files and folders are replaced whole, or stay as they were."""

import pandas as pd
import pytest

from helpers.ground import files


@pytest.fixture
def rows():
    return pd.DataFrame({"a": [1, 2], "b": ["x", "y, z"]})


def test_a_table_takes_the_place_of_the_last_one_and_leaves_nothing_beside(tmp_path, rows):
    path = tmp_path / "new" / "table.csv"
    for _ in range(2):
        files.write_table(rows, path)
        assert path.read_bytes() == b'a,b\n1,x\n2,"y, z"\n'
        assert list(path.parent.iterdir()) == [path]


def test_a_folder_is_replaced_with_all_that_was_in_it(tmp_path):
    place = tmp_path / "folder"
    for name in ("one", "two"):
        with files.replacing(place) as partial:
            partial.mkdir()
            (partial / name).touch()
            assert not (place / name).exists()
    assert [path.name for path in place.iterdir()] == ["two"]
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_after_an_error_all_is_as_before(tmp_path, kind):
    path = tmp_path / "place"
    path.mkdir() if kind == "folder" else path.write_text("old")
    with pytest.raises(ZeroDivisionError), files.replacing(path) as partial:
        partial.mkdir() if kind == "folder" else partial.write_text("new")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == [path]
    assert path.is_dir() or path.read_text() == "old"


def test_a_file_takes_the_place_of_no_folder(tmp_path, rows):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "kept").write_text("for years")
    with pytest.raises(IsADirectoryError, match="folder"):
        files.write_table(rows, tmp_path / "folder")
    assert [path.name for path in tmp_path.rglob("*")] == ["folder", "kept"]


def test_no_cell_of_a_table_is_a_formula(tmp_path):
    rows = pd.DataFrame(
        {"label": ["=HYPERLINK(1)", "+17 points", "@a", "\tb", "-0.5", "plain", None], "n": range(-3, 4)}
    )
    files.write_table(rows, tmp_path / "table.csv")
    read = pd.read_csv(tmp_path / "table.csv", dtype=str)
    assert read["label"].tolist()[:6] == ["'=HYPERLINK(1)", "'+17 points", "'@a", "'\tb", "-0.5", "plain"]
    assert read["label"].isna().tolist()[-1] and read["n"].tolist()[0] == "-3"
