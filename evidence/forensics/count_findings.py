"""Findings on all printed numbers of patients together: conflicts, and the readings that resolve them."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import combinations

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.forensics import count_tables, effect_findings, two_by_two
from evidence.forensics.count_conflicts import (
    FIRST_LEFT_OUT,
    Conflict,
    can_hold,
    found_without_pairs,
    hold_alone,
    smallest,
)
from evidence.forensics.count_people import ARMS
from evidence.forensics.count_readings import SOME_IN_NEITHER, Reading, exchanged, readings
from evidence.forensics.count_shown import SEARCH, held_together
from evidence.forensics.count_system import CountSystem
from evidence.forensics.finding import (
    BY_READING,
    CANNOT_HOLD,
    NOT_AS_WORDED,
    NOT_REACHED,
    Finding,
)
from evidence.forensics.named_findings import PAIRS, is_known
from evidence.forensics.taken import Taken, as_worded, named_tests
from evidence.forensics.two_by_two import TRIED

BY_HAND = {
    SEARCH: (
        "Write down the printed size of each group. Groups that share no patient add up to no more than the "
        "group that they are parts of; the two arms are the whole study.",
        "For each percentage take every size that its group can have: the printed one, or each number up to "
        "that of the group above it where none is printed. List the whole numbers of patients whose share of"
        " it rounds to the percentage at its decimals.",
        "For each P value of two groups put every pair of numbers that is left into a two-by-two table. "
        "Compute the tests that the reason names with any statistics program, and compare at the printed "
        "decimals.",
        "Numbers that pass all steps print the figures together. Where none do, leave out one figure of the "
        "conflict at a time: the others can then be printed together.",
    )
}
PEOPLE = (
    *("", "count", "patients", "people", "persons", "participants", "subjects", "cases", "controls", "women"),
    *("men", "mothers", "children", "infants", "newborns", "adults", "volunteers", "students"),
)
WORDS = ("all", "none", "most")
TIMES = ("hazard_ratio", "probability", "median", "months")
MOST_PASSES = 4
UNENDED = "The search for a reading under which some do came to no end."


def counted(abstract: Abstract) -> list[PrintedClaim]:
    """List the claims about numbers of patients.

    Parameters
    ----------
    abstract : Abstract

    Returns
    -------
    list of PrintedClaim
        Sizes, counts, percentages, the words all, none and most of a variable that is counted, and P values
        of two groups of which a count or a percentage is printed.
    """
    plain = [
        claim
        for claim in abstract.claims
        if claim.quantity in ("n", "percent") or (claim.quantity == "count" and claim.unit in PEOPLE)
    ]
    cells = {(claim.population, claim.variable, claim.at) for claim in plain if claim.quantity != "n"}
    words = [
        claim
        for claim in abstract.claims
        if claim.quantity == "word" and claim.value in WORDS and claim.variable
    ]
    tested = [
        claim
        for claim in abstract.claims
        if claim.quantity == "p_value"
        and claim.versus
        and _is_of_proportions(abstract, claim)
        and all((group, claim.variable, claim.at) in cells for group in (claim.population, claim.versus))
        and not _is_of_several(abstract, claim)
    ]
    return [*plain, *words, *tested]


def _is_of_proportions(abstract: Abstract, claim: PrintedClaim) -> bool:
    named = abstract[claim.of] if claim.of else None
    # A hazard ratio's is a test of times, an adjusted estimate's one of its model, whatever the counts are.
    if named and (named.quantity == "hazard_ratio" or effect_findings.is_adjusted(abstract, named)):
        return False
    if not claim.test and not abstract.tests and _has_times(abstract, claim):
        return False  # of a log-rank test, as likely
    if not is_known(abstract, claim):
        return False
    # Some tests have no one-sided version here, and then nothing is said of the P value.
    is_one_of_these = not claim.test or bool(named_tests(abstract, claim))
    return is_one_of_these and bool(as_worded(abstract, claim).tests)


def _is_of_several(abstract: Abstract, claim: PrintedClaim) -> bool:
    """Tell whether shares of more than one number of patients are printed of a group that is compared."""
    return any(
        len(
            {
                each.denominator or group
                for each in abstract.claims
                if each.quantity == "percent"
                and (each.population, each.variable, each.at) == (group, claim.variable, claim.at)
            }
        )
        > 1
        for group in (claim.population, claim.versus)
    )


def _has_times(abstract: Abstract, claim: PrintedClaim) -> bool:
    """Tell whether times to what a P value is of are printed too, as of a survival."""
    return any(
        (each.variable, each.population) == (claim.variable, claim.population) and each.quantity in TIMES
        for each in abstract.claims
    )


def findings(abstract: Abstract) -> Iterator[Finding]:
    """Judge every claim about numbers of patients.

    Parameters
    ----------
    abstract : Abstract

    Yields
    ------
    Finding
        One for each conflict, and one for each set of claims that holds.
    """
    claims = counted(abstract)
    taken = [as_worded(abstract, claim) for claim in claims]
    impossible: set[str] = set()  # and that the arms are the whole study, where that is given up
    told: list[Finding] = []
    for _ in range(MOST_PASSES):
        conflicts, is_ended, taken = found_without_pairs(abstract, taken, impossible)
        open_still = {conflict.left_out for conflict in conflicts} | impossible
        reread: set[str] = set()
        # P values after the figures that they compare, and words last: beside these as they are then taken.
        for conflict in sorted(conflicts, key=lambda each: FIRST_LEFT_OUT[abstract[each.left_out].quantity]):
            others = open_still - {conflict.left_out}
            if hold_alone(abstract, taken, conflict):
                # What resolved another one resolves it too; whatever is left is for the next pass.
                open_still = others if can_hold(abstract, taken, others) else open_still
                continue
            troubled = {id for each in conflicts for id in each.claims}
            found, set_aside, unended = _resolving(abstract, taken, conflict, others, troubled)
            if not found and not unended and abstract[conflict.left_out].quantity == "percent":
                conflict = _under_every_reading(abstract, taken, conflict, others)
            finding = _told(abstract, taken, conflict, found, unended)
            told = [each for each in told if not _replaces(finding, each)] + [finding]
            if found:
                reread |= set(found[0].changed)
                taken = found[0].applied(taken)
                impossible |= {ARMS} if found[0].name == SOME_IN_NEITHER else set()
                open_still = (others - reread) | set_aside | (impossible & {ARMS})
            else:
                impossible |= {conflict.left_out}
        if not reread:
            break  # what is read otherwise can stand against figures that it did not bear on before
    yield from told
    yield from held_together(abstract, taken, impossible, is_ended)
    for claim in abstract.claims:
        is_tested = claim.quantity == "p_value" and claim.versus and _is_of_proportions(abstract, claim)
        if is_tested and _is_of_several(abstract, claim):
            reason = "Shares of several numbers of patients are printed: which are compared is open."
            yield Finding(SEARCH, (claim.id,), NOT_REACHED, reason)
    kept = {each.id for each in taken}
    for claim in claims:
        if claim.id not in kept:
            reason = (
                f"{claim.quoted}: no test of two groups apart prints it. It can by this reading: {PAIRS}."
            )
            yield Finding(SEARCH, (claim.id,), BY_READING, reason, PAIRS)


def _replaces(later: Finding, earlier: Finding) -> bool:
    """Tell whether a later reading takes the place of an earlier one of the same claims."""
    return earlier.outcome != CANNOT_HOLD and {*earlier.claims} <= {*later.claims}


def _resolving(
    abstract: Abstract,
    taken: list[Taken],
    conflict: Conflict,
    others: Collection[str],
    troubled: Collection[str],
) -> tuple[list[Reading], set[str], list[Reading]]:
    """Find the first reading of a conflict's claims under which they hold with all others; of a word, each.

    What the words allow comes first, then the percentages of two groups that both are in conflicts, and in
    none once they change places. Where no reading keeps all others, one is looked for beside whose
    percentages P values need not hold, which are set aside: they are then a conflict of its own. Last come
    readings whose search came to no end.
    """
    unended = []
    own = [each for each in taken if each.id in conflict.claims]
    listed = list(readings(abstract, taken, own, ARMS in conflict.claims))
    tests = {each.id for each in taken if each.claim.quantity == "p_value"} - set(conflict.claims)
    swapped = list(exchanged(abstract, taken, own, troubled))
    # What two groups exchange has to print the P value between them as well.
    others = set(others)
    beside = others - {each.id for each in taken if each.id in tests and each.key in {one.key for one in own}}
    for is_worded, set_aside in ((True, set()), (None, set()), (False, set()), (True, tests), (False, tests)):
        found = []
        for reading in listed if is_worded is not None else swapped:
            if is_worded not in (None, reading.is_worded):
                continue
            # A sum that the two arms need not give is let go of where it is part of the conflict.
            given_up = {ARMS} if reading.name == SOME_IN_NEITHER else set()
            kept_out = (
                ((beside if is_worded is None else others) | set_aside) - set(reading.changed)
            ) | given_up
            searched = {*conflict.claims, *reading.changed}
            holds = can_hold(abstract, reading.applied(taken), kept_out, searched)
            if holds is None:
                unended.append(reading)
            if holds:
                found.append(_least(abstract, taken, reading, kept_out))
                if abstract[conflict.left_out].quantity != "word":
                    break
        if found:
            return found, set_aside - set(found[0].changed), unended
    return [], set(), unended


def _least(abstract: Abstract, taken: list[Taken], reading: Reading, but: Collection[str]) -> Reading:
    """Take back each change of a reading that it resolves the conflict without."""
    for id in reading.changed:
        fewer = replace(reading, taken=tuple(each for each in reading.taken if each.id != id))
        if fewer.taken and can_hold(abstract, fewer.applied(taken), but):
            reading = fewer
    return reading


def _under_every_reading(
    abstract: Abstract, taken: list[Taken], conflict: Conflict, others: Collection[str]
) -> Conflict:
    """Add to a percentage's conflict as worded what keeps the usual readings from resolving it."""
    claims = list(conflict.claims)
    own = [each for each in taken if each.id in conflict.claims]
    groups = {group for each in own for group in (each.population, each.denominator)}
    near = [each.id for each in taken if each.population in groups and each.id not in others]
    for reading in readings(abstract, taken, own, ARMS in conflict.claims):
        # Readings of other patients are tried as well, and said, without what stands against each.
        if not (reading.is_worded or any(each.is_evaluable for each in reading.taken)):
            continue
        system = CountSystem(abstract, reading.applied(taken))
        holds, core = system.solve(near)
        if holds is False:
            claims += [id for id in smallest(system, core) if id not in claims]
    return replace(conflict, claims=tuple(claims))


