"""The smallest sets on which an estimator ever differed from R, with R's figures, from ``make agreement``."""

import json
from pathlib import Path

import pytest

from reference.agreement import FROZEN, TOLERANCE, differences

SETS = json.loads(Path(FROZEN).read_text(encoding="utf-8"))


def _case(place, frozen):
    reason = f"not mended yet: differs from R in {frozen['apart']}"
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if frozen["unmended"] else []
    return pytest.param(frozen, id=f"{frozen['estimator']}-{place}", marks=marks)


@pytest.mark.parametrize("frozen", [_case(place, frozen) for place, frozen in enumerate(SETS)])
def test_a_set_that_once_differed_agrees_with_r(frozen):
    _, apart, _ = differences(frozen["estimator"], frozen["arguments"], frozen["r"])
    assert {key: value for key, value in apart.items() if value > TOLERANCE} == {}
