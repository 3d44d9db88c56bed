"""A download ends whole and checked, or in one sentence with nothing left behind."""

from __future__ import annotations

import errno
import io
import socket
import tarfile
import threading
import time
import zipfile

import pytest
import requests

from bioml_helpers.data import DataUnavailable, catalogue, download, store

CONTENT = b"rownames,x\n1,2.5\n2,3.5\n"
TAMPERED = CONTENT.replace(b"2.5", b"9.5")


def http_error(code: int) -> requests.HTTPError:
    response = requests.Response()
    response.status_code = code
    return requests.HTTPError(response=response)


def test_a_good_file_lands_in_the_cache(entry, cache, served, files_in):
    paths = download.fetch_files(entry, downloader=served(CONTENT))
    assert paths == {"table.csv": cache / "tiny_set" / "table.csv"}
    assert paths["table.csv"].read_bytes() == CONTENT
    assert files_in(cache) == ["tiny_set/table.csv"]


def test_a_file_at_hand_is_not_downloaded_again(entry, own_world, served):
    download.fetch_files(entry, downloader=served(CONTENT))
    again = served()
    download.fetch_files(entry, downloader=again)
    assert again.urls == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (CONTENT[:9], "expected 23 bytes, got 9"),
        (b"", "expected 23 bytes, got 0"),
        (TAMPERED, "expected sha256"),
        (b"<html>sign in to the hotel's network</html>", "expected 23 bytes, got 43"),
    ],
    ids=["truncated", "empty", "tampered", "sign-in page"],
)
def test_a_wrong_file_is_never_kept(entry, cache, served, files_in, content, sentence):
    everywhere = served(*[content] * download.ATTEMPTS * 2)
    with pytest.raises(DataUnavailable, match=sentence):
        download.fetch_files(entry, downloader=everywhere)
    assert files_in(cache) == []


def test_a_retry_starts_over_and_says_so(entry, own_world, served, capsys):
    paths = download.fetch_files(entry, downloader=served(requests.ConnectionError("reset"), CONTENT))
    assert paths["table.csv"].read_bytes() == CONTENT
    said = capsys.readouterr().out
    assert "starting table.csv over from its beginning, attempt 2 of 3" in said
    assert said.count("\n") == 1


def test_quiet_says_nothing_of_a_retry(entry, own_world, served, capsys):
    download.fetch_files(entry, downloader=served(requests.Timeout(), CONTENT), quiet=True)
    assert capsys.readouterr() == ("", "")


def test_addresses_are_tried_in_order(entry, own_world, served, capsys):
    downloader = served(http_error(404), CONTENT)
    download.fetch_files(entry, downloader=downloader)
    assert downloader.urls == ["https://one.example/table.csv", "https://two.example/table.csv"]
    assert "one.example answered 404" in capsys.readouterr().out


def test_a_busy_server_is_asked_again(entry, own_world, served):
    downloader = served(http_error(503), CONTENT)
    download.fetch_files(entry, downloader=downloader)
    assert downloader.urls == ["https://one.example/table.csv"] * 2


def test_one_try_an_address_where_names_cannot_be_resolved(entry, own_world, served):
    lost = requests.ConnectionError("Failed to resolve 'one.example' ([Errno -2] Name or service not known)")
    downloader = served(lost, lost)
    with pytest.raises(DataUnavailable, match=r"the name two\.example could not be resolved"):
        download.fetch_files(entry, downloader=downloader)
    assert len(downloader.urls) == 2


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (requests.ConnectionError("refused"), "the connection to two.example failed"),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), "the connection to two.example failed"),
        (requests.Timeout(), "two.example did not answer in time"),
        (requests.exceptions.SSLError("self-signed"), "its certificate is not accepted"),
        (requests.exceptions.ProxyError("407"), "the proxy on the way to two.example refused"),
        (requests.exceptions.ChunkedEncodingError("broken"), "the download from two.example broke off"),
        (http_error(404), "two.example answered 404"),
    ],
)
def test_each_failure_of_the_network_has_its_own_words(entry, cache, served, files_in, error, sentence):
    with pytest.raises(DataUnavailable, match=sentence.replace(".", r"\.")):
        download.fetch_files(entry, downloader=served(*[error] * 6))
    assert files_in(cache) == []


def test_the_error_names_three_ways_out(entry, cache, served):
    with pytest.raises(DataUnavailable) as caught:
        download.fetch_files(entry, downloader=served(http_error(404), http_error(404)))
    message = str(caught.value)
    assert "(1) connect to the network and try again with data.fetch('tiny')" in message
    assert f"(2) put the file from https://one.example/table.csv at {cache / 'tiny_set' / 'table.csv'}" in message
    assert "(3) set BIOML_DATA_DIR to a folder that holds tiny_set/table.csv" in message
    assert "\n" not in message


def test_a_truncated_cache_file_is_noticed_and_fetched_again(entry, cache, served):
    path = cache / "tiny_set" / "table.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT[:12])
    download.fetch_files(entry, downloader=served(CONTENT))
    assert path.read_bytes() == CONTENT


