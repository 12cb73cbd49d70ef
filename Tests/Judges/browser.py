"""A headless Chromium, driven by the DevTools protocol: as much of it as our judges need."""

import base64
import json
import pathlib
import shutil
import subprocess
import tempfile
import time

import websocket  # PyPI: websocket-client


class Browser:
    """One page of a Chromium of its own; use it in a `with`."""

    def __init__(self, width=1200, height=800, ratio=1, is_phone=False, is_dark=False):
        self.folder = tempfile.mkdtemp(prefix="mapwright-chromium-")
        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--hide-scrollbars", "--force-color-profile=srgb", "--font-render-hinting=none",
             "--remote-debugging-port=0", "--remote-allow-origins=*", f"--window-size={width},{height}",
             f"--user-data-dir={self.folder}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = pathlib.Path(self.folder, "DevToolsActivePort")
        self._wait(lambda: port_file.exists() and port_file.read_text().count("\n") >= 1, 60,
                   "Chromium does not start")
        port = port_file.read_text().split("\n")[0]
        import urllib.request
        def pages():
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
                return [t for t in json.load(answer) if t["type"] == "page"]
        self._wait(pages, 30, "Chromium has no page")
        self.socket = websocket.create_connection(
            pages()[0]["webSocketDebuggerUrl"], timeout=60, suppress_origin=True)
        self.number, self.requests, self.complaints = 0, [], []
        for domain in ["Page", "Runtime", "Network", "Log"]:
            self.call(f"{domain}.enable")
        self.size(width, height, ratio, is_phone)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def _wait(condition, seconds, complaint):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if found := condition():
                    return found
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit(complaint)

    def call(self, method, **parameters):
        """Calls a method, and takes note of what is reported meanwhile."""
        self.number += 1
        own = self.number
        self.socket.send(json.dumps({"id": own, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == own:
                if "error" in message:
                    raise SystemExit(f"{method}: {message['error']['message']}")
                return message["result"]
            self._hear(message)

    def _hear(self, message):
        method, what = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(what["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            details = what["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and what["type"] in ("error", "warning", "assert"):
            self.complaints.append(str([a.get("value") for a in what["args"]]))
        elif method == "Log.entryAdded" and what["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"{what['entry']['text']} {what['entry'].get('url', '')}")

    def size(self, width, height, ratio=1, is_phone=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=ratio, mobile=is_phone)
        self.call("Emulation.setTouchEmulationEnabled", enabled=is_phone)

    def open(self, address):
        self.call("Page.navigate", url=address)

    def value(self, expression):
        """The value of a JavaScript expression; promises are waited for."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise SystemExit(f"{expression[:80]}: "
                             f"{details.get('exception', {}).get('description', details['text'])}")
        return result["result"].get("value")

    def until(self, expression, seconds=30):
        """Waits until an expression is true."""
        return self._wait(lambda: self.value(expression), seconds, f"never true: {expression}")

    def screenshot(self, path):
        picture = self.call("Page.captureScreenshot", format="png")
        pathlib.Path(path).write_bytes(base64.b64decode(picture["data"]))

    def mouse(self, kind, x, y, button="left", **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=1,
                  buttons=1 if kind in ("mousePressed", "mouseMoved") and button == "left" else 0,
                  **more)

    def click(self, x, y):
        self.mouse("mouseMoved", x, y, button="none")
        self.mouse("mousePressed", x, y)
        self.mouse("mouseReleased", x, y)

    def drag(self, start, end, steps=20):
        self.mouse("mouseMoved", *start, button="none")
        self.mouse("mousePressed", *start)
        for step in range(1, steps + 1):
            self.mouse("mouseMoved", *(a + (b - a) * step / steps for a, b in zip(start, end)))
        self.mouse("mouseReleased", *end)

    def key(self, key):
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=key if len(key) == 1 else "")
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)
