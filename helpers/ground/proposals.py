"""Ground: which columns of a table at hand may be which of the dictionary, by names, and by their answers."""

import difflib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.ground import dictionary
from helpers.ground.reading import dates, identifiers, sheets, values
from helpers.ground.reading.columns import plain
from helpers.ground.study import Study

LIKE_ENOUGH, SURE_ENOUGH = 0.5, 0.65  # of two names, from 0 to 1: for a guess, and to be taken
_KNOWN = 0.64  # of a name that others use too: a guess, before any other
_ALIKE = 0.9  # of names that differ in words that tell no column from another
_IDLE = {"days", "months", "years", "time", "pct", "percent", "id"}
_IDLE |= {"at", "of", "to", "or", "after", "entry", "last", "baseline"}
_OF_DATES = {"date", "dt"}  # words of a column whose cells are counted as days
# What else a column is called, by hospitals and in public data.
ALSO = {
    "patient_id": ("id", "patient", "subject", "subject_id", "usubjid", "pid", "case", "number", "no"),
    "centre": ("center", "site", "hospital", "inst", "institution", "clinic"),
    "arm": ("treatment", "treatment_arm", "treat", "trt", "trt01a", "rx", "group", "regimen"),
    "bm_blasts_pct": ("blasts", "blast", "bm_blasts", "marrow_blasts"),
    "cycles": ("n_cycles", "number_of_cycles"),
    "best_response": ("response", "resp", "bor"),
    "mrd_negative": ("mrd",),
    "transplant": ("hsct", "allo_hsct", "sct", "bmt"),
    "transplant_days": ("time_to_transplant", "time_to_hsct"),
    "relapse": ("recurrence", "recurred", "recur"),
    "relapse_days": ("ttr", "time_to_relapse", "time_to_recurrence"),
    "death": ("dead", "deceased", "status", "vital_status", "fustat", "os_event", "event"),
    "followup_days": ("os", "os_time", "os_days", "os_months", "time", "futime", "survival", "survival_time"),
}


@dataclass(frozen=True)
class Proposal:
    """Which columns of a table are which of the dictionary.

    Attributes
    ----------
    sure, guessed : dict of str to str
        The file's name by the dictionary's.
    left : list of str
        Columns of the dictionary without any.
    """

    sure: dict[str, str]
    guessed: dict[str, str]
    left: list[str]

    @property
    def named(self) -> list[str]:
        """Name the columns that the file calls as the dictionary does.

        Returns
        -------
        list of str
        """
        return [column for column, name in self.sure.items() if plain(name) == column]

    @property
    def renamed(self) -> list[str]:
        """Write the others of which there is no doubt, a line of TOML each.

        Returns
        -------
        list of str
        """
        return [_line(column, name) for column, name in self.sure.items() if plain(name) != column]

    @property
    def guesses(self) -> list[str]:
        """Write the guesses, a line of TOML each.

        Returns
        -------
        list of str
        """
        return [_line(column, name) for column, name in self.guessed.items()]

    def told(self, name: str) -> list[str]:
        """Say what is proposed.

        Parameters
        ----------
        name : str
            Of the file.

        Returns
        -------
        list of str
            A line for each kind of proposal that there is.
        """
        kinds = {
            "found by name": self.named,
            "proposed under [columns]": self.renamed,
            "guessed, as comments": self.guesses,
            "of the dictionary like none of the file, as comments": self.left,
        }
        return [
            f"{name}: {_columns(which)} {kind}: {', '.join(which)}" for kind, which in kinds.items() if which
        ]


def _columns(which: list[str]) -> str:
    return f"{len(which)} column{'s' * (len(which) > 1)}"


def _line(column: str, name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'{column} = "{escaped}"'


def of_table(like: Path, study: Study) -> Proposal:
    """Propose which columns of a table are which of the dictionary.

    Parameters
    ----------
    like : Path
        A table of patients.
    study : Study

    Returns
    -------
    Proposal

    Raises
    ------
    UnreadableError
    """
    sheet = sheets.read(like, lambda name: bool(plain(name)))
    header = sheet.header
    known = dictionary.of("patients", study).query("column != 'synthetic'").set_index("column")
    columns = known["label"]
    answers = {name: _as_answers(sheet.cells[place]) for place, name in enumerate(header)}
    asked = known.index[known["type"] == "yes_no"]
    numbers = ALSO["patient_id"]  # of which a bare one may be the study's own
    names = [name for name in header if plain(name) in numbers or not identifiers.by_name(plain(name))]
    scores = {
        (column, name): likeness(column, label, name)
        for column, label in columns.items()
        for name in names
        if plain(name) and _by_cells(column, name, asked, answers)
    }
    found: dict[str, str] = {}
    for (column, name), score in sorted(scores.items(), key=lambda pair: -pair[1]):
        if score >= LIKE_ENOUGH and column not in found and name not in found.values():
            found[column] = name
    sure = {
        column: name
        for column, name in found.items()
        if min(scores[column, name], _by_cells(column, name, asked, answers)) >= SURE_ENOUGH
    }
    guessed = {column: name for column, name in found.items() if column not in sure}
    return Proposal(sure, guessed, [column for column in columns.index if column not in found])


def _by_cells(column: str, name: str, asked: pd.Index, answers: dict[str, float]) -> float:
    """Bound the likeness by the cells; what is called as the dictionary has it is that, whatever it holds."""
    return answers[name] if column in asked and plain(name) != column else 1.0


def _as_answers(cells: pd.Series) -> float:
    """Say how likely cells are yes and no; two other words or codes may be, by a map."""
    text, _ = values.without_missing(cells.where(cells != ""), [])
    different = set(values.answers(text).dropna())
    if different <= {"yes", "no"}:
        return 1.0
    return 0.0 if len(different) > 2 or dates.are_dates(text) else _KNOWN


def likeness(column: str, label: str, name: str) -> float:
    """Say how likely a name is that of a column: by words, by what others call it, then by letters.

    Parameters
    ----------
    column, label : str
        Of the dictionary.
    name : str
        The file's.

    Returns
    -------
    float
        From 0 to 1.

    Examples
    --------
    >>> [round(likeness("age_years", "Age at entry", name), 1) for name in ("Age", "Gender")]
    [0.9, 0.0]
    """
    theirs = plain(name)
    ratio = max(difflib.SequenceMatcher(None, plain(ours), theirs).ratio() for ours in (column, label))
    if theirs == column:
        return 1.0
    if _OF_DATES & set(theirs.split("_")) and not column.endswith("_days"):
        return 0.0
    if _words(theirs) and _words(theirs) == _words(column):
        return _ALIKE + ratio / 100  # the nearer one, as of an event and of its day
    if theirs in ALSO.get(column, ()):
        return _KNOWN
    is_shared = bool(_words(theirs) & (_words(column) | _words(plain(label))))
    return ratio if ratio >= SURE_ENOUGH else min(ratio, _KNOWN - 0.01) if is_shared else 0.0


def _words(name: str) -> set[str]:
    return set(name.split("_")) - _IDLE
