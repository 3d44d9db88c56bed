"""The catalogue is complete and agrees with its datasheets; a wrong one says which table and key."""

from __future__ import annotations

import pytest

from bioml_helpers import data
from bioml_helpers.data import access, catalogue

GOOD = """
[tiny]
title = "A tiny table"
row = "one row"
rows = 2
folder = "tiny_set"
source = "a test"
licence = "ours"
citation = ["nobody 2000"]
made = "typed"
known_problems = ["It is tiny."]
stand_in = "two zeros."
columns = { x = { unit = "cm", meaning = "a length" } }
files = [{ name = "table.csv", sha256 = "HASH", bytes = 23, urls = ["https://one.example/table.csv"] }]
""".replace("HASH", "a" * 64)

FILES = GOOD[GOOD.index("files =") :]


@pytest.fixture
def read(tmp_path):
    """Read a catalogue from text."""

    def read(text: str) -> dict[str, catalogue.Entry]:
        path = tmp_path / "catalogue.toml"
        path.write_text(text, encoding="utf-8")
        return catalogue.read_catalogue(path)

    return read


def test_a_good_table_is_read(read):
    entry = read(GOOD)["tiny"]
    assert entry.files == (catalogue.File("table.csv", "a" * 64, 23, ("https://one.example/table.csv",)),)
    assert (entry.units, entry.columns) == ({"x": "cm"}, {"x": "a length"})


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('title = "A tiny table"', "", r"\[tiny\] title: expected a text that is not empty, got nothing"),
        ('title = "A tiny table"', 'title = ""', r"\[tiny\] title: expected a text that is not empty, got ''"),
        ('title = "A', 'titel = "x"\ntitle = "A', r"\[tiny\] titel: not a key; known are title, row"),
        ("rows = 2", "rows = 0", r"\[tiny\] rows: expected at least 1, got 0"),
        ("rows = 2", "rows = true", r"\[tiny\] rows: expected a whole number, got True"),
        ("rows = 2", 'rows = "2"', r"\[tiny\] rows: expected a whole number, got '2'"),
        ('"tiny_set"', '"../tiny"', r"folder: expected a plain relative path .*, got '\.\./tiny'"),
        ('"tiny_set"', '"/tiny"', r"folder: expected a plain relative path"),
        ('"table.csv"', '"a/../../table.csv"', r"\[tiny\.files 1\] name: expected a plain relative path"),
        ("a" * 64, "a" * 63, r"\[tiny\.files 1\] sha256: expected 64 hexadecimal digits in lower case"),
        ("bytes = 23", "bytes = -1", r"\[tiny\.files 1\] bytes: expected at least 1, got -1"),
        ("https://", "http://", r"\[tiny\.files 1\] urls: expected addresses that begin with https://"),
        ('["https://one.example/table.csv"]', "[]", r"\[tiny\.files 1\] urls: expected a list that is not empty"),
        ('["nobody 2000"]', "[2000]", r"\[tiny\] citation: expected a list of texts"),
        ('meaning = "a length"', 'meening = "a length"', r"\[tiny\.columns\.x\] meening: not a key"),
        ("{ unit", '"cm" #', "expected TOML in UTF-8"),
        ('stand_in = "two zeros."', "", r"\[tiny\] stand_in: expected what is used where the real files cannot be had"),
        (
            'stand_in = "two',
            'balance = "y"\nstand_in = "two',
            r"\[tiny\] balance: expected one of the columns x, got 'y'",
        ),
        (FILES, "files = []", r"\[tiny\] files: expected a list that is not empty, got \[\]"),
        (FILES, FILES.replace("}]", "}, ") + FILES.removeprefix("files = ["), "the name 'table.csv' comes twice"),
        (FILES, 'files = ["table.csv"]', r"\[tiny\.files 1\]: expected a table, got 'table\.csv'"),
        (GOOD, "tiny = 3", r"\[tiny\]: expected a table, got 3"),
    ],
)
def test_a_wrong_table_is_named_in_one_sentence(read, old, new, sentence):
    assert old in GOOD
    with pytest.raises(catalogue.CatalogueError, match=sentence):
        read(GOOD.replace(old, new))


