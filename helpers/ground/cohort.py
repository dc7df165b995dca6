"""Ground: a cohort is a folder; read it, refuse it with every problem named, or return it typed."""

import argparse
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from helpers.ground import dictionary, endpoints, paths, standing, study_rules, validation
from helpers.ground import study as studies
from helpers.ground.study import Study

DEFAULT = paths.REBUILT
PROVENANCES = ("reconstructed", "patient-level")
ABOUT = ("name", "title", "provenance", "source")  # the texts of cohort.toml
DATE = "date"  # of the data, in cohort.toml where it is known
_NONE = pd.DataFrame()  # of ranges
REBUILT_NOTE = "One of many cohorts that agree with the abstract: no evidence about patients"
PRINT_NOTE = "From the printed figures alone; no cohort enters"
RANGES_NOTE = "Ranges: 95% of the cohorts that fit the abstract; no evidence about patients"


class CohortError(study_rules.BrokenRulesError):
    """A cohort that breaks the rules."""


@dataclass(frozen=True)
class Cohort:
    """One validated cohort.

    Attributes
    ----------
    name, title, provenance, source : str
        From ``cohort.toml``; provenance is ``reconstructed`` or ``patient-level``.
    study : Study
        From ``study.toml`` in the cohort's folder; without one there, the default study.
    patients : DataFrame
        One row per patient, typed, with the endpoints of `helpers.ground.endpoints.derive`.
    immune : DataFrame
        One row per patient, visit and population, with the patient's arm; no rows where there is no panel.
    date : str
        The day of the data, from ``cohort.toml``; empty where it does not say one.
    ranges : DataFrame
        What is known of each result, as `helpers.ground.standing.read` returns it.
    fans : DataFrame
        The curves' ranges, as `helpers.ground.standing.read_fans` returns them.
    cut_offs : DataFrame
        The ranges over the cut-offs of the blasts, as `helpers.ground.standing.read_cut_offs` returns them.
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
    folder = _folder(path)
    if not folder.is_dir():
        raise CohortError([f"{folder}: there is no such folder; name the folder that holds cohort.toml"])
    about, problems = _read_about(folder / "cohort.toml")
    study, wrong = _read_study(folder / studies.FILE)
    problems += wrong
    patients, unread = validation.read(folder / "patients.csv")
    problems += unread or validation.problems(patients, "patients", study)
    immune = None
    if (folder / "immune.csv").exists():
        immune, unread = validation.read(folder / "immune.csv")
        problems += unread or validation.problems(immune, "immune", study, patients.get("patient_id"))
    problems += standing.problems(folder)
    if not problems:
        problems = validation.marked_otherwise(about["provenance"], {"patients": patients, "immune": immune})
    if problems:
        raise CohortError(problems)
    typed = _typed(patients, "patients", study).reset_index(drop=True)
    derived = endpoints.derive(typed, study)
    rebuilt = about["provenance"] == "reconstructed"
    tables = {
        "ranges": standing.read(folder),
        "fans": standing.read_fans(folder),
        "cut_offs": standing.read_cut_offs(folder),
        "others": _others(folder / standing.OTHERS, study) if rebuilt else _NONE,
    }
    return Cohort(**about, study=study, patients=derived, immune=_immune(immune, derived, study), **tables)


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
        Those of `ABOUT`, and the date of the data, which may be empty.

    Raises
    ------
    CohortError
        With one line for each problem of the file.
    """
    texts, problems = _read_about(_folder(path) / "cohort.toml")
    if problems:
        raise CohortError(problems)
    return texts


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
    study, problems = _read_study(_folder(path) / studies.FILE)
    if problems:
        raise CohortError(problems)
    return study


def _folder(path: str | Path | None) -> Path:
    return Path(path or os.environ.get("COHORT") or DEFAULT)


def _read_study(path: Path) -> tuple[Study, list[str]]:
    """Return the folder's own study, or the default one where it has none or a wrong one."""
    if not path.exists():
        return studies.load(), []
    try:
        return studies.load(path), []
    except studies.StudyError as error:
        return studies.load(), error.problems


def _read_about(path: Path) -> tuple[dict, list[str]]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}, ["cohort.toml: the file is missing; write name, title, provenance and source into it"]
    except OSError:
        return {}, ["cohort.toml: cannot be read; it must be a file that you may open"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}, ['cohort.toml: not valid TOML in UTF-8; each line reads key = "text"']
    found = [f"cohort.toml: key {problem}" for problem in _about_problems(entries)]
    return {key: entries.get(key) for key in ABOUT} | {DATE: str(entries.get(DATE, ""))}, found


def _about_problems(entries: dict) -> Iterator[str]:
    absent = [key for key in ABOUT if not isinstance(entries.get(key), str)]
    yield from (f"{key}: must be a text; add it" for key in absent)
    if not absent and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", entries["name"]):
        yield "name: at most 60 letters, digits, - and _, as it names a folder"
    elif not absent and entries["provenance"] not in PROVENANCES:
        yield f"provenance: must be one of {', '.join(PROVENANCES)}; correct it"
    if entries.get("disclosure_threshold", 0) != 0:
        yield "disclosure_threshold: hiding small counts is not built yet; only 0 is taken"
    if DATE in entries and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(entries[DATE])):
        yield "date: the day of the data, as 2026-11-27; correct or remove it"
    unknown = (key for key in entries if key not in (*ABOUT, DATE, "disclosure_threshold"))
    yield from (f"{key}: not known; remove it" for key in unknown)


def _typed(rows: pd.DataFrame, file: str, study: Study) -> pd.DataFrame:
    columns = dictionary.of(file, study).set_index("column")
    return pd.DataFrame({name: _typed_column(rows[name], row) for name, row in columns.iterrows()})


def _typed_column(text: pd.Series, row: pd.Series) -> pd.Series:
    if row["type"] in ("number", "whole"):
        return pd.to_numeric(text)
    if row["type"] == "yes_no":
        answer = text if text.dtype == bool else text.map({"yes": True, "no": False})
        return answer.astype("boolean" if row["missing"] == "allowed" else bool)
    if row["type"] == "category":
        return text.astype(pd.CategoricalDtype(row["levels"]))
    return text


def _immune(rows: pd.DataFrame | None, patients: pd.DataFrame, study: Study) -> pd.DataFrame:
    if rows is None:
        rows = pd.DataFrame(columns=dictionary.of("immune", study)["column"].tolist(), dtype=str)
    arms = patients[["patient_id", "arm"]]
    return _typed(rows, "immune", study).merge(arms, on="patient_id", how="left", validate="many_to_one")


def main(arguments: list[str] | None = None) -> int:
    """Check a cohort from the command line.

    Parameters
    ----------
    arguments : list of str, optional
        Without them those of the command line.

    Returns
    -------
    int
        The exit status.
    """
    parser = argparse.ArgumentParser(
        prog="make check", description="Check a cohort and name every problem in its files."
    )
    parser.add_argument("cohort", nargs="?", help="folder with cohort.toml, patients.csv and immune.csv")
    path = parser.parse_args(arguments).cohort
    try:
        cohort = load(path)
    except CohortError as error:
        print(error, file=sys.stderr)
        count = len(error.problems)
        print(f"{count} problem{'s' * (count > 1)}; nothing was built.", file=sys.stderr)
        return 1
    panel = cohort.immune["patient_id"].nunique()
    sizes = f"{len(cohort.patients)} patients, {panel} in the immune panel"
    print(f"{cohort.name}: {sizes}, {cohort.provenance}. No problems.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
