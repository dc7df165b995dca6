"""Fixtures of the immune chapter: a small panel by hand, and every result of it."""

import pandas as pd
import pytest
from made_up_panel import small_cohort

from helpers.chapters.immune.rows import results
from helpers.ground.cohort import Cohort


@pytest.fixture(scope="session")
def cohort() -> Cohort:
    return small_cohort()


@pytest.fixture(scope="session")
def rows(cohort: Cohort) -> pd.DataFrame:
    return results(cohort)
