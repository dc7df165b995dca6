"""Site: the icons that the theme's buttons show, as a style sheet of their own.

The theme loads every icon there is, in a script of 1.5 MB. Its style sheet can also draw them from a font; a
font of the few that are used is small enough to stand in the style sheet, so that nothing else is loaded.
Written by ``python -m helpers.site.icons`` into ``book/_static/icons.css``.
"""

import base64
import io
import re
import sys
from pathlib import Path

import pydata_sphinx_theme
import sphinx_book_theme
from fontTools import subset
from fontTools.ttLib import TTFont

from helpers.ground.paths import ROOT

TARGET = ROOT / "book" / "_static" / "icons.css"
STATIC = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
FONT = STATIC / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.ttf"
SHEETS = (
    STATIC / "styles" / "pydata-sphinx-theme.css",
    Path(sphinx_book_theme.__file__).parent.joinpath(
        "theme", "sphinx_book_theme", "static", "styles", "sphinx-book-theme.css"
    ),
)
# What the pages' own elements ask for by name; the sheets ask for theirs by code.
NAMES = (
    "angle-left",
    "angle-right",
    "arrow-up",
    "bars",
    "circle-half-stroke",
    "download",
    "expand",
    "file",
    "file-pdf",
    "list",
    "magnifying-glass",
    "moon",
    "sun",
    "xmark",
)


def codes(names: tuple[str, ...] = NAMES) -> set[int]:
    """Find the characters of the icons in the theme's style sheets.

    Parameters
    ----------
    names : tuple of str
        Of the icons that elements ask for.

    Returns
    -------
    set of int
        With those that the sheets put beside notes, warnings and folded contents.

    Raises
    ------
    ValueError
        If the theme does not know a name.
    """
    sheet = "".join(path.read_text(encoding="utf-8") for path in SHEETS)
    found = {ord(sign) for sign in re.findall('--pst-icon-[\\w-]+:\\s*"([\ue000-\uf8ff])"', sheet)}
    found |= {
        int(code, 16) for code in re.findall(r"content:\"\\(f[0-9a-f]{3})\";font-family:Font Awesome", sheet)
    }
    for name in names:
        rule = re.search(rf"\.fa-{name}(?:,[^{{]*)?:before[^{{]*\{{content:\"\\(\w+)\"", sheet)
        if rule is None:
            raise ValueError(f"the theme has no icon {name}")
        found.add(int(rule[1], 16))
    return found


def font(characters: set[int]) -> bytes:
    """Cut the theme's font down to some characters.

    Parameters
    ----------
    characters : set of int

    Returns
    -------
    bytes
        A font in WOFF, the same for the same characters.
    """
    whole = TTFont(FONT, recalcTimestamp=False)
    cutter = subset.Subsetter(subset.Options(hinting=False, layout_features=[], name_IDs=[0, 13, 14]))
    cutter.populate(unicodes=characters)
    cutter.subset(whole)
    whole.flavor = "woff"
    file = io.BytesIO()
    whole.save(file)
    return file.getvalue()


def sheet() -> str:
    """Write the style sheet.

    Returns
    -------
    str
    """
    source = base64.b64encode(font(codes())).decode()
    return (
        "/* A subset of Font Awesome Free (icons CC BY 4.0, font SIL OFL 1.1; https://fontawesome.com),\n"
        "   made by helpers/site/icons.py from the font that the theme brings. */\n"
        '@font-face { font-family: "Font Awesome 6 Free"; font-style: normal; font-weight: 900;\n'
        f'  font-display: block; src: url("data:font/woff;base64,{source}") format("woff"); }}\n'
    )


if __name__ == "__main__":
    TARGET.write_text(sheet(), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size} bytes", file=sys.stderr)
