"""The card: the size that is asked for, whole words, the same bytes."""

import matplotlib.image
import pytest

from helpers.ground import cohort
from helpers.site import card
from helpers.site.head import CARD_SIZE

WORDS = ("Venetoclax and blinatumomab in B-cell ALL", "A study " * 12, "Version 0.1.0")


def test_the_card_has_its_size_and_the_same_bytes(tmp_path):
    for name in ("a.png", "b.png"):
        card.write(card.draw(*WORDS), tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    height, width, _ = matplotlib.image.imread(tmp_path / "a.png").shape
    assert (width, height) == CARD_SIZE


@pytest.mark.parametrize(
    "below", [WORDS[1], cohort.about()["title"] + ": rebuilt from a conference abstract" * 2]
)
def test_no_word_is_cut_and_no_two_texts_meet(below):
    figure = card.draw(WORDS[0], below, WORDS[2])
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.texts]
    assert all(box.x0 > 0 and box.x1 < CARD_SIZE[0] and box.y0 > 0 and box.y1 < CARD_SIZE[1] for box in boxes)
    assert all(upper.y0 > lower.y1 for upper, lower in zip(boxes, boxes[1:], strict=False))
