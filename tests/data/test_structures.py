"""Reading PDB files: models, chains, alternative positions, missing atoms; distances and contacts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bioml_helpers.data import structures


def line(atom, kind, chain, number, x, *, record="ATOM", alternative=" ", insertion=" "):
    return (
        f"{record:<6}{1:>5} {atom:^4}{alternative}{kind:>3} {chain}{number:>4}{insertion}   {x:8.3f}{0:8.3f}{0:8.3f}\n"
    )


@pytest.fixture
def write(tmp_path):
    def write(*lines):
        path = tmp_path / "x.pdb"
        path.write_text("HEADER    TEST\n" + "".join(lines))
        return path

    return write


def test_the_first_chain_model_and_alternative_are_taken(write):
    path = write(
        "MODEL        1\n", line("CA", "ALA", "B", 10, 1, alternative="A"),
        line("CA", "ALA", "B", 10, 9, alternative="B"), line("CA", "GLY", "C", 1, 5), "ENDMDL\n",
        "MODEL        2\n", line("CA", "TRP", "B", 11, 7), "ENDMDL\n",
    )  # fmt: skip
    chain = structures.read_pdb(path)
    assert (chain.name, chain.sequence, chain.numbers, chain.ca[:, 0].tolist()) == ("B", "A", ("10",), [1.0])
    assert structures.read_pdb(path, "C").sequence == "G"


def test_insertions_are_residues_of_their_own_and_ligands_are_none(write):
    path = write(
        line("CA", "SER", "A", 52, 1), line("CA", "THR", "A", 52, 2, insertion="A"),
        line("CA", "MSE", "A", 53, 3, record="HETATM"), line("O", "HOH", "A", 99, 4, record="HETATM"),
        line("CA", "CA", "A", 98, 4, record="HETATM"), line("CA", "UNK", "A", 54, 5),
    )  # fmt: skip
    chain = structures.read_pdb(path)
    assert (chain.sequence, chain.numbers) == ("STMX", ("52", "52A", "53", "54"))


def test_a_residue_needs_its_alpha_carbon_and_may_lack_the_beta(write):
    path = write(
        line("CB", "ALA", "A", 1, 1), line("CA", "LEU", "A", 2, 2),
        line("CA", "VAL", "A", 3, 3), line("CB", "VAL", "A", 3, 4),
    )  # fmt: skip
    chain = structures.read_pdb(path)
    assert (chain.sequence, chain.cb[:, 0].tolist()) == ("LV", [2.0, 4.0])


def test_bad_files_are_one_sentence(write):
    with pytest.raises(ValueError, match=r"x\.pdb: expected residues of chain 'Z', got chains \['A'\]"):
        structures.read_pdb(write(line("CA", "ALA", "A", 1, 1)), "Z")
    with pytest.raises(ValueError, match=r"x\.pdb: expected residues of chain '', got chains \[\]"):
        structures.read_pdb(write())
    with pytest.raises(ValueError, match=r"x\.pdb: line 2: expected three coordinates, got 'abc"):
        structures.read_pdb(write(line("CA", "ALA", "A", 1, 1)[:30] + "abc\n"))


def test_contacts_are_near_in_space_and_far_in_the_chain():
    places = np.array([[4.0 * k, 0, 0] for k in range(5)] + [[4.0 * k, 5, 0] for k in range(4, -1, -1)])  # a hairpin
    touch = structures.contact_map(places, cutoff=5.5, separation=3)
    assert (touch == touch.T).all()
    assert np.argwhere(np.triu(touch)).tolist() == [[0, 9], [1, 8], [2, 7], [3, 6]]
    assert structures.contact_map(places, cutoff=5.5, separation=1).sum() > touch.sum()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: structures.distances([[1, 2]]), r"coordinates: expected three a residue, got shape \(1, 2\)"),
        (lambda: structures.contact_map([[1, 2, 3]], separation=0), "separation: expected a number at least 1"),
        (
            lambda: structures.distance_matrix(pd.DataFrame({"i": [0], "j": [3], "distance_A": [1.0]}), 3),
            "pairs: expected columns from 0 to 2, got 0 to 3",
        ),
    ],
)
def test_bad_input_is_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
