"""The site is served with the script that reloads; pages hear of builds and of failures; edits count."""

import json
import signal
import socket
import subprocess
import sys
import threading
import urllib.request

import pytest
from small_book import project
from watchfiles import Change

from building import serve, stage
from building.places import Place
from building.serve import EVENTS, Sources, State, server, watched, with_script
from helpers.ground.paths import REBUILT, ROOT


@pytest.fixture
def site(tmp_path):
    """Serve a small site; give its server, its state and its folder."""
    state = State()
    (tmp_path / "html" / "book").mkdir(parents=True)
    (tmp_path / "html" / "index.html").write_text("<html><body>first</body></html>")
    (tmp_path / "html" / "results.csv").write_text("id\n</body>\n")
    with server(Place(tmp_path), state, 8000) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running, state, tmp_path / "html"
        running.shutdown()


def fetched(running, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{running.server_port}{path}") as answer:
        return answer.read()


def test_pages_carry_the_script_and_files_are_as_they_are(site):
    running, _, folder = site
    for path in ("/", "/index.html", "/index.html?q=1"):
        page = fetched(running, path).decode()
        assert page.count("EventSource") == 1 and page.endswith("</script></body></html>")
    assert fetched(running, "/results.csv") == (folder / "results.csv").read_bytes()
    assert "EventSource" not in (folder / "index.html").read_text()


def test_open_pages_hear_of_builds_and_failures(site):
    running, state, _ = site
    with urllib.request.urlopen(f"http://127.0.0.1:{running.server_port}{EVENTS}") as stream:

        def heard() -> dict:
            line = stream.readline()
            assert stream.readline() == b"\n"
            return json.loads(line.removeprefix(b"data: "))

        failure = "code cell 2 ended in KeyError"
        assert heard() == {"built": 0, "building": False, "failure": ""}
        state.begin()
        assert heard() == {"built": 0, "building": True, "failure": ""}
        state.tell("")
        assert heard() == {"built": 1, "building": False, "failure": ""}
        state.tell(failure)
        assert heard() == {"built": 1, "building": False, "failure": failure}
        state.begin()
        assert heard() == {"built": 1, "building": True, "failure": failure}


def test_another_port_is_taken_where_one_is_taken(site, tmp_path):
    running, state, _ = site
    with server(Place(tmp_path), state, running.server_port) as other:
        assert other.server_port != running.server_port
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        with server(Place(tmp_path), state, holder.getsockname()[1]) as other:
            assert other.server_port != holder.getsockname()[1]


def test_before_there_is_a_book_a_page_waits_for_it(tmp_path):
    with server(Place(tmp_path), State(), 8000) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        assert b"being built" in fetched(running, "/") and b"EventSource" in fetched(running, "/")
        running.shutdown()


def test_the_script_stands_at_the_end_of_the_last_body():
    assert with_script(b"<body>a</body><!-- </body>").count(b"EventSource") == 1


def test_data_and_the_build_are_watched():
    names = {path.relative_to(ROOT).as_posix() for path in watched(REBUILT)}
    assert names >= {"building", "data", "book", "notebooks", "helpers", "evidence"}


@pytest.mark.parametrize("name", [*stage.SETTINGS, "build.py", "requirements.txt", "CITATION.cff"])
def test_a_setting_that_an_editor_replaces_counts_each_time(tmp_path, monkeypatch, name):
    monkeypatch.setattr(serve, "ROOT", tmp_path)
    seen = [serve.single_files()]
    for text in ("first", "second", None, "third"):
        if text is None:
            (tmp_path / name).unlink()
        else:
            (tmp_path / "new").write_text(text)
            (tmp_path / "new").replace(tmp_path / name)
        seen.append(serve.single_files())
    assert len({tuple(each) for each in seen}) == 4  # gone is as it was before the first


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("/a/book/index.md", True),
        ("/a/data/study.toml", True),
        ("/a/notebooks/01.ipynb", False),
        ("/a/helpers/__pycache__/a.pyc", False),
        ("/a/.index.md.swp", False),
    ],
)
def test_what_a_build_or_an_editor_leaves_does_not_count(path, counts):
    assert Sources()(Change.modified, path) == counts


def test_builds_are_of_todays_modules_and_failures_are_told(tmp_path):
    """One process builds twice; in between a module of the build itself is edited, then a cell broken."""
    folder = project(tmp_path / "small")
    program = [sys.executable, "-m", "building.warm", str(folder / "data" / "reconstructed")]
    environment = {"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "MPLBACKEND": "agg"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        program, cwd=folder, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as warm:

        def answer() -> str:
            warm.stdin.write("build\n")
            warm.stdin.flush()
            return json.loads(warm.stdout.readline())

        assert answer() == ""
        assert (folder / "_build" / "html" / "index.html").exists()
        edited = folder / "building" / "book.py"
        text = edited.read_text()
        edited.write_text(
            text.replace('tell("rendering', 'raise BuildError("edited")\n        tell("rendering')
        )
        assert answer() == "edited"
        edited.write_text(text.replace("import os", "import os os", 1))
        said = answer()
        assert said.startswith("the modules of the build cannot be loaded") and f'"{edited}", line ' in said
        edited.write_text(text)
        notebook = folder / "notebooks" / "first.py"
        notebook.write_text(notebook.read_text().replace("quote(first=", "quote(1, first="))
        assert answer().startswith("first: code cell 2 ended in TypeError")
        warm.send_signal(signal.SIGINT)
        said = warm.stderr.read()
        assert "running 2 of 2 notebooks" in said and "edited" in said and "KeyboardInterrupt" not in said
        assert warm.wait() == 0
