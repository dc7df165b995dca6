"""The printed P values beside their words."""

import pytest
from statsmodels.stats.multitest import multipletests

from evidence.claims import load as claims
from evidence.words import wordings


def test_no_printed_immune_p_value_survives_as_one_family():
    table = wordings.words(claims.load())
    family = table.dropna(subset="adjusted")
    assert len(family) == 8
    assert family["adjusted"].to_numpy() == pytest.approx(
        multipletests(family["p_value"], method="fdr_bh")[1]
    )
    assert round(family["adjusted"].min(), 3) == 0.058
