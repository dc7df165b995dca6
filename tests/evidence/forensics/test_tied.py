"""Figures that a relation of the folder ties, worked out by hand."""

from dataclasses import replace

import pytest
from few_claims import abstract

from evidence.claims.groups import Relation
from evidence.forensics import tied_findings
from evidence.forensics.finding import BY_READING, CAN_HOLD, CANNOT_HOLD


def outcome(quantity, values, kind, total=""):
    """The outcome of a relation of some figures; a total that is a number is the last claim."""
    made = abstract(*[(quantity, value, {"variable": f"x{value}"}) for value in values])
    ids = [claim.id for claim in made.claims]
    members, total = (ids[:-1], ids[-1]) if total == "last" else (ids, total)
    found = tied_findings.findings(replace(made, relations=(Relation(kind, tuple(members), total),)))
    return next((each.outcome for each in found), None)


@pytest.mark.parametrize(
    ("quantity", "values", "kind", "total", "expected"),
    [
        ("percent", ["33", "33", "33"], "sum", "all", CAN_HOLD),  # at the most 33.5 each, 100.5 together
        ("percent", ["33", "33", "32"], "sum", "all", BY_READING),  # 99.5; cut off up to 34, 34 and 33
        ("percent", ["33.0", "33.0", "33.0"], "sum", "all", CANNOT_HOLD),
        ("percent", ["40", "35", "74"], "sum", "last", CAN_HOLD),  # 39.5 and 34.5 are 74
        ("percent", ["40", "35", "73"], "sum", "last", CANNOT_HOLD),  # 74 at the least, and 73.5 at the most
        ("percent", ["40", "35", "60"], "disjoint", "last", CANNOT_HOLD),
        ("percent", ["40", "35", "80"], "disjoint", "last", CAN_HOLD),
        ("median", ["12", "12.4"], "equal", "", CAN_HOLD),
        ("median", ["12", "12.6"], "equal", "", BY_READING),  # 12.6 without its decimals
        ("median", ["12", "13.1"], "equal", "", CANNOT_HOLD),
        ("probability", ["55", "64"], "subset", "", CAN_HOLD),
        ("probability", ["66", "64"], "subset", "", CANNOT_HOLD),
        ("probability", ["66", "60", "64"], "subset", "last", CANNOT_HOLD),
        ("probability", ["60", ">80"], "subset", "", CAN_HOLD),
        ("count", ["3", "4"], "equal", "", None),  # with all numbers of patients
        ("date", ["2020", "2021"], "equal", "", None),
    ],
)
def test_relations_of_figures(quantity, values, kind, total, expected):
    assert outcome(quantity, values, kind, total) == expected
