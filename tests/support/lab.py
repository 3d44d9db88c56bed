"""A real JupyterLab in a real Chromium: what the browser tests and the latency benchmark drive."""

from __future__ import annotations

import itertools
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

REPOSITORY = Path(__file__).resolve().parents[2]
STARTING_SECONDS = 90
RUNNING_SECONDS = 300


class Server:
    """One JupyterLab on a free port, with settings of its own and a folder of its own."""

    def __init__(self, folder: Path, *, dark: bool = False):
        self.pages = Counter()  # open at this moment, by notebook: they share its kernel
        self.root = folder / "notebooks"
        self.root.mkdir(parents=True)
        self.token = secrets.token_hex(16)
        self.port = _free_port()
        self._log = folder / "jupyter.log"
        self._environment = self._own_environment(folder)
        self._write_settings(folder / "settings", dark)

    def _own_environment(self, folder: Path) -> dict:
        own = {
            "JUPYTER_CONFIG_DIR": folder / "config",
            "JUPYTER_DATA_DIR": folder / "data",
            "JUPYTER_RUNTIME_DIR": folder / "runtime",
            "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
            "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
            "IPYTHONDIR": folder / "ipython",
            "BIOML_PROGRESS": folder / "progress.json",
        }
        path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
        return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": path, **{k: str(v) for k, v in own.items()}}

    def _write_settings(self, folder: Path, dark: bool) -> None:
        settings = {
            "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
            "apputils-extension/themes": {"theme": "JupyterLab Dark" if dark else "JupyterLab Light"},
            "notebook-extension/tracker": {"windowingMode": "none"},  # every cell stays in the page
        }
        for name, values in settings.items():
            path = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values), encoding="utf-8")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
        command += [f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0", "--expose-app-in-browser"]
        command += [f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={self.root}"]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log, cwd=self.root)
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.address}/api/status?token={self.token}", timeout=2).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"JupyterLab did not answer within {STARTING_SECONDS} s:\n{self._log.read_text()[-2000:]}")


_PAGES = itertools.count()


class Page:
    """One notebook open in JupyterLab, and what the browser said about it."""

    def __init__(
        self, browser, server: Server, notebook: Path, *, width: int = 1300, height: int = 900, scale: float = 1
    ):
        self.server = server
        self.complaints: list[str] = []  # console errors and uncaught exceptions
        self.foreign_requests: list[str] = []  # to anything but our own server
        (server.root / notebook.name).write_bytes(notebook.read_bytes())
        self.context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=scale)
        self.page = self.context.new_page()
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        self.page.on("request", self._note_request)
        # A workspace of its own, or JupyterLab opens again what an earlier page had open.
        workspace = f"page{next(_PAGES)}"
        self.page.goto(f"{server.address}/lab/workspaces/{workspace}/tree/{notebook.name}?token={server.token}")
        self.page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=STARTING_SECONDS * 1000)
        self.notebook = notebook.name
        server.pages[self.notebook] += 1
        self.wait_until_idle(STARTING_SECONDS)

    def _note_console(self, message) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _note_request(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != f"127.0.0.1:{self.server.port}":
            self.foreign_requests.append(request.url)

    def wait_until_idle(self, seconds: float) -> None:
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=seconds * 1000,
        )

    def run_all(self) -> None:
        """Run every cell, and wait for the last."""
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        self.wait_until_done()

    def run_cells(self, *numbers: int) -> None:
        """Run these cells alone, counted from 0, and wait for the last."""
        self.page.evaluate(
            """async (numbers) => {
                for (const number of numbers) {
                    window.jupyterapp.shell.currentWidget.content.activeCellIndex = number;
                    await window.jupyterapp.commands.execute('notebook:run-cell');
                }
            }""",
            numbers,
        )
        self.wait_until_done()

    def wait_until_done(self) -> None:
        """Wait until no cell is running or waiting."""
        self.page.wait_for_function(
            """() => { const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')];
                return prompts.some((one) => /[0-9]/.test(one.textContent))
                    && !prompts.some((one) => one.textContent.includes('*')); }""",
            timeout=RUNNING_SECONDS * 1000,
        )
        self.wait_until_idle(RUNNING_SECONDS)

    def errors(self) -> list[str]:
        """Return the error outputs that the notebook shows."""
        found = self.page.query_selector_all('[data-mime-type="application/vnd.jupyter.error"]')
        return [one.inner_text() for one in found]

    def close(self) -> None:
        """Close the window, and end the kernel with it, unless another page has the same notebook open."""
        self.server.pages[self.notebook] -= 1
        if not self.server.pages[self.notebook]:
            self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.context.close()


