"""All printed numbers of patients at once: whole numbers that print them, or the smallest set that has none.

Every claim is a constraint on the unknown numbers of patients that a literal switches on. CP-SAT, an exact
solver over whole numbers, finds one set of patients that prints all claims, or proves that there is none.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from ortools.sat.python import cp_model

from evidence.claims.abstract import Abstract
from evidence.claims.printed import Figure
from evidence.forensics import count_tables
from evidence.forensics.count_people import ARMS, Cell, People
from evidence.forensics.taken import NEAREST, UNCONDITIONAL, Key, Taken

WITHIN = "within the search: "
MOST_SEARCHED = 1_000  # patients of a group whose size is searched together with a P value
MOST_LISTED = 10_000_000  # patients of all sizes of a group
# How one solution is sought: the level of linearisation and of probing, and for how long, in the solver's own
# seconds, which are the same on every machine. Tables are best searched without linearisation; shares alone,
# of groups that no size bounds, have no end without it.
STAGES = ((1, 0, 0.5), (2, 0, 2.0), (2, 2, 10.0))


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


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"


class CountSystem(People):
    """The claims about numbers of patients of an abstract, as taken.

    Parameters
    ----------
    abstract : Abstract
    taken : iterable of Taken
        Claims of sizes, counts, percentages, P values of two proportions, and the words all, none and most.
    """

    def __init__(self, abstract: Abstract, taken: Iterable[Taken]):
        super().__init__(abstract, taken)
        self.too_large: dict[str, str] = {}
        self.tried: dict[str, str] = {}  # by P value, how many tables and tests
        self.only: dict[str, tuple[int, ...]] = {}  # by P value, where there is one table to try
        self.compared: dict[str, list[cp_model.IntVar]] = {}  # by P value, as the columns of a table
        self.allowed: dict[str, int] = {}  # by P value, how many tables print it
        self.beside: dict[str, set[str]] = {}  # by P value, the claims that its tables are of
        self.within: dict[str, cp_model.IntVar] = {}  # by P value, that no group is larger than is searched
        self.evaluable: dict[Cell, cp_model.IntVar] = {}
        for each in self.taken.values():
            self._claim(each)

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
                within = self.model.add(
                    self.events[each.population, each.key] <= self.sizes[each.denominator]
                )
                within.only_enforce_if(self.literals[each.id])
        elif quantity == "percent":
            self._percent(each)
        else:
            self._p_value(each)

    def _add(self, each: Taken, condition: cp_model.BoundedLinearExpression | bool) -> None:
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
            evaluable = self.model.new_int_var(0, self.largest, f"evaluable {key} {population}")
            self.model.add(evaluable <= self.sizes[population])
            self.evaluable[population, key] = evaluable
        return self.evaluable[population, key]

    def _p_value(self, each: Taken) -> None:
        """Let the table of two groups be one whose P value prints."""
        cells, sides, used = [], [], [each]
        larger: list[
            tuple[cp_model.IntVar, cp_model.IntVar]
        ] = []  # numbers that are cut, and that they are more
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
            self._add(each, patients >= 1)
            sizes, printed = self._possible(each, population, own)
            if len(sizes) > MOST_SEARCHED:
                sizes = range(1, MOST_SEARCHED + 1)
                larger.append((patients, self.model.new_bool_var(f"{population} is larger")))
                self.model.add(patients > MOST_SEARCHED).only_enforce_if(larger[-1][1])
            if sum(sizes) > MOST_LISTED:
                self.too_large[each.id] = f"of {sizes[-1]:,} patients"
                return
            if len(sizes) == 1 and not all(map(is_percent, own)):
                own = [other for other in own if not is_percent(other)]  # a count of a known number says all
            sides.append(count_tables.pairs(sizes, tuple(map(_figure, own))))
            used += [*own, *printed]
        whole = self._whole_of(each, used)
        total = whole.claim.figure.count if whole else 0
        number = count_tables.number(sides[0], sides[1], total)
        self.tried[each.id] = f"{_number(number, 'table')} under {_number(len(each.tests), 'test')}"
        if len(sides[0]) == len(sides[1]) == number == 1:
            self.only[each.id] = (*next(iter(sides[0])), *next(iter(sides[1])))
        if number > count_tables.MOST_TABLES:
            self.too_large[each.id] = f"{number:,}"
            return
        if {*each.tests} <= {*UNCONDITIONAL}:
            outcomes = count_tables.exact_outcomes(sides[0], sides[1], each.claim.figure, total)
            if outcomes > count_tables.MOST_EXACT:
                self.too_large[each.id] = f"{outcomes:,} outcomes of exact unconditional tests"
                return
        self.compared[each.id] = cells
        self.beside[each.id] = {other.id for other in used}
        # The tables are those of the groups' own figures: without one of these they say nothing.
        literals = [self.literals[other.id] for other in dict.fromkeys(used)]
        if whole:
            literals += [self.literals[whole.id], self.literals[ARMS]]
            self.beside[each.id] |= {whole.id, ARMS}
        if larger:
            self.within[each.id] = self.model.new_bool_var(f"{each.id} within")
            self.model.add_bool_or([self.within[each.id], *(is_larger for _, is_larger in larger)])
            for patients, _ in larger:
                self.model.add(patients <= MOST_SEARCHED).only_enforce_if(self.within[each.id])
            literals.append(self.within[each.id])
        printing, others = count_tables.parted(sides[0], sides[1], each.claim.figure, each.tests, total)
        self.allowed[each.id] = len(printing)
        if not len(printing):
            self.model.add_bool_or([literal.negated() for literal in literals])
        elif len(printing) <= len(others):
            self.model.add_allowed_assignments(cells, printing).only_enforce_if(literals)
        elif len(others):
            # The groups' own figures leave these tables and no more: fewer need be named.
            self.model.add_forbidden_assignments(cells, others).only_enforce_if(literals)

    def _whole_of(self, each: Taken, used: list[Taken]) -> Taken | None:
        """Return the size that the two groups of a P value add up to, where neither size is printed."""
        groups = {each.population, each.versus}
        if any(other.is_evaluable or other.denominator not in ("", other.population) for other in used):
            return None
        sized = {
            other.population: other
            for other in self.taken.values()
            if other.claim.quantity == "n" and is_exact(other)
        }
        for whole, parts in self.abstract.parts_by_arm:
            if groups == {*parts} and whole in sized and not groups & set(sized):
                return sized[whole]
        return None

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
        above = [
            other for other in sized if any(other.population in self.abstract.ancestors(id) for id in groups)
        ]
        exact = [other for other in above if other.population in groups]
        if exact and not each.is_evaluable and not any(other.is_evaluable for other in percents):
            size = exact[0].claim.figure.count
            return range(size, size + 1), exact[:1]
        bound = min(above, key=lambda other: other.claim.figure.count, default=None)
        most = bound.claim.figure.count if bound else self.largest
        return range(1, most + 1), [bound] if bound else []

    # Solving.

    @cached_property
    def _solver(self) -> cp_model.CpSolver:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        return solver

    def _status(self) -> cp_model.CpSolverStatus:
        """Solve without probing, which takes longest, and with it only where that has no end."""
        status = cp_model.UNKNOWN
        for linearised, probing, effort in STAGES if self.compared else STAGES[1:]:
            if status in (cp_model.UNKNOWN, cp_model.FEASIBLE):  # the latter where the cheapest is sought
                self._solver.parameters.linearization_level = linearised
                self._solver.parameters.cp_model_probing_level = probing
                self._solver.parameters.symmetry_level = probing
                self._solver.parameters.max_deterministic_time = effort
                status = self._solver.solve(self.model)
        return status

    def solve(self, held: Collection[str]) -> tuple[bool | None, list[str]]:
        """Ask whether some patients print the claims that are held.

        Parameters
        ----------
        held : collection of str
            Of `literals`, or of `within` with that word before it.

        Returns
        -------
        bool or None, list of str
            Whether there are such patients; None where the solver came to no end. Beside False, claims that
            exclude each other, which may be more than need be.
        """
        self.model.clear_assumptions()
        within = {f"{WITHIN}{id}": literal for id, literal in self.within.items()}
        self.model.add_assumptions([(self.literals | within)[id] for id in held])
        status = self._status()
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return True, []
        if status != cp_model.INFEASIBLE:
            return None, []
        by_index = {literal.index: id for id, literal in (self.literals | within).items()}
        return False, [by_index[index] for index in self._solver.sufficient_assumptions_for_infeasibility()]

    def left_out(self, costs: Mapping[str, int]) -> list[str] | None:
        """Find the cheapest claims to leave out so that some patients print all others.

        Parameters
        ----------
        costs : mapping of str to int
            Of leaving out each of `literals` that is held.

        Returns
        -------
        list of str, or None
            None where the solver came to no end.
        """
        self.model.clear_assumptions()
        self.model.minimize(sum(cost * self.literals[id].negated() for id, cost in costs.items()))
        try:
            status = self._status()
        finally:
            self.model.clear_objective()
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return [id for id in costs if not self.value(self.literals[id])]

    def tables(self, id: str, held: Collection[str], most: int) -> tuple[list[tuple[int, ...]], bool]:
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
        list of tuple of int, bool
            Events and patients of the first group, and of the second; and whether it is shown that there are
            no others.
        """
        cells = self.compared[id]
        found: list[tuple[int, ...]] = []
        apart = self.model.new_bool_var(f"others of {id}")
        self.literals[f"others of {id}"] = apart
        try:
            holds = None
            while len(found) < most:
                holds, _ = self.solve([*held, f"others of {id}"])
                if not holds:
                    break
                found.append(tuple(self.value(cell) for cell in cells))
                self.model.add_forbidden_assignments(cells, found[-1:]).only_enforce_if(apart)
        finally:
            del self.literals[f"others of {id}"]
        return found, holds is False

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