def test_a_truncated_cache_file_goes_even_when_offline(entry, cache, monkeypatch, files_in):
    monkeypatch.setenv("BIOML_OFFLINE", "1")
    path = cache / "tiny_set" / "table.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT[:12])
    with pytest.raises(DataUnavailable, match="BIOML_OFFLINE forbids the network"):
        download.fetch_files(entry)
    assert files_in(cache) == []


def test_offline_asks_nobody(entry, own_world, served, monkeypatch):
    monkeypatch.setenv("BIOML_OFFLINE", "1")
    downloader = served(CONTENT)
    with pytest.raises(DataUnavailable):
        download.fetch_files(entry, downloader=downloader)
    assert downloader.urls == []


def test_offline_zero_means_online(entry, own_world, served, monkeypatch):
    monkeypatch.setenv("BIOML_OFFLINE", "0")
    assert download.fetch_files(entry, downloader=served(CONTENT))


def test_a_cache_folder_below_a_file_is_one_sentence(entry, own_world, served, monkeypatch, files_in):
    (own_world / "file").write_text("in the way")
    monkeypatch.setenv("BIOML_CACHE_DIR", str(own_world / "file" / "cache"))
    downloader = served(CONTENT)
    with pytest.raises(DataUnavailable, match=r"cannot be written \(Not a directory\); set BIOML_CACHE_DIR"):
        download.fetch_files(entry, downloader=downloader)
    assert files_in(own_world) == ["file"]


def test_a_read_only_cache_folder_is_one_sentence(entry, cache, served, monkeypatch, files_in):
    import pooch.utils

    def refused(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    # the tests may run as root, whom no folder refuses: so the refusal is put where pooch would meet it
    monkeypatch.setattr(pooch.utils.tempfile, "NamedTemporaryFile", refused)
    with pytest.raises(DataUnavailable, match=r"cannot be written \(Permission denied\); set BIOML_CACHE_DIR"):
        download.fetch_files(entry, downloader=served(CONTENT))
    assert files_in(cache) == []


def test_a_full_disk_is_one_sentence_and_leaves_nothing(entry, cache, served, files_in):
    full = OSError(errno.ENOSPC, "No space left on device")
    downloader = served(full)
    with pytest.raises(DataUnavailable, match=r"cannot be written \(No space left on device\)"):
        download.fetch_files(entry, downloader=downloader)
    assert len(downloader.urls) == 1  # another address would not help
    assert files_in(cache) == []


def test_an_interrupted_download_leaves_nothing(entry, cache, served, files_in):
    with pytest.raises(KeyboardInterrupt):
        download.fetch_files(entry, downloader=served(KeyboardInterrupt()))
    assert files_in(cache) == []


def test_a_folder_in_the_place_of_the_file_is_one_sentence(entry, cache, served):
    (cache / "tiny_set" / "table.csv").mkdir(parents=True)
    with pytest.raises(DataUnavailable, match="is a folder where a file belongs; remove it"):
        download.fetch_files(entry, downloader=served(CONTENT))


def test_of_many_files_only_the_missing_are_fetched(make_entry, cache, served):
    entry = make_entry({"a/1.txt": b"one", "a/2.txt": b"two"}, urls=("https://one.example/{name}",))
    with pytest.raises(DataUnavailable, match=r"put the file from https://one\.example/a/2\.txt"):
        download.fetch_files(entry, downloader=served(b"one", http_error(404)))
    downloader = served(b"two")
    paths = download.fetch_files(entry, downloader=downloader)
    assert downloader.urls == ["https://one.example/a/2.txt"]
    assert [path.read_bytes() for path in paths.values()] == [b"one", b"two"]


# --- archives: each file taken out is checked by its own hash ---


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


PICTURES = {"pictures/1.txt": b"first", "pictures/2.txt": b"second"}
PACKED = {f"repository-abc/{name}": content for name, content in PICTURES.items()} | {"repository-abc/code.py": b"no"}


@pytest.fixture
def archived(make_entry):
    return make_entry(PICTURES, archive=catalogue.Archive(("https://one.example/all",), 10_000, ("repository-abc/",)))


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_wanted_files_are_taken_out_of_an_archive(archived, cache, served, files_in, pack):
    paths = download.fetch_files(archived, downloader=served(pack(PACKED)))
    assert {name: path.read_bytes() for name, path in paths.items()} == PICTURES
    assert files_in(cache) == ["tiny_set/pictures/1.txt", "tiny_set/pictures/2.txt"]


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_files_are_looked_for_in_each_named_folder(make_entry, served, pack):
    folders = ("repository-abc/inner/", "repository-abc/")
    archived = make_entry(PICTURES, archive=catalogue.Archive(("https://one.example/all",), 10_000, folders))
    paths = download.fetch_files(archived, downloader=served(pack(PACKED)))
    assert {name: path.read_bytes() for name, path in paths.items()} == PICTURES


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"repository-abc/pictures/2.txt": b"secund"}, r"2\.txt inside https://one\.example/all is damaged or changed"),
        ({"repository-abc/pictures/2.txt": b"x" * 5000}, "expected 6 bytes, got 7"),
        ({"repository-abc/pictures/2.txt": None}, r"does not hold repository-abc/pictures/2\.txt"),
    ],
    ids=["tampered", "too long", "missing"],
)
def test_a_wrong_member_spoils_the_archive(archived, cache, served, files_in, pack, change, sentence):
    packed = pack({name: content for name, content in (PACKED | change).items() if content is not None})
    with pytest.raises(DataUnavailable, match=sentence):
        download.fetch_files(archived, downloader=served(*[packed] * download.ATTEMPTS))
    assert files_in(cache) == []


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_truncated_archive_is_one_sentence(archived, cache, served, files_in, pack):
    half = pack(PACKED)[:-40]
    with pytest.raises(DataUnavailable, match="damaged archive"):
        download.fetch_files(archived, downloader=served(*[half] * download.ATTEMPTS))
    assert files_in(cache) == []


