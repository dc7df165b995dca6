"""Ground: a cohort is a folder; read it, refuse it with every problem named, or return it typed."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.ground import about as abouts
from helpers.ground import dictionary, endpoints, paths, standing, validation
from helpers.ground import study as studies
from helpers.ground.broken import BrokenRulesError
from helpers.ground.coded import as_levels
from helpers.ground.cohort_parts import Cohort
from helpers.ground.reading import tables as reading
from helpers.ground.study import Study, as_recorded
from helpers.ground.study_parts import ANSWERS, COVARIATES, MODELLED

DEFAULT = paths.REBUILT
_NONE = pd.DataFrame()  # of ranges


class CohortError(BrokenRulesError):
    """A cohort that breaks the rules."""


def load(path: str | Path | None = None) -> Cohort:
    """Read, validate and type a cohort, and derive its endpoints.

    Parameters
    ----------
    path : path, optional
        The cohort's folder; without it the environment variable ``COHORT``, else the rebuilt cohort.

    Returns
    -------
    Cohort

    Raises
    ------
    CohortError
        With one line for each problem in any of its files.
    """
    return understood(path)[0]


def understood(path: str | Path | None = None) -> tuple[Cohort, list[str]]:
    """Read a cohort as `load` does, and say how its files were understood.

    Parameters
    ----------
    path : path, optional
        As in `load`.

    Returns
    -------
    tuple of Cohort and list of str
        The lines say what was read and turned into what, and what breaks no rule and yet is seldom meant.

    Raises
    ------
    CohortError
        With one line for each problem in any of its files.
    """
    folder = _folder(path)
    if not folder.is_dir():
        raise CohortError([f"{folder}: there is no such folder; name the folder that holds cohort.toml"])
    about, problems = _about(folder)
    study, wrong = _read_study(folder, about.study)
    problems += wrong
    provenance = about.texts.get("provenance", "")
    is_real = provenance == "patient-level"
    if wrong or not about.is_understood:
        problems[-1] += " (the tables are checked after that)"
        if not reading.find(folder, "patients"):
            problems += reading.read(folder, "patients", study, about.how, is_real).problems
        raise CohortError(problems)
    tables = {"patients": reading.read(folder, "patients", study, about.how, is_real)}
    if reading.find(folder, "immune"):
        tables["immune"] = reading.read(folder, "immune", study, about.how, is_real)
        immune, unwanted = tables["immune"], tables["patients"].left_out
        if unwanted and "patient_id" in immune.rows:
            immune.rows = immune.rows[~immune.rows["patient_id"].isin(unwanted)]
        percents = immune.rows.get("percent", pd.Series())
        if len(percents) and percents.isna().all() and not immune.problems:
            tables["patients"].remarks.append(f"{immune.name} holds no percentage, and is read as not there")
            del tables["immune"]
        elif not study.cells:
            immune.refuse("the study describes no cells; describe visits and cells, or remove the file")
    ids = tables["patients"].rows.get("patient_id")
    for file, table in tables.items():
        problems += table.problems
        if not table.rows.empty or not table.problems:
            problems += validation.problems(table.rows, file, study, ids, table.name)
        if provenance in abouts.PROVENANCES:
            problems += validation.marked_otherwise(table.rows, provenance, table.name)
    problems += standing.problems(folder)
    if problems:
        raise CohortError(problems)
    told = [f"{table.name}: {'; '.join(table.told)}" for table in tables.values()]
    told += [f"{table.name}: {remark}" for table in tables.values() for remark in table.remarks]
    untouched = [key for key, text in abouts.UNTOUCHED.items() if about.texts.get(key) == text]
    if untouched:
        keys = " and ".join(untouched)
        told.append(f"{abouts.FILE}: {keys}: as in the template; the book shows what you write")
    patients = tables["patients"]
    study, patients.rows, coded = as_levels(study, patients.rows)
    told += [f"{patients.name}: {remark}" for remark in [*validation.remarks(patients.rows), *coded]]
    columns = dictionary.of("patients", study)["column"]
    absent = tuple(columns[~columns.isin(patients.rows)])
    study = as_recorded(study, absent)
    told += [*_not_recorded(absent, patients.name), *_without_effect(study, absent)]
    filled = patients.rows.assign(**dict.fromkeys(absent))
    typed = _typed(filled, "patients", study).reset_index(drop=True)
    derived = endpoints.derive(typed, study)
    immune = _immune(tables["immune"].rows if "immune" in tables else None, derived, study)
    ranges = {
        "ranges": standing.read(folder),
        "fans": standing.read_fans(folder),
        "cut_offs": standing.read_cut_offs(folder),
        "others": _NONE if is_real else _others(folder / standing.OTHERS, study),
    }
    own: dict[str, Any] = {**about.texts, "absent": absent, "threshold": about.threshold}
    return Cohort(study=study, patients=derived, immune=immune, **own, **ranges), told


def _not_recorded(absent: tuple[str, ...], name: str) -> list[str]:
    if not absent:
        return []
    return [f"{name}: not recorded: {', '.join(absent)}; what asks for a column that is not there gives way"]


def _without_effect(study: Study, absent: tuple[str, ...]) -> list[str]:
    """Tell what is asked for in vain: what a model would hold, and populations in which nothing is asked."""
    held = [one.id for one in study.characteristics if one.in_model]
    if study.covariates != COVARIATES:
        held += [one.id for one in study.covariates]
    told = []
    if held and (lacking := [column for column in MODELLED if column in absent]):
        told.append(
            f"covariates and in_model = true do nothing for {', '.join(held)}: the model that would hold "
            f"them needs {', '.join(lacking)}; survival is not adjusted in this book"
        )
    counted = [one.id for one in study.populations if one.column != "disease_status"]
    if counted and not {*ANSWERS} - {*absent}:
        told.append(
            f"populations: {', '.join(counted)}: counted in results.csv alone, as what is asked in a "
            f"population needs {' or '.join(ANSWERS)}"
        )
    return [f"{abouts.FILE}: {line}" for line in told]


def split(patients: pd.DataFrame, immune: pd.DataFrame, like: Cohort) -> list[Cohort]:
    """Make many cohorts of long tables, without the checks of `load`: whoever draws rows verifies them.

    Parameters
    ----------
    patients, immune : DataFrame
        The columns of ``patients.csv`` and ``immune.csv`` but ``synthetic``, with the number of the member;
        the rows of a member follow each other.
    like : Cohort
        Gives the study and the words.

    Returns
    -------
    list of Cohort
        In the order of the members' numbers.
    """
    study = like.study
    derived = endpoints.derive(_long(patients, "patients", study), study)
    arms = derived[["member", "patient_id", "arm"]]
    samples = _long(immune, "immune", study).merge(arms, on=["member", "patient_id"], how="left")
    own = [
        {
            member: rows.drop(columns="member").reset_index(drop=True)
            for member, rows in table.groupby("member")
        }
        for table in (derived, samples)
    ]
    empty = samples.iloc[:0].drop(columns="member")
    alone = replace(like, ranges=_NONE, fans=_NONE, cut_offs=_NONE, others=_NONE)
    return [
        replace(alone, patients=rows, immune=own[1].get(member, empty)) for member, rows in own[0].items()
    ]


def _others(path: Path, study: Study) -> pd.DataFrame:
    """Read patients of further cohorts, with their endpoints; whoever writes the file verifies them."""
    if not path.exists():
        return _NONE
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    try:
        return endpoints.derive(
            _long(rows.assign(member=rows["member"].astype(int)), "patients", study), study
        )
    except (LookupError, TypeError, ValueError):
        raise CohortError([f"{path.name}: its rows cannot be read; `make cohort` writes them anew"]) from None


def _long(rows: pd.DataFrame, file: str, study: Study) -> pd.DataFrame:
    return _typed(rows.assign(synthetic="yes"), file, study).assign(member=rows["member"])


def about(path: str | Path | None = None) -> dict[str, str]:
    """Return the texts of a cohort's ``cohort.toml`` without reading its patients.

    Parameters
    ----------
    path : path, optional
        As in `load`.

    Returns
    -------
    dict of str to str
        Those of `helpers.ground.about.TEXTS` and of `helpers.ground.about.MORE`.

    Raises
    ------
    CohortError
        With one line for each problem of the file.
    """
    return _known(path).texts


def checklist(path: str | Path | None = None) -> dict[str, str]:
    """Return what a cohort's ``cohort.toml`` says to items of a reporting guideline.

    Parameters
    ----------
    path : path, optional
        As in `load`.

    Returns
    -------
    dict of str to str
        By item.

    Raises
    ------
    CohortError
        As in `about`.
    """
    return _known(path).checklist


def _known(path: str | Path | None) -> abouts.About:
    found, problems = _about(_folder(path))
    if problems:
        raise CohortError(problems)
    return found


def threshold(path: str | Path | None = None) -> int:
    """Return how many patients must stand behind what a cohort's book shows, without reading the patients.

    Parameters
    ----------
    path : path, optional
        As in `load`.

    Returns
    -------
    int
        As of `Cohort`.
    """
    return _about(_folder(path))[0].threshold


def is_default(path: str | Path | None = None) -> bool:
    """Tell whether a cohort is the rebuilt one.

    Parameters
    ----------
    path : path, optional
        As in `load`.

    Returns
    -------
    bool
    """
    return _folder(path).resolve() == DEFAULT.resolve()


def has_ranges(path: str | Path | None = None) -> bool:
    """Tell whether a cohort carries the ranges of its open results, without reading them.

    Parameters
    ----------
    path : path, optional
        As in `load`.

    Returns
    -------
    bool
    """
    return (_folder(path) / standing.FILE).exists()


def study_of(path: str | Path | None = None) -> Study:
    """Return the study of a cohort without reading its patients.

    Parameters
    ----------
    path : path, optional
        As in `load`.

    Returns
    -------
    Study

    Raises
    ------
    CohortError
        With one line for each problem of its ``study.toml``.
    """
    folder = _folder(path)
    study, problems = _read_study(folder, _about(folder)[0].study)
    if problems:
        raise CohortError(problems)
    return study


def _folder(path: str | Path | None) -> Path:
    return Path(path or os.environ.get("COHORT") or DEFAULT)


def _read_study(folder: Path, own: dict[str, Any]) -> tuple[Study, list[str]]:
    """Return the cohort's own study, or the default one where it has none or a wrong one."""
    path = folder / studies.FILE
    if own and path.exists():
        problem = "stands beside [study] in cohort.toml; keep one of the two"
        return studies.load(), [f"{path.name}: {problem}"]
    try:
        if own:
            return studies.made(own, folder, f"{abouts.FILE}, [{abouts.STUDY}]"), []
        return studies.load(path) if path.exists() else studies.load(), []
    except studies.StudyError as error:
        return studies.load(), error.problems


