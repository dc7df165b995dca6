"""Site: an RO-Crate: what the repository, or the site, is made of, for programs that collect research."""

from pathlib import Path
from typing import Any

from helpers.ground.edition import citation, name_of
from helpers.ground.paths import ROOT
from helpers.site.package import LICENCES

FILE = "ro-crate-metadata.json"
NO_LICENCE = "No licence is given"
VERSION = "1.1"
KINDS = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".html": "text/html",
    ".md": "text/markdown",
    ".py": "text/x-python",
    ".ipynb": "application/x-ipynb+json",
    ".toml": "application/toml",
    ".cff": "application/yaml",
    ".yml": "application/yaml",
    ".txt": "text/plain",
    "": "text/plain",
}
FOLDERS = {
    "binder/": "Lets Binder run the notebooks with the packages of the lock file",
    "book/": "The prose pages of the book",
    "building/": "What runs, how the pages are made, and the server for authors",
    "data/": "The study's description, the published claims, the rebuilt cohort, and what searches found",
    "evidence/": "What the published figures allow, found by search",
    "helpers/": "What the notebooks share: estimators, figures, words",
    "notebooks/": "The chapters, each as text and executed",
    "tests/": "Tests, with values from R",
}
FILES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE",
    "LICENSE-data.md",
    "LICENSE-text.md",
    "datapackage.json",
    "pyproject.toml",
    "requirements.txt",
    "_config.yml",
    "_toc.yml",
    "Makefile",
    "benchmark.py",
    "build.py",
    "ledger.py",
    "pdf.py",
    "ranges.py",
    "reach.py",
)
Entity = dict[str, Any]


def crate(root: Entity, parts: list[Entity], authors: list[dict[str, str]]) -> Entity:
    """Put a crate together.

    Parameters
    ----------
    root : dict
        What is said of the whole.
    parts : list of dict
        Its files and folders.
    authors : list of dict
        As ``CITATION.cff`` has them.

    Returns
    -------
    dict
        An RO-Crate with its descriptor, authors and licences.
    """
    about = citation()
    made_by = [_author(author) for author in authors]
    licences = [_licence(name) for name in root["license"]]
    whole = {
        "@id": "./",
        "@type": "Dataset",
        **root,
        "version": str(about["version"]),
        "datePublished": str(about["date-released"]),
        "author": [{"@id": author["@id"]} for author in made_by],
        "license": [{"@id": licence["@id"]} for licence in licences],
        "hasPart": [{"@id": part["@id"]} for part in parts],
    }
    descriptor = {
        "@id": FILE,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": f"https://w3id.org/ro/crate/{VERSION}"},
    }
    graph = [descriptor, whole, *parts, *made_by, *licences]
    return {"@context": f"https://w3id.org/ro/crate/{VERSION}/context", "@graph": graph}


def _author(author: dict[str, str]) -> Entity:
    name = name_of(author)
    slug = "".join(sign if sign.isalnum() else "-" for sign in name.lower())
    return {"@id": f"#{slug}", "@type": "Organization" if "name" in author else "Person", "name": name}


def _licence(name: str) -> Entity:
    if name == NO_LICENCE:
        return {"@id": "#no-licence", "@type": "CreativeWork", "name": NO_LICENCE}
    return {
        "@id": LICENCES[name]["path"],
        "@type": "CreativeWork",
        "name": LICENCES[name]["title"],
        "identifier": name,
    }


def file(path: Path, root: Path, name: str = "", /, **more: Any) -> Entity:
    """Describe one file.

    Parameters
    ----------
    path : Path
    root : Path
        Where the crate stands.
    name : str
        In words; without them the file's own.
    **more
        What else is said of it.

    Returns
    -------
    dict
    """
    return {
        "@id": path.relative_to(root).as_posix(),
        "@type": "File",
        "name": name or path.name,
        "encodingFormat": KINDS[path.suffix],
        **more,
    }


def of_repository(root: Path = ROOT) -> Entity:
    """Describe the repository.

    Parameters
    ----------
    root : Path

    Returns
    -------
    dict
        An RO-Crate.
    """
    about = citation(root / "CITATION.cff")
    parts = [{"@id": name, "@type": "Dataset", "name": words} for name, words in FOLDERS.items()]
    parts += [file(root / name, root) for name in FILES]
    data = [path for path in sorted((root / "data").rglob("*")) if path.suffix in (".csv", ".parquet")]
    parts += [file(path, root, license={"@id": LICENCES["CC0-1.0"]["path"]}) for path in data]
    parts += [_notebook(path, root) for path in sorted((root / "notebooks").glob("*.py"))]
    whole = {
        "name": about["title"],
        "description": " ".join(about["abstract"].split()),
        "keywords": ", ".join(about["keywords"]),
        "license": [*LICENCES],  # of data, text and code
    }
    return crate(whole, parts, about["authors"])


def _notebook(path: Path, root: Path) -> Entity:
    title = next(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# # "))
    about = file(path, root, title.removeprefix("# # "), programmingLanguage="Python")
    return about | {"@type": ["File", "SoftwareSourceCode"]}


def of_site(site: Path, pages: dict[str, str], title: str, description: str, authors: str) -> Entity:
    """Describe a built site.

    Parameters
    ----------
    site : Path
    pages : dict of str to str
        The titles of its pages by their paths.
    title, description : str
        Of the book.
    authors : str
        Of a book of patients; empty where its rows are nobody's, and the compendium's authors are meant.

    Returns
    -------
    dict
        An RO-Crate.
    """
    is_rebuilt = not authors
    parts = [file(site / path, site, name) for path, name in pages.items()]
    free: Entity = {"license": {"@id": LICENCES["CC0-1.0"]["path"]}} if is_rebuilt else {}
    parts += [file(table, site, **free) for table in sorted(site.glob("*.csv"))]
    licences = ["CC-BY-4.0", "CC0-1.0"] if is_rebuilt else [NO_LICENCE]
    made_by = citation()["authors"] if is_rebuilt else [{"name": authors}]
    return crate({"name": title, "description": description, "license": licences}, parts, made_by)
