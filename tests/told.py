"""What a notebook shows of a cohort: its sentences, tables, alternative texts and the words in figures."""

from typing import Any

import jupytext
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.text import Text

from helpers.ground import cohort as cohorts
from helpers.ground.cohort import Cohort
from helpers.ground.paths import ROOT
from helpers.printing import notebook, tables


def told(name: str, cohort: Cohort) -> tuple[list[str], pd.DataFrame]:
    """Run a notebook's source on a cohort.

    Returns
    -------
    list of str
        Every text that it shows, in order.
    DataFrame
        The chapter's results, the notebook's variable ``rows``.
    """
    texts: list[str] = []
    shown: dict[str, Any] = {}
    say = notebook.say

    def show(fig, alt, note):
        texts.extend([alt, note, *(text.get_text() for text in fig.findobj(Text))])
        plt.close(fig)

    def render(frame, name, title, note="", groups=None):
        texts.extend([title, note, *frame.columns, *frame.to_numpy().ravel()])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cohorts, "load", lambda: cohort)
        patch.setattr(notebook, "say", lambda text, **slots: texts.append(say(text, **slots).data))
        patch.setattr(notebook, "quote", lambda **sentences: texts.extend(sentences.values()))
        patch.setattr(notebook, "show", show)
        patch.setattr(tables, "render", render)
        for cell in jupytext.read(ROOT / "notebooks" / f"{name}.py").cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, name, "exec"), shown)
            else:
                texts.append(cell.source)
    return texts, shown["rows"]
