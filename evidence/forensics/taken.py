"""How a claim about numbers of patients is taken: as worded, or by a named reading."""

from dataclasses import dataclass, replace
from typing import Any

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.forensics.two_by_two import ONE_SIDED, SIDE, TESTS

NEAREST, TRUNCATED = "nearest", "down"
UNCONDITIONAL = ("barnard", "boschloo", "boschloo_doubled")
DOUBLED = "fisher_doubled"
# Names that abstracts use for one of several tests.
MEANT = {
    "chi_square": ("pearson", "yates"),
    "fisher": ("fisher", DOUBLED),
    "fisher_exact": ("fisher", DOUBLED),
    "boschloo": ("boschloo", "boschloo_doubled"),
    "z": ("unpooled_z", "pearson"),
    "cochran_mantel_haenszel": (),
}
Key = tuple[str, str]  # a variable, and the time or visit at which it is asked


@dataclass(frozen=True)
class Taken:
    """A claim and how it is read.

    Attributes
    ----------
    claim : PrintedClaim
    population, versus, denominator : str
        Of whom; the denominator of a percentage, and for a P value empty.
    rounding : str
        `NEAREST` or `TRUNCATED`.
    is_evaluable : bool
        Whether a percentage, or a P value, may be of fewer patients than the population has.
    whole_groups : bool
        Whether a P value is of all patients of the groups, where percentages are of fewer.
    tests : tuple of str
        Tests by which a P value may have been found.
    """

    claim: PrintedClaim
    population: str
    versus: str = ""
    denominator: str = ""
    rounding: str = NEAREST
    is_evaluable: bool = False
    whole_groups: bool = False
    tests: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The claim's id.

        Returns
        -------
        str
        """
        return self.claim.id

    @property
    def key(self) -> Key:
        """What is counted, and when.

        Returns
        -------
        tuple of str
        """
        return self.claim.variable, self.claim.at

    def by(self, **changes: Any) -> "Taken":
        """Take the same claim by another reading.

        Parameters
        ----------
        **changes : object
            The attributes that differ.

        Returns
        -------
        Taken
        """
        return replace(self, **changes)


def as_worded(abstract: Abstract, claim: PrintedClaim) -> Taken:
    """Take a claim as it is worded.

    Parameters
    ----------
    abstract : Abstract
    claim : PrintedClaim

    Returns
    -------
    Taken
        A P value whose test is not named may be that of any two-sided test of two proportions.
    """
    return Taken(
        claim,
        claim.population,
        claim.versus,
        claim.denominator or ("" if claim.quantity == "p_value" else claim.population),
        TRUNCATED if abstract.rounding == TRUNCATED else NEAREST,
        tests=_tests(abstract, claim) if claim.quantity == "p_value" else (),
    )


def named_tests(abstract: Abstract, claim: PrintedClaim) -> tuple[str, ...]:
    """List the tests of two proportions that a claim, or else the methods, can mean.

    Parameters
    ----------
    abstract : Abstract
    claim : PrintedClaim

    Returns
    -------
    tuple of str
        Empty where none is named, or none of these.
    """
    names = [claim.test] if claim.test else list(abstract.tests)
    every = [test for name in names for test in MEANT.get(name, (name,))]
    return tuple(test for test in dict.fromkeys(every) if test in (*TESTS, DOUBLED, *UNCONDITIONAL))


def _tests(abstract: Abstract, claim: PrintedClaim) -> tuple[str, ...]:
    tests = named_tests(abstract, claim) or (*TESTS, DOUBLED)
    if abstract.sides_of(claim) == 1:
        tests = tuple(f"{test}{SIDE}" for test in tests if f"{test}{SIDE}" in ONE_SIDED)
    return tests
