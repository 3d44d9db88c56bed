"""Where the files are: the folder that BIOML_DATA_DIR names, then the cache.

A file counts only if its size and its hash are the catalogue's.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from pathlib import Path

from .catalogue import PACKAGE, Entry, File


class DataFolderError(ValueError):
    """BIOML_DATA_DIR names something that cannot be used; the message says what came and what was expected."""


def offline() -> bool:
    """Return whether BIOML_OFFLINE forbids the network (any value but empty and ``0``)."""
    return os.environ.get("BIOML_OFFLINE", "") not in ("", "0")


def cache_folder() -> Path:
    """Return the folder where downloaded files are kept (it need not exist yet).

    It is what the environment variable BIOML_CACHE_DIR says, else the usual place of this operating system.

    Examples
    --------
    >>> cache_folder().is_absolute()
    True
    """
    chosen = os.environ.get("BIOML_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    import pooch  # here, because it takes a while and most sessions never download

    return Path(pooch.os_cache("bioml_helpers"))


def data_dir() -> Path | None:
    """Return the folder that BIOML_DATA_DIR names, or None where the variable is not set.

    A relative path is looked for from the current folder, then from the root of the clone, so that
    ``BIOML_DATA_DIR=../shared`` means the same to a test run at the root and to a notebook in ``chapters/``.

    Raises
    ------
    DataFolderError
        If there is no such folder.
    """
    value = os.environ.get("BIOML_DATA_DIR")
    if not value:
        return None
    given = Path(value).expanduser()
    candidates = [given.absolute(), PACKAGE.parent / given]
    for folder in candidates:
        if os.path.isdir(folder):
            return folder
    came = "a file" if any(os.path.isfile(folder) for folder in candidates) else "a path that does not exist"
    raise DataFolderError(
        f"BIOML_DATA_DIR: expected a folder that holds the data sets, got {value!r}, {came}; correct or unset it."
    )


def what_is_wrong(path: Path, file: File) -> str:
    """Return an empty text if the file at `path` is the catalogue's, else what came and what was expected."""
    size = path.stat().st_size
    if size != file.bytes:
        return f"expected {file.bytes} bytes, got {size}"
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != file.sha256:
        return f"expected sha256 {file.sha256[:12]}…, got {digest.hexdigest()[:12]}…"
    return ""


def locate(entry: Entry) -> tuple[dict[str, Path], list[File]]:
    """Return the files that are at hand (name -> path) and those that are missing; nothing is printed.

    Where BIOML_DATA_DIR holds them packed (key ``packed`` of the catalogue), they are taken out into the cache.

    Raises
    ------
    DataFolderError
        If BIOML_DATA_DIR is no folder, or holds one of the files with the wrong content.
    """
    found, missing = {}, []
    folder, cache = data_dir(), cache_folder()
    for file in entry.files:
        path = _given(folder, entry, file) or _cached(cache, entry, file)
        if path is None:
            missing.append(file)
        else:
            found[file.name] = path
    if missing and entry.packed and folder:
        _take_out(entry, folder, cache, missing)
        found |= {file.name: path for file in missing if (path := _cached(cache, entry, file))}
        missing = [file for file in missing if file.name not in found]
    return found, missing


def _take_out(entry: Entry, folder: Path, cache: Path, files: list[File]) -> None:
    """Copy the catalogue's files out of a tar archive.

    Names come from the catalogue and never from the archive, so nothing can be written elsewhere; links and devices are
    passed over; no member is read beyond its expected size. What has the wrong content is kept out by its hash.
    """
    packed = folder / entry.folder / entry.packed
    if not packed.is_file():
        return
    try:
        with tarfile.open(packed) as archive:
            members = {member.name: member for member in archive.getmembers() if member.isreg()}
            for file in files:
                member = members.get(file.name)
                if member is None or member.size != file.bytes:
                    continue
                content = archive.extractfile(member).read(file.bytes)
                if hashlib.sha256(content).hexdigest() == file.sha256:
                    path = cache / entry.path_of(file)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    part = path.with_name(f"{path.name}.{os.getpid()}")  # whole or not at all, also with two processes
                    part.write_bytes(content)
                    os.replace(part, path)
    except (tarfile.TarError, EOFError, OSError):
        return  # damaged, or the cache cannot be written: to be had the usual way


def _given(folder: Path | None, entry: Entry, file: File) -> Path | None:
    """The file in BIOML_DATA_DIR; a wrong one there is the reader's business, so it is told and not passed over."""
    path = folder / entry.path_of(file) if folder else None
    if path is None or not os.path.isfile(path):
        return None
    try:
        wrong = what_is_wrong(path, file)
    except OSError as error:
        wrong = f"it cannot be read ({error.strerror})"
    if wrong:
        raise DataFolderError(f"BIOML_DATA_DIR: {path} is not the catalogued file: {wrong}; replace or remove it.")
    return path


def _cached(cache: Path, entry: Entry, file: File) -> Path | None:
    path = cache / entry.path_of(file)
    try:
        return path if os.path.isfile(path) and not what_is_wrong(path, file) else None
    except OSError:
        return None  # unreadable: to be had again


def drop_damaged(entry: Entry, files: list[File]) -> None:
    """Remove from the cache what lies under a missing file's name: it is truncated or changed."""
    for file in files:
        try:
            (cache_folder() / entry.path_of(file)).unlink(missing_ok=True)
        except OSError:
            pass  # a read-only cache: never used anyway, since only the right hash counts
