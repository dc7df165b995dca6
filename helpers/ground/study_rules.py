"""Ground: the rules that a study description must keep, checked before anything is made of it."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

_ID = re.compile(r"[a-z][a-z0-9_]*")
_TEXTS = ("title", "short_title", "time_zero")
Kinds = Mapping[str, type]


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
    found = [f"key {key}: must be a text; add it" for key in _TEXTS if not isinstance(entries.get(key), str)]
    known = {*_TEXTS, "alpha", "cycles", "horizons", "claims", *listed, *single}
    found += [f"key {key}: not known; remove it" for key in entries if key not in known]
    if not isinstance(entries.get("cycles", ""), str):
        found.append("key cycles: must be a text; correct it")
    alpha = entries.get("alpha", 0.05)
    if not isinstance(alpha, float) or not 0 < alpha < 1:
        found.append("key alpha: must be a number between 0 and 1; correct it")
    horizons = entries.get("horizons")
    if not _are_months(horizons):
        found.append("key horizons: must be whole months in ascending order, as in [12, 24]; correct it")
    for key, kind in listed.items():
        found += _list_problems(key, kind, entries.get(key, []))
    for key in entries.keys() & single.keys():
        found += _entry_problems(key, single[key], entries[key])
    return found or [*_arm_problems(entries, listed, reserved), *_reference_problems(entries, reserved[0])]


def _are_months(horizons: object) -> bool:
    return (
        isinstance(horizons, list)
        and bool(horizons)
        and all(type(month) is int and month > 0 for month in horizons)
        and horizons == sorted(set(horizons))
    )


def _list_problems(key: str, kind: type, listed: object) -> list[str]:
    if not isinstance(listed, list):
        return [f"key {key}: must be a list of entries [[{key}]]; correct it"]
    return [
        problem
        for number, entry in enumerate(listed, 1)
        for problem in _entry_problems(f"{key}, entry {number}", kind, entry)
    ]


def _entry_problems(place: str, kind: type, entry: object) -> list[str]:
    if not isinstance(entry, dict):
        return [f"key {place}: must be a table of keys; correct it"]
    names = [item.name for item in fields(kind)]
    needed = [item.name for item in fields(kind) if item.default is MISSING]
    found = [f"key {place}: {name} is missing; add it" for name in needed if name not in entry]
    found += [f"key {place}: {name} is not known; remove it" for name in entry if name not in names]
    if not _ID.fullmatch(str(entry.get("id", "a"))):
        found.append(f"key {place}: id must be lower-case letters, digits and underscores; rename it")
    return found


def _arm_problems(entries: dict[str, Any], listed: Kinds, reserved: tuple[str, str]) -> list[str]:
    """List how many arms there are, ids that stand twice, and those that are the book's own."""
    ids = {key: [entry["id"] for entry in entries.get(key, [])] for key in listed}
    arms = ids["arms"]
    found = [] if len(arms) == 2 else ["key arms: must be two, as every comparison is of two; correct it"]
    found += [
        f"key {key}: id {id} stands twice; rename one"
        for key in listed
        for id in sorted({id for id in ids[key] if ids[key].count(id) > 1})
    ]
    found += [
        f"key arms and populations: id {id} is kept for the book; rename it"
        for id in (*arms, *ids["populations"])
        if id in reserved
    ]
    if entries.get("lead_in", {}).get("arm", next(iter(arms), None)) not in arms:
        found.append("key lead_in: arm is none of the arms; correct it")
    return found


def _reference_problems(entries: dict[str, Any], everybody: str) -> list[str]:
    """List the names of nothing."""
    populations = {everybody, *(entry["id"] for entry in entries.get("populations", []))}
    outcomes = {entry["id"]: entry["populations"] for entry in entries.get("outcomes", [])}
    found = [
        f"key outcomes: {outcome} is asked in {name}, which is no population; correct it"
        for outcome, names in outcomes.items()
        for name in names
        if name not in populations
    ]
    found += [
        f"key outcomes: the main population of {entry['id']} is none of its populations; correct it"
        for entry in entries.get("outcomes", [])
        if entry.get("main", entry["populations"][0]) not in entry["populations"]
    ]
    found += [
        f"key populations: the parent of {entry['id']} is no population; correct it"
        for entry in entries.get("populations", [])
        if entry.get("parent", everybody) not in populations
    ]
    return [*found, *_panel_problems(entries, set(outcomes))]


def _panel_problems(entries: dict[str, Any], outcomes: set[str]) -> list[str]:
    """List what does not fit together in the immune panel."""
    found = [
        f"key panel: {name} is no outcome; correct it"
        for name in entries.get("panel", {}).get("outcomes", [])
        if name not in outcomes
    ]
    parents = {cell["id"]: cell["parent"] for cell in entries.get("cells", [])}
    if parents and len(entries.get("visits", [])) < 2:
        found.append("key visits: must be two or more, as cells are compared between two; add them")
    balance = entries.get("balance")
    if balance and len({parents.get(balance[side], side) for side in ("numerator", "denominator")}) != 1:
        found.append("key balance: numerator and denominator must be two cells of one parent; correct it")
    return found
