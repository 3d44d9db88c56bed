"""A world of its own for each test: own cache, no data folder, no memory of a network, and never a wait."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bioml_helpers.data import access, catalogue, download

CONTENT = b"rownames,x\n1,2.5\n2,3.5\n"


@pytest.fixture
def own_world(tmp_path, monkeypatch):
    """An empty cache folder, and no settings of the machine the tests run on."""
    for variable in ("BIOML_DATA_DIR", "BIOML_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("BIOML_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(access, "_failed", {})
    monkeypatch.setattr(download, "_network_cut", "")
    monkeypatch.setattr(download, "PAUSE", 0)
    return tmp_path


@pytest.fixture
def cache(own_world):
    """Path of the (not yet made) cache folder."""
    return own_world / "cache"


def file_of(content: bytes, name: str, urls: tuple[str, ...]) -> catalogue.File:
    return catalogue.File(name, hashlib.sha256(content).hexdigest(), len(content), urls)


@pytest.fixture
def make_entry():
    """Make a catalogue entry of files that hold the given bytes."""

    def make(
        files: dict[str, bytes] | None = None,
        *,
        urls: tuple[str, ...] = ("https://one.example/{name}", "https://two.example/{name}"),
        archive: catalogue.Archive | None = None,
    ) -> catalogue.Entry:
        files = {"table.csv": CONTENT} if files is None else files
        return catalogue.Entry(
            name="tiny", title="A tiny table", row="one row", rows=2, units={"x": "cm"}, columns={"x": "a length"},
            folder="tiny_set", source="a test", licence="ours", citation=("nobody 2000",), made="typed",
            known_problems=("It is tiny.",), stand_in="two zeros.", archive=archive,
            files=tuple(
                file_of(content, name, () if archive else tuple(url.format(name=name) for url in urls))
                for name, content in files.items()
            ),
        )  # fmt: skip

    return make


@pytest.fixture
def entry(make_entry):
    """One file, two addresses."""
    return make_entry()


@pytest.fixture
def served():
    """Make a downloader that plays the given answers in turn (bytes, or an error to raise) and notes the URLs."""

    def make(*answers):
        queue = list(answers)

        def downloader(url, path, _):
            downloader.urls.append(url)
            answer = queue.pop(0)
            if isinstance(answer, BaseException):
                Path(path).write_bytes(CONTENT[:5])  # what had come before it broke
                raise answer
            Path(path).write_bytes(answer)

        downloader.urls = []
        return downloader

    return make


@pytest.fixture
def files_in():
    """List every file below a folder, relative to it."""

    def files(folder: Path) -> list[str]:
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())

    return files
