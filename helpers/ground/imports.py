"""Which of the project's own files a source runs, as its imports say; needs the standard library alone."""

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path


def imports(source: bytes, package: tuple[str, ...] = ()) -> Iterator[str]:
    r"""List every module that a source may import, wherever in it the import stands.

    Parameters
    ----------
    source : bytes
    package : tuple of str
        That the source belongs to, for imports that are relative.

    Yields
    ------
    str
        ``a.b`` and ``a.b.c`` for ``from a.b import c``, since ``c`` may be a module.

    Examples
    --------
    >>> list(imports(b"import a.b\nfrom c import d\nfrom ..e import f", ("x", "y")))
    ['a.b', 'c', 'c.d', 'x.e', 'x.e.f']
    """
    try:
        nodes = ast.walk(ast.parse(source))
    except (SyntaxError, ValueError):  # running or reading it says where
        return
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def modules(name: str, root: Path) -> list[Path]:
    """Return the project's own files that importing a name runs.

    Parameters
    ----------
    name : str
        With dots.
    root : Path

    Returns
    -------
    list of Path
        The module, where there is one, and the packages above it.
    """
    parts = name.split(".")
    paths = [root.joinpath(*parts[:depth]) for depth in range(1, len(parts) + 1)]
    files = [each for path in paths for each in (path / "__init__.py", path.with_suffix(".py"))]
    return [path for path in files if path.is_file()]


def reached(sources: Iterable[Path], follow: Callable[[Path], Iterable[Path]]) -> set[Path]:
    """Return files with all that they lead to, one through the other.

    Parameters
    ----------
    sources : iterable of Path
    follow : callable
        Takes a file, returns those that it leads to.

    Returns
    -------
    set of Path
    """
    found: set[Path] = set()
    waiting = [*sources]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += follow(path)
    return found
