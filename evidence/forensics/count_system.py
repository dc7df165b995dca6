"""All printed numbers of patients at once: whole numbers that print them, or the smallest set that has none.

Every population has an unknown size, and every question asked of it an unknown number of events; every claim
about them is a constraint that a literal switches on. CP-SAT, an exact solver over whole numbers, finds one
set of patients that prints all claims, or proves that there is none.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import combinations

from ortools.sat.python import cp_model

from evidence.claims.abstract import EVERYBODY, Abstract
from evidence.claims.printed import Figure
from evidence.forensics import count_tables
from evidence.forensics.taken import NEAREST, Key, Taken

LARGEST = 100_000  # patients of a study whose size is not printed
MOST_SEARCHED = 1_000  # patients of a group whose size is searched together with a P value
ARMS = "the two arms are the whole study"
# Of one solution, in the solver's own seconds, which are the same on every machine.
FIRST_EFFORT, EFFORT = 0.2, 10.0
Cell = tuple[str, Key]


def is_percent(each: Taken) -> bool:
    """Tell whether a claim is a percentage.

    Parameters
    ----------
    each : Taken

    Returns
    -------
    bool
    """
    return each.claim.quantity == "percent"


def is_exact(each: Taken) -> bool:
    """Tell whether a claim prints a figure, and not a limit.

    Parameters
    ----------
    each : Taken

    Returns
    -------
    bool
    """
    return each.claim.figure.bound == "="


def _figure(each: Taken) -> tuple[Figure, str, str]:
    return each.claim.figure, each.claim.quantity, each.rounding


class CountSystem:
    """The claims about numbers of patients of an abstract, as taken.

    Parameters
    ----------
    abstract : Abstract
    taken : iterable of Taken
        Claims of sizes, counts, percentages, P values of two proportions, and the words all, none and most.
    """

    def __init__(self, abstract: Abstract, taken: Iterable[Taken]):
        self.abstract = abstract
        self.taken = {each.id: each for each in taken}
        self.model = cp_model.CpModel()
        self.too_large: dict[str, str] = {}
        self.tried: dict[str, str] = {}  # by P value, how many tables and tests
        self.compared: dict[str, list[cp_model.IntVar]] = {}  # by P value, as the columns of a table
        most = self._most(EVERYBODY) or LARGEST
        self.sizes = {id: self.model.new_int_var(0, most, f"n {id}") for id in abstract.populations}
        self.events = {cell: self._counted(cell) for cell in self._cells()}
        self.evaluable: dict[Cell, cp_model.IntVar] = {}
        self.literals = {id: self.model.new_bool_var(id) for id in (*self.taken, ARMS)}
        self._parts(self.sizes)
        self._events_of_parts()
        self._levels()
        self._ties()
        for each in self.taken.values():
            self._claim(each)

    def _counted(self, cell: Cell) -> cp_model.IntVar:
        population, key = cell
        size = self.sizes[population]
        events = self.model.new_int_var(0, LARGEST, f"{key} {population}")
        self.model.add(events <= size)
        return events

    def _cells(self) -> list[Cell]:
        """List whose events are asked for: claims', and what ties those of the two arms."""
        asked = {
            (population, each.key)
            for each in self.taken.values()
            if each.claim.quantity != "n"
            for population in filter(None, (each.population, each.versus))
        }
        for whole, parts in self.abstract.parts_by_arm():
            keys = {key for population, key in asked if population == whole}
            asked |= {
                (part, key) for key in keys for part in parts if any((each, key) in asked for each in parts)
            }
        for variable in {key[0] for _, key in asked if "=" in key[0]}:
            asked |= {(p, key) for p, key in asked if key[0] == variable}
        return sorted(asked)

    def _most(self, population: str) -> int:
        """Return the largest printed size that a population can have; 0 where none bounds it."""
        bounds = [
            each.claim.figure.count
            for each in self.taken.values()
            if each.claim.quantity == "n"
            and each.claim.figure.bound == "="
            and each.population in self.abstract.ancestors(population)
        ]
        arms = [
            sum(each.claim.figure.count for each in own)
            for own in [[each for each in self.taken.values() if self._is_size_of_arm(each)]]
            if len(own) == len(self.abstract.arms)
        ]
        # Printed sizes may be wrong: what is searched is bounded by the largest of the whole, not the smallest.
        return max([*bounds, *arms], default=0) if population == EVERYBODY else min(bounds, default=0)

    def _is_size_of_arm(self, each: Taken) -> bool:
        claim = each.claim
        return claim.quantity == "n" and each.population in self.abstract.arms and claim.figure.bound == "="

    # What holds of any patients.

    def _parts(self, numbers: dict[str, cp_model.IntVar]) -> None:
        """Tie numbers of the same thing: a part is not more than the whole, nor are parts that share nobody."""
        abstract = self.abstract
        for whole in numbers:
            inside = [id for id in numbers if id != whole and whole in abstract.ancestors(id)]
            for id in inside:
                self.model.add(numbers[id] <= numbers[whole])
            for clique in self._apart(inside):
                self.model.add(sum(numbers[id] for id in clique) <= numbers[whole])
        for whole, parts in abstract.parts_by_arm():
            if whole in numbers and all(part in numbers for part in parts):
                together = self.model.add(sum(numbers[part] for part in parts) >= numbers[whole])
                together.only_enforce_if(self.literals[ARMS])

    def _apart(self, ids: list[str]) -> set[frozenset[str]]:
        """List sets of populations that share nobody, each as large as it can be made from one beginning."""
        found = set()
        for first in ids:
            clique = [first]
            for id in ids:
                if all(self.abstract.are_disjoint(id, other) for other in clique):
                    clique.append(id)
            if len(clique) > 1:
                found.add(frozenset(clique))
        return found

    def _events_of_parts(self) -> None:
        for key in {key for _, key in self.events}:
            asked = {id: events for (id, own), events in self.events.items() if own == key}
            self._parts(asked)
            for whole, part in ((w, p) for w in asked for p in asked if w != p):
                if whole in self.abstract.ancestors(part):
                    # Whoever has no event is a part of those without in the whole.
                    self.model.add(
                        self.sizes[part] - asked[part] <= self.sizes[whole] - asked[whole]
                    )

    def _levels(self) -> None:
        """Let levels of one variable, in the same patients, exclude each other."""
        groups: dict[tuple[str, str, str], list[cp_model.IntVar]] = {}
        for (population, (variable, at)), events in self.events.items():
            name, equals, _ = variable.partition("=")
            if equals:
                groups.setdefault((population, name, at), []).append(events)
        for (population, _, _), events in groups.items():
            self.model.add(sum(events) <= self.sizes[population])

    def _ties(self) -> None:
        """Add what the folder's own relations say of sizes, counts and variables."""
        for number, relation in enumerate(self.abstract.relations):
            if relation.kind == "before":
                continue
            literal = self.literals.setdefault(f"relation {number + 1}", self.model.new_bool_var("relation"))
            for members, total in self._related(relation.members, relation.total):
                for constraint in self._tied(relation.kind, members, total):
                    constraint.only_enforce_if(literal)

    def _tied(self, kind: str, members: list[cp_model.IntVar], total: cp_model.IntVar | None) -> Iterator:
        if kind == "sum" and total is not None:
            yield self.model.add(sum(members) == total)
        elif kind == "disjoint" and total is not None:
            yield self.model.add(sum(members) <= total)
        elif kind == "subset" and total is not None:
            yield from (self.model.add(member <= total) for member in members)
        elif kind in ("equal", "subset"):
            for first, second in zip(members, members[1:], strict=False):
                yield self.model.add(first == second if kind == "equal" else first <= second)

    def _related(
        self, members: tuple[str, ...], total: str
    ) -> Iterator[tuple[list[cp_model.IntVar], cp_model.IntVar | None]]:
        """Give the unknowns that a relation ties: of its claims or populations, or of variables in each group."""
        alone = [self.unknown(member) for member in members]
        if all(each is not None for each in alone):
            whole = self.unknown(total) if total else None
            if not total and all(member in self.sizes for member in members):
                whole = self.sizes[EVERYBODY]
            yield [each for each in alone if each is not None], whole
            return
        for population, at in sorted({(population, key[1]) for population, key in self.events}):
            cells = [(population, (member, at)) for member in members]
            if all(cell in self.events for cell in cells):
                whole = self.events.get((population, (total, at)))
                if total in ("", population):
                    whole = self.sizes[population]
                yield [self.events[cell] for cell in cells], whole

    def unknown(self, id: str) -> cp_model.IntVar | None:
        """Return the unknown that a claim or a population is about.

        Parameters
        ----------
        id : str

        Returns
        -------
        IntVar or None
            None where it is neither, or no number of patients.
        """
        if id in self.sizes:
            return self.sizes[id]
        each = self.taken.get(id)
        if each is None or each.claim.quantity not in ("n", "count"):
            return None
        return self.sizes[each.population] if each.claim.quantity == "n" else self.events[each.population, each.key]

    # What a claim says.

    def _claim(self, each: Taken) -> None:
        quantity = each.claim.quantity
        if quantity == "word":
            self._word(each)
        elif quantity == "n":
            self._number(each, self.sizes[each.population])
        elif quantity == "count":
            self._number(each, self.events[each.population, each.key])
            if each.denominator != each.population:
                within = self.model.add(self.events[each.population, each.key] <= self.sizes[each.denominator])
                within.only_enforce_if(self.literals[each.id])
        elif quantity == "percent":
            self._percent(each)
        else:
            self._p_value(each)

    def _add(self, each: Taken, condition: object) -> None:
        self.model.add(condition).only_enforce_if(self.literals[each.id])

    def _word(self, each: Taken) -> None:
        size, events = self.sizes[each.population], self.events[each.population, each.key]
        conditions = {"all": events == size, "none": events == 0, "most": 2 * events > size}
        self._add(each, conditions[each.claim.value])
        self._add(each, size >= 1)

    def _number(self, each: Taken, unknown: cp_model.IntVar) -> None:
        figure = each.claim.figure
        value = int(figure.value)
        conditions = {
            "=": unknown == value,
            "<": unknown < value,
            ">": unknown > value,
            "<=": unknown <= value,
            ">=": unknown >= value,
        }
        self._add(each, conditions[figure.bound])

    def _percent(self, each: Taken) -> None:
        """Let a share print as a percentage, in whole numbers throughout."""
        events, patients = self.events[each.population, each.key], self._patients(each)
        figure = each.claim.figure
        scale = 10**figure.decimals
        value, share = round(figure.value * scale), 100 * scale * events
        self._add(each, patients >= 1)
        self._add(each, events <= patients)
        if figure.bound != "=":
            bounds = {
                "<": share < value * patients,
                ">": share > value * patients,
                "<=": share <= value * patients,
                ">=": share >= value * patients,
            }
            self._add(each, bounds[figure.bound])
        elif each.rounding == NEAREST:
            # A half may be rounded either way.
            self._add(each, 2 * share >= (2 * value - 1) * patients)
            self._add(each, 2 * share <= (2 * value + 1) * patients)
        else:
            self._add(each, share >= value * patients)
            self._add(each, share < (value + 1) * patients)

    def _patients(self, each: Taken) -> cp_model.IntVar:
        """Return the number that a percentage is of."""
        if not each.is_evaluable:
            return self.sizes[each.denominator]
        return self._evaluable(each.denominator, each.key)

    def _evaluable(self, population: str, key: Key) -> cp_model.IntVar:
        if (population, key) not in self.evaluable:
            evaluable = self.model.new_int_var(0, LARGEST, f"evaluable {key} {population}")
            self.model.add(evaluable <= self.sizes[population])
            self.evaluable[population, key] = evaluable
        return self.evaluable[population, key]

    def _p_value(self, each: Taken) -> None:
        """Let the table of two groups be one whose P value prints."""
        cells, sides, used = [], [], [each]
        for population in (each.population, each.versus):
            own = self._own(each, population)
            patients = self.sizes[population]
            if each.is_evaluable:
                patients = self._evaluable(population, each.key)
            elif not each.whole_groups:
                patients = next((self._patients(other) for other in own if is_percent(other)), patients)
            events = self.events[population, each.key]
            cells += [events, patients]
            self._add(each, events <= patients)
            sizes, printed = self._possible(each, population, own)
            if len(sizes) == 1 and not all(map(is_percent, own)):
                own = [other for other in own if not is_percent(other)]  # a count of a known number says all
            sides.append(count_tables.pairs(sizes, tuple(map(_figure, own))))
            used += [*own, *printed]
        self.tried[each.id] = f"{len(sides[0]) * len(sides[1])} tables under {len(each.tests)} tests"
        if len(sides[0]) * len(sides[1]) > count_tables.MOST_TABLES:
            self.too_large[each.id] = f"{len(sides[0])} times {len(sides[1])} tables"
            return
        self.compared[each.id] = cells
        # The tables are those of the groups' own figures: without one of these they say nothing.
        literals = [self.literals[other.id] for other in dict.fromkeys(used)]
        tables = count_tables.printing(*sides, each.claim.figure, each.tests)
        if tables:
            self.model.add_allowed_assignments(cells, tables).only_enforce_if(literals)
        else:
            self.model.add_bool_or([literal.negated() for literal in literals])

    def _own(self, each: Taken, population: str) -> list[Taken]:
        """List the counts and percentages that are printed of what a P value compares in a group."""
        return [
            other
            for other in self.taken.values()
            if (other.population, other.key) == (population, each.key)
            and (other.claim.quantity == "count" or (is_percent(other) and not each.whole_groups))
        ]

    def _possible(self, each: Taken, population: str, own: list[Taken]) -> tuple[range, list[Taken]]:
        """Return how many patients a group can have beside a P value, and the claims that say so."""
        percents = [other for other in own if is_percent(other)]
        groups = {other.denominator for other in percents} or {population}
        sized = [other for other in self.taken.values() if other.claim.quantity == "n" and is_exact(other)]
        above = [other for other in sized if any(other.population in self.abstract.ancestors(id) for id in groups)]
        exact = [other for other in above if other.population in groups]
        if exact and not each.is_evaluable and not any(other.is_evaluable for other in percents):
            size = exact[0].claim.figure.count
            return range(size, size + 1), exact[:1]
        bound = min(above, key=lambda other: other.claim.figure.count, default=None)
        most = bound.claim.figure.count if bound else MOST_SEARCHED
        return range(1, min(most, MOST_SEARCHED) + 1), [bound] if bound else []

    def _shared(self, each: Taken, population: str) -> Taken | None:
        """Return the percentage that is printed of what a P value compares in a group."""
        found = (
            other
            for other in self.taken.values()
            if other.claim.quantity == "percent" and other.population == population and other.key == each.key
        )
        return next(found, None)

    # Solving.

    @cached_property
    def _solver(self) -> cp_model.CpSolver:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.linearization_level = 0
        return solver

    def _status(self) -> int:
        """Solve at once, and with the solver's preparations only where that comes to no end: they take longest."""
        status = cp_model.UNKNOWN
        for prepared, effort in ((False, FIRST_EFFORT), (True, EFFORT)):
            if status == cp_model.UNKNOWN:
                self._solver.parameters.cp_model_presolve = prepared
                self._solver.parameters.max_deterministic_time = effort
                status = self._solver.solve(self.model)
        return status

    def solve(self, held: Collection[str]) -> tuple[bool | None, list[str]]:
        """Ask whether some patients print the claims that are held.

        Parameters
        ----------
        held : collection of str
            Of `literals`.

        Returns
        -------
        bool or None, list of str
            Whether there are such patients; None where the solver came to no end. Beside False, claims that
            exclude each other, which may be more than need be.
        """
        self.model.clear_assumptions()
        self.model.add_assumptions([self.literals[id] for id in held])
        status = self._status()
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return True, []
        if status != cp_model.INFEASIBLE:
            return None, []
        by_index = {literal.index: id for id, literal in self.literals.items()}
        return False, [by_index[index] for index in self._solver.sufficient_assumptions_for_infeasibility()]

    def tables(self, id: str, held: Collection[str], most: int) -> list[tuple[int, ...]]:
        """List the tables that a P value can be of, beside all other claims that are held.

        Parameters
        ----------
        id : str
            Of a claim in `compared`.
        held : collection of str
            As of `solve`.
        most : int
            How many are looked for.

        Returns
        -------
        list of tuple of int
            Events and patients of the first group, and of the second.
        """
        cells, found = self.compared[id], []
        apart = self.model.new_bool_var(f"others of {id}")
        self.literals[f"others of {id}"] = apart
        try:
            while len(found) < most and self.solve([*held, f"others of {id}"])[0]:
                found.append(tuple(self.value(cell) for cell in cells))
                self.model.add_forbidden_assignments(cells, found[-1:]).only_enforce_if(apart)
        finally:
            del self.literals[f"others of {id}"]
        return found

    def value(self, unknown: cp_model.IntVar) -> int:
        """Return what an unknown is in the last solution.

        Parameters
        ----------
        unknown : IntVar

        Returns
        -------
        int
        """
        return int(self._solver.value(unknown))
