"""Evidence: the groups of patients of an abstract, and the ties between them that a reader adds."""

from dataclasses import dataclass

EVERYBODY = "all"
RELATIONS = ("sum", "equal", "subset", "disjoint", "before")
Parts = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]


@dataclass(frozen=True)
class Population:
    """A group of patients of the abstract.

    Attributes
    ----------
    id, label : str
    parent : str
        The id of the population that it is a part of; empty for the whole study.
    arm : str
        The id of the arm that all of it belong to; empty where both arms are in it.
    disjoint_with : tuple of str
        Ids of populations that share no patient with it.
    """

    id: str
    label: str
    parent: str = EVERYBODY
    arm: str = ""
    disjoint_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relation:
    """A tie that the reader adds to those that follow from the claims.

    Attributes
    ----------
    kind : str
        One of `RELATIONS`.
    members : tuple of str
        Ids of claims, populations or variables.
    total : str
        The id of the claim or population that a sum gives; empty for another kind.
    """

    kind: str
    members: tuple[str, ...]
    total: str = ""
