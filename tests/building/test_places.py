"""Each cohort has a place of its own, and a disk that cannot be written is told in a line."""

import errno
import shutil

import pytest

import build
from building.failures import BuildError, unforeseen
from building.places import BUILD, Place, place_of
from helpers.ground.cohort import DEFAULT


def test_a_second_cohort_of_one_name_does_not_take_the_place_of_the_first(tmp_path):
    place = Place(tmp_path / "place")
    place.folder.mkdir()
    one, other = (shutil.copytree(DEFAULT, tmp_path / name) for name in ("one", "other"))
    place.claim(one)
    place.claim(one)
    with pytest.raises(BuildError, match="holds the book of another cohort of this name, .*one; give one"):
        place.claim(other)
    shutil.rmtree(one)  # whoever moved it may go on
    place.claim(other)


@pytest.mark.parametrize("name", ["../../outside", "/tmp/outside", "..", "a/../../b"])
def test_no_name_leads_out_of_the_folder_of_cohorts(copied, name):
    (copied / "cohort.toml").write_text(f'name = "{name}"\n')
    assert place_of(copied).folder.resolve().parent == (BUILD / "cohorts").resolve()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_cannot_be_written_ends_a_build_with_a_line(monkeypatch, capsys, number, tmp_path):
    error = OSError(number, "No Space Left", "/there/file")
    assert str(unforeseen("pages", error, tmp_path / "log", False)) == "pages: /there/file: no Space Left"

    def fail(*_):
        raise error

    monkeypatch.setattr(build, "do", fail)
    assert build.main(["book"]) == 1
    assert capsys.readouterr().err == "/there/file: no Space Left; the last book stays as it was\n"
