"""A small book is built, edited and built again: what ran is looked at, and the bytes are compared."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from small_book import builds, bytes_of, project


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Give a small project."""
    return project(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def build(small):
    """Give a function by which somebody builds it whose new files are for nobody else."""
    before = os.umask(0o077)
    try:
        with builds(small, small) as again:
            os.umask(before)
            yield again
    finally:
        os.umask(before)


@pytest.fixture(scope="module")
def built(small, build):
    """Give the project, whose book stands."""
    run = build()
    assert run.returncode == 0, run.stdout + run.stderr
    assert "running 2 of 2 notebooks" in run.stdout and "results and ledger" in run.stdout
    return small


@pytest.fixture
def edit(built):
    """Give a function that edits a file; its text is put back afterwards."""
    edited = {}

    def change(name: str, old: str, new: str) -> None:
        path = built / name
        text = edited.setdefault(path, path.read_text(encoding="utf-8"))
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    yield change
    for path, text in edited.items():
        path.write_text(text, encoding="utf-8")


def ran(run: subprocess.CompletedProcess) -> set[str]:
    """Return the names of what ran."""
    assert run.returncode == 0, run.stdout + run.stderr
    names = {line.strip().rpartition(" (")[0] for line in run.stdout.splitlines() if line.endswith(" s)")}
    return names - {"the pages"}


def test_nothing_runs_where_nothing_changed(built, build):
    site = built / "_build" / "html"
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
    assert build().stdout.startswith("Nothing changed.")
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*")} == before


def test_a_site_that_somebody_damaged_is_built_again(built, build):
    page, sheet = (built / "_build" / "html" / name for name in ("book/other.html", "_static/book.css"))
    before = page.read_bytes(), sheet.read_bytes()
    page.unlink()
    sheet.write_text("")
    assert ran(build()) == set()
    assert (page.read_bytes(), sheet.read_bytes()) == before
    assert build().stdout.startswith("Nothing changed.")


def test_an_edited_book_has_the_bytes_of_one_built_from_nothing(built, build, edit, tmp_path):
    """Prose of a page and of a notebook runs nothing, code runs its notebook; pages quote what it says.

    A notebook that says the same as before changes no page, and a style sheet is named by all of them. A page
    tells what is called otherwise in another one.
    """
    begun = "# Quite another page\n\n(part)=\n## A part of "
    edit("book/other.md", "# Another page", f"{begun}it")
    edit("notebooks/first.py", "# Some words.", "# Some other words, with a [link](second) and [](part).")
    assert ran(build()) == set()
    edit("book/other.md", "# Another page", f"{begun}another page")
    assert ran(build()) == set()
    site = built / "_build" / "html"
    assert "A part of another page" in (site / "notebooks" / "first.html").read_text(encoding="utf-8")
    assert built.joinpath("_build/work/doctrees/rendered.json").exists()
    edit("notebooks/second.py", "Second says so", "Second says more")
    assert ran(build()) == {"second"}
    edit("helpers/printing/digits.py", "Printing: the digits", "Printing: all digits")
    assert "second" in ran(build())
    edit("book/_static/book.css", "/*", "/* Again: ")
    assert ran(build()) == set()
    assert "Second says more" in (site / "book" / "other.html").read_text(encoding="utf-8")
    for page in ("book/index.html", "index.html", "notebooks/first.html"):
        assert "Quite another page" in (site / page).read_text(encoding="utf-8"), page
    incremental = bytes_of(site)
    shutil.rmtree(built / "_build")
    assert ran(build()) == {"first", "second", "results and ledger"}
    assert bytes_of(site) == incremental


def test_a_failed_cell_is_named_and_leaves_the_book(built, build, edit):
    before = bytes_of(built / "_build" / "html")
    edit("notebooks/second.py", "quote(second=", "quote(1, second=")
    run = build()
    assert run.returncode == 1
    assert run.stderr.startswith("second: code cell 2 ended in TypeError (it begins: quote(1, second=")
    assert bytes_of(built / "_build" / "html") == before


BROKEN = [
    ("book/other.md", "quoted.second", "quoted.sec", r"\nbook/other.md asks for .* notebook quotes: sec\n"),
    ("notebooks/second.py", "quote(second=", "quote(sec=", r"\nbook/other.md asks for .* quotes: second\n"),
    (
        "book/other.md",
        "# Another page",
        "# Another page\n{{ 1/0 }}",
        r"\nbook/other.md, line 2: ZeroDivision",
    ),
    (
        "book/other.md",
        "# Another page",
        "{% if study %}\n# Another page\n{% endif %}\n\n[nowhere](nowhere)",
        r"\nbook/other.md:5: ",
    ),
    (
        "data/dictionary.csv",
        "immune,visit,",
        "immune,patient_id,",
        "row 20: immune, patient_id stands there already",
    ),
    ("_toc.yml", "book/other", "3", "^_toc.yml: each of its parts must have chapters"),
    (
        "book/references.bib",
        "",
        "@book{x,\n title {y},\n}\n",
        "\nbook/references.bib:\nsyntax error in line 2",
    ),
    ("CITATION.cff", "title:", "title: [", "^CITATION.cff: not valid YAML: .* line "),
    ("data/dictionary.csv", ",label,", ",labels,", "^data/dictionary.csv: column label: missing"),
    ("book/other.md", "# Another page\n\n{{ quoted.second }}.\n", "", "\nbook/index.md:1: .*have a title"),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), BROKEN, ids=[case[0] for case in BROKEN])
