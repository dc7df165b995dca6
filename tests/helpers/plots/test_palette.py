"""Colours that tell things apart do so for those who see colours otherwise, and stand out from the ground.

Colour blindness is simulated by the matrices of Machado, Oliveira and Fernandes (2009) at full severity, in
linear light; distances are CIEDE2000, checked against the published pairs of Sharma, Wu and Dalal (2005).
"""

import itertools
import re

import numpy as np
import pytest
from matplotlib.colors import to_rgba

from helpers.ground.paths import ROOT
from helpers.plots.style import COLOURS

SEEN = {
    "every colour": np.eye(3),
    "no red (protanopia)": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green (deuteranopia)": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no blue (tritanopia)": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
PAPER = {"light": "#ffffff", "dark": "#121212"}  # of the pages; a figure brings its own, which is white
APART = 10  # CIEDE2000: at a glance; what can just be told apart side by side is 1
SEPARATE = 3  # contrast of what must be seen with what it stands on (WCAG 2.1, 1.4.11)
BAND = 0.35  # opacity of the bands
MEANT = {name: colour for name, colour in COLOURS.items() if name != "band"}  # which lies under others
SHEETS = ROOT / "book" / "_static"


def linear(colour: str, opacity: float = 1.0) -> np.ndarray:
    """Give the light of a colour over white."""
    mixed = opacity * np.array(to_rgba(colour)[:3]) + (1 - opacity)
    return np.where(mixed <= 0.04045, mixed / 12.92, ((mixed + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    x = XYZ @ np.clip(light, 0, 1) / WHITE
    f = np.where(x > (6 / 29) ** 3, np.cbrt(x), x / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    """Measure how far two colours lie apart in CIELAB."""
    lightness = np.array([one[0], other[0]])
    chroma = np.hypot([one[1], other[1]], [one[2], other[2]])
    stretched = np.array([one[1], other[1]]) * (1.5 - 0.5 * np.sqrt(_seventh(chroma.mean())))
    chroma = np.hypot(stretched, [one[2], other[2]])
    hue = np.degrees(np.arctan2([one[2], other[2]], stretched)) % 360
    turn = (hue[1] - hue[0] + 180) % 360 - 180 if chroma.prod() else 0.0
    middle = hue[0] + turn / 2 if chroma.prod() else hue.sum()
    light, dull = lightness.mean(), chroma.mean()
    cosines = [np.cos(np.radians(times * middle + by)) for times, by in ((1, -30), (2, 0), (3, 6), (4, -63))]
    weight = 1 + np.dot([-0.17, 0.24, 0.32, -0.20], cosines)
    steps = [
        np.diff(lightness)[0] / (1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)),
        np.diff(chroma)[0] / (1 + 0.045 * dull),
        2 * np.sqrt(chroma.prod()) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * dull * weight),
    ]
    blue = 60 * np.exp(-((((middle % 360) - 275) / 25) ** 2))
    twist = -2 * np.sqrt(_seventh(dull)) * np.sin(np.radians(blue))
    return float(np.sqrt(np.dot(steps, steps) + twist * steps[1] * steps[2]))


def _seventh(chroma: float) -> float:
    return chroma**7 / (chroma**7 + 25**7)


def luminance(light: np.ndarray) -> float:
    return float(XYZ[1] @ light)


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(linear(one)), luminance(linear(other))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def distances(colours: dict[str, str], kind: str, opacity: float = 1.0) -> dict[tuple[str, str], float]:
    """Give how far every two different colours lie apart for those who see colours so."""
    shown = {name: lab(SEEN[kind] @ linear(colour, opacity)) for name, colour in colours.items()}
    pairs = [
        pair for pair in itertools.combinations(colours, 2) if len({colours[name] for name in pair}) == 2
    ]
    return {pair: ciede2000(shown[pair[0]], shown[pair[1]]) for pair in pairs}


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
        ((50, 0, 0), (50, -1, 2), 2.3669),
    ],
)
def test_distances_are_the_published_ones(one, other, distance):
    assert ciede2000(np.array(one, float), np.array(other, float)) == pytest.approx(distance, abs=5e-5)


def test_who_sees_no_red_or_no_green_cannot_tell_these_two_apart():
    """A red and a green that are taken for each other, so that the simulation does what it should."""
    pair = {"red": "#b05a30", "green": "#7a7a2d"}
    far, near = (
        distances(pair, kind)["red", "green"] for kind in ("every colour", "no green (deuteranopia)")
    )
    assert near < APART < far


@pytest.mark.parametrize("kind", SEEN)
def test_the_colours_of_figures_stay_apart(kind):
    assert {pair: far for pair, far in distances(MEANT, kind).items() if far < APART} == {}


@pytest.mark.parametrize("kind", SEEN)
def test_the_bands_of_the_arms_stay_apart_from_each_other_and_from_everybodys(kind):
    bands = {name: COLOURS[name] for name in ("first", "second", "all")}
    assert {pair: far for pair, far in distances(bands, kind, BAND).items() if far < APART} == {}


@pytest.mark.parametrize("name", MEANT)
def test_a_colour_stands_out_from_the_ground_of_the_figures(name):
    assert contrast(COLOURS[name], "#ffffff") >= SEPARATE


def test_the_marks_of_verdicts_stay_apart_with_their_signs_and_the_signs_are_read():
    sheet = (SHEETS / "ledger.css").read_text(encoding="utf-8")
    marks = re.findall(r"\.ledger-mark \{[^}]*?background: (#[0-9a-f]{6})", sheet)
    assert len(set(marks)) == len(marks) > 5
    assert all(contrast("#ffffff", mark) >= 4.5 for mark in marks)


@pytest.mark.parametrize("theme", PAPER)
def test_what_is_known_of_a_number_is_seen_in_both_themes(theme):
    sheet = (SHEETS / "standing.css").read_text(encoding="utf-8")
    dark = r'html\[data-theme="dark"\] .*?text-decoration-color'
    pattern = dark if theme == "dark" else r"\.standing\.printed \{ text-decoration"
    line = re.search(pattern + r":[^#}]*(#[0-9a-f]{6})", sheet)[1]
    assert contrast(line, PAPER[theme]) >= SEPARATE
