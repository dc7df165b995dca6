"""Evidence: the description of an abstract's study, its groups and populations, validated on reading."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evidence.claims.dates import is_date
from evidence.claims.groups import EVERYBODY, Population

STUDY = "study.toml"
ROUNDINGS = ("half_up", "half_even", "down")
ID = re.compile(r"[a-z][a-z0-9_]*")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_STUDY_KEYS = {
    *("title", "source", "alpha", "published", "arms", "populations", "tests", "sides", "rounding"),
    "quantile_rule",
}
_TABLE_KEYS = {"arms": {"id", "label"}, "populations": {"id", "label", "parent", "arm", "disjoint_with"}}


def read(path: Path, problems: list[str]) -> dict[str, Any]:
    """Read the description of a study.

    Parameters
    ----------
    path : Path
    problems : list of str
        To which a line is added for each thing that is wrong with its plain keys.

    Returns
    -------
    dict
        What it says; empty where it cannot be read.
    """
    try:
        study = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        problems.append(f"{path.name}: cannot be read; write one, or copy one from `make new CLAIMS=folder`")
        return {}
    except UnicodeDecodeError:
        problems.append(f"{path.name}: is not UTF-8; save it as UTF-8")
        return {}
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{path.name}: is not TOML ({error}); correct that place")
        return {}
    for key in sorted(set(study) - _STUDY_KEYS):
        problems.append(f"{path.name}: key {shown(key)}: is not known; remove it")
    problems += [f"{path.name}: key {key}: {rule}" for key, rule in _key_problems(study)]
    return study


def shown(text: str) -> str:
    """Return a name as a terminal can show it.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return repr(text) if CONTROL.search(text) else text


def _key_problems(study: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("title", "source"):
        if not isinstance(study.get(key), str) or not study[key].strip() or CONTROL.search(study[key]):
            yield key, "must be a text on one line; write it"
    alpha = study.get("alpha", 0.05)
    if not isinstance(alpha, float) or not 0 < alpha < 1:
        yield "alpha", "must be a number between 0 and 1 such as 0.05; correct it"
    if "published" in study and not is_date(str(study["published"])):
        yield "published", "must be a year, a month (2024-11) or a day (2024-11-05); correct it"
    tests = study.get("tests", [])
    if not isinstance(tests, list) or not all(isinstance(test, str) for test in tests):
        yield "tests", 'must be a list of names such as ["fisher"]; correct it'
    if type(study.get("sides", 2)) is not int or study.get("sides", 2) not in (1, 2):
        yield "sides", "must be 1 or 2; correct it"
    if study.get("rounding", ROUNDINGS[0]) not in ROUNDINGS:
        yield "rounding", f"must be one of {', '.join(ROUNDINGS)}; correct it"


def populations_of(
    study: dict[str, Any], problems: list[str]
) -> tuple[tuple[str, ...], dict[str, Population]]:
    """Return the arms and every population of a description.

    Parameters
    ----------
    study : dict
        As `read` returns it.
    problems : list of str
        To which a line is added for each thing that is wrong with them.

    Returns
    -------
    tuple of str, dict of str to Population
        The arms; and the populations by id, the whole study and the arms first.
    """
    tables = {key: _tables(study, key, problems) for key in ("arms", "populations")}
    arms = tuple(table["id"] for table in tables["arms"])
    given = study.get("arms", [])
    if study and isinstance(given, list) and len(given) != 2:
        problems.append(
            f"{STUDY}: key arms: must describe two groups, {len(given)} found; describe the two to compare"
        )
    populations = {EVERYBODY: Population(EVERYBODY, "All patients", parent="")}
    for arm, table in zip(arms, tables["arms"], strict=True):
        others = tuple(other for other in arms if other != arm)
        populations[arm] = Population(arm, table.get("label", arm), arm=arm, disjoint_with=others)
    if len(set(arms)) < len(arms):
        problems.append(f"{STUDY}: key arms: two have one id; give each its own")
    seen = set()
    for table in tables["populations"]:
        id = table["id"]
        if id in seen:
            problems.append(f"{STUDY}: population {id}: stands twice; give each its own id")
            continue
        seen.add(id)
        if id == EVERYBODY and (table.get("parent") or table.get("arm")):
            problems.append(f"{STUDY}: population {id}: is the whole study; remove parent and arm")
            continue
        parent = table.get("parent", EVERYBODY) if id != EVERYBODY else ""
        arm = table.get("arm", "") or (id if id in arms else "")
        disjoint = {*table.get("disjoint_with", ()), *populations.get(id, Population(id, "")).disjoint_with}
        populations[id] = Population(id, table.get("label", id), parent or "", arm, tuple(sorted(disjoint)))
    for population in list(populations.values()):
        problems += [
            f"{STUDY}: population {population.id}: {rule}"
            for rule in _population_problems(population, populations, arms)
        ]
        if not population.parent and population.id != EVERYBODY:
            populations[population.id] = Population(
                population.id, population.label, EVERYBODY, population.arm, population.disjoint_with
            )
    return arms, populations


def _tables(study: dict[str, Any], key: str, problems: list[str]) -> list[dict[str, Any]]:
    """Return the tables of a key that have an id, with lists of texts where lists belong."""
    tables = study.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.append(f"{STUDY}: key {key}: must be tables that begin with [[{key}]]; correct it")
        return []
    kept = []
    for number, table in enumerate(tables, 1):
        texts = {name: table[name] for name in ("label", "parent", "arm") if name in table}
        lists = table.get("disjoint_with", [])
        problems += [
            f"{STUDY}: {key} {number}: key {shown(name)}: is not known; remove it"
            for name in sorted(set(table) - _TABLE_KEYS[key])
        ]
        if not isinstance(table.get("id"), str) or not ID.fullmatch(table["id"]):
            problems.append(
                f"{STUDY}: {key} {number}: id must be lower-case letters, digits and _; correct it"
            )
        elif not all(isinstance(text, str) and not CONTROL.search(text) for text in texts.values()):
            problems.append(f"{STUDY}: {key} {number}: label, parent and arm must be texts; correct them")
        elif not isinstance(lists, list) or not all(isinstance(each, str) for each in lists):
            problems.append(f"{STUDY}: {key} {number}: disjoint_with must be a list of ids; correct it")
        else:
            kept.append(table)
    return kept


def _population_problems(
    population: Population, populations: dict[str, Population], arms: tuple[str, ...]
) -> Iterator[str]:
    unknown = [id for id in (population.parent, *population.disjoint_with) if id and id not in populations]
    for id in unknown:
        yield f"{id!r} is no population; add it, or correct the name"
    if population.arm and population.arm not in arms:
        yield f"{population.arm!r} is no arm; correct the name"
    above = _above(population.id, populations)
    if population.id in above:
        yield "is a part of itself; correct parent"
        return
    if population.arm and {populations[id].arm for id in above} - {"", population.arm}:
        yield "belongs to an arm and is a part of the other arm; correct one of the two"
    elif {population.id, *above} & {*population.disjoint_with}:
        yield "shares nobody with a group that it is a part of; correct one of the two"


def _above(id: str, populations: dict[str, Population]) -> set[str]:
    """List the populations that hold a population, itself among them where it is a part of itself."""
    found: set[str] = set()
    left = [id]
    while left:
        own = populations[left.pop()]
        wholes = {own.parent, own.arm if own.arm != own.id else ""} & {*populations}
        left += wholes - found
        found |= wholes
    return found
