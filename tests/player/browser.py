"""A real browser for the tests, with the standard library alone: Chromium, headless.

It is driven through a pair of pipes (``--remote-debugging-pipe``): messages of the DevTools
protocol, JSON, each ended by a zero byte. Chromium reads them from its file descriptor 3 and
answers on 4.
"""
import base64
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = ("--headless", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu",
         "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
         "--hide-scrollbars", "--force-color-profile=srgb", "--disable-software-rasterizer")
PATIENCE = 60.0  # seconds for one answer: a machine may be busy
FIRST_FREE = 10  # file descriptors from here on are in nobody's way

KEYS = {  # name as in KeyboardEvent.key: (code, number, text)
    "ArrowLeft": ("ArrowLeft", 37, ""), "ArrowRight": ("ArrowRight", 39, ""),
    "ArrowUp": ("ArrowUp", 38, ""), "ArrowDown": ("ArrowDown", 40, ""),
    "Home": ("Home", 36, ""), "End": ("End", 35, ""), "Tab": ("Tab", 9, ""),
    "PageUp": ("PageUp", 33, ""), "PageDown": ("PageDown", 34, ""),
    "Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, ""), " ": ("Space", 32, " "),
}


def find():
    """The path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Complaint(RuntimeError):
    """What the browser, or the script in the page, would not do."""


class Browser:
    """One headless Chromium; `open` opens files in it, each in a tab of its own."""

    def __init__(self, path=None):
        self.folder = tempfile.mkdtemp(prefix="gibbspool-browser-")
        to_chromium, self.write_end = high_pipe()
        self.read_end, from_chromium = high_pipe()
        null = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_RDWR, 0) for n in (0, 1, 2)]
        arguments = [path or find(), *FLAGS, f"--user-data-dir={self.folder}", "about:blank"]
        self.pid = os.posix_spawn(arguments[0], arguments, os.environ, setpgroup=0, file_actions=[
            *null, (os.POSIX_SPAWN_DUP2, to_chromium, 3), (os.POSIX_SPAWN_DUP2, from_chromium, 4)])
        os.close(to_chromium), os.close(from_chromium)
        self.unread, self.last, self.events = b"", 0, []

    def send(self, method, session=None, **parameters):
        """Send a command and wait for its result; events that come first are kept."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        try:
            os.write(self.write_end, json.dumps(message).encode() + b"\0")
        except BrokenPipeError:
            raise Complaint(f"the browser ended before {method}") from None
        while True:
            answer = self.message(f"an answer to {method}")
            if answer.get("id") != self.last:
                self.events.append(answer)
            elif "error" in answer:
                raise Complaint(f"{method}: {answer['error']['message']}")
            else:
                return answer["result"]

    def message(self, wanted, patience=PATIENCE):
        """The next message of the browser."""
        end = time.monotonic() + patience
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.read_end], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise Complaint(f"waited {patience:g} seconds for {wanted}")
            piece = os.read(self.read_end, 1 << 20)
            if not piece:
                raise Complaint(f"the browser ended before {wanted}")
            self.unread += piece
        text, _, self.unread = self.unread.partition(b"\0")
        return json.loads(text)

    def wait_for(self, session, method, patience=PATIENCE):
        """Wait for an event of a tab."""
        seen = 0
        while True:
            for event in self.events[seen:]:
                if event.get("sessionId") == session and event.get("method") == method:
                    return event
            seen = len(self.events)
            self.events.append(self.message(method, patience))

    def open(self, path, fragment="", **look):
        """A file of this machine in a new tab, loaded; `look` as `Page.look` takes it."""
        page = Page(self)
        page.look(**look)
        page.go(Path(path).resolve().as_uri() + (f"#{fragment}" if fragment else ""))
        return page

    def close(self):
        """End the browser and all its processes."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.write_end), os.close(self.read_end)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.close()


class Page:
    """One tab.

    Attributes
    ----------
    errors : list of str
        What the console has complained of so far.
    requests : list of str
        Addresses that were asked for so far, data: addresses left out.
    """

    def __init__(self, browser):
        self.browser = browser
        self.target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.send("Target.attachToTarget", targetId=self.target,
                                    flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.send("Emulation.setFocusEmulationEnabled", enabled=True)

    def send(self, method, **parameters):
        return self.browser.send(method, self.session, **parameters)

    def go(self, address):
        """Load an address and wait until it is seen; earlier events are forgotten."""
        self.forget()
        self.send("Page.navigate", url=address)
        self.browser.wait_for(self.session, "Page.loadEventFired")
        self.drawn()

    def drawn(self):
        """Wait until the page has been drawn: before that, Chromium drops keys and clicks."""
        self.evaluate("new Promise(done => requestAnimationFrame(() => "
                      "requestAnimationFrame(() => done(true))))")

    def forget(self):
        self.browser.events = [event for event in self.browser.events
                               if event.get("sessionId") != self.session]

    def look(self, width=1280, height=800, touch=False, dark=False, reduced_motion=False,
             printed=False, scale=1):
        """The size of the window in CSS pixels, and how the reader likes it."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=scale, mobile=touch)
        self.send("Emulation.setTouchEmulationEnabled", enabled=touch)
        self.send("Emulation.setEmulatedMedia", media="print" if printed else "", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion",
             "value": "reduce" if reduced_motion else "no-preference"}])

    def evaluate(self, script):
        """The value of an expression in the page, awaited if it is a promise."""
        answer = self.send("Runtime.evaluate", expression=script, awaitPromise=True,
                           returnByValue=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise Complaint(described(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def wait_until(self, script):
        """Wait until an expression is true."""
        start = time.monotonic()
        while not self.evaluate(script):
            if time.monotonic() - start > PATIENCE:
                raise Complaint(f"waited {PATIENCE:g} seconds for {script}")
            time.sleep(0.02)

    def text(self, selector):
        """What an element says."""
        return self.evaluate(f"{element(selector)}.textContent.trim()")

    def middle(self, selector):
        """Where the middle of an element is in the window, scrolled into view."""
        return self.evaluate(
            f"(e => {{ e.scrollIntoView({{block: 'center', behavior: 'instant'}}); "
            "const r = e.getBoundingClientRect(); "
            f"return [r.x + r.width / 2, r.y + r.height / 2]; }})({element(selector)})")

    def click(self, selector):
        """Press and release the mouse on the middle of an element: what covers it gets the click.
        """
        x, y = self.middle(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def drag(self, selector, dx, dy, moves=4):
        """Press on the middle of an element, move and release."""
        x, y = self.middle(selector)
        self.send("Input.dispatchMouseEvent", type="mousePressed", x=x, y=y, button="left",
                  clickCount=1)
        for k in range(1, moves + 1):
            self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x + dx * k / moves,
                      y=y + dy * k / moves, button="left", buttons=1)
        self.send("Input.dispatchMouseEvent", type="mouseReleased", x=x + dx, y=y + dy,
                  button="left", clickCount=1)

    def key(self, name, shift=False):
        """Press and release a key, by its name in KeyboardEvent.key."""
        code, number, text = KEYS.get(name, (name, ord(name[0].upper()), name))
        given = {"key": name, "code": code, "windowsVirtualKeyCode": number,
                 "modifiers": 8 if shift else 0}
        if text:
            given["text"] = text
        self.send("Input.dispatchKeyEvent", type="keyDown", **given)
        given.pop("text", None)
        self.send("Input.dispatchKeyEvent", type="keyUp", **given)

    def screenshot(self, path=None, whole=False):
        """A PNG of what is seen, or of the whole page; its bytes, written to `path` if given."""
        png = base64.b64decode(self.send("Page.captureScreenshot", format="png",
                                         captureBeyondViewport=whole, **self.clip(whole))["data"])
        if path:
            Path(path).write_bytes(png)
        return png

    def clip(self, whole):
        if not whole:
            return {}
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        return {"clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"],
                         "scale": 1}}

    @property
    def own_events(self):
        self.evaluate("1")  # what was on its way has come when this is answered
        return [event for event in self.browser.events if event.get("sessionId") == self.session]

    @property
    def errors(self):
        found = []
        for event in self.own_events:
            method, given = event["method"], event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(described(given["exceptionDetails"]))
            elif method == "Runtime.consoleAPICalled" and given["type"] in ("error", "assert"):
                found.append(" ".join(str(one.get("value", one.get("description")))
                                      for one in given["args"]))
            elif method == "Log.entryAdded" and given["entry"]["level"] == "error":
                found.append(given["entry"]["text"])
        return found

    @property
    def requests(self):
        asked = (event["params"]["request"]["url"] for event in self.own_events
                 if event["method"] == "Network.requestWillBeSent")
        return [address for address in asked if not address.startswith("data:")]

    def close(self):
        self.browser.send("Target.closeTarget", targetId=self.target)
        self.forget()

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.close()


def high_pipe():
    """A pipe whose ends are not among the first file descriptors; none is inherited."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, FIRST_FREE) for end in ends]
    for end in ends:
        os.close(end)
    return high


def element(selector):
    """A script that finds an element, and says so where there is none."""
    return (f"(document.querySelector({json.dumps(selector)}) || (() => {{ throw new Error("
            f"{json.dumps('there is no ' + selector)}); }})())")


def described(details):
    exception = details.get("exception", {})
    return exception.get("description") or f"{details['text']} {exception.get('value', '')}"
