"""Ground: the rules that a study description must keep, checked before anything is made of it."""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin

from helpers.ground import dictionary
from helpers.ground.reading.columns import plain
from helpers.ground.study_parts import ALPHA, COVARIATES, EVERYBODY, OUTCOMES, PREPOSITIONS, Column, Id

if TYPE_CHECKING:
    from helpers.ground.study_record import Study

Problems = Iterator[str]
Rules = Iterator[tuple[str, bool, str]]  # where it stands, whether it is broken, what it says

ASKED = {one.id: one.column for one in OUTCOMES}  # the outcomes that the chapters name, and read from where
# Yes/no columns that `helpers.ground.endpoints.derive` adds to those of the dictionary.
DERIVED = ("response", "complete_remission", "complete_remission_mrd_negative")
# Ids that the book gives to groups, populations and outcomes of its own.
KEPT = {
    *(EVERYBODY, "arm", "patients", "pairs", "centres", "centres_with_both_arms", "disease_status"),
    *("standardised_difference", "responders", "complete_responders", "transplanted", "not_transplanted"),
    *("comparisons", "smallest_group", "weights", "blasts_above_cut", "complete_remission_mrd_negative"),
    *("death", "relapse", "transplant", "on_chemotherapy", "death_without_relapse", "followup"),
    *("immune_panel", "alive", "os", "dfs", "dfs_nonresponse", "death_after_relapse_or_no_response"),
    *("no_response", "neither"),
}
_ID = re.compile(r"[a-z][a-z0-9_]*")
_ROLE = re.compile(r"\{[\w:-]+\}(?=`)")  # of the pages, such as {term}`P value`; other braces are slots
_LINK = re.compile(r"\{[\w:-]+\}`[^`]*`")  # such as {term}`words <P value>`
_NO_TEXT = re.compile(r"[{}\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Of columns that `helpers.ground.endpoints.derive`, or who draws cohorts, adds.
_ENDPOINT = re.compile(
    r"(no_)?response|complete_remission.*|burden|first_event|member|(overall|disease_free|transplant)_.*"
)
HTML = re.compile(r"<[A-Za-z/!?]|javascript:", re.IGNORECASE)  # what a page would act upon


def _is_text(value: object) -> bool:
    if not isinstance(value, str) or not value.strip() or HTML.search(_LINK.sub("", value)):
        return False
    return not _NO_TEXT.search(_ROLE.sub("", value))


# What a value may be, by the annotation of its field.
_VALUES: dict[Any, tuple[Callable[[Any], Any], str]] = {
    str: (_is_text, "a text on one line, not empty, without braces and HTML"),
    Path: (_is_text, "a path as a text"),
    Column: (_is_text, "the name of a column as a text"),
    Id: (
        lambda value: isinstance(value, str) and _ID.fullmatch(value),
        "lower-case letters, digits and _, a letter first",
    ),
    bool: (lambda value: type(value) is bool, "true or false"),
    int: (lambda value: type(value) is int and value >= 0, "a whole number, 0 or more"),
    float: (lambda value: type(value) in (int, float) and math.isfinite(value), "a number"),
}


def value_problems(kind: Any, value: object, place: str = "") -> Problems:
    """List where what TOML holds does not fit the annotations of what is to be made of it.

    Parameters
    ----------
    kind : type or annotation
        A dataclass, ``tuple[kind, ...]``, or one of the kinds of a single value; or None beside one of these.
    value : object
    place : str
        The keys and the number of the entry on the way to the value.

    Yields
    ------
    str
        Key, rule, what to do.
    """
    kind = _without_none(kind)
    if is_dataclass(kind):
        yield from _table_problems(kind, value, place)
    elif get_origin(kind) is not tuple:
        fits, rule = _VALUES[kind]
        if not fits(value):
            yield f"key {place}: must be {rule}; correct it"
    elif not isinstance(value, list) or not value or any(value.count(entry) > 1 for entry in value):
        yield f"key {place}: must be a list of one entry or more, none of them twice; correct it"
    else:
        for number, entry in enumerate(value, 1):
            yield from value_problems(get_args(kind)[0], entry, f"{place}, entry {number}")


def _without_none(kind: Any) -> Any:
    return get_args(kind)[0] if isinstance(kind, UnionType) else kind


def _table_problems(kind: Any, table: object, place: str) -> Problems:
    if not isinstance(table, dict):
        yield f"key {place}: must be a table of keys; correct it"
        return
    known = {item.name: item for item in fields(kind)}
    places = {name: f"{place}, {name}".removeprefix(", ") for name in (*known, *table)}
    for name, item in known.items():
        if name in table:
            yield from value_problems(item.type, table[name], places[name])
        elif item.default is MISSING:
            yield f"key {places[name]}: missing; add it"
    yield from (f"key {places[name]}: not known; remove it" for name in table if name not in known)


def made(kind: Any, value: Any) -> Any:
    """Make what the annotations say of a value without problems.

    Parameters
    ----------
    kind, value
        As in `value_problems`.

    Returns
    -------
    object
        Lists are tuples in it.
    """
    kind = _without_none(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        kinds = {item.name: item.type for item in fields(kind)}
        return kind(**{name: made(kinds[name], entry) for name, entry in value.items()})
    if get_origin(kind) is tuple:
        return tuple(made(get_args(kind)[0], entry) for entry in value)
    if kind is Column:
        return plain(value)
    return Path(value) if kind is Path else value


def sense_problems(study: "Study") -> Problems:
    """List what does not fit together in a study.

    Parameters
    ----------
    study : Study

    Yields
    ------
    str
        Key, rule, what to do.
    """
    for rules in (_id_rules, _name_rules, _column_rules, _population_rules, _book_rules, _panel_rules):
        yield from (f"key {place}: {rule}" for place, broken, rule in rules(study) if broken)


def claims_problems(claims: Path | None, folder: Path) -> Problems:
    """List why the file of the claims cannot be taken.

    Parameters
    ----------
    claims : Path or None
        As the study names it.
    folder : Path
        Of the study's description, within which it must be.

    Yields
    ------
    str
        Key, rule, what to do.
    """
    if claims is None:
        return
    if not (folder / claims).resolve().is_relative_to(folder.resolve()):
        yield "key claims: must be a file inside the folder; put it there and name it without .. or a root"
    elif not (folder / claims).is_file():
        yield "key claims: there is no such file in the folder; correct the name, or remove the key"


def _id_rules(study: "Study") -> Rules:
    """Ask that no id stands twice, in one list or in two, and that none is the book's own."""
    lists = ("arms", "populations", "outcomes", "covariates", "characteristics", "visits", "cells")
    ids = [(key, id) for key in lists for id in _ids(getattr(study, key))]
    parents = dict.fromkeys(cell.parent for cell in study.cells)
    ids += [("cells, parent", parent) for parent in parents if parent not in _ids(study.cells)]
    if study.balance:
        ids += [("balance", study.balance.id), ("balance", study.balance.sum_id)]
    places = defaultdict(list)
    for key, id in ids:
        places[id].append(key)
    for id, keys in places.items():
        yield " and ".join(dict.fromkeys(keys)), len(keys) > 1, f"id {id} stands twice; rename one"
        yield keys[0], id in KEPT, f"id {id} is kept for the book; rename it"


def _ids(entries: Iterable[Any]) -> list[str]:
    return [entry.id for entry in entries]


def _name_rules(study: "Study") -> Rules:
    """Ask that every name of another entry is one."""
    names: list[tuple[str, str, Collection[str]]] = []
    for number, one in enumerate(study.populations, 1):
        # Of those above it, so that none is its own parent, be it by way of others.
        names.append((f"populations, {one.id}, parent above it", one.parent, study.strata[:number]))
    outcomes = _ids(study.outcomes)
    for one in study.populations:
        if one.responds_by:
            names.append((f"populations, {one.id}, responds_by", one.responds_by, outcomes))
    for outcome in study.outcomes:
        place = f"outcomes, {outcome.id}"
        names += [(f"{place}, populations", name, study.strata) for name in outcome.populations]
        names.append((f"{place}, main", outcome.main, outcome.populations))
    names += [("panel, outcomes", name, _ids(study.outcomes)) for name in study.panel.outcomes]
    if study.lead_in:
        names.append(("lead_in, arm", study.lead_in.arm, study.arm_ids))
    for place, name, known in names:
        yield place, name not in known, f"{name} is none of {', '.join(known)}; correct it"


def _column_rules(study: "Study") -> Rules:
    """Ask that every column is one of the patients that can hold what is asked of it."""
    columns = dictionary.of("patients", study).set_index("column")
    kinds = columns.groupby("type").groups
    numbers, names = [*kinds["number"], *kinds["whole"]], [*kinds["category"], *kinds["text"]]
    used: list[tuple[str, Any, list[str]]]
    used = [("populations", one, names if one.levels else numbers) for one in study.populations]
    used += [("outcomes", outcome, [*DERIVED, *kinds["yes_no"]]) for outcome in study.outcomes]
    used += [("covariates", covariate, numbers) for covariate in study.covariates]
    yield from _characteristic_rules(study)
    for key, entry, known in used:
        place, unknown = f"{key}, {entry.id}, column", entry.column not in known
        yield place, unknown, f"must be one of {', '.join(known)}; correct it"
    for one in study.populations:
        levels = columns["levels"].get(one.column) or one.levels  # any name of a centre may be one
        broken = not set(one.levels) <= set(levels)
        yield f"populations, {one.id}, levels", broken, f"must be among {', '.join(levels)}; correct them"


def _characteristic_rules(study: "Study") -> Rules:
    """Ask that a characteristic has a column of its own, with a plain name, and more than one level."""
    known = set(dictionary.load()["column"])
    columns = [one.column for one in study.characteristics]
    for one in study.characteristics:
        place = f"characteristics, {one.id}"
        yield f"{place}, column", one.column in known, "is a column of the dictionary; remove the entry"
        yield f"{place}, column", columns.count(one.column) > 1, "stands in two entries; keep one"
        rule = "is a name that the book gives to an endpoint; rename the column"
        yield f"{place}, column", _ENDPOINT.fullmatch(one.column) is not None, rule
        alike = len({level.casefold() for level in one.levels}) < len(one.levels)
        yield f"{place}, levels", alike, "two differ in their case alone; rename one"
        fits = _ID.fullmatch(one.column) is not None
        yield (
            f"{place}, column",
            not fits,
            "must be letters from a to z, digits and _, a letter first; choose such a name, and write the "
            "file's beside it under [columns] of cohort.toml",
        )
        yield (
            f"{place}, levels",
            len(one.levels) == 1,
            "must be two or more, or none of numbers; correct them",
        )


def _population_rules(study: "Study") -> Rules:
    """Ask that a population is picked in one way, and that two sides of a cut-off share it."""
    sides: dict[tuple[str, str], tuple[set, set]] = defaultdict(lambda: (set(), set()))
    for one in study.populations:
        ways = [bool(one.levels), one.above is not None, one.at_most is not None]
        rule = "must have one of levels, above and at_most; correct it"
        yield f"populations, {one.id}", sum(ways) != 1, rule
        for side, cutoff in zip(sides[one.column, one.parent], (one.above, one.at_most), strict=True):
            side.update({cutoff} - {None})
    for (column, parent), (above, at_most) in sides.items():
        rule = f"above and at_most of {column} in {parent} must be one cut-off; correct one of them"
        yield "populations", bool(above and at_most) and above != at_most, rule


def _book_rules(study: "Study") -> Rules:
    """Ask for what the chapters are written for."""
    yield "arms", len(study.arms) != 2, "must be two, as every comparison is of two; correct it"
    for one in study.arms:
        rule = f"must be one of {', '.join(PREPOSITIONS)}; correct it"
        yield f"arms, {one.id}, preposition", one.preposition not in PREPOSITIONS, rule
    rule = f"must be {ALPHA}, as every interval is one of {1 - ALPHA:.0%}; correct it"
    yield "alpha", study.alpha != ALPHA, rule
    ascending = list(study.horizons) == sorted(study.horizons) and study.horizons[0] > 0
    yield "horizons", not ascending, "must be whole months in ascending order, as in [12, 24]; correct it"
    known = _ids(COVARIATES)
    for one in study.covariates:
        rule = f"is held by no model, which know {' and '.join(known)}; describe it under characteristics, "
        yield f"covariates, {one.id}", one.id not in known, f"{rule}with in_model = true"
    for id in ASKED:
        yield (
            "outcomes",
            id not in _ids(study.outcomes),
            f"{id} is missing; add it, as the chapters ask for it, or leave all outcomes out",
        )
    for one in study.outcomes:
        yield (
            f"outcomes, {one.id}",
            one.column != ASKED.get(one.id, one.column),
            f"column: must be {ASKED.get(one.id)}, from which the chapters read it; say under [columns] of "
            "cohort.toml which of your columns that is",
        )


def _panel_rules(study: "Study") -> Rules:
    """Ask that the immune panel can be compared between visits, and its balance made."""
    few = bool(study.cells) and len(study.visits) < 2
    yield "visits", few, "must be two or more, as cells are compared between two; add them"
    parents = {cell.id: cell.parent for cell in study.cells}
    named = {(cell.parent, cell.parent_label) for cell in study.cells}
    yield (
        "cells",
        len(named) > len(set(parents.values())),
        "one parent must have one parent_label; correct it",
    )
    if balance := study.balance:
        sides = {balance.numerator, balance.denominator} & parents.keys()
        fits = len(sides) == 2 and len({parents[side] for side in sides}) == 1
        yield "balance", not fits, "numerator and denominator must be two cells of one parent; correct it"
