"""Reading: the columns of a file are found under the names of the dictionary, or under those of a map."""

import re
import unicodedata
from collections.abc import Container, Mapping


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


def named(
    header: list[str], wanted: list[str], own: Mapping[str, str], shared: Container[str]
) -> tuple[dict[str, int], list[str]]:
    """Find which column of a file is which of the dictionary; one may be several.

    Parameters
    ----------
    header : list of str
    wanted : list of str
        Columns of the dictionary.
    own : mapping of str to str
        The file's names, by those of the dictionary that are wanted.
    shared : container of str
        Columns that are read under their own name, even if a map reads that as another one.

    Returns
    -------
    tuple of dict and list of str
        The place in the header by the dictionary's name, in the header's order, and a problem for each name
        that stands more than once or that a map asks for in vain.
    """
    standing: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        standing.setdefault(plain(name), []).append(place)
    mapped = {plain(name) for name in own.values()}
    found, problems = {}, []
    for column in wanted:
        # A map is for all tables of a cohort, of which one may have the dictionary's own names.
        names = {plain(own[column])} if column in own else set()
        if column in shared or plain(column) not in mapped:
            names.add(plain(column))
        places = [place for name in names for place in standing.get(name, [])]
        if len(places) > 1:
            problems.append(f"column {column}: stands more than once; keep one")
        elif column in own and not places:
            problems.append(
                f"column {column}: not found under the name that [columns] of cohort.toml gives it "
                f"({own[column]!r})"
            )
        if places:
            found[column] = min(places)
    return dict(sorted(found.items(), key=lambda each: each[1])), problems
