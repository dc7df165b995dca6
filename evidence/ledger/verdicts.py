"""Evidence: the verdict on each published claim, by an ordered table of rules; never typed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

from evidence.claims.claim import FIGURES, TESTS, Claim
from evidence.forensics.finding import CANNOT_HOLD, CONTRADICTED, NOT_AS_WORDED, OUTCOMES, Finding
from evidence.ledger.comparison import NEEDS, Row, comparable, finely, on_scale, recomputed, side
from evidence.ledger.conventions import MANY_TESTS, Alternative
from helpers.ground.results import NOT_ESTIMABLE

REPRODUCED = "reproduced"
UNDER_READING = "reproduced under a stated reading"
IMPOSSIBLE = "impossible as printed"
NOT_DETERMINED = "not determined"
DIFFERS = "differs"
UNEXPLAINED = "unexplained miss"
NO_VERDICT = ""
VERDICTS = (REPRODUCED, UNDER_READING, IMPOSSIBLE, NOT_DETERMINED, DIFFERS, UNEXPLAINED, NO_VERDICT)


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
    miss : str
        The verdict on a claim that fails: `UNEXPLAINED` in a cohort that was rebuilt to agree, `DIFFERS` in
        real patients.
    alpha : float
        The level of significance.
    """

    claim: Claim
    row: Row
    findings: list[Finding]
    others: list[Alternative]
    miss: str
    alpha: float

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
        return recomputed(self.claim, self.row, self.value) if isfinite(self.value) else "not estimable"

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

    def reasons(self, *outcomes: str) -> list[str]:
        """Gather the reasons of the findings with these outcomes, each once.

        Parameters
        ----------
        *outcomes : str
            Of `evidence.forensics.finding.OUTCOMES`.

        Returns
        -------
        list of str
        """
        found = [finding.reason for finding in self.findings if finding.outcome in outcomes]
        return list(dict.fromkeys(found))

    def judged(self, verdict: str, reasons: list[str]) -> "Judgement":
        """Judge by the value: say what the result gives and what the claim needs, before other reasons.

        Parameters
        ----------
        verdict : str
            One of `VERDICTS`.
        reasons : list of str
            Sentences.

        Returns
        -------
        Judgement
        """
        needed = NEEDS[self.claim.relation][0].format(alpha=self.alpha)
        given = (
            f"{self.claim.result_id} gives {finely(self.claim, self.row, self.value)} ({self.row['method']})"
        )
        answer = "one" if self.holds(self.value) else "not one"
        said = f"{given}; {needed} was needed, and this is {answer}."
        reason = " ".join([f"As read here, {said}" if self.claim.reading else said, *reasons])
        return Judgement(self.shown, verdict, reason)


@dataclass(frozen=True)
class Judgement:
    """What the ledger says of one claim.

    Attributes
    ----------
    recomputed : str
        The result as the claim prints its own; empty where none can be put beside it.
    verdict : str
        One of `VERDICTS`.
    reason : str
        Sentences that say how it came about.
    """

    recomputed: str
    verdict: str
    reason: str


def _has_no_result(case: Case) -> Judgement | None:
    """Leave a claim that nothing in a cohort answers; its reading then says why, and is no reading."""
    reason = f"No row of the results can answer this. {case.claim.reading}"
    return None if case.claim.result_id else Judgement("", NOT_DETERMINED, reason)


def _lacks_its_row(case: Case) -> Judgement | None:
    """Refuse a result that the book does not compute: claims file or book is at fault."""
    reason = f"The results have no row {case.claim.result_id}."
    return None if case.row else Judgement("", NO_VERDICT, reason)


def _differs_in_unit(case: Case) -> Judgement | None:
    """Refuse to compare bare numbers: years with months, or a direction with a ratio."""
    units = f"has the unit {case.row['unit']}, the claim {case.claim.unit or 'is about a difference'}"
    reason = f"{case.claim.result_id} {units}: the two cannot be compared."
    return None if comparable(case.claim, case.row) else Judgement("", NO_VERDICT, reason)


def _contradicts_itself(case: Case) -> Judgement | None:
    """Give up words and a cited figure that exclude each other: no cohort can make them agree."""
    reasons = case.reasons(CONTRADICTED)
    return Judgement(case.shown, IMPOSSIBLE, " ".join(reasons)) if reasons else None


def _is_not_estimable(case: Case) -> Judgement | None:
    """Let no missing value agree; in real patients it contradicts nothing either."""
    method = case.row["method"]
    why = method if method.startswith(NOT_ESTIMABLE) else f"{NOT_ESTIMABLE}the row holds no value ({method})"
    verdict = NOT_DETERMINED if case.miss == DIFFERS else case.miss
    reason = f"{case.claim.result_id} is {why}."
    return None if isfinite(case.value) else Judgement(case.shown, verdict, reason)


def _holds_against_its_words(case: Case) -> Judgement | None:
    """Ask for a reading where the figure comes out and other figures exclude its words."""
    reasons = case.reasons(NOT_AS_WORDED)
    verdict = UNDER_READING if case.claim.reading else IMPOSSIBLE
    return case.judged(verdict, reasons) if reasons and case.holds(case.value) else None


def _holds(case: Case) -> Judgement | None:
    """Take the cohort for a witness, of the words or of their reading."""
    verdict = UNDER_READING if case.claim.reading else REPRODUCED
    return case.judged(verdict, case.reasons(*OUTCOMES)) if case.holds(case.value) else None


def _cannot_hold(case: Case) -> Judgement | None:
    """Blame the print where a proof says that every cohort misses the figure."""
    reasons = case.reasons(CANNOT_HOLD)
    return case.judged(IMPOSSIBLE, reasons) if reasons else None


def _fails(case: Case) -> Judgement | None:
    """Blame this cohort, as no search says why it misses the figure."""
    return case.judged(case.miss, case.reasons(*OUTCOMES))


# The first rule that applies decides; the last one always does.
RULES: tuple[Callable[[Case], Judgement | None], ...] = (
    _has_no_result,
    _lacks_its_row,
    _differs_in_unit,
    _contradicts_itself,
    _is_not_estimable,
    _holds_against_its_words,
    _holds,
    _cannot_hold,
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
        searches about this claim depend on.
    """
    apart: dict[str, list[str]] = {}
    for other, value in _comparable_others(case):
        if case.holds(value) != case.holds(case.value):
            text = f"{other.name}: {recomputed(case.claim, other.result, value)}"
            apart.setdefault(other.convention, []).append(text)
    if apart:
        return "; ".join(f"{convention} ({'; '.join(texts)})" for convention, texts in apart.items())
    # A finding names the claim that it is about first, and then those that it touches.
    about = [each.depends_on for each in case.findings if each.claims[0] == case.claim.id]
    return "; ".join(dict.fromkeys(filter(None, about)))


def changes_conclusion(case: Case, verdict: str) -> bool:
    """Tell whether the print itself or another convention takes a conclusion from a claim.

    A conclusion is that a P value lies below the level of significance, that a difference has its direction,
    or that a ratio is above or below 1.

    Parameters
    ----------
    case : Case
    verdict : str
        On the same claim.

    Returns
    -------
    bool
    """
    if verdict == IMPOSSIBLE and case.claim.relation not in FIGURES:
        return True
    own = side(case.claim, case.value, case.alpha)
    return any(side(case.claim, value, case.alpha) != own for _, value in _comparable_others(case))


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