def test_a_missing_catalogue_is_one_sentence(tmp_path):
    with pytest.raises(catalogue.CatalogueError, match="the catalogue cannot be read"):
        catalogue.read_catalogue(tmp_path / "catalogue.toml")


def test_a_manifest_lists_the_files_of_a_folder(read, tmp_path):
    (tmp_path / "tiny.sha256").write_text(f"# comment\n{'b' * 64}  7  images/a b.png\n{'c' * 64}  8  images/2.png\n")
    keys = 'manifest = "tiny.sha256"\nbase_urls = ["https://one.example/", "https://two.example/"]'
    files = read(GOOD.replace(FILES, keys))["tiny"].files
    urls = ("https://one.example/images/a b.png", "https://two.example/images/a b.png")
    assert files[0] == catalogue.File("images/a b.png", "b" * 64, 7, urls)
    assert len(files) == 2


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("", "expected at least one line"),
        ("abc 7 a.png", r"line 1\] sha256: expected 64 hexadecimal digits"),
        ("b" * 64 + " a.png", "line 1: expected 'sha256  bytes  name'"),
        ("b" * 64 + " 7 ../a.png", r"line 1\] name: expected a plain relative path"),
        (None, r"\[tiny\] manifest: .*tiny\.sha256 cannot be read"),
    ],
)
def test_a_wrong_manifest_names_its_line(read, tmp_path, lines, sentence):
    if lines is not None:
        (tmp_path / "tiny.sha256").write_text(lines)
    with pytest.raises(catalogue.CatalogueError, match=sentence):
        read(GOOD.replace(FILES, 'manifest = "tiny.sha256"\nbase_urls = ["https://one.example/"]'))


def test_files_of_an_archive_need_no_address_of_their_own(read):
    archive = 'archive = { urls = ["https://one.example/all.zip"], max_bytes = 99, strip = "all/" }\n'
    entry = read(GOOD.replace(', urls = ["https://one.example/table.csv"]', "") + archive)["tiny"]
    assert entry.archive == catalogue.Archive(("https://one.example/all.zip",), 99, ("all/",))
    assert entry.files[0].urls == ()


def test_an_archive_may_hold_its_files_in_one_of_several_folders(read):
    archive = 'archive = { urls = ["https://one.example/all.zip"], max_bytes = 99, strip = ["all/inner/", "all/"] }\n'
    entry = read(GOOD.replace(', urls = ["https://one.example/table.csv"]', "") + archive)["tiny"]
    assert entry.archive.strip == ("all/inner/", "all/")


def test_the_course_has_a_datasheet_for_each_set():
    text = (catalogue.catalogue_folder() / "README.md").read_text(encoding="utf-8")
    sheets = {part.split("\n", 1)[0]: part for part in text.split("\n### ")[1:]}
    assert list(sheets) == data.names()
    for name, entry in catalogue.catalogue().items():
        if len(entry.files) > 4:  # a manifest: the sheet names the list, and the hash of the list
            size = sum(file.bytes for file in entry.files)
            assert f"{len(entry.files)} files, {size} bytes, below `{entry.folder}/`" in sheets[name]
            assert access._checksum(entry) in sheets[name]
            continue
        for file in entry.files:
            assert file.sha256 in sheets[name] and f"{file.bytes} bytes" in sheets[name]
            assert entry.path_of(file) in sheets[name]


@pytest.mark.parametrize("name", data.names())
def test_downloads_are_pinned_to_a_commit(name):
    entry = catalogue.catalogue()[name]
    for file in entry.files:
        assert all(len(url.split("/")[5]) == 40 for url in file.urls)
    for url in entry.archive.urls if entry.archive else ():
        assert len(url.split("/")[-1].removesuffix(".zip")) == 40