def test_a_broken_file_is_named_in_a_few_lines(built, build, edit, name, old, new, said):
    before = bytes_of(built / "_build" / "html")
    edit(name, old, new)
    run = build()
    assert run.returncode == 1 and re.search(said, run.stderr, re.DOTALL), run.stderr
    assert "Traceback" not in run.stderr and len(run.stderr) < 700, run.stderr
    assert bytes_of(built / "_build" / "html") == before


def test_a_missing_bibliography_is_named(built, build, edit):
    edit("book/references.bib", "", "")  # so that it is put back
    (built / "book" / "references.bib").unlink()
    run = build()
    assert run.stderr == "book/references.bib: the file is missing\n"


def test_a_cell_in_the_words_of_ipython_alone_is_a_cell(built, build, edit):
    cell = '# %% tags=["remove-cell"]'
    edit("notebooks/first.py", cell, f"# %%\n# %cd -q .\n\n{cell}")
    assert ran(build()) == {"first"}


@pytest.mark.parametrize("name", ["notebooks/first.py", "book/other.md", "data/dictionary.csv"])
def test_a_text_in_another_encoding_is_named(built, build, edit, name):
    edit(name, "", "")  # so that it is put back
    (built / name).write_text((built / name).read_text("utf-8"), encoding="utf-16")
    run = build()
    assert run.returncode == 1 and run.stderr.startswith(name), run.stderr
    assert "UTF-8" in run.stderr.upper() and "Traceback" not in run.stderr


def test_a_broken_module_is_shown_and_leaves_the_book(built, build, edit):
    before = bytes_of(built / "_build" / "html")
    edit("helpers/site/rows.py", "import json", "import json json")
    run = build()
    assert run.returncode == 1 and run.stderr.startswith("the modules of the build cannot be loaded")
    assert "helpers/site/rows.py" in run.stderr and "SyntaxError" in run.stderr
    assert bytes_of(built / "_build" / "html") == before


def test_a_warning_is_said_again_until_it_is_mended(built, build, edit):
    before = bytes_of(built / "_build" / "html")
    edit("book/other.md", "# Another page", "# Another page\n\n[nowhere](nowhere)")
    for _ in range(2):
        run = build()
        assert run.returncode == 1 and "book/other.md:3" in run.stderr, run.stderr
    assert bytes_of(built / "_build" / "html") == before


def test_an_interrupted_build_leaves_the_book_and_no_process(built, edit):
    before = bytes_of(built / "_build" / "html")
    edit("notebooks/first.py", "quote(first", "import time; time.sleep(300); quote(first")
    command = [sys.executable, str(built / "build.py"), "book"]
    process = subprocess.Popen(command, cwd=built, start_new_session=True, stderr=subprocess.PIPE, text=True)
    while not (children := tasks_of(process.pid)) and process.poll() is None:
        time.sleep(0.1)
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and said.startswith("stopped"), said
    assert not alive(children)
    assert bytes_of(built / "_build" / "html") == before


def tasks_of(pid: int) -> list[int]:
    """Return the processes that a process has forked."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(line) for line in listed.stdout.split()]


def alive(processes: list[int]) -> list[str]:
    """Return the states of those that still run a few seconds later; Z has ended but is not collected yet."""
    listed = ["ps", "-o", "stat=", "-p", ",".join(map(str, processes))]
    for _ in range(100):
        states = subprocess.run(listed, capture_output=True, text=True).stdout.split()
        if not (running := [state for state in states if not state.startswith("Z")]):
            break
        time.sleep(0.1)
    return running


def test_a_build_beside_another_is_refused(built, build, edit):
    edit("book/other.md", "# Another page", "# Yet another page")
    program = "import fcntl, time; f = open('_build/.lock', 'w'); fcntl.flock(f, fcntl.LOCK_EX)"
    program += "; print(1, flush=True); time.sleep(300)"
    holder = subprocess.Popen([sys.executable, "-c", program], cwd=built, stdout=subprocess.PIPE)
    try:
        holder.stdout.readline()
        run = build()
    finally:
        holder.kill()
        holder.communicate()
    assert run.returncode == 1 and "another build is running" in run.stderr


def test_the_site_can_be_read_by_others_whatever_the_umask(built):
    site = built / "_build" / "html"
    assert {path.stat().st_mode & 0o777 for path in site.rglob("*") if path.is_file()} == {0o644}
    assert {path.stat().st_mode & 0o777 for path in [site, *site.rglob("*/")]} == {0o755}
    assert not (site / ".buildinfo").exists()


def test_committed_notebooks_are_refreshed_and_jupyter_book_alone_renders_them(built, build):
    assert ran(build("notebooks")) <= {"first"}  # which the test of the interrupt has not let run
    assert "There are **" in (built / "notebooks" / "first.ipynb").read_text(encoding="utf-8")
    environment = built / ".venv" / "lib" / "package"
    environment.mkdir(parents=True)
    for name in ("README.md", "page.html", "picture.svg", "module.py"):
        (environment / name).write_text("# Not of the book\n")
    program = "from jupyter_book.cli.main import main; main()"
    rendered = [sys.executable, "-c", program, "build", ".", "--path-output", "_build/root", "-W", "-n", "-q"]
    run = subprocess.run(
        rendered, cwd=built, env=os.environ | {"PYTHONPATH": str(built)}, capture_output=True
    )
    assert run.returncode == 0, run.stderr.decode()
    site = built / "_build" / "root" / "_build" / "html"
    assert (site / "results.csv").read_bytes() == (built / "_build" / "html" / "results.csv").read_bytes()
    assert not [name for name in bytes_of(site) if "package" in name.split("/")]
