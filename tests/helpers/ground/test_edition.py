"""The edition comes from the commit and the citation file, never from the clock."""

import os
import subprocess
import tomllib

import pytest

from helpers.ground.broken import BrokenRulesError
from helpers.ground.edition import CITATION, SERVED, citation, day, edition, name_of
from helpers.ground.paths import ROOT

WHEN = "2021-03-04T23:30:00+0200"  # the fifth of March nowhere, the fourth where it was committed


def git(folder, *arguments: str) -> None:
    by = {
        f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    when = {"GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z", "GIT_COMMITTER_DATE": WHEN}
    subprocess.run(
        ["git", "-C", folder, *arguments], check=True, capture_output=True, env=os.environ | by | when
    )


@pytest.fixture
def copy(tmp_path, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    (tmp_path / CITATION.name).write_bytes(CITATION.read_bytes())
    return tmp_path


@pytest.fixture
def repository(copy):
    git(copy, "init", "-q")
    git(copy, "add", "-A")
    git(copy, "commit", "-qm", "first")
    return copy


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "title: a\nversion: 1\n",
            "CITATION.cff: must hold keys and values, date-released, authors among them",
        ),
        ("title: [\n", "CITATION.cff: not valid YAML: .* line 2"),
        ("{title: a, version: 1, date-released: 2, authors: Ada}", "CITATION.cff: authors must be a list"),
        (
            "{title: a, version: 1, date-released: soon, authors: []}",
            "CITATION.cff: date-released must be",
        ),
    ],
)
def test_a_broken_citation_file_is_told_in_a_line(tmp_path, content, said):
    (tmp_path / CITATION.name).write_text(content)
    with pytest.raises(BrokenRulesError, match=f"(?s)^{said}"):
        edition(tmp_path)


def test_a_commit_gives_its_day_and_hash_in_whatever_time_zone(repository, monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    found = edition(repository)
    assert found.date == "2021-03-04" and len(found.commit) == 10 and not found.since
    assert found.source == f"commit {found.commit} of 4 March 2021"
    assert edition(repository) == found


def test_the_commit_of_another_repository_around_the_files_is_not_theirs(repository):
    inside = repository / "unpacked"
    inside.mkdir()
    (inside / CITATION.name).write_bytes(CITATION.read_bytes())
    assert edition(inside).commit == ""


def test_changes_that_are_not_committed_are_said(repository, monkeypatch):
    with (repository / CITATION.name).open("a") as file:
        file.write("# changed\n")
    assert edition(repository).source.endswith(", with changes that are not committed")
    (repository / "new.txt").write_text("not tracked")
    git(repository, "checkout", "-q", CITATION.name)
    assert not edition(repository).since
    monkeypatch.setenv(SERVED, "yes")  # by which no edit changes what every page says
    assert edition(repository).source.endswith(", being edited")


def test_outside_a_repository_no_date_is_invented(copy, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(copy.parent))
    found = edition(copy)
    assert (found.commit, found.date, found.source) == ("", "", "")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert edition(copy).source == "2 January 1970"


def test_the_citation_is_made_of_the_file(copy):
    found, about = edition(copy), citation()
    assert found.cited.startswith(f"{about['authors'][0]['name']} ({found.year}). {about['title']} (version ")
    for text in (about["title"], str(about["version"]), found.year):
        assert f"{{{text}}}" in found.bibtex
    assert found.bibtex.count("{") == found.bibtex.count("}")


def test_the_version_is_that_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert edition().version == project["version"]


@pytest.mark.parametrize(("text", "said"), [("2026-11-30", "30 November 2026"), ("", "")])
def test_a_day_is_printed_in_words(text, said):
    assert day(text) == said


def test_persons_and_bodies_have_names():
    assert name_of({"family-names": "Only"}) == "Only"
