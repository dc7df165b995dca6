"""Ground: the record of one cohort, and what a book may show of it."""

from dataclasses import dataclass, field

import pandas as pd

from helpers.ground import disclosure, standing
from helpers.ground.endpoints import ends_follow_up
from helpers.ground.study import Study
from helpers.ground.study_parts import Outcome

MOST_DRAWN = 300  # patients: marks of more cover each other
REBUILT_NOTE = "One of many cohorts that agree with the abstract: no evidence about patients"
PRINT_NOTE = "From the printed figures alone; no cohort enters"
HIDDEN = "Single patients are not drawn, so that nobody can be found out."
TOO_MANY = "Single patients are not drawn: there are too many of them to tell apart."
RANGES_NOTE = "Ranges: 95% of the cohorts that fit the abstract; no evidence about patients"


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

    def ends_with(self, event: str) -> bool:
        """Tell whether follow-up ends with an event: of several who had it, nothing is known afterwards.

        Parameters
        ----------
        event : {"relapse", "transplant"}

        Returns
        -------
        bool
        """
        days, followup, dead = (self.patients[name] for name in (f"{event}_days", "followup_days", "death"))
        return days.notna().sum() >= self.threshold and ends_follow_up(days, followup, dead)

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
