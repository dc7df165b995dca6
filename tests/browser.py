<<<<<<< HEAD
"""A browser with a keyboard, spoken to through a pipe: Chromium without a window, and nothing to install."""
=======
"""A headless browser for the tests of the site: opens pages from disk and says what happened on them."""
>>>>>>> a6a4bec (A search of our own that finds numbers and ids from disk, hints on terms and citations, and pages that load what they use)

import base64
import json
import os
<<<<<<< HEAD
import select
=======
>>>>>>> a6a4bec (A search of our own that finds numbers and ids from disk, hints on terms and citations, and pages that load what they use)
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
<<<<<<< HEAD

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 90  # seconds for one answer, after which the machine is too busy for a browser
OPTIONS = ["--headless", "--disable-gpu", "--allow-file-access-from-files", "--remote-debugging-pipe"]
OPTIONS += ["--no-sandbox"] * (os.geteuid() == 0)  # which the superuser's browser refuses


class BusyError(Exception):
    """The browser did not answer in time."""


class Window:
    """One page in a browser, of a given size.

    Parameters
    ----------
    to, back : int
        The ends of the pipes to the browser and from it.
    """

    def __init__(self, to: int, back: int):
        self._to, self._back = to, back
        self._number, self._left, self._session = 0, b"", ""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command of the browser's protocol and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        message |= {"sessionId": self._session} if self._session else {}
        os.write(self._to, json.dumps(message).encode() + b"\0")
        answer = self._until(lambda told: told.get("id") == self._number)
        assert "error" not in answer, (method, answer)
        return answer["result"]

    def _until(self, wanted: Any) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while True:
            message, found, rest = self._left.partition(b"\0")
            if found:
                self._left = rest
                told = json.loads(message)
                if wanted(told):
                    return told
            elif select.select([self._back], [], [], max(0.0, end - time.monotonic()))[0]:
                self._left += os.read(self._back, 1 << 20)
            else:
                raise BusyError

    def open(self, page: Path, size: tuple[int, int], scheme: str = "light") -> None:
        """Show a page in a size and a colour scheme, and wait until it has loaded."""
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **metrics)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.ask("Emulation.setEmulatedMedia", features=[feature])
        self.ask("Page.navigate", url=page.as_uri())
        self._until(lambda told: told.get("method") == "Page.loadEventFired")

    def get(self, script: str) -> Any:
        """Evaluate a script in the page and return what it gives."""
        return self.ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """Press a key and let it go."""
        for kind in ("rawKeyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def picture(self, **options: Any) -> bytes:
        """Take a picture of the window, as PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png", **options)["data"])


@contextmanager
def window() -> Iterator[Window]:
    """Start a browser, open a page in it, and end it afterwards."""
    assert BROWSER is not None
    (theirs, to), (back, their_end) = os.pipe(), os.pipe()

    def connect() -> None:  # the browser reads from 3 and writes to 4
        ends = os.dup(theirs), os.dup(their_end)
        os.dup2(ends[0], 3)
        os.dup2(ends[1], 4)

    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [BROWSER, *OPTIONS, f"--user-data-dir={profile}"]
        run = subprocess.Popen(command, preexec_fn=connect, close_fds=False, **quiet)
        os.close(theirs)
        os.close(their_end)
        try:
            yield Window(to, back)
        finally:
            run.kill()
            run.wait()
            os.close(to)
            os.close(back)
=======
from urllib.parse import unquote, urlsplit

import websocket

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 90  # seconds for an answer of the browser
DESK, PHONE = (1280, 900), (390, 844)  # pixels
FROM_HERE = ("file:", "data:", "blob:", "about:", "chrome:", "devtools:")


def path_of(address: str) -> Path:
    """Give the file that an address from disk names."""
    return Path(unquote(urlsplit(address).path))


def size_of(address: str) -> int:
    """Give the bytes of the file that an address from disk names."""
    return path_of(address).stat().st_size


class Browser:
    """One browser with one page, steered over its debugging protocol."""

    def __init__(self, address: str):
        self._socket = websocket.create_connection(address, timeout=PATIENCE, suppress_origin=True)
        self._number = 0
        self._events: list[dict] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")

    def _call(self, method: str, **arguments: Any) -> dict:
        self._number += 1
        session = {"sessionId": self._session} if hasattr(self, "_session") else {}
        asked = {"id": self._number, "method": method, "params": arguments, **session}
        self._socket.send(json.dumps(asked))
        while True:
            said = json.loads(self._socket.recv())
            if said.get("id") == self._number:
                assert "error" not in said, f"{method}: {said.get('error')}"
                return said["result"]
            self._events.append(said)

    def _of(self, *methods: str) -> list[dict]:
        return [event["params"] for event in self._events if event.get("method") in methods]

    def open(self, address: str, size: tuple[int, int] = DESK) -> None:
        """Open an address in a window of a size, and wait until it has loaded and its scripts have run."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            **{"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 600},
        )
        self._call("Page.navigate", url="about:blank")
        self.run("0")
        self._events.clear()
        self._call("Page.navigate", url=address)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script: str) -> Any:
        """Run an expression on the page, wait for its promise, and return its value."""
        said = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in said, f"{script}: {said['exceptionDetails']}"
        return said["result"].get("value")

    def wait(self, script: str) -> None:
        """Wait until an expression is true on the page."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.run(f"!!({script})"):
                return
            time.sleep(0.05)
        raise AssertionError(f"not within {PATIENCE} s: {script}")

    def press(self, key: str) -> None:
        """Press a key that types nothing, such as Tab or Escape."""
        codes = {"Tab": 9, "Escape": 27, "Enter": 13}
        typed = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self._call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=codes[key],
                **typed,
            )

    def type(self, text: str) -> None:
        """Type a text into the element that has the focus."""
        self._call("Input.insertText", text=text)

    def point(self, selector: str) -> None:
        """Move the pointer onto the first element that a selector finds, once the page rests."""
        place = self.run(
            f"""new Promise(done => {{
              const it = document.querySelector({json.dumps(selector)});
              it.scrollIntoView({{block: 'center', behavior: 'instant'}});
              setTimeout(() => {{
                const [box] = it.getClientRects();
                done([box.left + box.width / 2, box.top + box.height / 2]);
              }}, 200);
            }})"""
        )
        self._call("Input.dispatchMouseEvent", type="mouseMoved", x=place[0], y=place[1])

    def picture(self, path: Path) -> None:
        """Write a picture of the window."""
        path.write_bytes(base64.b64decode(self._call("Page.captureScreenshot")["data"]))

    @property
    def errors(self) -> list[str]:
        """What the console calls an error, of the page that is open."""
        thrown = [str(said["exceptionDetails"]) for said in self._of("Runtime.exceptionThrown")]
        logged = [
            said["entry"]["text"] for said in self._of("Log.entryAdded") if said["entry"]["level"] == "error"
        ]
        called = [
            str(said["args"]) for said in self._of("Runtime.consoleAPICalled") if said["type"] == "error"
        ]
        return thrown + logged + called

    @property
    def requests(self) -> list[str]:
        """Every address that the page that is open has asked for."""
        return [said["request"]["url"] for said in self._of("Network.requestWillBeSent")]

    @property
    def outside(self) -> list[str]:
        """The addresses that do not lie on this machine."""
        return [address for address in self.requests if not address.startswith(FROM_HERE)]


@contextmanager
def opened() -> Iterator[Browser]:
    """Start a browser with a profile of its own, and end it afterwards."""
    assert PROGRAM is not None
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ["--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        options += ["--remote-debugging-port=0", f"--user-data-dir={profile}", "--force-color-profile=srgb"]
        options += ["--no-sandbox"] * (os.geteuid() == 0)  # which the superuser's browser refuses
        with (Path(profile) / "said").open("w") as said:
            process = subprocess.Popen([PROGRAM, *options, "about:blank"], stdout=said, stderr=said)
        try:
            browser = Browser(_address(Path(profile), process))
            yield browser
            browser._socket.close()
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _address(profile: Path, process: subprocess.Popen) -> str:
    """Wait for the browser to say where it listens."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        lines = (
            (profile / "DevToolsActivePort").read_text().split()
            if (profile / "DevToolsActivePort").exists()
            else []
        )
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise AssertionError(f"the browser did not start: {(profile / 'said').read_text()[-300:]}")
>>>>>>> a6a4bec (A search of our own that finds numbers and ids from disk, hints on terms and citations, and pages that load what they use)
