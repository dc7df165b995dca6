"""Ground: files that break their rules, and settings read so that a broken one is named."""

from pathlib import Path
from typing import Any

import yaml


class BrokenRulesError(Exception):
    """A file of the project, a study, a cohort or a file of claims that breaks its rules.

    Parameters
    ----------
    problems : list of str
        One line for each.
    """

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


def read_settings(path: Path, needed: tuple[str, ...] = ()) -> dict[str, Any]:
    """Read a file of settings in YAML.

    Parameters
    ----------
    path : Path
    needed : tuple of str
        Keys that it must have.

    Returns
    -------
    dict

    Raises
    ------
    BrokenRulesError
        With one line: the file and what is wrong with it.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BrokenRulesError([f"{path.name}: the file is missing"]) from None
    except UnicodeDecodeError:
        raise BrokenRulesError([f"{path.name}: the text is not UTF-8"]) from None
    except (yaml.YAMLError, ValueError) as error:  # the latter of a day that there is not
        raise BrokenRulesError([f"{path.name}: not valid YAML: {error}"]) from None
    missing = [key for key in needed if key not in content] if isinstance(content, dict) else []
    if not isinstance(content, dict) or missing:
        among = f", {', '.join(missing or needed)} among them" if needed else ""
        raise BrokenRulesError([f"{path.name}: must hold keys and values{among}"])
    return content
