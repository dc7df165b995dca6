"""Chapter 4: its longer tables, rendered with their titles and notes."""

import pandas as pd
from IPython.display import HTML

from helpers.chapters.survival import checks_words as checks
from helpers.chapters.survival import words as reading
from helpers.chapters.survival.times import OUTCOMES
from helpers.printing import tables


def landmarks(rows: pd.DataFrame, outcome: str, note: str) -> HTML:
    """Render one outcome at one and two years, with its medians; `note` is the cohort's."""
    _, label = OUTCOMES[outcome]
    return tables.render(
        reading.landmark_table(rows, outcome),
        name=label.lower().replace(" ", "-"),
        title=f"{label} one and two years after the first day of blinatumomab",
        note=f"Kaplan-Meier; log-log interval. Median: Brookmeyer-Crowley interval. {note}",
        groups="Group",
    )


def means(rows: pd.DataFrame, note: str) -> HTML:
    """Render the restricted means of the arms; `note` is the cohort's."""
    return tables.render(
        checks.means_table(rows),
        name="means",
        title="Mean time without event within one and two years, combination minus monotherapy",
        note=f"Area under the Kaplan-Meier curve; Wald interval and P, Greenwood variance. {note}",
        groups="Outcome",
    )


def transplant(rows: pd.DataFrame, note: str) -> HTML:
    """Render the analyses of transplant side by side; `note` is the cohort's."""
    return tables.render(
        checks.transplant_table(rows),
        name="transplant",
        title="Survival at two years and hazard ratio of death, transplanted against not",
        note="Kaplan-Meier (with delayed entry in the first line), log-log interval. Cox model: Efron ties, "
        "Wald interval. Deaths: of the transplanted and of the others. In the first line a patient "
        f"transplanted later counts on both sides, one after the other. {note}",
    )


def sensitivity(rows: pd.DataFrame, note: str) -> HTML:
    """Render two-year survival under each choice; `note` is the cohort's."""
    return tables.render(
        checks.sensitivity_table(rows),
        name="sensitivity",
        title="Survival at two years under each choice",
        note="Kaplan-Meier, log-log interval. Left before: last seen before two years without the event. The "
        "clock of blinatumomab alone does not change, and a non-response is not timed from venetoclax. "
        f"{note}",
        groups="Outcome",
    )
