"""The site while it is written: built at once, served, built again when a source changes, and then reloaded.

Run as ``make serve``. Each build is a process forked from one that has loaded others' packages alone, so that
edits of our own modules count, those of the build too. A build that fails is shown in the page and here, and
the last site stays.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from watchfiles import DefaultFilter, watch

from building.environment import SETTINGS
from building.inputs import FILES, FOLDERS, digest
from building.places import Place, place_of
from helpers.ground.edition import SERVED
from helpers.ground.paths import REBUILT, ROOT, named

ABSENT = b"<!DOCTYPE html><title>No book yet</title><body>There is no book yet; it is being built.</body>"
PORT, TRIED = 8000, 50
EVENTS = "/_events"  # what the script listens to
BEAT = 15  # seconds between signs of life, by which a page that was closed is noticed
SCRIPT = """<script>
(() => {
  const shown = document.createElement("pre");
  shown.setAttribute("role", "alert");
  shown.style = "position:fixed;inset:auto 0 0 0;max-height:60vh;overflow:auto;margin:0;padding:1rem;" +
    "background:#5c0011;color:#fff;white-space:pre-wrap;z-index:99999;font-size:0.85rem";
  const running = document.createElement("div");
  running.setAttribute("role", "status");
  running.style = "position:fixed;right:0.5rem;bottom:0.5rem;padding:0.25rem 0.75rem;border-radius:1rem;" +
    "background:#1a3a5c;color:#fff;z-index:99998;font-size:0.85rem;pointer-events:none";
  document.body.append(running);
  let built = null;
  new EventSource("EVENTS").onmessage = message => {
    const state = JSON.parse(message.data);
    if (built !== null && state.built !== built) location.reload();
    built = state.built;
    running.textContent = state.building ? "building …" : "";
    running.hidden = !state.building;
    shown.textContent = state.failure;
    state.failure ? document.body.append(shown) : shown.remove();
  };
})();
</script>""".replace("EVENTS", EVENTS)


class State:
    """What the pages are told: how often the book was built, whether it is now, and what it failed with."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.built, self.building, self.failure, self.version = 0, False, "", 0

    def begin(self) -> None:
        """Tell every open page that a build begins; what the last one failed with stands meanwhile."""
        with self._changed:
            self.building, self.version = True, self.version + 1
            self._changed.notify_all()

    def tell(self, failure: str) -> None:
        """Tell every open page how a build ended.

        Parameters
        ----------
        failure : str
            What it said; empty where the book stands.
        """
        with self._changed:
            self.built += not failure
            self.building, self.failure, self.version = False, failure, self.version + 1
            self._changed.notify_all()

    def messages(self) -> Iterator[str]:
        """Give the state now and whenever it changes, and nothing new after each `BEAT`.

        Yields
        ------
        str
            Of server-sent events.
        """
        seen = -1
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self.version != seen, timeout=BEAT)  # noqa: B023
                is_new, seen = self.version != seen, self.version
                told = {"built": self.built, "building": self.building, "failure": self.failure}
            yield f"data: {json.dumps(told)}\n\n" if is_new else ": still here\n\n"


