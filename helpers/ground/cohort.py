"""Ground: a cohort is a folder; read it, refuse it with every problem named, or return it typed."""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.ground import about as abouts
from helpers.ground import dictionary, disclosure, endpoints, paths, standing, study_rules, validation
from helpers.ground import study as studies
from helpers.ground.reading import tables as reading
from helpers.ground.study import Study
from helpers.ground.study_parts import Outcome

DEFAULT = paths.REBUILT
MOST_DRAWN = 300  # patients: marks of more cover each other
_NONE = pd.DataFrame()  # of ranges
REBUILT_NOTE = "One of many cohorts that agree with the abstract: no evidence about patients"
PRINT_NOTE = "From the printed figures alone; no cohort enters"
HIDDEN = "Single patients are not drawn, so that nobody can be found out."
TOO_MANY = "Single patients are not drawn: there are too many of them to tell apart."
RANGES_NOTE = "Ranges: 95% of the cohorts that fit the abstract; no evidence about patients"


class CohortError(study_rules.BrokenRulesError):
    """A cohort that breaks the rules."""


@dataclass(frozen=True)
class Cohort:
    """One validated cohort.

    Attributes
    ----------
    name, title, provenance, source, date, authors, citation : str
        From ``cohort.toml``; provenance is ``reconstructed`` or ``patient-level``.
    study : Study
        From ``study.toml`` in the cohort's folder; without one there, the default study.
    patients : DataFrame
        One row per patient, typed, with the endpoints of `helpers.ground.endpoints.derive`.
    immune : DataFrame
        One row per patient, visit and population, with the patient's arm; no rows where there is no panel.
    ranges : DataFrame
        What is known of each result, as `helpers.ground.standing.read` returns it.
    fans : DataFrame
        The curves' ranges, as `helpers.ground.standing.read_fans` returns them.
    cut_offs : DataFrame
        The ranges over the cut-offs of the blasts, as `helpers.ground.standing.read_cut_offs` returns them.
    absent : tuple of str
        Columns of ``patients.csv`` that the cohort does not have, in the dictionary's order: nobody has a
        value in them.
    threshold : int
        Patients: fewer may not be told from each other in the book; 0 where it is for internal use.
    others : DataFrame
        Patients, as above, of a few further cohorts that agree with the print, with the number of their
        ``member``; no rows without ``others.csv``, and never in patient-level data.
    """

    name: str
    title: str
    provenance: str
    source: str
    study: Study
    patients: pd.DataFrame
    immune: pd.DataFrame
    date: str = ""
    authors: str = ""
    citation: str = ""
    absent: tuple[str, ...] = ()
    threshold: int = 0
    ranges: pd.DataFrame = field(default_factory=pd.DataFrame)
    fans: pd.DataFrame = field(default_factory=pd.DataFrame)
    cut_offs: pd.DataFrame = field(default_factory=pd.DataFrame)
    others: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def note(self) -> str:
        """The line that every figure of a rebuilt cohort carries.

        Returns
        -------
        str
            Empty for patient-level data.
        """
        return REBUILT_NOTE if self.provenance == "reconstructed" else ""

    @property
    def is_ranged(self) -> bool:
        """Whether open results are known by their ranges over many cohorts, not by this one's rows.

        Returns
        -------
        bool
        """
        return len(self.ranges) > 0

    @property
    def ranges_note(self) -> str:
        """The line of a figure or table that shows ranges where these are known, and elsewhere this cohort.

        Returns
        -------
        str
            Empty for patient-level data.
        """
        return RANGES_NOTE if self.is_ranged else self.note

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes of the study whose answer is known of any patient.

        Returns
        -------
        tuple of Outcome
        """
        return tuple(one for one in self.study.outcomes if self.patients[one.column].notna().any())

    @property
    def draws_patients(self) -> bool:
        """Whether single patients may be drawn: few, and none to be hidden.

        Returns
        -------
        bool
        """
        return not self.threshold and len(self.patients) <= MOST_DRAWN

    @property
    def undrawn(self) -> str:
        """Say why single patients are not drawn.

        Returns
        -------
        str
            Empty where they are.
        """
        if self.draws_patients:
            return ""
        return HIDDEN if self.threshold else TOO_MANY

    def told(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Add to result rows what is known of each, and take away what may not be shown.

        Parameters
        ----------
        rows : DataFrame
            As `helpers.ground.results.table` returns it.

        Returns
        -------
        DataFrame
            As `helpers.ground.standing.told` returns it, and where the book may be shown to others as
            `helpers.ground.disclosure.protected` does.
        """
        return self.protected(standing.told(rows, self.ranges))

    def protected(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Take from result rows what may not be shown.

        Parameters
        ----------
        rows : DataFrame
            As `helpers.ground.results.table` returns it.

        Returns
        -------
        DataFrame
            As `helpers.ground.disclosure.protected` returns it; the same rows where all may be seen.
        """
        if not self.threshold:
            return rows
        return disclosure.protected(rows, self.patients, self.study, self.threshold)

    def of_intervals(self, text: str) -> str:
        """Let a sentence about intervals stand where results have them.

        Parameters
        ----------
        text : str

        Returns
        -------
        str
            Empty where open results are told by their ranges over many cohorts instead.
        """
        return "" if self.is_ranged else text

    def own_rows(self, rows: pd.DataFrame) -> pd.DataFrame | None:
        """Let a figure offer the rows of single patients as its data, if no patient stands behind them.

        Parameters
        ----------
        rows : DataFrame
            Values, courses or times of single patients.

        Returns
        -------
        DataFrame or None
            The rows of a rebuilt cohort; None for patient-level data, whose figures then offer none.
        """
        return rows if self.provenance == "reconstructed" else None

    def note_of(self, *rows: pd.DataFrame) -> str:
        """Say where the numbers of a figure come from: ranges, the print alone, or this cohort.

        Parameters
        ----------
        *rows : DataFrame
            The result rows that it shows, with their standing.

        Returns
        -------
        str
            Empty for patient-level data.
        """
        known = self.is_ranged and not any(part.apply(standing.is_open, axis=1).any() for part in rows)
        return PRINT_NOTE if known else self.ranges_note


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
    tables = {"patients": reading.read(folder, "patients", study, about.how, is_real)}
    if reading.find(folder, "immune"):
        tables["immune"] = reading.read(folder, "immune", study, about.how, is_real)
        immune, unwanted = tables["immune"], tables["patients"].left_out
        if unwanted and "patient_id" in immune.rows:
            immune.rows = immune.rows[~immune.rows["patient_id"].isin(unwanted)]
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
    patients = tables["patients"]
    told += [f"{patients.name}: {remark}" for remark in validation.remarks(patients.rows)]
    columns = dictionary.of("patients", study)["column"]
    absent = tuple(columns[~columns.isin(patients.rows)])
    told += _not_recorded(absent, patients.name)
    study = study.recorded(absent)
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
