"""A paragraph gets its numbers from rows, by name."""

import base64
import io
import json
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from helpers.ground.results import Estimate, ResultId, row
from helpers.printing import notebook
from helpers.printing.exhibits import EXHIBIT, PNG, SVG
from helpers.printing.live import Live
from helpers.printing.notebook import quote_figure, say, show

ALT = "A curve that falls from all patients to half of them."
RATE = pd.Series(
    row(
        ResultId("efficacy", "response", "rate"),
        "label",
        "Everybody",
        "fraction",
        Estimate(0.75, 0.47, 0.91, 0.95, n=12, events=9, method="Wilson"),
    )
)


def test_a_row_prints_as_its_slot_asks():
    text = "{rate} / {rate:of} / {rate:number} / {rate:population} / {words}"
    assert say(text, rate=RATE, words="a word").data == (
        "75% (95% CI 47% to 91%) / 75% (9 of 12; 95% CI 47% to 91%) / 75% / Everybody / a word"
    )


def test_roles_of_the_pages_stay_and_the_text_loses_its_indent():
    text = """
    See {term}`P value` and {cite}`kaplan1958`.

    - {rate:number}
    """
    assert say(text, rate=RATE).data == "See {term}`P value` and {cite}`kaplan1958`.\n\n- 75%"


@pytest.mark.parametrize(("text", "slots"), [("{a} {b}", {"a": "1"}), ("{a}", {"a": "1", "b": "2"})])
def test_a_slot_without_a_value_or_a_place_is_an_error(text, slots):
    with pytest.raises(ValueError, match="b"):
        say(text, **slots)


def test_a_line_with_nothing_in_its_slot_goes_away():
    text = """
    Kept: {rate:number}.
    {gone} is on a line with {rate:number}.

    - {absent}
    - {words}
    """
    assert say(text, rate=RATE, gone=None, absent=None, words="").data == "Kept: 75%.\n\n- "


def test_nothing_is_said_where_every_line_goes_away():
    assert say("{gone}", gone=None) is None
    assert say("{words}", words="") is None


@pytest.fixture
def displayed(monkeypatch) -> list[tuple[dict, dict]]:
    """Gather what is displayed: the outputs by kind, and their metadata."""
    found = []
    monkeypatch.setattr(
        notebook, "display", lambda data, metadata=None, raw=False: found.append((data, metadata or {}))
    )
    return found


def drawing():
    fig, ax = plt.subplots(figsize=(2, 1))
    ax.plot([0, 1], [0, 1])
    ax.set_title('<span class="standing open" tabindex="0">open</span>')
    return fig


TEXT = """
    Survival of {who}
    The share alive, {rate:number} at the end.
    {gone}This line is left out.
    """


def test_a_figure_is_displayed_with_its_title_its_caption_and_its_rows(displayed):
    rows = pd.DataFrame({"month": [12]})
    show(drawing(), "os", TEXT, alt=ALT, note="Rebuilt", data=rows, who="all", rate=RATE, gone=None)
    (data, metadata), (words, mark) = displayed
    assert data[EXHIBIT] == {
        **{"kind": "figure", "name": "os", "title": "Survival of all", "alt": ALT},
        **{"caption": "The share alive, 75% at the end.", "data": "month,note\n12,Rebuilt\n"},
    }
    assert metadata[SVG] == {"alt": ALT}
    assert words.data == "**Survival of all.** The share alive, 75% at the end." and mark == {EXHIBIT: "os"}
    assert "<!-- Rebuilt -->" in data[SVG] and "<!-- open -->" in data[SVG]  # the note, and no mark
    assert base64.b64decode(data[PNG]).startswith(b"\x89PNG") and not plt.get_fignums()


@pytest.mark.parametrize(
    ("text", "alt", "said"),
    [
        ("Title", ALT, "figure 'os' has no caption"),
        ("Title\nCaption.", "A curve", "alt of figure 'os' has 7"),
    ],
)
def test_a_figure_without_words_is_an_error_that_names_it(text, alt, said, displayed):
    with pytest.raises(ValueError, match=said):
        show(drawing(), "os", text, alt=alt, note="", data=None)
    assert not displayed
    plt.close("all")