def write_figures_notebook(path: Path) -> Path:
    """Write a small notebook with each kind of figure, and return its path."""
    import nbformat

    new = nbformat.v4
    cells = [
        new.new_markdown_cell("# Figures"),
        new.new_code_cell("from bioml_helpers.approximation.figures import PiecesFigure\nPiecesFigure()"),
        new.new_code_cell(
            "from bioml_helpers import data\nfrom bioml_helpers.approximation.figures import knot_editor\n"
            "table, _ = data.load('ryegrass', quiet=True)\nknot_editor(table.dose_mM, table.root_length_cm)"
        ),
        new.new_code_cell(
            "from bioml_helpers import figures\nfigure, axes = figures.subplots()\naxes.plot([0, 1, 2], [1, 2, 4])\n"
            "figures.show(figure, alt='Cells double.', data={'hour': [0, 1, 2], 'cells': [1, 2, 4]})"
        ),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def settled(page) -> None:
    """Wait until what was changed is painted: two animation frames."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


# In the page: press the range input `moves` times as its arrow key would, and time each until the picture has changed
# and until two animation frames later, when it is painted.
_TIME_MOVES = """async ([input, picture, moves]) => {
    const times = [];
    for (let i = 0; i < moves; i += 1) {
        const start = performance.now();
        const changed = new Promise((done) => {
            const watch = new MutationObserver(() => { watch.disconnect(); done(performance.now()); });
            watch.observe(picture, { subtree: true, childList: true, attributes: true, attributeFilter: ['d', 'src'] });
        });
        input.value = Number(input.value) + 1;
        input.dispatchEvent(new Event('input', { bubbles: true }));
        const updated = await changed;
        const painted = await new Promise((done) =>
            requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))));
        times.push([updated - start, painted - start]);
    }
    return times;
}"""

# The same for a kernel figure, whose slider is moved by the real arrow key.
_WATCH_IMAGE = """(image) => {
    window.bioml = { start: null, times: [] };
    document.addEventListener('keydown', () => { window.bioml.start = performance.now(); }, { capture: true });
    new MutationObserver(async () => {
        const start = window.bioml.start, updated = performance.now();
        await image.decode().catch(() => {});
        requestAnimationFrame(() => requestAnimationFrame(() =>
            window.bioml.times.push([updated - start, performance.now() - start])));
    }).observe(image, { attributes: true, attributeFilter: ['src'] });
}"""


def time_living_figure(page, card, moves: int = 20) -> list[tuple[float, float]]:
    """Return (picture updated, picture painted) in ms after the input event, for each move of the figure's slider."""
    slider, picture = card.query_selector("input[type=range]"), card.query_selector(".bioml-plots")
    return page.evaluate(_TIME_MOVES, [slider, picture, moves])


def time_kernel_figure(page, handle, image, moves: int = 20) -> list[tuple[float, float]]:
    """Return (picture updated, picture painted) in ms after the key was pressed, for each move of a slider."""
    image.evaluate(_WATCH_IMAGE)
    handle.focus()
    for move in range(1, moves + 1):
        page.keyboard.press("ArrowRight")
        page.wait_for_function(f"() => window.bioml.times.length >= {move}", polling="raf", timeout=10_000)
    return page.evaluate("() => window.bioml.times")
