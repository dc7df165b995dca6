"""Reading: the columns of a file are found under the names of the dictionary, or under those of a map."""

import re
import unicodedata
from collections.abc import Mapping


def plain(name: str) -> str:
    """Write a name in small letters, with an underscore for whatever is no letter and no digit.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> plain(" Followup Days"), plain("BM-Blasts (pct)"), plain("病例号")
    ('followup_days', 'bm_blasts_pct', '病例号')
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[^\w]+|_+", "_", text).strip("_")


def named(header: list[str], wanted: list[str], own: Mapping[str, str]) -> tuple[dict[int, str], list[str]]:
    """Find which column of a file is which of the dictionary.

    Parameters
    ----------
    header : list of str
    wanted : list of str
        Columns of the dictionary.
    own : mapping of str to str
        The file's names, by those of the dictionary that are wanted.

    Returns
    -------
    tuple of dict and list of str
        The dictionary's name by place in the header, and a problem for each name that stands more than once
        or that a map asks for in vain.
    """
    # A map is for all tables of a cohort, of which one may have the dictionary's own names.
    asked = {plain(column): column for column in wanted} | {
        plain(name): column for column, name in own.items()
    }
    found: dict[int, str] = {}
    problems = []
    for place, name in enumerate(header):
        column = asked.get(plain(name))
        if column in found.values():
            problems.append(f"column {column}: stands more than once; keep one")
        elif column is not None:
            found[place] = column
    for column, name in own.items():
        if column not in found.values():
            problems.append(
                f"column {column}: not found under the name that [columns] of cohort.toml gives it ({name!r})"
            )
    return found, problems
