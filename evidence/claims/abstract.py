"""Evidence: what a claims folder says of one abstract: arms, populations, claims and relations."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, product

from evidence.claims.groups import EVERYBODY, Parts, Population, Relation
from evidence.claims.printed import Figure

# What a claim can be of. Those of `COUNTED` are whole numbers of patients or shares of them.
COUNTED = ("n", "count", "percent")
MEASURED = ("mean", "sd", "se", "median", "q1", "q3", "minimum", "maximum")
RATIOS = ("odds_ratio", "hazard_ratio", "risk_ratio")
EFFECTS = (*RATIOS, "risk_difference")
LIMITS = ("ci_low", "ci_high")
QUANTITIES = (
    *(*COUNTED, *MEASURED, "p_value", "statistic", "df", *EFFECTS, *LIMITS),
    *("probability", "months", "date", "dose", "word"),
)
WORDS = (
    *("significant", "not_significant", "higher", "lower", "increases", "decreases"),
    *("all", "none", "only", "most"),
)


@dataclass(frozen=True)
class PrintedClaim:
    """A row of the claims of an abstract.

    Attributes
    ----------
    row : int
        Of the file; the header is row 1.
    id, statement, quantity, value, unit, population, denominator, variable, at, versus, of, test : str
        As in the file; `value` is as printed.
    sentence : int
    sides : int
        1 or 2; 0 where the abstract does not say.
    level : float
        Of an interval, in percent.
    whole : bool
        Whether the measurements behind a mean are whole numbers.
    result_id, reading, chapter, unanswered : str
        The book's own row, how the print is read, where the book shows it, and why no row answers it.
    """

    row: int
    id: str
    sentence: int
    statement: str
    quantity: str
    value: str
    unit: str = ""
    population: str = EVERYBODY
    denominator: str = ""
    variable: str = ""
    at: str = ""
    versus: str = ""
    of: str = ""
    test: str = ""
    sides: int = 0
    level: float = 95.0
    whole: bool = False
    result_id: str = ""
    reading: str = ""
    chapter: str = ""
    unanswered: str = ""

    @cached_property
    def figure(self) -> Figure:
        """What it prints; ValueError for a date or a word.

        Returns
        -------
        Figure
        """
        return Figure.parse(self.id, self.value)

    @property
    def is_fraction(self) -> bool:
        """Whether it is a probability from 0 to 1, as in 0.61, and not one in percent.

        Returns
        -------
        bool
        """
        is_open = self.quantity == "probability" and self.unit != "percent"
        return is_open and self.figure.decimals > 0 and self.figure.value <= 1

    @property
    def printed(self) -> str:
        """The value with its sign or unit, as a reader knows it.

        Returns
        -------
        str
        """
        if self.quantity == "word":
            return f"“{self.value.replace('_', ' ')}”" if self.value else "a statement"
        if self.quantity == "p_value":
            sign = "" if self.value[:1] in "<>≤≥" else "= "
            return f"P {sign}{self.value}"
        if self.is_fraction:
            return self.value
        if self.quantity in ("percent", "probability") or self.unit == "percent":
            return f"{self.value} %"
        return f"{self.value} {self.unit}".strip() if self.unit not in ("", "count") else self.value

    @property
    def quoted(self) -> str:
        """The value, and what is claimed by it.

        Returns
        -------
        str
        """
        return f"{self.printed} ({self.statement})"


@dataclass(frozen=True)
class Abstract:
    """All that a claims folder says.

    Attributes
    ----------
    title, source : str
    arms : tuple of str
        Ids, the group that is asked about first.
    populations : dict of str to Population
        By id, with the whole study and the arms.
    claims : tuple of PrintedClaim
    relations : tuple of Relation
    alpha : float
    published : str
        A date as printed; empty where it is not known.
    tests : tuple of str
        Those that the methods name.
    sides : int
        Of every test, as the methods name them; 0 where they do not.
    rounding : str
        The rule of rounding that the methods name; empty where they do not.
    """

    title: str
    source: str
    arms: tuple[str, ...]
    populations: dict[str, Population]
    claims: tuple[PrintedClaim, ...]
    relations: tuple[Relation, ...] = ()
    alpha: float = 0.05
    published: str = ""
    tests: tuple[str, ...] = ()
    sides: int = 0
    rounding: str = ""
    _ancestors: dict[str, frozenset[str]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _among: dict[tuple[str, ...], tuple[Parts, ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def __getitem__(self, id: str) -> PrintedClaim:
        """Return a claim by its id."""
        return self.by_id[id]

    @cached_property
    def by_id(self) -> dict[str, PrintedClaim]:
        """The claims by id.

        Returns
        -------
        dict of str to PrintedClaim
        """
        return {claim.id: claim for claim in self.claims}

    def ancestors(self, population: str) -> frozenset[str]:
        """List the populations that all of a population's patients belong to, itself with them.

        Parameters
        ----------
        population : str

        Returns
        -------
        frozenset of str
        """
        if population not in self._ancestors:
            own = self.populations[population]
            above = {each for each in (own.parent, own.arm) if each and each != population}
            found = frozenset({population}).union(*(self.ancestors(each) for each in above))
            arm = next((arm for arm in self.arms if arm in found), "")
            shared = [
                whole for whole in found if arm and whole != EVERYBODY and not self._is_within_arm(whole)
            ]
            parts = [self._parts(whole, arm) for whole in shared]
            # Whoever is of a group and of an arm is of the group's part in that arm.
            found |= {part[0] for part in parts if len(part) == 1}
            self._ancestors[population] = found
        return self._ancestors[population]

    def are_disjoint(self, one: str, other: str) -> bool:
        """Tell whether two populations cannot share a patient.

        Parameters
        ----------
        one, other : str

        Returns
        -------
        bool
        """
        return (one, other) in self._disjoint

    @cached_property
    def _disjoint(self) -> frozenset[tuple[str, str]]:
        declared = {
            pair
            for id, own in self.populations.items()
            for other in own.disjoint_with
            for pair in ((id, other), (other, id))
        }
        if self._is_crossover:
            declared -= set(product(self.arms, repeat=2))
        return frozenset(
            (one, other)
            for one, other in product(self.populations, repeat=2)
            if any(pair in declared for pair in product(self.ancestors(one), self.ancestors(other)))
        )

    @property
    def _is_crossover(self) -> bool:
        """Whether each arm is printed as large as the study: the same patients in both."""
        sizes = {self.size(group) for group in (EVERYBODY, *self.arms)}
        return len(sizes) == 1 and sizes != {None} and sizes != {0}

    def arm_of(self, population: str) -> str:
        """Return the arm that all of a population belong to; empty text where there is none.

        Parameters
        ----------
        population : str

        Returns
        -------
        str
        """
        return next((arm for arm in self.arms if arm in self.ancestors(population)), "")

    @cached_property
    def parts_by_arm(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each population that the arms share, with its part in each arm, in the order of the arms.

        Returns
        -------
        tuple of (str, tuple of str)
        """
        each = {whole: [self._parts(whole, arm) for arm in self.arms] for whole in self.populations}
        return tuple(
            (whole, tuple(found[0] for found in parts))
            for whole, parts in each.items()
            if all(len(found) == 1 for found in parts)
        )

    def parts_among(self, ids: tuple[str, ...]) -> tuple[Parts, ...]:
        """Give each of some populations with those of them that are parts of it.

        Parameters
        ----------
        ids : tuple of str

        Returns
        -------
        tuple of (str, tuple of str, tuple of tuple of str)
            The whole, its parts, and sets of parts that share nobody, each as large as it can be made from
            two of them.
        """
        if ids not in self._among:
            inside = {
                whole: [id for id in ids if id != whole and whole in self.ancestors(id)] for whole in ids
            }
            self._among[ids] = tuple(
                (whole, tuple(parts), tuple(self._apart(parts))) for whole, parts in inside.items()
            )
        return self._among[ids]

    def _apart(self, ids: list[str]) -> list[tuple[str, ...]]:
        found = {}
        for first, second in combinations(ids, 2):
            if not self.are_disjoint(first, second):
                continue
            clique = [first, second]
            for id in ids:
                if all(self.are_disjoint(id, other) for other in clique):
                    clique.append(id)
            found[frozenset(clique)] = tuple(clique)
        return list(found.values())

    def _parts(self, whole: str, arm: str) -> list[str]:
        """List what could be the part of a population in an arm; of the whole study it is the arm."""
        if whole == EVERYBODY:
            return [arm]
        found = self.populations.values()
        return [each.id for each in found if each.parent == whole and each.arm == arm and each.id != whole]

    def _is_within_arm(self, population: str) -> bool:
        own = self.populations[population]
        above = self.populations.get(own.parent)
        return bool(own.arm) or (above is not None and self._is_within_arm(above.id))

    def of(self, claim: PrintedClaim, *quantities: str) -> PrintedClaim | None:
        """Return the claim of some quantity that says that it belongs to another claim, or is named by it.

        Parameters
        ----------
        claim : PrintedClaim
        *quantities : str

        Returns
        -------
        PrintedClaim or None
        """
        linked = (each for each in self.claims if each.of == claim.id or claim.of == each.id)
        return next((each for each in linked if each.quantity in quantities), None)

    def sides_of(self, claim: PrintedClaim | None) -> int:
        """Return how many sides a test is said to have, by its claim or else by the methods.

        Parameters
        ----------
        claim : PrintedClaim or None
            A P value.

        Returns
        -------
        int
            1 or 2; 0 where neither says.
        """
        return (claim.sides if claim else 0) or self.sides

    def size(self, population: str) -> int | None:
        """Return the printed number of patients of a population; None where there is none, or only a limit.

        Parameters
        ----------
        population : str

        Returns
        -------
        int or None
        """
        for claim in self.claims:
            if claim.quantity == "n" and claim.population == population and claim.figure.bound == "=":
                return claim.figure.count
        return None

    def is_sized_beside(self, claim: PrintedClaim) -> bool:
        """Tell whether the sentence of a claim prints the size of the group that it is of.

        Parameters
        ----------
        claim : PrintedClaim

        Returns
        -------
        bool
        """
        groups = (claim.population, claim.denominator)
        return any(
            other.quantity == "n" and other.sentence == claim.sentence and other.population in groups
            for other in self.claims
        )

    def label(self, population: str) -> str:
        """Return the label of a population.

        Parameters
        ----------
        population : str

        Returns
        -------
        str
        """
        return self.populations[population].label
