"""Downloading: https only, mirrors in order, nothing half-written left behind.

Size and hash are checked after the download and before the file gets its name, so whatever lies in the cache is whole.
"""

from __future__ import annotations

import gzip
import logging
import os
import socket
import tarfile
import tempfile
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from . import store
from .catalogue import Entry, File

ATTEMPTS = 3  # per address; a retry starts over, since pooch does not resume
PAUSE = 1.0  # seconds before a retry
TIMEOUT = (5, 30)  # seconds to connect, seconds between two pieces of an answer
MANY = 4  # with more files than this, one progress bar counts the files
PATIENCE = 2.0  # seconds within which some address must be reachable, else the network counts as cut

_network_cut = ""  # why no address could be reached, remembered for this process


class DataUnavailable(RuntimeError):
    """The real files could not be had; the message says why and names the three ways out.

    Attributes
    ----------
    reason : str
        Why, in a few words.
    """

    def __init__(self, entry: Entry, missing: list[File], reason: str) -> None:
        self.name, self.reason = entry.name, reason
        place = store.cache_folder() / entry.path_of(missing[0])
        more = f" (and {len(missing) - 1} more files beside it)" if len(missing) > 1 else ""
        origin = _addresses(entry, missing[0])[0]
        super().__init__(
            f"{entry.name}: the real data could not be had: {reason}. Three ways out: "
            f"(1) connect to the network and try again with data.fetch({entry.name!r}); "
            f"(2) put the file from {origin} at {place}{more}; "
            f"(3) set BIOML_DATA_DIR to a folder that holds {entry.path_of(missing[0])}{more}."
        )


