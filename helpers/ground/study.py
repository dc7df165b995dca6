"""Ground: what the study is, read from ``study.toml``: its arms, populations, outcomes and months."""

import tomllib
from collections.abc import Collection
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from helpers.ground import study_rules
from helpers.ground.broken import BrokenRulesError
from helpers.ground.paths import ROOT
from helpers.ground.study_parts import EVERYBODY, Arm, LeadIn, Outcome, Population
from helpers.ground.study_record import CONTRAST, Study

__all__ = [
    "CONTRAST",
    "DEFAULT",
    "EVERYBODY",
    "FILE",
    "Arm",
    "LeadIn",
    "Outcome",
    "Study",
    "StudyError",
    "as_recorded",
    "load",
    "made",
]

FILE = "study.toml"
DEFAULT = ROOT / "data" / FILE
_MAY_BE_EMPTY = ("populations", "outcomes", "characteristics", "visits", "cells")  # as if they were left out


class StudyError(BrokenRulesError):
    """A study description that breaks the rules."""


@cache
def load(path: Path = DEFAULT) -> Study:
    """Read a study description.

    Parameters
    ----------
    path : Path
        A ``study.toml``; without it that of the default study.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        With one line for each problem: file, key, rule, what to do.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise StudyError([f"{path.name}: cannot be read; it must be a file that you may open"]) from None
    except (ValueError, RecursionError):  # also what is no UTF-8
        raise StudyError([f'{path.name}: not valid TOML in UTF-8; each line reads key = "text"']) from None
    return made(entries, path.parent, path.name)


def made(entries: dict[str, Any], folder: Path, name: str) -> Study:
    """Make a study of what TOML says of it.

    Parameters
    ----------
    entries : dict
    folder : Path
        From which the path of the claims is counted.
    name : str
        Where the entries stand, as problems name it.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        As in `load`.
    """
    entries = {key: value for key, value in entries.items() if value != [] or key not in _MAY_BE_EMPTY}
    study, found = None, [*study_rules.value_problems(Study, entries)]
    if not found:
        study = study_rules.made(Study, entries)
        found = [*study_rules.sense_problems(study), *study_rules.claims_problems(study.claims, folder)]
    if study is None or found:
        raise StudyError([f"{name}: {problem}" for problem in found])
    return replace(study, claims=folder / study.claims) if study.claims else study


def as_recorded(study: Study, absent: Collection[str]) -> Study:
    """Return a study as far as columns that are not recorded leave it standing.

    Parameters
    ----------
    study : Study
    absent : collection of str
        Columns of ``patients.csv``.

    Returns
    -------
    Study
        Without the populations that are picked by such a column, or within one that is; an outcome that is
        asked in no other one is asked of everybody.
    """
    kept: list[Population] = []
    for one in study.populations:
        if one.column not in absent and one.parent in (EVERYBODY, *(each.id for each in kept)):
            kept.append(one)
    if len(kept) == len(study.populations):
        return study
    ids = (EVERYBODY, *(one.id for one in kept))
    outcomes = []
    for outcome in study.outcomes:
        asked = tuple(id for id in outcome.populations if id in ids) or (EVERYBODY,)
        main = outcome.main if outcome.main in asked else ""
        outcomes.append(replace(outcome, populations=asked, main=main))
    return replace(study, populations=tuple(kept), outcomes=tuple(outcomes))
