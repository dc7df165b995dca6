"""The lock file names every package that the code imports, each with its hash, and no index."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions

from helpers.ground.paths import ROOT

providers = cache(packages_distributions)
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
OWN = {"helpers"} | {
    path.stem for folder in (ROOT, ROOT / "tests") for path in folder.glob("*") if path.suffix in ("", ".py")
}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> set[str]:
    return {normal(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", LOCK, flags=re.MULTILINE)}


@cache
def imported() -> set[str]:
    files = [*ROOT.glob("*.py"), *(ROOT / "notebooks").glob("*.py")]
    files += [
        path
        for folder in ("helpers", "evidence", "data", "building")
        for path in (ROOT / folder).rglob("*.py")
    ]
    names = set()
    for path in [*files, *(ROOT / "tests").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - OWN


def test_the_lock_installs_what_the_code_imports():
    for name in imported():
        assert {normal(found) for found in providers().get(name, [])} & locked(), name


def test_the_lock_covers_the_project_file():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["develop"]
    assert {normal(re.match(r"[A-Za-z0-9._-]+", line)[0]) for line in wanted} <= locked()


def test_the_project_file_names_what_the_code_imports():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + sum(project["optional-dependencies"].values(), [])
    named = {normal(re.match(r"[A-Za-z0-9._-]+", line)[0]) for line in wanted}
    for name in imported():
        assert {normal(found) for found in providers()[name]} & named, name


def test_every_locked_package_has_a_hash_and_no_index_is_named():
    blocks = re.split(r"^(?=[A-Za-z0-9._-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) > 50
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"--(extra-)?index-url|--find-links|https?://", LOCK)
