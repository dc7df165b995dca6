"""Ground: the rules that a study description must keep, checked before anything is made of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any

_ID = re.compile(r"[a-z][a-z0-9_]*")
_TEXTS = ("title", "short_title", "time_zero")
Kinds = Mapping[str, type]
Problems = Iterator[str]


class BrokenRulesError(Exception):
    """A study, a cohort or a file of claims that breaks its rules.

    Parameters
    ----------
    problems : list of str
        One line for each.
    """

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


def problems(entries: dict[str, Any], listed: Kinds, single: Kinds, reserved: tuple[str, str]) -> list[str]:
    """List the rules that a description breaks, without looking further where its shape is wrong.

    Parameters
    ----------
    entries : dict
        As TOML reads them.
    listed, single : mapping of str to dataclass
        The keys that hold a list of tables, or one table, and what each table becomes.
    reserved : tuple of str
        The ids of everybody and of the comparison of the arms, which nothing else may have.

    Returns
    -------
    list of str
        One line for each: key, rule, what to do.
    """
    found = [*_shape_problems(entries, {**listed, **single})]
    for key, kind in listed.items():
        found += _list_problems(key, kind, entries.get(key, []))
    for key in entries.keys() & single.keys():
        found += _entry_problems(key, single[key], entries[key])
    return found or [*_arm_problems(entries, listed, reserved), *_reference_problems(entries, reserved[0])]


def _shape_problems(entries: dict[str, Any], kinds: Kinds) -> Problems:
    """List what is wrong with the keys that are no table."""
    yield from (
        f"key {key}: must be a text; add it" for key in _TEXTS if not isinstance(entries.get(key), str)
    )
    known = {*_TEXTS, "alpha", "cycles", "horizons", "claims", *kinds}
    yield from (f"key {key}: not known; remove it" for key in entries if key not in known)
    if not isinstance(entries.get("cycles", ""), str):
        yield "key cycles: must be a text; correct it"
    alpha = entries.get("alpha", 0.05)
    if not isinstance(alpha, float) or not 0 < alpha < 1:
        yield "key alpha: must be a number between 0 and 1; correct it"
    if not _are_months(entries.get("horizons")):
        yield "key horizons: must be whole months in ascending order, as in [12, 24]; correct it"


def _are_months(horizons: object) -> bool:
    if not isinstance(horizons, list) or not all(type(month) is int for month in horizons):
        return False
    return horizons == sorted(set(horizons)) and min(horizons, default=0) > 0


def _list_problems(key: str, kind: type, listed: object) -> Problems:
    if not isinstance(listed, list):
        yield f"key {key}: must be a list of entries [[{key}]]; correct it"
        return
    for number, entry in enumerate(listed, 1):
        yield from _entry_problems(f"{key}, entry {number}", kind, entry)


def _entry_problems(place: str, kind: type, entry: object) -> Problems:
    if not isinstance(entry, dict):
        yield f"key {place}: must be a table of keys; correct it"
        return
    needed = {item.name: item.default is MISSING for item in fields(kind)}
    for name in needed:
        if needed[name] and name not in entry:
            yield f"key {place}: {name} is missing; add it"
    for name in entry:
        if name not in needed:
            yield f"key {place}: {name} is not known; remove it"
    if not _ID.fullmatch(str(entry.get("id", "a"))):
        yield f"key {place}: id must be lower-case letters, digits and underscores; rename it"


def _arm_problems(entries: dict[str, Any], listed: Kinds, reserved: tuple[str, str]) -> Problems:
    """List how many arms there are, ids that stand twice, and those that are the book's own."""
    ids = {key: [entry["id"] for entry in entries.get(key, [])] for key in listed}
    arms = ids["arms"]
    if len(arms) != 2:
        yield "key arms: must be two, as every comparison is of two; correct it"
    for key, own in ids.items():
        for id in sorted({id for id in own if own.count(id) > 1}):
            yield f"key {key}: id {id} stands twice; rename one"
    for id in (*arms, *ids["populations"]):
        if id in reserved:
            yield f"key arms and populations: id {id} is kept for the book; rename it"
    if entries.get("lead_in", {}).get("arm", next(iter(arms), None)) not in arms:
        yield "key lead_in: arm is none of the arms; correct it"


def _reference_problems(entries: dict[str, Any], everybody: str) -> Problems:
    """List the names of nothing."""
    populations, outcomes = entries.get("populations", []), entries.get("outcomes", [])
    known = {everybody, *(population["id"] for population in populations)}
    for outcome in outcomes:
        for name in outcome["populations"]:
            if name not in known:
                yield f"key outcomes: {outcome['id']} is asked in {name}, which is no population; correct it"
        if outcome.get("main", outcome["populations"][0]) not in outcome["populations"]:
            place = f"the main population of {outcome['id']}"
            yield f"key outcomes: {place} is none of its populations; correct it"
    for population in populations:
        if population.get("parent", everybody) not in known:
            yield f"key populations: the parent of {population['id']} is no population; correct it"
    yield from _panel_problems(entries, {outcome["id"] for outcome in outcomes})


def _panel_problems(entries: dict[str, Any], outcomes: set[str]) -> Problems:
    """List what does not fit together in the immune panel."""
    for name in entries.get("panel", {}).get("outcomes", []):
        if name not in outcomes:
            yield f"key panel: {name} is no outcome; correct it"
    parents = {cell["id"]: cell["parent"] for cell in entries.get("cells", [])}
    if parents and len(entries.get("visits", [])) < 2:
        yield "key visits: must be two or more, as cells are compared between two; add them"
    balance = entries.get("balance")
    if balance and len({parents.get(balance[side], side) for side in ("numerator", "denominator")}) != 1:
        yield "key balance: numerator and denominator must be two cells of one parent; correct it"
