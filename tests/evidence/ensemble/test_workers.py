"""Groups are drawn alike by one process, by two and by the workers of a cluster.

They are of the block that is drawn in the shortest time.
"""

from dataclasses import replace

import numpy as np
import pytest
from distributed import LocalCluster

from evidence.claims import load
from evidence.ensemble import drawing, marrow, people, survival
from evidence.ensemble.prior import PRIORS
from evidence.ensemble.reading import READINGS
from evidence.reconstruction.targets import Targets

TARGETS = Targets(load.load())
PARTS = [drawing.Part("marrow", group, 2, 5, "neutral") for group in range(2)]


def files(folder, workers):
    told = []
    drawn = drawing.blocks(
        PARTS, TARGETS, folder, lambda part, left: told.append((part.group, left)), workers
    )
    assert sorted(group for group, _ in told) == [0, 1]
    assert [left for _, left in told] == [1, 0]
    assert list(drawn) == ["marrow"]
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    return files(tmp_path_factory.mktemp("alone"), 1)


def test_a_group_is_that_of_its_own_generator(alone, tmp_path):
    rng = np.random.default_rng([5, 1, 1])
    wanted = marrow.draws(people.solve(TARGETS.figures), TARGETS, PRIORS["neutral"], 2, rng)
    (tmp_path / "one").write_bytes(alone["marrow-001-2.npz"])
    kept = np.load(tmp_path / "one")
    assert all((kept[name] == values).all() for name, values in wanted.items())


def test_two_processes_draw_the_same_bytes(alone, tmp_path):
    assert files(tmp_path, 2) == alone


def test_a_cluster_draws_the_same_bytes(alone, tmp_path, monkeypatch):
    # Its workers are threads that are spoken to over the network, as processes would import everything anew.
    one_process = {"processes": False, "protocol": "tcp"}
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, **one_process) as cluster:
        monkeypatch.setenv("DASK_SCHEDULER", cluster.scheduler_address)
        assert files(tmp_path, 1) == alone


def test_what_an_earlier_run_left_is_not_drawn_again(alone, tmp_path):
    for name in list(alone)[1:]:
        (tmp_path / name).write_bytes(alone[name])
    told = []
    drawing.blocks(PARTS, TARGETS, tmp_path, lambda part, left: told.append(left), 1)
    assert told == [0]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == alone


def test_a_part_is_drawn_under_its_reading(monkeypatch):
    monkeypatch.setattr(survival, "PLAN", replace(survival.PLAN, last_moves=2000))
    part = drawing.Part("survival", 0, 2, 5, "neutral", "no response is no MRD negativity")
    found, everybody = drawing.draw(part, TARGETS), people.solve(TARGETS.figures)
    assert READINGS[part.reading].no_response == "mrd"
    assert not (found["relapse"] & ~everybody.mrd_negative).any()
    assert (found["death"] & everybody.responded & ~everybody.mrd_negative).any()
