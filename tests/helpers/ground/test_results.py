"""The result row keeps its grammar and knows what kind of number it is."""

import pandas as pd
import pytest

from helpers.ground import results
from helpers.ground.results import DIFFERENCE, Estimate, ResultId, row

RATE = ResultId("efficacy", "response", "rate", "first")


def made(id: ResultId, unit: str = "fraction", value: Estimate | None = None, **more) -> dict:
    return row(id, "label", "population", unit, value or Estimate(), **more)


def test_the_parts_of_the_id_stand_in_the_row():
    found = made(ResultId("efficacy", "response", "rate", "first", "high"))
    assert found["id"] == "efficacy.response.rate.first.high"
    parts = [found[part] for part in ("chapter", "outcome", "statistic", "group", "stratum")]
    assert parts == ["efficacy", "response", "rate", "first", "high"]


@pytest.mark.parametrize("text", ["survival.os.median.all", "efficacy.response.rate.first.high"])
def test_an_id_reads_as_it_prints(text):
    assert str(ResultId.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    ["efficacy.rate", "other.a.b.all", "survival.os..all", "survival.OS.km.all", "survival.os.a/b.all"],
)
def test_an_id_outside_the_grammar_is_refused(text):
    with pytest.raises(ValueError, match="is not chapter"):
        ResultId.parse(text)


def test_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="unit"):
        made(RATE, "percent")


@pytest.mark.parametrize("kind", ["diference", "share", ""])
def test_a_kind_that_is_no_difference_is_refused(kind):
    with pytest.raises(ValueError, match="is not 'difference'"):
        made(RATE, kind=kind)


@pytest.mark.parametrize(
    ("unit", "more", "kind"),
    [
        ("fraction", {}, "share"),
        ("fraction", {"kind": DIFFERENCE}, "difference"),
        ("months", {}, "time"),
        ("hazard_ratio", {}, "ratio"),
        ("count", {}, "count"),
        ("statistic", {}, "statistic"),
    ],
)
def test_a_row_knows_its_kind(unit, more, kind):
    assert made(RATE, unit, **more)["kind"] == kind


def test_an_id_stands_once():
    with pytest.raises(ValueError, match="stand twice"):
        results.table([made(RATE), made(RATE)])


def test_an_unknown_id_names_its_neighbours():
    with pytest.raises(KeyError, match="efficacy.response.rate.first"):
        results.get(results.table([made(RATE)]), ResultId("efficacy", "response", "rate", "frist"))


def test_rows_are_picked_by_parts_of_their_ids():
    ids = [ResultId("survival", outcome, "median", arm) for outcome in ("os", "dfs") for arm in ("a", "b")]
    table = results.table(made(id, "months") for id in ids)
    assert results.pick(table, outcome="dfs", group=("b", "a"))["id"].tolist() == [str(id) for id in ids[2:]]
    assert results.pick(table, statistic="mean").empty


def test_a_table_on_disk_has_its_fifteen_columns_and_twelve_digits(tmp_path):
    results.write(results.table([made(RATE, value=Estimate(1 / 3, n=3))]), tmp_path / "results.csv")
    header, line = (tmp_path / "results.csv").read_text().splitlines()
    assert header.split(",") == results.COLUMNS
    assert "0.333333333333,," in line
    assert pd.read_csv(tmp_path / "results.csv").loc[0, "n"] == 3
