"""A small project that the build takes for the whole one: two chapters, two pages, a handful of results."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.ground.paths import ROOT

COPIED = (
    "build.py",
    "_config.yml",
    "requirements.txt",
    "CITATION.cff",
    "data/study.toml",
    "data/dictionary.csv",
)
CHAPTER = """
# %% [markdown]
# # {title}
#
# Some words.

# %% tags=["hide-input"]
from helpers.printing import {helper}
from helpers.printing.notebook import quote
from IPython.display import Markdown

# %% tags=["remove-cell"]
quote({name}="{title} says so")

# %% tags=["remove-input"]
Markdown(f"There are **{{len({helper}.__name__)}}** letters.")
"""
CONTENTS = """
format: jb-book
root: book/index
parts:
  - caption: Before
    chapters: [{file: book/other}]
  - caption: Chapters
    chapters: [{file: notebooks/first}, {file: notebooks/second}]
"""
RESULTS = """
from helpers.ground.results import Estimate, ResultId, row, table
def all_results(study):
    count = Estimate(len(study.patients), method="count")
    return table([row(ResultId("cohort", "patients", "count", "all"), "Patients", "all", "count", count)])
"""


def project(folder: Path) -> Path:
    """Lay out the project, without the published study."""
    unwanted = shutil.ignore_patterns("*.ipynb")
    for name in ("building", "helpers", "book/_static"):
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    shutil.copytree(ROOT / "data" / "reconstructed", folder / "data" / "reconstructed")
    for name in COPIED:
        shutil.copy(ROOT / name, folder / name)
    study = folder / "data" / "study.toml"
    lines = study.read_text(encoding="utf-8").splitlines(keepends=True)
    study.write_text("".join(line for line in lines if not line.startswith("claims")), encoding="utf-8")
    (folder / "evidence").mkdir()
    (folder / "notebooks").mkdir()
    (folder / "_toc.yml").write_text(CONTENTS)
    (folder / "book" / "references.bib").write_text("")
    (folder / "book" / "index.md").write_text("# The book\n\n{{ quoted.first }}. See [there](other).\n")
    (folder / "book" / "other.md").write_text("# Another page\n\n{{ quoted.second }}.\n")
    (folder / "helpers" / "chapters" / "book.py").write_text(RESULTS)
    for name, helper in (("first", "prose"), ("second", "digits")):
        text = CHAPTER.format(name=name, title=name.capitalize(), helper=helper).lstrip()
        (folder / "notebooks" / f"{name}.py").write_text(text)
    return folder


@contextmanager
def builds(folder: Path, kept: Path) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Give a function that builds a project as `make book` does, with libraries that are loaded once.

    What a build prints is kept in a folder of its own until it is read.
    """
    again = [sys.executable, str(Path(__file__).with_name("building_again.py"))]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    printed = [kept / "printed", kept / "errors"]
    with subprocess.Popen(
        again, cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)}, text=True, **pipes
    ) as run:

        def built(*arguments: str) -> subprocess.CompletedProcess[str]:
            asked = [*map(str, printed), arguments or ("book",)]
            print(json.dumps(asked), file=run.stdin, flush=True)
            status = int(run.stdout.readline())
            return subprocess.CompletedProcess(asked[-1], status, *(each.read_text() for each in printed))

        yield built


def bytes_of(site: Path) -> dict[str, bytes]:
    """Return every file of a site."""
    return {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}
