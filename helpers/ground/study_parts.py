"""Ground: the entries of a study description, each a small record."""

from dataclasses import dataclass
from typing import Annotated

Id = Annotated[str, "id"]  # a text that can be a part of a result's id
Column = Annotated[str, "column"]  # written in any case, as the head of a file is
EVERYBODY = "all"
ALPHA = 0.05  # level of the tests; an interval covers the rest
ENDS = ["before", "after"]  # columns of the first visit and of the last


def inside(label: str) -> str:
    """Begin a label with a small letter, for the middle of a sentence, unless an abbreviation begins it.

    Parameters
    ----------
    label : str

    Returns
    -------
    str
    """
    return label if label[:2].isupper() else label[0].lower() + label[1:]


def begin(label: str) -> str:
    """Begin a label with a capital letter, for the start of a sentence or a heading.

    Parameters
    ----------
    label : str

    Returns
    -------
    str
    """
    return label[0].upper() + label[1:]


PREPOSITIONS = ("with", "in", "among")


@dataclass(frozen=True)
class Arm:
    """A group that is compared, as by its treatment: its label in tables, a short name, and its words.

    Attributes
    ----------
    id, label, short : str
    phrase : str
        How a sentence names it after ``preposition``: "with the combination", "among women".
    preposition : str
        One of `PREPOSITIONS`: "with" of what was given, another one of who the patients are.
    """

    id: Id
    label: str
    short: str
    phrase: str
    preposition: str = "with"

    @property
    def named(self) -> str:
        """The phrase after its preposition.

        Returns
        -------
        str
        """
        return f"{self.preposition} {self.phrase}"


@dataclass(frozen=True)
class LeadIn:
    """A treatment that one arm starts some days before time zero."""

    arm: str
    id: Id
    label: str
    days: int


@dataclass(frozen=True)
class Population:
    """Patients picked by the levels of a column, or by the side of a cut-off on which they lie.

    Attributes
    ----------
    id, label : str
    column : str
        Of ``patients.csv``; empty for everybody.
    levels : tuple of str
        Levels of the column that belong; empty where a cut-off decides.
    above, at_most : float or None
        The cut-off: strictly above it, or up to and with it.
    parent : str
        The population within which the rule picks.
    responds_by : str
        The outcome, by id, whose yes is a response of these patients; empty where the study names none.
    """

    id: Id
    label: str
    column: Column = ""
    levels: tuple[str, ...] = ()
    above: float | None = None
    at_most: float | None = None
    parent: str = EVERYBODY
    responds_by: str = ""


@dataclass(frozen=True)
class Outcome:
    """A question answered yes or no in each patient, and the populations in which it is asked.

    Attributes
    ----------
    id, label, noun : str
        ``noun`` as it stands in a sentence ("response").
    column : str
        Of the patients with their endpoints.
    populations : tuple of str
        By id.
    main : str
        The one of them that a question without a population means; without it the first.
    """

    id: Id
    label: str
    noun: str
    column: Column
    populations: tuple[str, ...]
    main: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "main", self.main or self.populations[0])


@dataclass(frozen=True)
class Covariate:
    """A column that a multivariable model may hold beside the arm."""

    id: Id
    label: str
    column: Column


@dataclass(frozen=True)
class Characteristic:
    """What else is known of the patients at entry, and described beside age and blasts.

    Attributes
    ----------
    id, label, column : str
        The column may be one that the data dictionary does not have.
    levels : tuple of str
        Of a column of levels; empty where it holds numbers.
    unit : str
        Of the numbers; may be empty.
    in_model : bool
        Whether a further multivariable model holds it beside the arm, the blasts and the age.
    """

    id: Id
    label: str
    column: Column
    levels: tuple[str, ...] = ()
    unit: str = ""
    in_model: bool = False

    def level_id(self, place: int) -> str:
        """Name what is told of the patients of one level, in the ids of results.

        Parameters
        ----------
        place : int
            Of the level, from 1.

        Returns
        -------
        str
        """
        return f"{self.id}_level_{place}"


@dataclass(frozen=True)
class Visit:
    """A time at which blood was drawn for the immune panel.

    Attributes
    ----------
    id, label : str
    phrase : str
        How a sentence says it ("on day 28"); without it "at" and the label.
    """

    id: Id
    label: str
    phrase: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "phrase", self.phrase or f"at {inside(self.label)}")


@dataclass(frozen=True)
class Cell:
    """A population of immune cells, measured as a share of a parent population.

    Attributes
    ----------
    id, label, parent, parent_label : str
    marker : str
        What tells it from the other populations of its parent; without it the label.
    term : str
        Its entry in the book's glossary, where it has one.
    note : str
        What a reader should know of it, in the book's Markdown.
    """

    id: Id
    label: str
    parent: Id
    parent_label: str
    marker: str = ""
    term: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "marker", self.marker or self.label)

    @property
    def share(self) -> str:
        """Name what was measured: Regulatory T cells (% of CD4+ T cells).

        Returns
        -------
        str
        """
        return f"{self.label} (% of {self.parent_label})"


@dataclass(frozen=True)
class Balance:
    """Two populations of cells that share one parent, and are therefore followed by their ratio, too.

    Attributes
    ----------
    id, sum_id : str
        The outcome in the ids of the results about their ratio, and about their sum.
    numerator, denominator : str
        The populations, by id.
    """

    id: Id
    sum_id: Id
    numerator: str
    denominator: str


@dataclass(frozen=True)
class Panel:
    """What the book asks of the immune panel, beside the change of every population.

    Attributes
    ----------
    aim : str
        Why the cells are looked at, as a sentence in the book's Markdown.
    outcomes : tuple of str
        By which the cells at the first visit are compared, each in its main population.
    """

    aim: str = ""
    outcomes: tuple[str, ...] = ()


# What is asked in a study whose description does not say it.
OUTCOMES = tuple(
    Outcome(id, label, noun, column, (EVERYBODY,))
    for id, label, noun, column in (
        ("response", "Response (CR, CRi or PR)", "response", "response"),
        ("complete_remission", "Complete remission (CR or CRi)", "complete remission", "complete_remission"),
        ("mrd_negativity", "MRD negativity", "MRD negativity", "mrd_negative"),
    )
)
COVARIATES = (Covariate("blasts", "Marrow blasts", "bm_blasts_pct"), Covariate("age", "Age", "age_years"))
ANSWERS = ("best_response", "mrd_negative")  # columns that every outcome is read from
# Columns without which there is no model that holds what else is known at entry.
MODELLED = (*ANSWERS, *(one.column for one in COVARIATES))