def test_the_pictures_are_the_same_bytes_twice(displayed):
    for _ in range(2):
        with plt.rc_context({"svg.hashsalt": "compendium"}):
            show(drawing(), "os", "Title\nCaption.", alt=ALT, note="", data=None)
    assert displayed[0] == displayed[2]
    assert b"Software" not in base64.b64decode(displayed[0][0][PNG])


def test_a_layout_that_is_off_by_a_bit_gives_the_same_drawing(displayed):
    for shift in (0, 1e-15):  # of the figure's width, as the solver of the layout leaves it
        fig = drawing()
        fig.set_layout_engine(None)
        fig.axes[0].set_position((0.2, 0.2, 0.6123456789 + shift, 0.6))
        with plt.rc_context({"svg.hashsalt": "compendium"}):
            show(fig, "os", "Title\nCaption.", alt=ALT, note="", data=None)
    one, other = displayed[0][0][SVG], displayed[2][0][SVG]
    assert one == other
    [name] = re.findall('clipPath id="(.*?)"', one)
    assert f"url(#{name})" in one


def test_a_text_that_cannot_be_read_on_a_phone_is_an_error(displayed):
    fig = drawing()
    fig.axes[0].set_xlabel("Months", fontsize=notebook.LEAST_POINTS - 0.5)
    with pytest.raises(ValueError, match="too small for a phone, 8 points: 'Months'"):
        show(fig, "os", "Title\nCaption.", alt=ALT, note="", data=None)
    plt.close(fig)


def test_the_note_does_not_take_the_place_of_other_words(displayed):
    fig = drawing()
    fig.supxlabel("Months")
    with pytest.raises(ValueError, match="words under 'os'"):
        show(fig, "os", "Title\nCaption.", alt=ALT, note="Rebuilt", data=None)
    show(fig, "os", "Title\nCaption.", alt=ALT, note="", data=None)
    assert "<!-- Months -->" in displayed[0][0][SVG]


def test_a_figure_that_a_phone_cannot_show_whole_is_refused(displayed):
    fig, _ = plt.subplots(figsize=(4.8, 3))
    with pytest.raises(ValueError, match="too wide for a phone, 4.8 inches; 4.7 at most"):
        show(fig, "os", "Title\nCaption.", alt=ALT, note="", data=None)
    plt.close(fig)


def test_a_colour_that_is_rare_is_kept_in_the_picture_made_of_dots(displayed):
    """Median cut gave the one cross of a figure the grey of its letters."""
    fig, ax = plt.subplots(figsize=(4.7, 4))
    for place in range(60):  # many shades, each of many dots
        ax.axvspan(place, place + 1, color=str(0.2 + place / 100))
    ax.plot(30, 0.5, "x", color="#CC79A7", markersize=8)
    show(fig, "os", "Title\nCaption.", alt=ALT, note="", data=None)
    picture = Image.open(io.BytesIO(base64.b64decode(displayed[0][0][PNG]))).convert("RGB")
    shown = np.array(picture).reshape(-1, 3).astype(int)
    assert (abs(shown - [0xCC, 0x79, 0xA7]).max(axis=1) <= 8).sum() > 5


def test_a_slot_may_be_called_as_what_every_figure_has(displayed):
    show(drawing(), "os", "Survival of {name}\nCaption.", alt=ALT, note="", data=None, name="everybody")
    assert displayed[0][0][EXHIBIT]["title"] == "Survival of everybody"


def test_a_quoted_figure_says_by_which_name_the_pages_ask_for_it(displayed):
    quote_figure("landing", drawing(), "burden", "Title\nCaption.", alt=ALT, data=None)
    ((data, _),) = displayed
    assert data[EXHIBIT]["quoted"] == "landing" and {SVG, PNG} < set(data)


def test_a_figure_hands_on_what_a_script_may_do_with_it(displayed):
    fig = drawing()
    show(fig, "os", "Title\nCaption.", alt=ALT, note="", data=None, live=Live({"slider": {}}, fig.axes))
    told = json.loads(displayed[0][0][EXHIBIT]["live"])
    assert told["slider"] == {} and len(told["boxes"]) == 1 and len(told["size"]) == 2