def _given(system: CountSystem, ids: list[str]) -> tuple[list[str], bool]:
    """Say what tests give where counts leave one table, and whether it crosses the level of significance."""
    told, turns = [], False
    for id in (id for id in ids if id in system.only):
        table, each = system.only[id], system.taken[id]
        shown = two_by_two.in_words(dict(zip(two_by_two.COLUMNS, table, strict=True)))
        _, others = count_tables.by_test([table], each.claim.figure, each.tests)
        told.append(f"{shown} gives another P value ({'; '.join(others)}).")
        turns |= count_tables.is_beyond(table, each.claim.figure, each.tests, system.abstract.alpha)
    return told, turns


def _worked_out(abstract: Abstract, ids: list[str]) -> list[str]:
    """Work out the shares and the sum of the plain numbers in a conflict."""
    claims = [abstract[id] for id in ids if abstract[id].quantity in ("n", "count", "percent")]
    claims = [each for each in claims if each.figure.bound == "="]
    counts = {(each.population, each.variable, each.at): each for each in claims if each.quantity == "count"}
    sizes = {each.population: each for each in claims if each.quantity == "n"}
    told = []
    for each in claims:
        count = counts.get((each.population, each.variable, each.at))
        size = sizes.get(each.denominator or each.population)
        if each.quantity == "percent" and count and size and size.figure.count:
            share = 100 * count.figure.value / size.figure.value
            told.append(f"{count.value} of {size.value} is {share:.{each.figure.decimals + 1}f} %.")
    alike = {(each.quantity, each.variable, each.at) for each in claims}
    if len(alike) == 1 and len(claims) == len(ids) and claims[0].quantity != "percent":
        told += _added(abstract, claims)
    return told