class _Unusable(Exception):
    """One address gave nothing usable; `again` says whether a further attempt makes sense."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.again = again


class _CannotWrite(Exception):
    """The cache folder takes no files: no other address will help."""


# what zipfile and tarfile raise at damaged input; BadGzipFile is an OSError, but not one of the cache folder
_BAD_ARCHIVE = (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, RuntimeError)

Downloader = Callable[[str, str, object], None]


def fetch_files(
    entry: Entry, *, quiet: bool = False, downloader: Downloader | None = None, in_haste: bool = False
) -> dict[str, Path]:
    """Return the paths of all files of a data set, downloading those that are not at hand.

    Parameters
    ----------
    entry : Entry
        The data set.
    quiet : bool
        No progress bar, no word of retries.
    downloader : callable, optional
        Takes ``(url, path, None)`` and writes the file, as pooch's downloaders do. Default: https with a progress bar.
    in_haste : bool
        Trust what is remembered of a network that was cut.

    Raises
    ------
    DataUnavailable
        If a file cannot be had; what was had by then stays in the cache, whole and checked.
    store.DataFolderError
        If BIOML_DATA_DIR cannot be used.
    """
    found, missing = store.locate(entry)
    if not missing:
        return found
    store.drop_damaged(entry, missing)
    if store.offline():
        raise DataUnavailable(entry, missing, "BIOML_OFFLINE forbids the network")
    for place in (store.cache_folder() / entry.path_of(file) for file in missing):
        if os.path.isdir(place):
            raise DataUnavailable(entry, missing, f"{place} is a folder where a file belongs; remove it")
    if downloader is None:
        _demand_network(entry, missing, in_haste=in_haste)
    say = (lambda sentence: None) if quiet else (lambda sentence: print(f"{entry.name}: {sentence}"))
    try:
        if entry.archive:
            _from_archive(entry, missing, say, downloader or _https(entry.archive.max_bytes, quiet))
        else:
            many = len(missing) > MANY
            for file in _counted(entry, missing, quiet or not many):
                _one_file(entry, file, say, downloader or _https(file.bytes, quiet or many))
    except _CannotWrite as error:
        raise DataUnavailable(entry, missing, str(error)) from None
    except _Unusable as error:
        raise DataUnavailable(entry, store.locate(entry)[1] or missing, str(error)) from None
    return store.locate(entry)[0]


def _addresses(entry: Entry, file: File) -> tuple[str, ...]:
    return entry.archive.urls if entry.archive else file.urls


# --- one file -------------------------------------------------------------------------------------


def _one_file(entry: Entry, file: File, say: Callable, downloader: Downloader) -> None:
    target = store.cache_folder() / entry.path_of(file)
    with _writable(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
    _try_mirrors(file.urls, file.name, say, lambda url: _download(url, target, file, downloader))


def _download(url: str, target: Path, file: File, downloader: Downloader) -> None:
    """One attempt: pooch writes beside the target, and moves the file there only once its hash is right."""
    import pooch

    def checked(url: str, path: str, _: object) -> None:
        downloader(url, path, None)
        if wrong := store.what_is_wrong(Path(path), file):
            raise _Unusable(f"{url} gave a damaged or changed file: {wrong}", again=True)

    with _pooch_silent(pooch), _writable(target.parent), _network(url):
        pooch.retrieve(
            url, known_hash=f"sha256:{file.sha256}", fname=target.name, path=target.parent, downloader=checked
        )


def _try_mirrors(urls: tuple[str, ...], what: str, say: Callable, attempt: Callable[[str], None]) -> None:
    """Try each address in order, each up to ATTEMPTS times; raise the last `_Unusable` when none served."""
    last = _Unusable("no address is known", again=False)
    for url in urls:
        for number in range(1, ATTEMPTS + 1):
            try:
                return attempt(url)
            except _Unusable as error:
                last = error
            if not last.again or number == ATTEMPTS:
                break
            say(f"{last}; starting {what} over from its beginning, attempt {number + 1} of {ATTEMPTS}.")
            time.sleep(PAUSE)
        if url != urls[-1]:
            say(f"{last}; trying the next address.")
    raise last


# --- files inside an archive ----------------------------------------------------------------------


def _from_archive(entry: Entry, missing: list[File], say: Callable, downloader: Downloader) -> None:
    """Download the archive beside the cache, take the wanted files out, keep those whose hash is right."""
    cache = store.cache_folder()
    with _writable(cache):
        cache.mkdir(parents=True, exist_ok=True)
        holder = tempfile.TemporaryDirectory(dir=cache, prefix="unpacking-")
    with holder as folder:

        def attempt(url: str) -> None:
            packed = Path(folder) / "archive"
            with _writable(cache), _network(url):
                downloader(url, str(packed), None)
                if packed.stat().st_size > entry.archive.max_bytes:
                    raise _Unusable(f"{url} gave more than {entry.archive.max_bytes} bytes", again=False)
                _take_out(entry, missing, packed, Path(folder) / "files", url)

        _try_mirrors(entry.archive.urls, "the archive", say, attempt)


def _take_out(entry: Entry, missing: list[File], packed: Path, loose: Path, url: str) -> None:
    """Copy each wanted member out, check it, and only then move them all to their places."""
    try:
        with _opened(packed) as read:
            for file in missing:
                path = loose / file.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(_member(read, entry.archive.strip, file))
                if wrong := store.what_is_wrong(path, file):
                    raise _Unusable(f"{file.name} inside {url} is damaged or changed: {wrong}", again=True)
    except KeyError as error:
        raise _Unusable(f"{url} does not hold {error.args[0]}", again=False) from None
    except _BAD_ARCHIVE as error:
        raise _Unusable(f"{url} gave a damaged archive ({error})", again=True) from None
    for file in missing:
        target = store.cache_folder() / entry.path_of(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(loose / file.name, target)


def _member(read: Callable[[str, int], bytes], folders: tuple[str, ...], file: File) -> bytes:
    """Read the file out of the first folder that holds it."""
    *others, last = folders
    for folder in others:
        try:
            return read(folder + file.name, file.bytes)
        except KeyError:
            continue
    return read(last + file.name, file.bytes)


@contextmanager
def _opened(packed: Path) -> Iterator[Callable[[str, int], bytes]]:
    """Yield a function that reads one member, never more than a byte over its expected size."""
    if zipfile.is_zipfile(packed):
        with zipfile.ZipFile(packed) as archive:

            def read(name: str, size: int) -> bytes:
                if name not in archive.NameToInfo:
                    raise KeyError(name)
                with archive.open(name) as stream:
                    return stream.read(size + 1)

            yield read
    else:
        with tarfile.open(packed) as archive:

            def read(name: str, size: int) -> bytes:
                try:
                    stream = archive.extractfile(name)
                except KeyError:
                    stream = None
                if stream is None:
                    raise KeyError(name)
                return stream.read(size + 1)

            yield read


# --- the network ----------------------------------------------------------------------------------


def _demand_network(entry: Entry, missing: list[File], *, in_haste: bool) -> None:
    """Raise within PATIENCE seconds if no address answers, rather than wait for each one's time-out."""
    global _network_cut
    if not (in_haste and _network_cut):
        urls = {url for file in missing for url in _addresses(entry, file)}
        _network_cut = _why_unreachable(sorted({_door(url) for url in urls}))
    if _network_cut:
        raise DataUnavailable(entry, missing, _network_cut)


