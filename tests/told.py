"""What a notebook shows of a cohort: its sentences, tables, alternative texts and the words in figures."""

import json
from dataclasses import replace
from typing import Any

import jupytext
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.text import Text

from helpers.ground import cohort as cohorts
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import derive
from helpers.ground.paths import ROOT
from helpers.ground.study import Arm, Study
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

    def show(fig, name, text, /, *, alt, data, note="", live=None, **slots):
        texts.extend([say(text, **slots).data, alt, note, *(one.get_text() for one in fig.findobj(Text))])
        texts.extend([json.dumps(live.said, ensure_ascii=False)] if live else [])
        plt.close(fig)

    def render(frame, name, title, note="", groups=None):
        texts.extend([title, note, *frame.columns, *frame.to_numpy().ravel()])

    def quote_figure(quoted, fig, /, *named, **given):
        show(fig, *named, **given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cohorts, "load", lambda: cohort)
        patch.setattr(notebook, "say", lambda text, **slots: texts.append(say(text, **slots).data))
        patch.setattr(notebook, "quote", lambda **sentences: texts.extend(sentences.values()))
        patch.setattr(notebook, "quote_figure", quote_figure)
        patch.setattr(notebook, "show", show)
        patch.setattr(tables, "render", render)
        for cell in jupytext.read(ROOT / "notebooks" / f"{name}.py").cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, name, "exec"), shown)
            else:
                texts.append(cell.source)
    return texts, shown["rows"]


def another(study: Study) -> Study:
    """Change a study's arms, months and time zero; take away its lead-in, claims and widest population."""
    left_out = "measurable_disease"
    return replace(
        study,
        arms=(Arm("new", "Drug A", "drug A", "drug A"), Arm("old", "Drug B", "drug B", "drug B")),
        horizons=(6, 18),
        time_zero="the first day of treatment",
        lead_in=None,
        claims=None,
        populations=tuple(each for each in study.populations if each.id != left_out),
        outcomes=tuple(
            replace(outcome, populations=tuple(id for id in outcome.populations if id != left_out))
            for outcome in study.outcomes
        ),
    )


def of_another_study(cohort: Cohort) -> Cohort:
    """Give the same patients to `another` study."""
    study = another(cohort.study)
    arm = cohort.patients["arm"].map(dict(zip(cohort.study.arm_ids, study.arm_ids, strict=True)))
    return replace(cohort, study=study, patients=derive(cohort.patients.assign(arm=arm.astype(str)), study))
