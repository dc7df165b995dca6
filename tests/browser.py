"""A browser with a keyboard, spoken to through a pipe: Chromium without a window, and nothing to install."""

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

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
