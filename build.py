"""Build the book: stage, execute, render, publish. Nothing here analyses or writes a tracked file."""

import argparse
import ast
import fcntl
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

import jupytext
import nbformat
import yaml
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from evidence.claims import load as claims
from evidence.ledger.entries import ledger
from helpers.chapters.book import all_results
from helpers.ground import cohort as cohorts
from helpers.ground import dictionary, standing
from helpers.ground.files import replacing, write_table
from helpers.ground.results import write
from helpers.site import describe, rows

ROOT = Path(__file__).resolve().parent
BUILD = ROOT / "_build"
WORKERS = 2
# Pages about what was published of the default study; a study without published claims has none of them.
ABOUT_THE_ABSTRACT = (
    "notebooks/06_does_it_add_up",
    "notebooks/06a_ledger_and_searches",
    "notebooks/07_what_is_open",
    "notebooks/07a_open_details",
    "book/reporting",
)


def stage(cohort: cohorts.Cohort, folder: Path) -> list[Path]:
    """Lay out a copy of the book's sources for one cohort, with notebooks that have not run.

    Parameters
    ----------
    cohort : Cohort
        Patient-level data take the banner away and keep the executed notebooks out of the site.
    folder : Path
        Emptied first.

    Returns
    -------
    list of Path
        The staged notebooks, in the book's order.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "book", folder / "book")
    (folder / "data").mkdir()
    write_table(dictionary.printed(cohort.study), folder / "data" / "dictionary.csv")
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config["title"] = cohort.study.short_title
    if cohort.study.claims is None:
        _leave_out(contents, ABOUT_THE_ABSTRACT)
    if cohort.provenance == "patient-level":
        options = config["sphinx"]["config"]
        options["html_copy_source"] = False
        options["html_theme_options"]["use_download_button"] = False
        del options["html_theme_options"]["announcement"]
    for name, content in (("_config.yml", config), ("_toc.yml", contents)):
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    (folder / "notebooks").mkdir()
    pages = [chapter["file"] for part in contents["parts"] for chapter in part["chapters"]]
    notebooks = [page for page in pages if page.startswith("notebooks/")]
    return [_convert(ROOT / f"{notebook}.py", folder / "notebooks") for notebook in notebooks]


def _leave_out(contents: dict, pages: tuple[str, ...]) -> None:
    """Take pages out of a table of contents."""
    for part in contents["parts"]:
        part["chapters"] = [chapter for chapter in part["chapters"] if chapter["file"] not in pages]


def _convert(source: Path, folder: Path) -> Path:
    """Turn a text notebook into an unexecuted one whose cell ids do not change from run to run."""
    notebook = jupytext.read(source)
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number:02d}"
    target = folder / f"{source.stem}.ipynb"
    nbformat.write(notebook, target)
    return target


def execute(path: Path) -> None:
    """Run one notebook in place, with a kernel of its own."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # it warns of plain text on the loopback
        timeout=600,
        shutdown_kernel="immediate",
        record_timing=False,
        resources={"metadata": {"path": path.parent}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise BuildError(f"a cell ended in {error.ename}; {_logged(path, str(error))}") from None
    for number, cell in enumerate(notebook.cells, start=1):
        said = [
            output.get("text", "") for output in cell.get("outputs", []) if output.output_type == "stream"
        ]
        if said:
            raise BuildError(f"cell {number} printed a warning or a text; {_logged(path, ''.join(said))}")
    _describe_figures(notebook)
    nbformat.write(notebook, path)


def leave_out_idle(path: Path) -> None:
    """Take the cells out of a page that show and define nothing, as those that only real rows fill."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.outputs and is_idle(cell.source):
            cell.metadata["tags"] = ["remove-cell"]
    nbformat.write(notebook, path)


def is_idle(source: str) -> bool:
    r"""Tell whether a cell without output defines nothing that a later one may use.

    Parameters
    ----------
    source : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_idle("if shown:\n    fig = draw()"), is_idle("cohort = load()")
    (True, False)
    """
    return all(isinstance(node, ast.If | ast.Expr) for node in ast.parse(source).body)


def _logged(notebook: Path, text: str) -> str:
    """Keep a text that may hold a patient's values out of the terminal, and say where it is."""
    log = notebook.with_suffix(".log")
    log.write_text(re.sub(r"\x1b\[[0-9;]*m", "", text), encoding="utf-8")
    return f"the text is in {log}"


def _describe_figures(notebook: nbformat.NotebookNode) -> None:
    """Copy the alternative text of a figure from its output to its cell, where the pages take it from."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            alt = output.get("metadata", {}).get("image/svg+xml", {}).get("alt")
            if alt:
                cell.metadata["mystnb"] = {"image": {"alt": alt}}


def write_results(cohort: cohorts.Cohort, folder: Path) -> None:
    """Write the tables that the site carries at its root: results, ledger, and the ranges of what is open.

    What is open has no value in ``results.csv``, since that of the cohort at hand would be one of many.
    """
    results = all_results(cohort)
    told = standing.told(results, cohort.ranges)
    write(told, folder / "results.csv")
    (folder / rows.SEARCHED).write_text(rows.script(told), encoding="utf-8")
    if cohort.is_ranged:
        shutil.copy(Path(os.environ["COHORT"]) / standing.FILE, folder)
    if cohort.study.claims is not None:
        published = claims.load(cohort.study.claims, cohort.study)
        entries = ledger(published, results, cohort.study, cohort.provenance, cohort.ranges)
        write_table(entries, folder / "ledger.csv")


def run_together(tasks: dict[str, Callable[[], None]]) -> None:
    """Run named tasks, `WORKERS` at a time, telling each as it ends; the first failure ends the build."""
    with ThreadPoolExecutor(WORKERS) as pool:
        begun = time.perf_counter()
        running = {pool.submit(task): name for name, task in tasks.items()}
        for done in as_completed(running):
            if done.exception() is not None:
                pool.shutdown(cancel_futures=True)
                raise BuildError(f"{running[done]}: {done.exception()}") from done.exception()
            tell(f"{running[done]} ({time.perf_counter() - begun:.1f} s)")


def render(folder: Path) -> Path:
    """Render a staged and executed book; a warning is a failure. Return the folder of the pages."""
    program = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command = [*program, "build", str(folder), "--path-output", str(folder.parent)]
    run = subprocess.run([*command, "-W", "-n", "--keep-going", "-q"], capture_output=True, text=True)
    if run.returncode:
        raise BuildError(f"the pages could not be rendered:\n{run.stdout}\n{run.stderr}")
    return folder.parent / "_build" / "html"


def publish(pages: Path, tables: Path, target: Path) -> None:
    """Put the finished site in place of the last one; until that move the last one stays."""
    for table in tables.iterdir():
        shutil.copy(table, pages)
    describe.site(pages)
    landing = (pages / "book" / "index.html").read_text(encoding="utf-8")
    # The landing page also stands at the site's root; the base element keeps its relative links right.
    root_page = landing.replace("<head>", '<head>\n    <base href="book/index.html">', 1)
    (pages / "index.html").write_text(root_page, encoding="utf-8")
    with replacing(target) as partial:
        pages.replace(partial)


class BuildError(Exception):
    """A step of the build that failed, in words for its reader."""


def tell(line: str) -> None:
    """Print a line of progress at once."""
    print(f"  {line}", flush=True)


def place_of(cohort: cohorts.Cohort, path: Path) -> Path:
    """Say under which folder of ``_build`` a cohort's book belongs."""
    return BUILD if path.resolve() == cohorts.DEFAULT.resolve() else BUILD / "cohorts" / cohort.name


def book(path: Path) -> Path:
    """Build the book of one cohort and return the landing page."""
    cohort = cohorts.load(path)
    os.environ |= {"COHORT": str(path.resolve()), "PYTHONPATH": str(ROOT)}
    place = place_of(cohort, path)
    with only_build_in(place):
        return _build(cohort, place)


@contextmanager
def only_build_in(place: Path) -> Iterator[None]:
    """Hold the folder of one book; a second build of it at the same time is refused."""
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildError(f"another build is running in {place}; wait for its end") from None
        yield


def _build(cohort: cohorts.Cohort, place: Path) -> Path:
    work = place / "work"
    shutil.rmtree(work, ignore_errors=True)
    notebooks = stage(cohort, work / "stage")
    tell(f"{cohort.title}: {len(cohort.patients)} patients; running {len(notebooks)} notebooks")
    tasks = {notebook.stem: (lambda notebook=notebook: _run(notebook)) for notebook in notebooks}
    run_together({**tasks, "results and ledger": lambda: write_results(cohort, work / "tables")})
    tell("rendering the pages")
    pages = render(work / "stage")
    publish(pages, work / "tables", place / "html")
    return place / "html" / "index.html"


def _run(notebook: Path) -> None:
    execute(notebook)
    leave_out_idle(notebook)


def refresh_notebooks() -> None:
    """Execute every notebook on the rebuilt cohort and replace the ``.ipynb`` beside its source."""
    os.environ |= {"COHORT": str(cohorts.DEFAULT), "PYTHONPATH": str(ROOT)}
    with only_build_in(BUILD / "notebooks"):
        notebooks = stage(cohorts.load(), BUILD / "notebooks" / "stage")
        run_together({notebook.stem: (lambda notebook=notebook: execute(notebook)) for notebook in notebooks})
        for notebook in notebooks:
            shutil.copy(notebook, ROOT / "notebooks")


def main(arguments: list[str] | None = None) -> int:
    """Build the book or refresh the committed notebooks; return the exit status."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("step", choices=["book", "notebooks"])
    parser.add_argument("--cohort", type=Path, default=cohorts.DEFAULT, help="folder of the cohort")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.step == "notebooks":
            refresh_notebooks()
        else:
            print(f"The book is at {book(chosen.cohort)}")
    except cohorts.CohortError as error:
        print(f"{error}\nNothing was built; `make check` lists these problems too.", file=sys.stderr)
        return 1
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the last book stays as it was", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
