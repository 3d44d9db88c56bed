"""The yeast interactome and the small chains: counts, traps that the cards name, archives read by name and hash."""

from __future__ import annotations

import io
import tarfile

import numpy as np
import pytest

from bioml_helpers import data
from bioml_helpers.data import catalogue, interactome, simulate, store
from bioml_helpers.gcn import residues

NAMES = ["yeast_interactome", "small_chains"]


@pytest.mark.parametrize("name", NAMES)
def test_a_stand_in_has_the_shape_of_the_real_table(need_real_data, name):
    need_real_data(name)
    (real, card), (simulated, other) = data.load(name), data.load(name, stand_in=True)
    assert real.dtypes.astype(str).to_dict() == simulated.dtypes.astype(str).to_dict()
    assert list(real.columns) == list(simulated.columns) == list(card.columns) == list(other.columns)
    assert card.level == "real" and other.is_stand_in and (len(real), len(simulated)) == (card.rows, other.rows)


def test_the_interactome_has_its_counts(need_real_data):
    need_real_data("yeast_interactome")
    table, card = data.load("yeast_interactome")
    assert card.balance == "1035 is_essential, 4058 not"
    assert len(interactome.edges_of(table["partners"])) == 24743
    measured = np.stack(table["expression"])
    assert measured.shape == (5093, 36) and np.isnan(measured).any(axis=1).sum() == 115


def test_partners_know_each_other():
    table = simulate.interactome(200, seed=1)
    for row, some in enumerate(table["partners"]):
        assert row not in some and all(row in table["partners"][other] for other in some)


def test_edges_and_partners_are_ways_there_and_back():
    edges = np.array([[0, 3], [1, 2], [1, 3]])
    assert np.array_equal(interactome.edges_of(interactome.partners_of(edges[:, ::-1], 5)), edges)
    assert len(interactome.partners_of(edges, 5)[4]) == 0
    with pytest.raises(ValueError, match="edges: expected nodes from 0 to 2, got 0 to 3"):
        interactome.partners_of(edges, 3)


def test_small_chains_have_their_counts(need_real_data):
    need_real_data("small_chains")
    table, _ = data.load("small_chains")
    lengths = table["sequence"].str.len()
    assert (len(table), lengths.sum(), lengths.min(), lengths.max()) == (150, 22059, 50, 266)
    for row in table.itertuples():
        assert row.ca.shape == row.cb.shape == (len(row.sequence), 3) and len(row.b_factor) == len(row.sequence)
        assert np.isfinite(row.b_factor).all() and row.b_factor.std() > 0.5
    breaks = [int((np.linalg.norm(np.diff(ca, axis=0), axis=1) > 4.2).any()) for ca in table["ca"]]
    assert sum(breaks) == 23  # as the card says


def test_simulated_chains_are_what_they_were_made_to_be():
    table = simulate.small_chains(40, seed=3)
    made = [residues.CLASSES[number % 4] for number in range(40)]
    assert np.mean([residues.fold_class(ca) == kind for ca, kind in zip(table["ca"], made, strict=True)]) >= 0.9


@pytest.mark.parametrize("generator", [simulate.interactome, simulate.small_chains, simulate.studied_interactome])
def test_same_seed_same_table(generator):
    one, same, other = generator(120, seed=3), generator(120, seed=3), generator(120, seed=4)
    assert str(one.to_dict()) == str(same.to_dict()) != str(other.to_dict())


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: simulate.interactome(10), "proteins: expected a number at least 60, got 10"),
        (lambda: simulate.studied_interactome(bias=0), "bias: expected a number between 0.1 and 20, got 0"),
        (lambda: simulate.small_chains(0), "chains: expected a number at least 1, got 0"),
    ],
)
def test_bad_numbers_are_named(call, told):
    with pytest.raises(ValueError, match=told):
        call()


# ---------------------------------------------------------------- an archive in the data folder


@pytest.fixture
def packed(tmp_path, monkeypatch):
    """Put an archive with these members into an own data folder, and look for the chains there."""
    entry = catalogue.catalogue()["small_chains"]
    folder, cache = tmp_path / "shared", tmp_path / "cache"
    (folder / entry.folder).mkdir(parents=True)
    monkeypatch.setenv("BIOML_DATA_DIR", str(folder))
    monkeypatch.setenv("BIOML_CACHE_DIR", str(cache))

    def put(members, link=None):
        with tarfile.open(folder / entry.folder / entry.packed, "w:gz") as archive:
            for name, content in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
            if link:
                info = tarfile.TarInfo(link)
                info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
                archive.addfile(info)
        return entry, *store.locate(entry)

    put.tmp = tmp_path
    return put


def test_what_the_catalogue_names_is_taken_out_and_nothing_else(packed, need_real_data, monkeypatch):
    entry = catalogue.catalogue()["small_chains"]
    monkeypatch.undo()
    need_real_data("small_chains")
    real = store.locate(entry)[0]["pdb/1aap.pdb"].read_bytes()
    monkeypatch.setenv("BIOML_DATA_DIR", str(packed.tmp / "shared"))
    monkeypatch.setenv("BIOML_CACHE_DIR", str(packed.tmp / "cache"))
    _, found, missing = packed(
        {"pdb/1aap.pdb": real, "../evil.pdb": b"x", "pdb/unknown.pdb": b"y"}, link="pdb/1a3a.pdb"
    )
    assert list(found) == ["pdb/1aap.pdb"] and len(missing) == 149
    written = [path for path in packed.tmp.rglob("*") if path.is_file() and path.suffix != ".gz"]
    assert written == [found["pdb/1aap.pdb"]]


def test_a_changed_member_is_left_out(packed):
    entry = catalogue.catalogue()["small_chains"]
    size = next(file.bytes for file in entry.files if file.name == "pdb/1aap.pdb")
    _, found, missing = packed({"pdb/1aap.pdb": b"A" * size, "pdb/1a3a.pdb": b"too short"})
    assert not found and len(missing) == 150


def test_a_damaged_archive_is_passed_over(packed):
    entry, _, _ = packed({})
    path = packed.tmp / "shared" / entry.folder / entry.packed
    path.write_bytes(path.read_bytes()[:20])
    assert len(store.locate(entry)[1]) == 150