def test_an_archive_past_its_size_is_refused(archived, cache, served, files_in):
    with pytest.raises(DataUnavailable, match="gave more than 10000 bytes"):
        download.fetch_files(archived, downloader=served(zipped(PACKED) + b"0" * 10_000))
    assert files_in(cache) == []


# --- a cut network ---


def test_a_network_without_names_is_noticed_at_once(entry, own_world, monkeypatch):
    def lost(*args, **kwargs):
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", lost)
    with pytest.raises(DataUnavailable, match="could not be resolved, so there seems to be no network"):
        download.fetch_files(entry)


def test_a_name_server_that_never_answers_costs_less_than_three_seconds(entry, own_world, monkeypatch):
    monkeypatch.setattr(download, "PATIENCE", 0.2)
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answered.wait() and [])
    start = time.monotonic()
    with pytest.raises(DataUnavailable, match=r"no answer from one\.example within 0\.2 seconds"):
        download.fetch_files(entry)
    assert time.monotonic() - start < 3
    answered.set()


def test_patience_leaves_room_below_three_seconds():
    assert download.PATIENCE < 2.5


def test_one_open_door_is_enough(own_world):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert download._why_unreachable([("127.0.0.1", 1), ("127.0.0.1", port)]) == ""


def test_a_closed_door_is_named(own_world):
    assert download._why_unreachable([("127.0.0.1", 1)]) == "127.0.0.1 does not answer"


def test_behind_a_proxy_the_proxy_is_the_door(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.school.example:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert download._door("https://one.example/table.csv") == ("proxy.school.example", 3128)


def test_without_a_proxy_the_server_is_the_door(monkeypatch):
    for variable in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
    assert download._door("https://one.example/table.csv") == ("one.example", 443)


# --- the folder that BIOML_DATA_DIR names ---


@pytest.fixture
def share(own_world, monkeypatch):
    """A class's file share that holds the right file."""
    folder = own_world / "share"
    (folder / "tiny_set").mkdir(parents=True)
    (folder / "tiny_set" / "table.csv").write_bytes(CONTENT)
    monkeypatch.setenv("BIOML_DATA_DIR", str(folder))
    return folder


def test_the_data_folder_comes_before_the_network(entry, share, served):
    downloader = served()
    assert download.fetch_files(entry, downloader=downloader) == {"table.csv": share / "tiny_set" / "table.csv"}
    assert downloader.urls == []


def test_a_wrong_file_in_the_data_folder_is_told_and_left_alone(entry, share):
    path = share / "tiny_set" / "table.csv"
    path.write_bytes(TAMPERED)
    with pytest.raises(store.DataFolderError, match=r"table\.csv is not the catalogued file: expected sha256"):
        download.fetch_files(entry)
    assert path.read_bytes() == TAMPERED


def test_a_data_folder_without_the_file_is_passed_over(entry, share, cache, served):
    (share / "tiny_set" / "table.csv").unlink()
    assert download.fetch_files(entry, downloader=served(CONTENT))["table.csv"].is_relative_to(cache)


def test_a_data_folder_that_does_not_exist_is_one_sentence(entry, own_world, monkeypatch):
    monkeypatch.setenv("BIOML_DATA_DIR", str(own_world / "gone"))
    with pytest.raises(store.DataFolderError, match=r"expected a folder .*, got '.*gone', a path that does not exist"):
        download.fetch_files(entry)


def test_a_data_folder_that_is_a_file_is_one_sentence(entry, own_world, monkeypatch):
    (own_world / "file").write_text("")
    monkeypatch.setenv("BIOML_DATA_DIR", str(own_world / "file"))
    with pytest.raises(store.DataFolderError, match=r"got '.*file', a file; correct or unset it"):
        download.fetch_files(entry)


def test_a_relative_data_folder_also_counts_from_the_root_of_the_clone(own_world, monkeypatch):
    monkeypatch.chdir(own_world)
    monkeypatch.setenv("BIOML_DATA_DIR", "bioml_helpers")
    assert store.data_dir().samefile(catalogue.PACKAGE)
