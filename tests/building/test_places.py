"""Each cohort has a place of its own, and a disk that cannot be written is told in a line."""

import errno
import shutil
import threading
import time

import pandas as pd
import pytest

import build
from building import pages, tables
from building.failures import BuildError, unforeseen
from building.places import BUILD, Place, place_of
from helpers.ground.cohort import DEFAULT
from helpers.ground.results import Estimate, ResultId, row, table


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


def test_a_second_build_of_a_book_is_refused_or_waits_for_the_end_of_the_first(tmp_path, capsys):
    place, held, seen = Place(tmp_path / "place"), threading.Event(), []

    def wait() -> None:
        held.wait()
        with place.only_here(waits=True):
            seen.append("second")

    second = threading.Thread(target=wait)
    second.start()
    with place.only_here():
        with (
            pytest.raises(BuildError, match="another build is running in .*; wait for its end"),
            place.only_here(),
        ):
            pass
        held.set()
        told, deadline = "", time.monotonic() + 60
        while "waiting for its end" not in told:
            assert second.is_alive() and time.monotonic() < deadline
            time.sleep(0.01)
            told += capsys.readouterr().out
        seen.append("first")
    second.join()
    assert seen == ["first", "second"]


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


def test_the_exact_results_are_for_their_owner_alone_and_go_with_the_need(tmp_path):
    value = Estimate(3, n=9, events=3, method="count")
    results = table([row(ResultId("cohort", "death", "count"), "Died", "all", "count", value)])
    private = Place(tmp_path / "book").private
    tables.keep(results, private)
    assert private.stat().st_mode & 0o777 == 0o700
    assert pd.read_csv(private / "results.csv")["events"].tolist() == [3]
    assert not private.is_relative_to(Place(tmp_path / "book").site)
    tables.keep(None, private)
    assert not private.exists()


@pytest.mark.parametrize(("is_private", "mode"), [(True, 0o700), (False, 0o755)])
def test_the_site_of_patients_is_opened_by_its_owner_alone(tmp_path, monkeypatch, is_private, mode):
    place = Place(tmp_path)
    for folder in (place.pages, place.tables):
        folder.mkdir(parents=True)
    (place.pages / "index.html").write_text("")
    monkeypatch.setattr(pages.describe, "site", lambda site: None)
    pages.publish(place, is_private)
    assert place.site.stat().st_mode & 0o777 == mode
