"""Findings on printed numbers of patients that hold together: the patients, and the tables, that show it."""

from collections.abc import Iterator

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.forensics import count_tables, two_by_two
from evidence.forensics.count_people import ARMS
from evidence.forensics.count_system import MOST_SEARCHED, WITHIN, CountSystem
from evidence.forensics.finding import CAN_HOLD, NOT_REACHED, Finding
from evidence.forensics.taken import Taken

SEARCH = "numbers of patients"
MOST_TABLES_SHOWN = 12
# Of more tables than this each that is shown takes long to find.
MANY_TABLES, FEW_SHOWN = 1_000, 2
FITS = "It fits every figure it is tied to"
ONLY = "The only table, of those tried, that prints"


def held_together(
    abstract: Abstract, taken: list[Taken], left_out: set[str], is_known: bool
) -> Iterator[Finding]:
    """Judge the claims that hold together, with the patients that show it.

    Parameters
    ----------
    abstract : Abstract
    taken : list of Taken
        All claims about numbers of patients.
    left_out : set of str
        Ids of those that exclude others.
    is_known : bool
        Whether the search for what excludes what came to an end.

    Yields
    ------
    Finding
    """
    system = CountSystem(abstract, taken)
    given_up = {ARMS} if any(each.id in left_out for each in taken) else set()
    held = [id for id in system.literals if id not in left_out | given_up]
    holds = system.solve(held)[0] if is_known else None
    if holds is False:
        # Relations or arms stand against each other alone; they are no claims, and are let go of.
        held = [id for id in held if id in system.taken]
        holds = system.solve(held)[0]
    judged = [
        each for each in system.taken.values() if each.id not in left_out and each.id not in system.too_large
    ]
    for each in judged:
        if not bears_on(abstract, each.claim, [other.claim for other in taken]):
            continue
        if not holds:
            yield Finding(SEARCH, (each.id,), NOT_REACHED, "The search came to no end.")
        elif each.id in system.compared:
            # Where one of the figures that it compares cannot hold there are no tables to show.
            within = [f"{WITHIN}{each.id}"] if each.id in system.within else []
            if within and not system.solve([*held, *within])[0]:
                reason = f"Groups of more than {MOST_SEARCHED:,} patients are not searched."
                yield Finding(SEARCH, (each.id,), NOT_REACHED, reason)
            elif system.beside[each.id] <= set(held):
                yield _compared(system, each, [*held, *within])
            else:
                reason = "A figure that it compares cannot hold, so that no table is left to search."
                yield Finding(SEARCH, (each.id,), NOT_REACHED, reason)
        else:
            yield Finding(SEARCH, (each.id,), CAN_HOLD, witness(system, each))
    for id, size in system.too_large.items():
        yield Finding(SEARCH, (id,), NOT_REACHED, f"Too many tables to search: {size}.")


def _compared(system: CountSystem, each: Taken, held: list[str]) -> Finding:
    """Judge a P value that holds: by which tables, and which tests."""
    is_quick = system.allowed[each.id] <= MANY_TABLES
    tables, are_all = system.tables(each.id, held, MOST_TABLES_SHOWN if is_quick else FEW_SHOWN)
    if not tables:
        return Finding(SEARCH, (each.id,), NOT_REACHED, "The search came to no end.")
    shown = "; ".join(
        two_by_two.in_words(dict(zip(two_by_two.COLUMNS, table, strict=True))) for table in tables
    )
    printing, others = count_tables.by_test(tables, each.claim.figure, each.tests)
    under = f"prints under {', '.join(printing)}"
    tied = "with every figure it is tied to"
    if each.id in system.only:
        reason = f"The figures of both groups leave one table, {shown}. Its P value {under}."
    elif are_all and len(tables) == 1:
        reason = f"{ONLY} {each.claim.printed} {tied}: {shown}. Its P value {under}."
    else:
        which = "The tables, of those tried," if are_all else "Among the tables"
        reason = (
            f"{which} that print {each.claim.printed} {tied}: {shown}. The P value of one or another {under}."
        )
    # Where the test is named, or every usual one prints it, nothing rests on the test.
    depends_on = f"the test ({'; '.join(others)})" if others and not each.claim.test else ""
    turns = bool(depends_on) and count_tables.lie_apart(tables, each.tests, system.abstract.alpha)
    return Finding(
        SEARCH,
        (each.id,),
        CAN_HOLD,
        reason,
        depends_on,
        searched=system.tried[each.id],
        changes_conclusion=turns,
    )


def bears_on(abstract: Abstract, claim: PrintedClaim, others: list[PrintedClaim]) -> bool:
    """Tell whether another printed number of patients can stand against a claim.

    Parameters
    ----------
    abstract : Abstract
    claim : PrintedClaim
    others : list of PrintedClaim

    Returns
    -------
    bool
        For a number of patients: another of the same people, of a part of them or of the whole. For a
        percentage: the size of its denominator or of a whole, a count, or a P value.
    """
    own = {claim.population, claim.denominator or claim.population, claim.versus} - {""}
    for other in others:
        if other.id == claim.id:
            continue
        groups = {other.population, other.versus} - {""}
        nested = any(
            one in abstract.ancestors(two) or two in abstract.ancestors(one) for one in own for two in groups
        )
        if not nested:
            continue
        if other.quantity == "n" or claim.quantity == "n" or other.variable == claim.variable:
            return True
    return False


def witness(system: CountSystem, each: Taken) -> str:
    """Say which numbers of patients print a claim, in the solution at hand.

    Parameters
    ----------
    system : CountSystem
        Solved.
    each : Taken

    Returns
    -------
    str
    """
    claim = each.claim
    if claim.quantity == "n":
        return f"{FITS}: {system.value(system.sizes[each.population])}."
    groups = [each.population, *filter(None, [each.versus])]
    shown = []
    for group in groups:
        events = system.value(system.events[group, each.key])
        whole = each.denominator if claim.quantity == "percent" else group
        patients = system.sizes[whole]
        if each.is_evaluable and (whole, each.key) in system.evaluable:
            patients = system.evaluable[whole, each.key]
        shown.append(f"{events}/{system.value(patients)}")
    if (each.population, each.denominator) != (claim.population, claim.denominator or claim.population):
        if claim.quantity == "word":
            return "So read, it fits."  # of several readings none is preferred
        return f"So read, it is {' v '.join(shown)} of “{system.abstract.label(each.denominator)}”."
    counts = [other for other in system.taken.values() if other.claim.quantity == "count"]
    is_counted = any((other.population, other.key) == (each.population, each.key) for other in counts)
    return f"{FITS}{':' if is_counted else ', for example as'} {' v '.join(shown)}."
