"""Print a ledger: each published figure beside the recomputed one, or any abstract judged by its own figures.

Run as ``make ledger``.
"""

import argparse
import shutil
import sys
import textwrap
from functools import partial
from pathlib import Path

from helpers.ground import command, paths
from helpers.ground.broken import BrokenRulesError


def main(arguments: list[str] | None = None) -> int:
    """Print the ledger of a cohort or of a claims folder and write it; return the exit status."""
    parser = argparse.ArgumentParser(prog="make ledger", description=main.__doc__)
    kind = partial(paths.named, what="a claims folder or file")
    parser.add_argument(
        "--claims", type=kind, help="claims folder or file (default: the published claims of the study)"
    )
    parser.add_argument("--cohort", type=paths.named, help="folder of the cohort (default: as for the book)")
    parser.add_argument(
        "--out", type=Path, help="where to write: a file, of a claims folder a folder (default: by --claims)"
    )
    chosen = parser.parse_args(arguments)
    if chosen.claims is None or (chosen.claims.exists() and not chosen.claims.is_dir()):
        return of_cohort(chosen.cohort, chosen.claims, chosen.out)
    if chosen.cohort:
        parser.error("a claims folder is judged without a cohort; leave out one of the two")
    return of_folder(chosen.claims, chosen.out or chosen.claims)


def of_folder(folder: Path, out: Path) -> int:
    """Judge the claims of a folder by their own figures; return the exit status."""
    # A folder needs no cohort, and need not wait for what reads one and computes its results.
    from evidence.claims import folder as folders
    from evidence.ledger import of_abstract, report
    from evidence.ledger.terminal import abstract_as_text

    try:
        abstract = folders.load(folder)
    except folders.ClaimsFolderError as error:
        return _refused(error.problems)
    if left := folders.unread(folder):
        print(f"{folders.CLAIMS}: columns that are not read: {', '.join(left)}", file=sys.stderr)
    if sys.stderr.isatty():  # for who waits
        print("Searching: seconds; a minute where many sizes are not printed.", file=sys.stderr)
    findings = of_abstract.examine(abstract)
    entries = of_abstract.ledger(abstract, findings)
    try:
        written = report.write(entries, findings, abstract, out)
    except OSError as error:
        return _not_written(Path(error.filename or out), error)
    width = _width()
    print(*textwrap.wrap(f"{abstract.title}. {abstract.source}", width), "", sep="\n")
    print(abstract_as_text(entries, findings, width))
    print(f"Written to {', '.join(map(str, written))}.")
    return 0


def of_cohort(cohort: Path | None, file: Path | None, out: Path | None) -> int:
    """Put the claims of a file beside the results of a cohort; return the exit status."""
    from evidence.claims import load as published
    from evidence.ledger import entries as ledgers
    from evidence.ledger.terminal import as_text
    from evidence.this_abstract import examine
    from helpers.chapters import book
    from helpers.ground import cohort as cohorts
    from helpers.ground import files

    try:
        taken = cohorts.load(cohort)
        abstract = published.read(file, taken.study)
    except BrokenRulesError as error:
        return _refused(error.problems)
    claims, findings = published.table(abstract), examine.examine(abstract)
    results = book.all_results(taken)
    entries = ledgers.ledger(claims, findings, results, taken.study, taken.provenance, taken.ranges)
    path = out or (file.parent if file else paths.ROOT / "_build") / "ledger.csv"
    try:
        files.write_table(entries, path)
    except OSError as error:
        return _not_written(path, error)
    width = _width()
    print(*textwrap.wrap(f"{taken.title}. {taken.note}", width), "", sep="\n")
    print(as_text(entries, findings, claims["chapter"], width))
    print(f"Written to {path}.")
    return 0 if ledgers.is_settled(entries) else 1


def _width() -> int:
    return shutil.get_terminal_size().columns


def _refused(problems: list[str]) -> int:
    count = len(problems)
    end = f"{count} problem{'s' * (count > 1)}; no ledger was written; an earlier one stays as it was."
    print(*problems, end, sep="\n", file=sys.stderr)
    return 1


def _not_written(path: Path, error: OSError) -> int:
    print(f"{path}: cannot be written ({error.strerror}); name another with --out", file=sys.stderr)
    return 1


if __name__ == "__main__":
    command.run(main)