def _door(url: str) -> tuple[str, int]:
    """Host and port that a download knocks at: the school's proxy where one is set, else the server."""
    from requests.utils import get_environ_proxies, select_proxy

    proxy = select_proxy(url, get_environ_proxies(url, no_proxy=None))
    parts = urlsplit(proxy if proxy and "://" in proxy else f"http://{proxy}" if proxy else url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _why_unreachable(doors: list[tuple[str, int]]) -> str:
    """Return an empty text as soon as one door opens, else why none did; takes PATIENCE seconds at most."""
    reasons: dict[str, str] = {}
    some_answer, all_answers = threading.Event(), threading.Semaphore(0)

    def knock(host: str, port: int) -> None:
        try:
            # one address of each family: a dead IPv6 route may not hide a living IPv4 one
            families = {info[0]: info[4] for info in reversed(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))}
            for family, address in families.items():
                with socket.socket(family, socket.SOCK_STREAM) as link:
                    link.settimeout(PATIENCE / 2)
                    if link.connect_ex(address) == 0:
                        some_answer.set()
            reasons[host] = f"{host} does not answer"
        except socket.gaierror:
            reasons[host] = f"the name {host} could not be resolved, so there seems to be no network"
        except OSError as error:
            reasons[host] = f"{host} cannot be reached ({error.strerror or error})"
        finally:
            all_answers.release()

    for host, port in doors:
        # daemon: a name server that never answers must not keep the process alive
        threading.Thread(target=knock, args=(host, port), daemon=True).start()
    deadline = time.monotonic() + PATIENCE
    for _ in doors:
        if some_answer.is_set() or not all_answers.acquire(timeout=max(deadline - time.monotonic(), 0)):
            break
    if some_answer.is_set():
        return ""
    return "; ".join(reasons.values()) or f"no answer from {doors[0][0]} within {PATIENCE:g} seconds"


@contextmanager
def _network(url: str) -> Iterator[None]:
    """Turn what goes wrong on the way into `_Unusable` with a sentence."""
    import requests.exceptions as wrong

    host = urlsplit(url).hostname
    try:
        yield
    except wrong.HTTPError as error:
        code = error.response.status_code
        raise _Unusable(f"{host} answered {code} for {url}", again=code >= 500 or code == 429) from None
    except wrong.SSLError:
        raise _Unusable(
            f"the secure connection to {host} failed: its certificate is not accepted", again=False
        ) from None
    except wrong.ProxyError:
        raise _Unusable(f"the proxy on the way to {host} refused the connection", again=False) from None
    except (wrong.Timeout, TimeoutError):
        raise _Unusable(f"{host} did not answer in time", again=True) from None
    except (wrong.ConnectionError, ConnectionError) as error:
        gone = "resolve" in str(error) or "getaddrinfo" in str(error)
        reason = f"the name {host} could not be resolved" if gone else f"the connection to {host} failed"
        raise _Unusable(reason, again=not gone) from None
    except wrong.RequestException as error:
        raise _Unusable(f"the download from {host} broke off ({type(error).__name__})", again=True) from None


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Turn a full disk or a folder without write permission into one sentence."""
    import requests.exceptions

    try:
        yield
    except requests.exceptions.RequestException:
        raise  # an OSError by descent, but of the network
    except OSError as error:
        why = error.__cause__ if isinstance(error.__cause__, OSError) else error  # pooch wraps it in a long text
        raise _CannotWrite(
            f"the cache folder {folder} cannot be written ({why.strerror or why}); "
            "set BIOML_CACHE_DIR to a folder with free space that you may write"
        ) from None


@contextmanager
def _pooch_silent(pooch) -> Iterator[None]:
    """Keep pooch's log lines off the learner's screen: the progress bar and our own sentences say enough."""
    logger = pooch.get_logger()
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _https(expected: int, quiet: bool) -> Downloader:
    """pooch's downloader with a progress bar, https all the way, and a stop past the expected size."""
    import pooch

    def download(url: str, path: str, _: object) -> None:
        bar = _Bar(Path(urlsplit(url).path).name, expected, quiet)
        try:
            pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUT, hooks={"response": _https_only})(url, path, None)
        finally:
            bar.close()

    return download


def _https_only(response, *args, **kwargs) -> None:
    """Refuse a redirection that leaves https."""
    if response.is_redirect and response.headers.get("location", "").startswith("http://"):
        raise _Unusable(f"{response.url} redirects to an address without https", again=False)


def _counted(entry: Entry, files: list[File], quiet: bool) -> Iterator[File]:
    """Go through the files under one progress bar."""
    from tqdm import tqdm

    return iter(tqdm(files, desc=entry.name, unit=" files", disable=quiet))


class _Bar:
    """What pooch asks of a progress bar; the total is the catalogue's, since servers that compress report another."""

    def __init__(self, name: str, expected: int, quiet: bool) -> None:
        from tqdm import tqdm

        self.name, self.expected, self.received, self.total = name, expected, 0, 0
        self.complete = False
        self._bar = tqdm(total=expected, desc=name, unit="B", unit_scale=True, disable=quiet)

    def update(self, count: int) -> None:
        if self.complete:
            return
        self.received += count
        # pooch counts whole blocks of 1,024 bytes, so the last may overshoot
        if self.received > self.expected + 2048:
            raise _Unusable(f"{self.name}: expected {self.expected} bytes, got more", again=False)
        self._bar.update(min(count, max(self.expected - self._bar.n, 0)))

    def reset(self) -> None:
        """pooch resets and fills the bar once all is there; ours is full already."""
        self.complete = True

    def close(self) -> None:
        self._bar.close()