class Handler(SimpleHTTPRequestHandler):
    """Serves the finished site, with the script that reloads in each page.

    Parameters
    ----------
    *arguments
        Of its base.
    state : State
    **options
        Of its base.
    """

    def __init__(self, *arguments: Any, state: State, **options: Any) -> None:
        self.state = state
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:  # noqa: N802
        """Answer with events, a page with the script, or a file."""
        try:
            if self.path == EVENTS:
                self._tell()
            elif (page := self._page()) is not None:
                self._answer("text/html; charset=utf-8", with_script(page))
            else:
                super().do_GET()
        except (ConnectionError, FileNotFoundError):  # the page was closed, or the site replaced meanwhile
            self.close_connection = True

    def end_headers(self) -> None:
        """Let nothing be kept: the site changes."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing of what is asked for; the terminal is for builds.

        Parameters
        ----------
        *_
            Left unsaid.
        """

    def _page(self) -> bytes | None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() and self.path.partition("?")[0].endswith("/") else path
        if path.suffix == ".html" and path.is_file():
            return path.read_bytes()
        return None if Path(self.directory).is_dir() else ABSENT

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _tell(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for message in self.state.messages():
            self.wfile.write(message.encode())
            self.wfile.flush()


class Server(ThreadingHTTPServer):
    """Ends with its process, open pages or not."""

    daemon_threads = True
    allow_reuse_address = True


class Builder:
    """A process that has loaded what others wrote, and forks one for each build.

    Parameters
    ----------
    cohort : Path
        The cohort's folder.
    """

    def __init__(self, cohort: Path) -> None:
        self._command = [sys.executable, "-m", "building.warm", str(cohort)]
        self._process: subprocess.Popen[str] | None = None

    def build(self) -> str:
        """Build the book, telling the terminal; return what it failed with, if it did.

        Returns
        -------
        str
        """
        if self._process is None or self._process.poll() is not None:
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=os.environ | SETTINGS | {SERVED: "yes"},
                stdin=pipe,
                stdout=pipe,
                text=True,
            )
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write("build\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        return json.loads(answer) if answer else "the build was ended from outside"

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


def with_script(page: bytes) -> bytes:
    """Put the script that reloads at the end of a page.

    Parameters
    ----------
    page : bytes

    Returns
    -------
    bytes
    """
    before, end, after = page.rpartition(b"</body>")
    return before + SCRIPT.encode() + end + after


def server(place: Place, state: State, port: int) -> Server:
    """Make a server of the site, on a port that is free.

    Parameters
    ----------
    place : Place
    state : State
    port : int
        The first that is tried.

    Returns
    -------
    Server
    """
    handler = partial(Handler, state=state, directory=str(place.site))
    for number in range(port, port + TRIED):
        with socket.socket() as probe:
            taken = probe.connect_ex(("127.0.0.1", number)) == 0
        if not taken:
            try:
                return Server(("127.0.0.1", number), handler)
            except OSError:
                continue
    return Server(("127.0.0.1", 0), handler)


def watched(cohort: Path) -> list[Path]:
    """Return the folders in which a change builds the book anew.

    Parameters
    ----------
    cohort : Path

    Returns
    -------
    list of Path
    """
    return [path for path in (*(ROOT / name for name in FOLDERS), cohort) if path.exists()]


def single_files() -> list[bytes]:
    """Return what tells whether a file beside the folders changed.

    Returns
    -------
    list of bytes
        Its content, since a watch on a file ends where an editor puts another in its place.
    """
    return [digest(ROOT / name) for name in FILES]


class Sources(DefaultFilter):
    """Looks past what a build or an editor leaves beside the sources."""

    def __call__(self, change: Any, path: str) -> bool:
        """Say whether a change counts.

        Parameters
        ----------
        change : Change
        path : str

        Returns
        -------
        bool
        """
        return super().__call__(change, path) and not path.endswith((".ipynb", ".partial"))


def _build(builder: Builder, state: State) -> None:
    state.begin()
    state.tell(builder.build())


def main(arguments: list[str] | None = None) -> int:
    """Serve the book and build it again when a source changes.

    Parameters
    ----------
    arguments : list of str, optional
        Without them those of the command line.

    Returns
    -------
    int
        The exit status.
    """
    parser = argparse.ArgumentParser(prog="make serve", description=__doc__.partition("\n")[0])
    parser.add_argument("--cohort", type=named, default=REBUILT, help="folder of the cohort")
    parser.add_argument("--port", type=int, default=PORT)
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background ignores
    state, builder = State(), Builder(chosen.cohort)
    # Changes are gathered from before the first build, so that an edit during one is not missed.
    changes = watch(*watched(chosen.cohort), watch_filter=Sources(), yield_on_timeout=True, rust_timeout=500)
    next(changes)
    with server(place_of(chosen.cohort), state, chosen.port) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        try:
            print(f"The book is at http://127.0.0.1:{site.server_port}; Ctrl-C ends it", flush=True)
            before = single_files()
            _build(builder, state)
            for changed in changes:
                if changed or single_files() != before:
                    before = single_files()
                    _build(builder, state)
        except KeyboardInterrupt:
            print("\nended", flush=True)
        finally:
            builder.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
