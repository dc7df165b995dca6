"""Site: write the descriptions that programs read: of the repository, and of a built site.

``python -m helpers.site.describe`` writes those of the repository, after a table or a page was added.
"""

import re
from pathlib import Path

from helpers.ground import cohort
from helpers.ground.edition import CITATION, NO_AUTHORS
from helpers.ground.paths import ROOT
from helpers.site import crate, package
from helpers.site.hints import words

_TITLE = re.compile(r"<h1>(.*?)(?:<a class=\"headerlink\"|</h1>)", re.DOTALL)


def repository(root: Path = ROOT) -> dict[str, str]:
    """Describe the repository.

    Parameters
    ----------
    root : Path

    Returns
    -------
    dict of str to str
        The texts by the names of their files.
    """
    found = {package.FILE: package.of_repository(root), crate.FILE: crate.of_repository(root)}
    return {name: package.printed(descriptor) for name, descriptor in found.items()}


def site(folder: Path) -> None:
    """Write the descriptions of a built site into it, once its tables are there.

    Parameters
    ----------
    folder : Path
        Of the site of the cohort at hand.
    """
    about = cohort.about()
    is_rebuilt = about["provenance"] == "reconstructed"
    title = cohort.study_of().short_title if is_rebuilt else about["title"]
    authors = "" if is_rebuilt else about["authors"] or NO_AUTHORS
    pages = {path.relative_to(folder).as_posix(): path for path in sorted(folder.glob("*/*.html"))}
    titles = {name: found for name, path in pages.items() if (found := _title(path))}
    whole = about["title"] + (", rebuilt from a conference abstract" if is_rebuilt else "")
    described = crate.of_site(folder, titles, title, whole, authors)
    tables = package.of_site(folder, title, is_rebuilt)
    (folder / package.FILE).write_text(package.printed(tables), encoding="utf-8")
    (folder / crate.FILE).write_text(package.printed(described), encoding="utf-8")
    if is_rebuilt:
        (folder / CITATION.name).write_bytes(CITATION.read_bytes())


def _title(page: Path) -> str:
    found = _TITLE.search(page.read_text(encoding="utf-8"))
    return words(found[1]) if found else ""


if __name__ == "__main__":
    for name, text in repository().items():
        (ROOT / name).write_text(text, encoding="utf-8")
