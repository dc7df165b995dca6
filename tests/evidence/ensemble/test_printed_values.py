"""A printed number stands as it is printed; what only its P value fixes stays a range."""

import pandas as pd
import pytest

from evidence.claims import load
from evidence.ensemble.printed_values import as_printed
from helpers.ground.results import Estimate, ResultId, row, table

ALIVE = ResultId("survival", "os", "km_24m")
RANK = ResultId("cohort", "blasts", "mann_whitney", "arm", "relapsed_refractory")
ROWS = table(
    [
        row(ALIVE, "Alive", "all", "fraction", Estimate(estimate=0.6431)),
        row(RANK, "Mann-Whitney", "all", "statistic", Estimate(estimate=111, p_value=0.5705)),
    ]
)
MEMBERS = pd.DataFrame(
    {
        "id": [str(ALIVE), str(RANK)],
        "standing": "printed",
        "range_low": [0.636, 111.0],
        "range_high": [0.644, 141.0],
        "varies": ["estimate interval", "estimate"],
    }
)


def test_the_share_is_the_printed_one_and_the_statistic_behind_a_p_value_stays_open():
    alive, rank = (each for _, each in as_printed(MEMBERS, load.load(), ROWS).iterrows())
    assert alive["range_low"] == alive["range_high"] == pytest.approx(0.64)
    assert (rank["range_low"], rank["range_high"], rank["varies"]) == (111, 141, "estimate")
    assert alive["varies"] == "interval"