def _about(folder: Path) -> tuple[abouts.About, list[str]]:
    return abouts.read(folder / abouts.FILE, set(dictionary.load()["column"]))


def _typed(rows: pd.DataFrame, file: str, study: Study) -> pd.DataFrame:
    columns = dictionary.of(file, study).set_index("column")
    return pd.DataFrame({name: _typed_column(rows[name], row) for name, row in columns.iterrows()})


def _typed_column(text: pd.Series, row: pd.Series) -> pd.Series:
    if row["type"] in ("number", "whole"):
        return pd.to_numeric(text)
    if row["type"] == "yes_no":
        answer = text if text.dtype == bool else text.map({"yes": True, "no": False})
        # What is always answered is empty where the column is absent: of nobody it is known to have happened.
        return answer.astype("boolean") if row["missing"] == "allowed" else answer.eq(True)
    if row["type"] == "category":
        return text.astype(pd.CategoricalDtype(row["levels"]))
    return text


def _immune(rows: pd.DataFrame | None, patients: pd.DataFrame, study: Study) -> pd.DataFrame:
    if rows is None:
        rows = pd.DataFrame(columns=dictionary.of("immune", study)["column"].tolist(), dtype=str)
    arms = patients[["patient_id", "arm"]]
    return _typed(rows, "immune", study).merge(arms, on="patient_id", how="left", validate="many_to_one")
