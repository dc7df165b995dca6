"""What the page's script is told of a figure: texts, places on the axis, and where the axes lie."""

import io
import json
import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers.ground.results import Estimate, ResultId, row
from helpers.printing.live import Live, cell, for_page, name_axes, slider

RATE = row(
    ResultId("efficacy", "response", "rate"),
    "Response",
    "All",
    "fraction",
    Estimate(0.75, 0.47, 0.91, 0.95, n=12, events=9, method="Wilson"),
)


@pytest.fixture
def axes():
    with plt.rc_context({"figure.constrained_layout.use": False}):  # which would make the axes smaller
        fig, axs = plt.subplots(1, 2, figsize=(4, 2))
        for ax in axs:
            ax.set(xlim=(0, 40), ylim=(3, -1))
        yield axs
    plt.close(fig)


def test_a_cell_is_the_print_of_a_row_and_its_standing():
    assert cell(pd.Series(RATE)) == ["75% (95% CI 47% to 91%)", "observed"]
    open_row = {**RATE, "standing": "open", "range_low": 0.4, "range_high": 0.8}
    assert cell(pd.Series(open_row)) == ["40% to 80%", "open"]
    assert cell(pd.Series({**RATE, "standing": "printed"}), "9 of 12") == ["9 of 12", "printed"]


def test_places_are_shares_of_the_axis(axes):
    rows = {"all": [[["64%", "printed"]], [["55%", "open"]]]}
    across = slider(axes, "Month", {10: "10 months", 30: "30 months"}, ["Curve", "Survival"], rows, start=1)
    assert across.said["slider"]["at"] == [0.25, 0.75]
    down = slider(axes, "Cut-off", {0: "a", 2: "b"}, ["Curve", "Survival"], rows, start=0, up=True)
    assert down.said["slider"]["at"] == [0.25, 0.75]  # from the top, where the axis begins with -1
    assert set(across.said["slider"]["told"]) == {"printed", "open"}


def drawn(axes, box: str | None) -> str:
    name_axes(axes)
    lines = io.StringIO()
    axes[0].figure.savefig(lines, format="svg", bbox_inches=box)
    return lines.getvalue()


def test_the_boxes_are_where_the_drawing_has_its_axes(axes):
    told = json.loads(for_page(Live({}, axes), drawn(axes, None)))
    width, height = told["size"]
    assert (width, height) == pytest.approx((4 * 72, 2 * 72))
    for ax, (left, top, wide, high) in zip(axes, told["boxes"], strict=True):
        place = ax.get_position()
        expected = (place.x0 * width, (1 - place.y1) * height, place.width * width, place.height * height)
        assert (left, top, wide, high) == pytest.approx(expected, abs=0.02)


def test_the_boxes_follow_a_drawing_that_is_cut_to_what_it_holds(axes):
    axes[0].set_ylabel("a label that lies far outside of the figure", labelpad=60)
    whole, cut = (json.loads(for_page(Live({}, axes), drawn(axes, box))) for box in (None, "tight"))
    assert cut["size"][0] > whole["size"][0] + 5
    assert [box[2:] for box in cut["boxes"]] == [pytest.approx(box[2:], abs=0.02) for box in whole["boxes"]]
    assert cut["boxes"][0][0] > whole["boxes"][0][0] + 5


def test_axes_that_are_not_in_the_drawing_are_an_error(axes):
    with pytest.raises(ValueError, match="where its axes lie"):
        for_page(Live({}, axes), '<svg viewBox="0 0 10 10"></svg>')


def test_what_is_told_cannot_end_the_script(axes):
    text = for_page(Live({"name": "</script><b>"}, axes), drawn(axes, None))
    assert not re.search("[<]", text) and json.loads(text)["name"] == "</script><b>"
