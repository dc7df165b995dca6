"""Other priors and readings: what each touches, how its draws are ranged, and what is written."""

import numpy as np
import pandas as pd
import pytest

from evidence.claims.load import load
from evidence.ensemble import people, sensitivity, store
from evidence.ensemble.prior import PRIORS
from evidence.ensemble.reading import EXACT, READINGS
from evidence.reconstruction.targets import Targets

PEOPLE = people.solve(Targets(load()).figures)
HAZARD = "survival.os.hazard_ratio.arm"


def test_a_prior_or_a_reading_touches_the_blocks_that_it_is_about():
    assert sensitivity.touched(PRIORS["neutral"]) == sensitivity.touched(EXACT) == []
    assert sensitivity.touched(PRIORS["rising hazard"]) == ["survival"]
    assert sensitivity.touched(PRIORS["normal ages"]) == ["marrow"]
    assert sensitivity.touched(PRIORS["larger immune changes"]) == ["immune"]
    assert sensitivity.touched(READINGS["odds ratio without the arm"]) == ["marrow"]
    assert sensitivity.touched(READINGS["no response is no MRD negativity"]) == ["survival"]


def test_every_prior_and_reading_is_drawn():
    listed = sensitivity.settings()
    assert [setting.prior for setting in listed["prior"]] == list(PRIORS)
    assert {setting.reading for setting in listed["reading"]} == set(READINGS) - {"exact"}


def test_bands_leave_out_a_fortieth_on_each_side_and_tell_what_follows():
    values = pd.DataFrame(
        {
            HAZARD: np.linspace(0.5, 2.5, 201),
            "survival.relapse.died.all": np.full(201, 8),
            "survival.followup.reverse_km_median.all": np.where(np.arange(201) < 20, np.nan, 20.0),
            "survival.os.km_24m.combination": np.where(np.arange(201) < 20, np.nan, 0.5),
        }
    )
    found = sensitivity.bands(values).set_index("id")
    assert found.loc[HAZARD, ["low", "high"]].tolist() == pytest.approx([0.55, 2.45])
    assert found.loc[HAZARD, "share_below_null"] == pytest.approx(50 / 201)
    assert found["standing"].tolist() == ["open", "follows", "open", "open"]
    assert found["high"].tolist()[1:] == [8, np.inf, 0.5]  # a time that is not reached is beyond every other
    assert found["share_below_null"].isna().tolist() == [False, True, True, True]


def test_nothing_is_said_of_those_who_entered_negative_where_the_sentence_is_about_others():
    found = sensitivity.of_all_patients(PEOPLE).set_index("id")[["low", "high"]].T.to_dict("list")
    assert found == {
        "efficacy.mrd_negativity.count.all": [43, 49],
        "efficacy.mrd_negativity.count.all.mrd_negative": [0, 6],
        "efficacy.mrd_negativity.count.monotherapy": [29, 35],
        "efficacy.mrd_negativity.count.monotherapy.mrd_negative": [0, 6],
    }


def test_the_tables_say_what_was_not_reached(tmp_path, monkeypatch):
    def results(setting, *_):
        if setting.reading == "disease-free survival of responders":
            raise ValueError("not reached")
        return pd.DataFrame({HAZARD: [0.5, 1.5]})

    monkeypatch.setattr(sensitivity, "results", results)
    assert sensitivity.main(["--out", str(tmp_path)]) == 0
    priors, readings = store.priors(tmp_path), store.readings(tmp_path)
    assert priors["prior"].tolist() == list(PRIORS)
    assert (priors["low"] == 0.5).all() and (priors["high"] == 1.5).all()
    missing = readings[readings["standing"] == "not reached"]
    assert missing["reading"].tolist() == ["disease-free survival of responders"]
    assert missing["draws"].tolist() == [0]
    assert sensitivity.ALL_PATIENTS in set(readings["reading"])


def test_the_groups_that_reach_the_print_are_kept_without_the_others(tmp_path, monkeypatch):
    def blocks(parts, *_, **__):
        if any(part.group == 1 for part in parts):
            raise ValueError("not reached")
        return {"survival": {"draws": np.array([part.group for part in parts])}}

    monkeypatch.setattr(sensitivity.drawing, "blocks", blocks)
    parts = sensitivity.Setting("survival").parts()[:3]
    found = sensitivity._drawn(parts, None, tmp_path)
    assert found["survival"]["draws"].tolist() == [0, 2]
    with pytest.raises(ValueError, match="not reached"):
        sensitivity._drawn(parts[1:2], None, tmp_path)
