"""Site: pages load what they use, and nothing else.

The theme brings every icon there is, the search tools of Sphinx, and a program that runs code in the page;
the book has its own icons (``icons.css``) and its own search, and runs nothing. Every function takes a page
that it has done already as it is.
"""

import re
import shutil
from pathlib import Path

# The scripts of the theme and of Jupyter Book that no page of this book needs.
UNUSED = r"fontawesome|sphinx-thebe|searchtools|language_data|searchindex"
FILES = (
    "scripts/fontawesome.js",
    "scripts/fontawesome.js.LICENSE.txt",
    "sphinx-thebe.js",
    "sphinx-thebe.css",
    "searchtools.js",
    "language_data.js",
    "webpack-macros.html",
    "sbt-webpack-macros.html",
)
FOLDERS = ("locales", "vendor/fontawesome", "images")  # of the theme, for other languages and other hosts
_LOADED = re.compile(rf"[ \t]*<script[^>]*src=\"[^\"]*(?:{UNUSED})[^\"]*\"[^>]*></script>\n?")
_THEBE = re.compile(
    r"[ \t]*<script>const THEBE_JS_URL[^<]*</script>\n?"
    r"|[ \t]*<script type=\"text/x-thebe-config\">.*?</script>\n?"
    r"|[ \t]*<script>kernelName = [^<]*</script>\n?"
    r"|[ \t]*<link[^>]*sphinx-thebe[^>]*>\n?",
    re.DOTALL,
)
_TOGGLE = "<script>var togglebuttonSelector = '.toggle, .admonition.dropdown';</script>"
_DRAWING = re.compile(r"<img (?![^>]*\b(?:width|style)=)([^>]*src=\"(?!data:)([^\"?]+\.svg)\"[^>]*>)")
_SIZE = re.compile(r"<svg[^>]*? width=\"([\d.]+)pt\" height=\"([\d.]+)pt\"")
POINTS = 0.75  # points to a pixel
_IMAGE = re.compile(r"<img (?![^>]*\bloading=)([^>]*src=\"(?!data:)[^>]*>)")


def without_unused(page: str) -> str:
    """Take out of a page the scripts that nothing on it uses.

    Parameters
    ----------
    page : str
        Its HTML.

    Returns
    -------
    str
    """
    page = _THEBE.sub("", _LOADED.sub("", page))
    first, said, rest = page.partition(_TOGGLE)
    return first + said + rest.replace(_TOGGLE, "")


def with_lazy_images(page: str) -> str:
    """Let a page ask for each picture when the reader comes near it.

    Parameters
    ----------
    page : str
        Its HTML.

    Returns
    -------
    str
        Pictures that stand in the page itself are there anyway and stay as they are.

    Examples
    --------
    >>> with_lazy_images('<img alt="Curves" src="a.svg">')
    '<img loading="lazy" decoding="async" alt="Curves" src="a.svg">'
    """
    return _IMAGE.sub(r'<img loading="lazy" decoding="async" \1', page)


def size_of(picture: Path) -> tuple[int, int] | None:
    """Read how large a drawing is by itself.

    Parameters
    ----------
    picture : Path
        An SVG file with its width and height in points.

    Returns
    -------
    tuple of int or None
        Width and height in pixels; None where the file does not say them.
    """
    with picture.open(encoding="utf-8", errors="replace") as file:
        found = _SIZE.search(file.read(1000))
    return (round(float(found[1]) / POINTS), round(float(found[2]) / POINTS)) if found else None


def with_sizes(page: str, folder: Path) -> str:
    """Say how large each drawing is, so that nothing moves on the page when it comes.

    Parameters
    ----------
    page : str
        Its HTML.
    folder : Path
        Where the page stands.

    Returns
    -------
    str
        What has a width already, and what is no drawing in a file, stays as it is.
    """

    def _sized(image: re.Match) -> str:
        size = size_of(folder / image[2]) if (folder / image[2]).exists() else None
        return f'<img width="{size[0]}" height="{size[1]}" {image[1]}' if size else image[0]

    return _DRAWING.sub(_sized, page)


def prune(static: Path) -> None:
    """Remove from the site the files that its pages no longer ask for.

    Parameters
    ----------
    static : Path
        The folder of the site's scripts and styles.
    """
    for name in FILES:
        (static / name).unlink(missing_ok=True)
    for name in FOLDERS:
        shutil.rmtree(static / name, ignore_errors=True)
    for source_map in sorted(static.rglob("*.map")):
        source_map.unlink()
