"""Sums of counts, on claims made by hand."""

import pandas as pd
import pytest

from evidence.claims.printed import Figures
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD
from evidence.this_abstract import counts


def claimed(*rows):
    """Claims of (id, result_id, relation, value, decimals, unit)."""
    columns = ["id", "result_id", "relation", "value", "decimals", "unit"]
    frame = pd.DataFrame(rows, columns=columns).astype({"decimals": "Int64"})
    return frame.assign(chapter="immune", statement="", reading="", source_sentence=1)


@pytest.mark.parametrize(("whole", "outcome"), [(64, CAN_HOLD), (63, CANNOT_HOLD), (65, CANNOT_HOLD)])
def test_parts_and_whole(whole, outcome):
    rows = [("all", "cohort.patients.count.all", "equals", whole, 0, "count")]
    rows += [
        (arm, f"cohort.patients.count.{arm}", "equals", size, 0, "count")
        for arm, size in (("combination", 19), ("monotherapy", 45))
    ]
    (found,) = counts.findings(Figures(claimed(*rows)))
    assert (found.outcome, found.claims) == (outcome, ("all", "combination", "monotherapy"))
