"""A browser with a keyboard, spoken to through a pipe: Chromium without a window, and nothing to install."""

import atexit
import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urlsplit

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 90  # seconds for one answer, after which the machine is too busy for a browser
OPTIONS = ["--headless", "--disable-gpu", "--allow-file-access-from-files", "--remote-debugging-pipe"]
OPTIONS += ["--no-first-run", "--disable-background-networking"]
OPTIONS += ["--no-sandbox"] * (os.geteuid() == 0)  # which the superuser's browser refuses


FROM_HERE = ("file:", "data:", "blob:", "about:")


def path_of(address: str) -> Path:
    """Give the file that an address from disk names."""
    return Path(unquote(urlsplit(address).path))


class BusyError(Exception):
    """The browser did not answer in time."""


class Browser:
    """A browser that all windows of this process share: starting one takes longer than most tests."""

    def __init__(self) -> None:
        assert BROWSER is not None
        (theirs, self._to), (self._back, their_end) = os.pipe(), os.pipe()

        def connect() -> None:  # the browser reads from 3 and writes to 4
            ends = os.dup(theirs), os.dup(their_end)
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._profile = TemporaryDirectory(ignore_cleanup_errors=True)
        command = [BROWSER, *OPTIONS, f"--user-data-dir={self._profile.name}"]
        self._run = subprocess.Popen(command, preexec_fn=connect, close_fds=False, **quiet)
        os.close(theirs)
        os.close(their_end)
        self._left = b""

    def say(self, message: dict[str, Any]) -> None:
        """Send a message of the browser's protocol."""
        os.write(self._to, json.dumps(message).encode() + b"\0")

    def hear(self, end: float) -> dict[str, Any]:
        """Return the next message, if one comes before a time of the monotonic clock."""
        while b"\0" not in self._left:
            if not select.select([self._back], [], [], max(0.0, end - time.monotonic()))[0]:
                raise BusyError
            self._left += os.read(self._back, 1 << 20)
        message, _, self._left = self._left.partition(b"\0")
        return json.loads(message)

    def end(self) -> None:
        """End the browser; the next window starts another."""
        shared.cache_clear()
        self._run.kill()
        self._run.wait()
        self._profile.cleanup()
        os.close(self._to)
        os.close(self._back)


class Window:
    """One page in a browser, of a given size, that shares no memory of its reader with another.

    Parameters
    ----------
    browser : Browser
    """

    numbers = count(1)  # of what is asked, over all windows, so that no answer to one is taken for another's

    def __init__(self, browser: Browser):
        self._browser, self._session = browser, ""
        self._told: list[dict[str, Any]] = []
        self._context = self.ask("Target.createBrowserContext")
        target = self.ask("Target.createTarget", url="about:blank", **self._context)["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def close(self) -> None:
        """Close the page, and forget what the browser kept of it."""
        self._session = ""
        self.ask("Target.disposeBrowserContext", **self._context)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command of the browser's protocol and return its result."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": params}
        message |= {"sessionId": self._session} if self._session else {}
        self._browser.say(message)
        answer = self._until(lambda told: told.get("id") == number)
        assert "error" not in answer, (method, answer)
        return answer["result"]

    def _until(self, wanted: Any) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while True:
            told = self._browser.hear(end)
            if told.get("sessionId", self._session) == self._session:
                self._told.append(told)
                if wanted(told):
                    return told

    def open(self, page: Path, size: tuple[int, int], scheme: str = "light", query: str = "") -> None:
        """Show a page in a size and a colour scheme, and wait until it has loaded."""
        self.ask("Page.navigate", url="about:blank")
        self._told.clear()
        self.resize(size, scheme)
        self.ask("Page.navigate", url=page.as_uri() + query)
        self.wait("document.readyState === 'complete' && location.protocol === 'file:'")

    def resize(self, size: tuple[int, int], scheme: str) -> None:
        """Give the page that is shown another size and colour scheme, and wait for its theme to follow."""
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **metrics)
        wanted = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in wanted.items()]
        self.ask("Emulation.setEmulatedMedia", features=features)
        self.wait(f"[{scheme!r}, undefined].includes(document.documentElement.dataset.theme)")

    def get(self, script: str) -> Any:
        """Evaluate a script in the page, wait for its promise, and return what it gives."""
        given = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in given, (script, given["exceptionDetails"])
        return given["result"].get("value")

    def wait(self, script: str) -> None:
        """Wait until a script gives something true."""
        end = time.monotonic() + PATIENCE
        while not self._true(script):
            if time.monotonic() > end:
                raise BusyError(script)
            time.sleep(0.05)

    def _true(self, script: str) -> bool:
        try:
            return self.get(f"!!({script})")
        except AssertionError as error:
            if "navigated" not in str(error):  # the page goes away as it is asked
                raise
            return False

    def press(self, key: str, code: int) -> None:
        """Press a key and let it go."""
        typed = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown" if typed else "rawKeyDown", "keyUp"):
            named = {"key": key, "code": key, "windowsVirtualKeyCode": code}
            self.ask("Input.dispatchKeyEvent", type=kind, **named, **typed)

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self.ask("Input.insertText", text=text)

    def point(self, selector: str) -> None:
        """Move the pointer onto the first element that a selector finds, once the page rests."""
        place = self.get(
            f"""new Promise(done => {{
              const it = document.querySelector({json.dumps(selector)});
              it.scrollIntoView({{block: 'center', behavior: 'instant'}});
              setTimeout(() => {{
                const [box] = it.getClientRects();
                done([box.left + box.width / 2, box.top + box.height / 2]);
              }}, 200);
            }})"""
        )
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=place[0], y=place[1])

    def picture(self, **options: Any) -> bytes:
        """Take a picture of the window, as PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png", **options)["data"])

    def _events(self, method: str) -> list[dict[str, Any]]:
        return [told["params"] for told in self._told if told.get("method") == method]

    @property
    def errors(self) -> list[str]:
        """What the console called an error since the page was opened."""
        thrown = [str(said["exceptionDetails"]) for said in self._events("Runtime.exceptionThrown")]
        entries = [said["entry"] for said in self._events("Log.entryAdded")]
        called = [str(s["args"]) for s in self._events("Runtime.consoleAPICalled") if s["type"] == "error"]
        return thrown + [entry["text"] for entry in entries if entry["level"] == "error"] + called

    @property
    def requests(self) -> list[str]:
        """Every address that was asked for since the page was opened."""
        return [said["request"]["url"] for said in self._events("Network.requestWillBeSent")]

    @property
    def outside(self) -> list[str]:
        """The addresses that do not lie on this machine."""
        return [address for address in self.requests if not address.startswith(FROM_HERE)]


@cache
def shared() -> Browser:
    """Start a browser, which ends with this process."""
    browser = Browser()
    atexit.register(lambda: shared.cache_info().currsize and shared().end())
    return browser


@contextmanager
def window() -> Iterator[Window]:
    """Open a page, and close it afterwards; a browser that is too busy is given up."""
    browser = shared()
    try:
        opened = Window(browser)
        yield opened
        opened.close()
    except BaseException:  # whatever it still had to say would be told to the next window
        browser.end()
        raise
