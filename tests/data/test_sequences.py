"""Promoters, fitness landscape and secondary structure: the published counts, and files that are not what they say."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers import data
from bioml_helpers.data import encode, r_files, sequences


def test_positions_have_no_zero_and_one_for_each_letter():
    assert len(sequences.PROMOTER_POSITIONS) == 57
    assert sequences.PROMOTER_POSITIONS[0] == -50 and sequences.PROMOTER_POSITIONS[-1] == 7
    assert 0 not in sequences.PROMOTER_POSITIONS and sequences.PROMOTER_POSITIONS[50] == 1


def test_promoters_are_53_and_53_of_57_letters(need_real_data):
    need_real_data("promoters")
    table, card = data.load("promoters")
    assert card.balance == "53 is_promoter, 53 not"
    assert set(table.sequence.str.len()) == {57} and set("".join(table.sequence)) == set("ACGT")
    assert table.sequence.is_unique and table.name.is_unique


def test_the_boxes_stand_where_the_positions_say(need_real_data):
    need_real_data("promoters")
    table, _ = data.load("promoters")
    letters = np.array([list(text) for text in table.sequence[table.is_promoter]])
    commonest = [max("ACGT", key=list(letters[:, at]).count) for at in range(57)]
    at = sequences.PROMOTER_POSITIONS.index
    assert "".join(commonest[at(-36) : at(-33)]) == "TTG"


def test_a_logistic_neuron_leaves_eight_errors_of_106(need_real_data):
    need_real_data("promoters")
    from sklearn.linear_model import LogisticRegression

    from bioml_helpers.evaluation import leave_one_out_errors

    table, _ = data.load("promoters")
    X = encode.one_hot(table.sequence).reshape(106, -1)
    errors = leave_one_out_errors(lambda a, b: LogisticRegression(max_iter=2000).fit(a, b), X, table.is_promoter)
    assert 6 <= errors.sum() <= 9


def test_gb1_has_its_counts(need_real_data):
    need_real_data("gb1")
    table, _ = data.load("gb1")
    assert (len(table), table.in_flip.sum(), (table.variant == "VDGV").sum()) == (149_361, 8733, 1)
    assert table.variant.is_unique and set(table.variant.str.len()) == {4}


def test_gb1_mutations_are_letters_that_differ(need_real_data):
    need_real_data("gb1")
    table = data.load("gb1")[0].sample(500, random_state=0)
    differ = [sum(a != b for a, b in zip(variant, sequences.GB1_WILD_TYPE, strict=True)) for variant in table.variant]
    assert table.mutations.tolist() == differ


def test_secondary_structure_has_its_counts(need_real_data):
    need_real_data("secondary_structure")
    table, card = data.load("secondary_structure")
    assert table.groupby("split").length.sum().to_dict() == {"test": 3520, "train": 18105}
    assert card.balance == "111 train, 17 test"
    coil = "".join(table.states[table.split == "test"]).count("C") / 3520
    assert coil == pytest.approx(0.546, abs=0.0005)
    assert (table.residues.str.len() == table.states.str.len()).all()
    assert set("".join(table.residues)) == set(encode.PROTEIN)


def test_a_chain_begins_at_its_mark_even_after_a_missing_end(tmp_path):
    for split in ("train", "test"):
        (tmp_path / split).write_text("<>\nA h\nC _\n<>\nG e\n<end>\n")
    paths = {f"protein-secondary-structure.{split}": tmp_path / split for split in ("train", "test")}
    table = sequences.read_secondary_structure(paths)
    assert table[["residues", "states"]].to_numpy().tolist() == [["AC", "HC"], ["G", "E"]] * 2


@pytest.mark.parametrize("text", ["<>\nA x\n", "A h\n", "<>\nA h h\n"])
def test_a_line_that_is_none_is_named(tmp_path, text):
    (tmp_path / "f").write_text(text)
    paths = dict.fromkeys([f"protein-secondary-structure.{split}" for split in ("train", "test")], tmp_path / "f")
    with pytest.raises(ValueError, match=r"f: line \d: expected a residue and h, e or _"):
        sequences.read_secondary_structure(paths)


def test_a_file_that_is_not_rs_is_refused(tmp_path):
    (tmp_path / "x.rda").write_bytes(b"hello")
    with pytest.raises(ValueError, match=r"x\.rda: expected an R file that begins with RDX2, got b'hello'"):
        r_files.read_data_frame(tmp_path / "x.rda", "x")


def test_another_name_in_an_r_file_is_refused(need_real_data):
    need_real_data("promoters")
    path = data.fetch("promoters")["promotergene.rda"]
    with pytest.raises(ValueError, match=r"expected a data frame named 'other', got \['promotergene'\]"):
        r_files.read_data_frame(path, "other")


def test_nuclei_are_malignant_where_scikit_learn_says_zero():
    from sklearn.datasets import load_breast_cancer

    table, card = data.load("nuclei")
    assert (card.level, card.label, card.balance) == ("library", "", "212 is_malignant, 357 not")
    assert (table.is_malignant.to_numpy() == (load_breast_cancer().target == 0)).all()
    assert "scikit-learn" in card.how_to_get and card.checksum == ""


def test_nuclei_need_no_file_and_no_network(own_world, monkeypatch):
    monkeypatch.setenv("BIOML_OFFLINE", "1")
    assert data.is_real_available("nuclei") and data.fetch("nuclei") == {}
