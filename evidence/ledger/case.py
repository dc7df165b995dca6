"""Evidence: a claim beside the result that answers it, judged by an ordered table of rules."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

from evidence.claims.claim import DIRECTIONS, TESTS, Claim
from evidence.forensics.finding import Finding
from evidence.ledger import ranged, verdicts
from evidence.ledger.comparison import NEEDS, Row, comparable, finely, on_scale, recomputed, side
from evidence.ledger.conventions import MANY_TESTS, Alternative
from evidence.ledger.verdicts import (
    AGREES,
    CONFLICTS,
    CONSISTENT,
    DIFFERS,
    FEW,
    NO_VERDICT,
    NOT_ESTIMATED,
    NOT_REACHED,
    NOTHING,
    UNDER_READING,
    OfFigures,
)
from helpers.ground.results import NOT_ESTIMABLE


@dataclass(frozen=True)
class Case:
    """A claim with all that is known when it is judged.

    Attributes
    ----------
    claim : Claim
    row : dict
        The result that answers it; empty where the results have none.
    findings : list of Finding
        What the searches of the print say about it.
    others : list of Alternative
        The result under other conventions.
    is_real : bool
        Whether the row is of real patients, who can differ from the print, and not of a cohort that was
        rebuilt to agree with it.
    alpha : float
        The level of significance.
    bears : bool
        Whether another printed figure bears on the claim.
    """

    claim: Claim
    row: Row
    findings: list[Finding]
    others: list[Alternative]
    is_real: bool
    alpha: float
    bears: bool = True

    @cached_property
    def value(self) -> float:
        """The result on the claim's scale; NaN without one.

        Returns
        -------
        float
        """
        return on_scale(self.claim, self.row)

    @property
    def shown(self) -> str:
        """The result as the claim prints its own.

        Returns
        -------
        str
        """
        return self.printed(self.row, self.value) if isfinite(self.value) else "not estimable"

    def printed(self, row: Row, value: float) -> str:
        """Print a result as the claim prints its own; an open one by its range or share.

        Parameters
        ----------
        row : dict
        value : float
            The same on the claim's scale.

        Returns
        -------
        str
        """
        if ranged.is_open(self.claim, row):
            return ranged.told(self.claim, row, self.alpha)
        return recomputed(self.claim, row, value)

    def holds(self, value: float) -> bool:
        """Tell whether a value on the claim's scale is as claimed.

        Parameters
        ----------
        value : float

        Returns
        -------
        bool
        """
        return NEEDS[self.claim.relation][1](value, self.claim, self.alpha)

    @cached_property
    def of_figures(self) -> OfFigures:
        """What the printed figures say of it.

        Returns
        -------
        OfFigures
        """
        is_conclusion = self.claim.relation in (*TESTS, *DIRECTIONS)
        return verdicts.of_figures(self.findings, bool(self.claim.reading), is_conclusion)

    @property
    def agreement(self) -> str:
        """What real rows say of the claim; empty for a rebuilt cohort, and without a row to compare.

        Returns
        -------
        str
        """
        if not (self.is_real and self.row and self.claim.result_id and comparable(self.claim, self.row)):
            return ""
        if not isfinite(self.value):
            return NOT_ESTIMATED
        return AGREES if self.holds(self.value) else DIFFERS

    def judged(self, verdict: str, reason: str) -> "Judgement":
        """Judge by the value: say what the result gives and what the claim needs, before another reason.

        Parameters
        ----------
        verdict : str
            One of `evidence.ledger.verdicts.VERDICTS`.
        reason : str
            Sentences.

        Returns
        -------
        Judgement
        """
        needed = NEEDS[self.claim.relation][0].format(alpha=self.alpha)
        # More digits than the claim has are one cohort's, where others are known that agree as well.
        gives = self.shown if "standing" in self.row else finely(self.claim, self.row, self.value)
        verb = "is" if ranged.is_open(self.claim, self.row) else "gives"
        given = f"{self.claim.result_id} {verb} {gives} ({self.row['method']})"
        answer = "one" if self.holds(self.value) else "not one"
        said = f"{given}; {needed} was needed, and this is {answer}."
        read = f"As read here, {said}" if self.claim.reading else said
        return Judgement(self.shown, verdict, verdicts.joined((read, reason), " "))


@dataclass(frozen=True)
class Judgement:
    """What the ledger says of one claim.

    Attributes
    ----------
    recomputed : str
        The result as the claim prints its own; empty where none can be put beside it.
    verdict : str
        One of `evidence.ledger.verdicts.VERDICTS`.
    reason : str
        Sentences that say how it came about.
    """

    recomputed: str
    verdict: str
    reason: str


def _lacks_its_row(case: Case) -> Judgement | None:
    """Refuse a result that the book does not compute: claims file or book is at fault."""
    reason = f"The results have no row {case.claim.result_id}."
    return Judgement("", NO_VERDICT, reason) if case.claim.result_id and not case.row else None


def _differs_in_unit(case: Case) -> Judgement | None:
    """Refuse to compare bare numbers: years with months, or a direction with a ratio."""
    if not case.row or comparable(case.claim, case.row):
        return None
    units = f"has the unit {case.row['unit']}, the claim {case.claim.unit or 'is about a difference'}"
    return Judgement("", NO_VERDICT, f"{case.claim.result_id} {units}: the two cannot be compared.")


def _has_no_result(case: Case) -> Judgement | None:
    """Judge a claim that nothing in a cohort answers by the printed figures, and say why no row does."""
    if case.claim.result_id:
        return None
    alone = "" if case.of_figures.deciding else "No row of the results can answer this."
    told = verdicts.joined((case.of_figures.reason, alone, case.claim.unanswered), " ")
    return Judgement("", case.of_figures.verdict, told)


def _conflicts(case: Case) -> Judgement | None:
    """Give up figures and words that exclude each other: no cohort can make them agree."""
    found = case.of_figures
    return Judgement(case.shown, found.verdict, found.reason) if found.verdict in CONFLICTS else None


def _is_not_estimable(case: Case) -> Judgement | None:
    """Let no missing value agree; in real patients it contradicts nothing either."""
    method = case.row["method"]
    why = method if method.startswith(NOT_ESTIMABLE) else f"{NOT_ESTIMABLE}the row holds no value ({method})"
    reason = f"{case.claim.result_id} is {why}."
    return None if isfinite(case.value) else Judgement(case.shown, _by_the_print(case), reason)


def _holds(case: Case) -> Judgement | None:
    """Take the cohort for a witness, of the words or of their reading, if there is something to witness."""
    if not case.holds(case.value):
        return None
    if not case.bears:
        return case.judged(
            NOTHING, "No other printed figure bears on this: a cohort that was built with it only repeats it."
        )
    witnessed = UNDER_READING if case.claim.reading else CONSISTENT
    found = case.of_figures.verdict
    return case.judged(witnessed if found in (NOTHING, NOT_REACHED) else found, case.of_figures.reason)


def _fails(case: Case) -> Judgement | None:
    """Say what the print allows without this cohort, which does not show the figure."""
    return case.judged(_by_the_print(case), case.of_figures.reason)


def _by_the_print(case: Case) -> str:
    """Judge without a witness in the rows: what the searches alone found.

    Rows that were rebuilt to agree and do not are no witness of the whole, whatever a search found of a part.
    """
    if not case.is_real or (case.bears and case.of_figures.verdict == NOTHING):
        return NOT_REACHED
    return case.of_figures.verdict


# The first rule that applies decides; the last one always does.
RULES: tuple[Callable[[Case], Judgement | None], ...] = (
    _lacks_its_row,
    _differs_in_unit,
    _has_no_result,
    _conflicts,
    _is_not_estimable,
    _holds,
    _fails,
)


def judge(case: Case) -> Judgement:
    """Judge a claim by the first of `RULES` that applies.

    Parameters
    ----------
    case : Case

    Returns
    -------
    Judgement
    """
    return next(found for rule in RULES if (found := rule(case)))


def dependence(case: Case) -> str:
    """Name the conventions that the verdict on a claim depends on.

    Parameters
    ----------
    case : Case

    Returns
    -------
    str
        Each convention under which the claim would turn, with what the others give; without any, what the
        searches depend on.
    """
    apart: dict[str, list[str]] = {}
    for other, value in _comparable_others(case):
        if _turns(case, other.result, value):
            text = f"{other.name}: {case.printed(other.result, value)}"
            apart.setdefault(other.convention, []).append(text)
    if apart:
        return "; ".join(f"{convention} ({'; '.join(texts)})" for convention, texts in apart.items())
    return case.of_figures.depends_on


def changes_conclusion(case: Case) -> bool:
    """Tell whether the print itself or another convention takes a conclusion from a claim.

    A conclusion is that a P value lies below the level of significance, that a difference has its direction,
    or that a ratio is above or below 1.

    Parameters
    ----------
    case : Case

    Returns
    -------
    bool
    """
    if case.of_figures.changes_conclusion:
        return True
    own = side(case.claim, case.value, case.alpha)
    return any(_crosses(case, own, other.result, value) for other, value in _comparable_others(case))


def _turns(case: Case, row: Row, value: float) -> bool:
    """Tell whether a claim that holds would not hold by another result, or the other way round.

    An open one turns it where it does so in more than `FEW` of the cohorts.
    """
    if not ranged.is_open(case.claim, row):
        return case.holds(value) != case.holds(case.value)
    share = ranged.as_claimed(case.claim, row)
    return share < 1 - FEW if case.holds(case.value) else share > FEW


def _crosses(case: Case, own: bool, row: Row, value: float) -> bool:
    """Tell whether another result lies on the other side; an open one, in more than `FEW` of the cohorts."""
    if not ranged.is_open(case.claim, row):
        return side(case.claim, value, case.alpha) != own
    share = ranged.on_the_side(case.claim, row)
    return share < 1 - FEW if own else share > FEW


def _comparable_others(case: Case) -> list[tuple[Alternative, float]]:
    """Pair the alternatives that hold a value with it, on the claim's scale; none beside no value."""
    if not isfinite(case.value):
        return []
    # A printed P value is what it is; only the word that it carries can depend on an adjustment.
    adjusted = case.claim.relation in TESTS
    return [
        (other, value)
        for other in case.others
        if (adjusted or other.convention != MANY_TESTS)
        and isfinite(value := on_scale(case.claim, other.result))
    ]