def _added(abstract: Abstract, claims: list[PrintedClaim]) -> list[str]:
    """Add up the numbers of groups that share no patient, where that of a whole is among them."""
    for whole in claims:
        parts = [each for each in claims if each.id != whole.id]
        are_parts = all(whole.population in abstract.ancestors(each.population) for each in parts)
        pairs = combinations([each.population for each in parts], 2)
        if len(parts) > 1 and are_parts and all(abstract.are_disjoint(*pair) for pair in pairs):
            total = sum(each.figure.count for each in parts)
            return [f"{' and '.join(each.value for each in parts)} add up to {total}."]
    return []


def _told(
    abstract: Abstract,
    taken: list[Taken],
    conflict: Conflict,
    found: list[Reading],
    unended: list[Reading],
) -> Finding:
    ids = [id for id in conflict.claims if id in abstract.by_id]
    together = "; ".join(_quoted(abstract, id) for id in conflict.claims)
    is_worded = bool(found) and found[0].is_worded
    if not is_worded and any(each.is_worded or not found for each in unended):
        reason = f"As worded no patients print these together: {together}. {UNENDED}"
        return Finding(SEARCH, tuple(ids), NOT_REACHED, reason)
    if not found:
        given, turns = _given(CountSystem(abstract, taken), ids)
        told = [*_worked_out(abstract, ids), *given]
        said = [f"No patients print these together: {together}.", *told, f"Tried: {_tried(abstract, ids)}."]
        reason = " ".join(said)
        return Finding(SEARCH, tuple(ids), CANNOT_HOLD, reason, conflict=together, changes_conclusion=turns)
    changed = tuple(dict.fromkeys(each.id for each in found[0].taken))
    names = "; or ".join(reading.name for reading in found)
    # Beside a conflict what excludes each other is told already.
    which = f": {together}. They" if is_worded else "; they"
    reason = f"As worded no patients print these figures together{which} can by this reading: {names}."
    outcome = BY_READING if is_worded else NOT_AS_WORDED
    return Finding(SEARCH, changed, outcome, reason, names, "" if is_worded else together)


def _quoted(abstract: Abstract, id: str) -> str:
    if id.startswith("relation "):
        relation = abstract.relations[int(id.removeprefix("relation ")) - 1]
        return f"{id} ({relation.kind}: {', '.join(filter(None, (*relation.members, relation.total)))})"
    if id not in abstract.by_id:
        return id
    return abstract[id].quoted


def _tried(abstract: Abstract, ids: list[str]) -> str:
    quantities = {abstract[id].quantity for id in ids}
    parts = []
    if "p_value" in quantities:
        parts.append(f"{TRIED}; exact unconditional tests of groups that are not large")
    elif "percent" in quantities:
        parts.append("rounding to the nearest (halves up, down or to even) and truncation")
    if "percent" in quantities:
        parts.append("every smaller number of evaluable patients")
    if quantities & {"percent", "word"}:
        parts.append("the neighbouring populations")
    return "; ".join(parts) or "every number of patients that the other figures leave"
