"""The real downloader, against a server on this machine's own loopback."""

from __future__ import annotations

import http.server
import threading

import pytest

from bioml_helpers.data import DataUnavailable, download

CONTENT = b"rownames,x\n1,2.5\n2,3.5\n"


@pytest.fixture
def server(own_world, monkeypatch):
    """A server whose answers are set by path: path -> (status, headers, body)."""
    answers = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = answers.get(self.path, (404, {}, b"not here"))
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    answers["address"] = f"http://127.0.0.1:{httpd.server_port}"
    yield answers
    httpd.shutdown()
    httpd.server_close()


@pytest.fixture
def local(make_entry, server):
    """The tiny data set, to be had from that server alone."""
    return make_entry(urls=(server["address"] + "/{name}",))


def test_a_file_comes_with_a_progress_bar(local, server, capsys):
    server["/table.csv"] = (200, {"Content-Length": str(len(CONTENT))}, CONTENT)
    assert download.fetch_files(local)["table.csv"].read_bytes() == CONTENT
    shown = capsys.readouterr().err
    assert "table.csv" in shown and "100%" in shown


def test_quiet_shows_no_progress_bar(local, server, capsys):
    server["/table.csv"] = (200, {"Content-Length": str(len(CONTENT))}, CONTENT)
    download.fetch_files(local, quiet=True)
    assert capsys.readouterr() == ("", "")


def test_many_files_share_one_progress_bar(make_entry, server, capsys):
    files = {f"{number}.txt": b"text" for number in range(download.MANY + 1)}
    server.update({f"/{name}": (200, {}, content) for name, content in files.items()})
    assert len(download.fetch_files(make_entry(files, urls=(server["address"] + "/{name}",)))) == len(files)
    shown = capsys.readouterr().err
    assert "tiny: 100%" in shown and "0.txt" not in shown


def test_a_connection_that_breaks_halfway_leaves_nothing(local, server, cache, files_in):
    server["/table.csv"] = (200, {"Content-Length": "23"}, CONTENT[:10])
    with pytest.raises(DataUnavailable, match=r"broke off|expected 23 bytes, got 10"):
        download.fetch_files(local, quiet=True)
    assert files_in(cache) == []


def test_an_endless_answer_is_cut_short(local, server, cache, files_in):
    server["/table.csv"] = (200, {}, b"0" * 50_000)
    with pytest.raises(DataUnavailable, match=r"table\.csv: expected 23 bytes, got more"):
        download.fetch_files(local, quiet=True)
    assert files_in(cache) == []


def test_a_missing_page_is_told_by_its_number(local, server):
    with pytest.raises(DataUnavailable, match=r"127\.0\.0\.1 answered 404"):
        download.fetch_files(local, quiet=True)


def test_a_redirection_away_from_https_is_refused(local, server):
    server["/table.csv"] = (302, {"Location": server["address"] + "/other"}, b"")
    server["/other"] = (200, {}, CONTENT)
    with pytest.raises(DataUnavailable, match="redirects to an address without https"):
        download.fetch_files(local, quiet=True)
