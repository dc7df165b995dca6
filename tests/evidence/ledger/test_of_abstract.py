"""The ledger of any abstract: real ones with verdicts that were worked out by hand beforehand."""

from pathlib import Path

import pandas as pd
import pytest

from evidence.claims import folder
from evidence.ledger.of_abstract import ledger

ABSTRACTS = Path(__file__).parents[2] / "abstracts"
FOLDERS = sorted(path.parent for path in ABSTRACTS.glob("*/claims.csv"))


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_a_published_abstract_gets_the_verdicts_found_by_hand(path):
    entries = ledger(folder.load(path)).set_index("id")
    expected = pd.read_csv(path / "expected.csv", dtype=str, keep_default_na=False).set_index("id")
    assert list(entries.index) == list(expected.index)
    allowed = {
        id: {row["verdict"], *filter(None, map(str.strip, row["or"].split(";")))}
        for id, row in expected.iterrows()
    }
    wrong = {
        id: (entry["verdict"], allowed[id], entry["reason"])
        for id, entry in entries.iterrows()
        if entry["verdict"] not in allowed[id]
    }
    assert not wrong


def test_there_are_ten_of_several_fields():
    assert len(FOLDERS) >= 10
