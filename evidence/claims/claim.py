"""Evidence: one published claim."""

from dataclasses import dataclass, fields

import pandas as pd

from evidence.claims.printed import Figure
from helpers.ground.results import ResultId

# How a result must stand to the claim.
BOUNDS = {"=": "equals", ">=": "at_least", ">": "greater_than", "<=": "at_most", "<": "less_than"}
FIGURES = tuple(BOUNDS.values())
DIRECTIONS = {"increases": 1, "decreases": -1, "higher": 1, "lower": -1}  # with their signs
TESTS = ("significant", "not_significant")
RELATIONS = (*FIGURES, *DIRECTIONS, *TESTS, "states")


@dataclass(frozen=True)
class Claim:
    """A row of the claims file.

    Attributes
    ----------
    id, chapter, statement : str
    result_id : ResultId or None
        The row of the results that answers it; None where none can, and `unanswered` then says why.
    printed : str
        The figure or date as the source prints it; empty for a wording.
    value : float
        As printed: 83 for 83 %; NaN for a wording and a date.
    decimals : int
        How many are printed; 0 for a wording.
    unit : str
        Empty for a wording.
    relation : str
        One of `RELATIONS`.
    reading : str
        How the words are read, where they leave something open.
    source_sentence : int
        The number of the sentence in the source.
    unanswered : str
        Why no row of the results answers it; empty where one does.
    """

    id: str
    chapter: str
    statement: str
    result_id: ResultId | None
    printed: str
    value: float
    decimals: int
    unit: str
    relation: str
    reading: str
    source_sentence: int
    unanswered: str = ""

    @property
    def about_p_value(self) -> bool:
        """Whether the P value of the result answers it, and not the estimate.

        Returns
        -------
        bool
        """
        return self.relation in TESTS or self.unit == "p_value"

    @property
    def figure(self) -> Figure:
        """What it prints, of a claim whose relation is one of `FIGURES`.

        Returns
        -------
        Figure
        """
        return Figure(self.id, self.value, self.decimals)


COLUMNS = [field.name for field in fields(Claim)]


def listed(claims: pd.DataFrame) -> list[Claim]:
    """List the claims of a table.

    Parameters
    ----------
    claims : DataFrame
        As `evidence.claims.load.load` returns it.

    Returns
    -------
    list of Claim
        In the order of the rows.
    """
    decimals = claims["decimals"].fillna(0).astype(int)
    result_ids = [ResultId.parse(text) if text else None for text in claims["result_id"]]
    typed = claims[COLUMNS].assign(decimals=decimals, result_id=result_ids)
    return [Claim(**row) for row in typed.to_dict("records")]
