"""Signal peptides, the Kunitz family and its contacts, mutants of TEM-1: counts, traps, truth of the stand-ins."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bioml_helpers import data
from bioml_helpers.data import encode, families, simulate, splits, structures

NAMES = ["signal_peptides", "kunitz", "kunitz_contacts", "beta_lactamase"]


@pytest.mark.parametrize("name", NAMES)
def test_a_stand_in_has_the_shape_of_the_real_table(need_real_data, name):
    need_real_data(name)
    (real, card), (simulated, other) = data.load(name), data.load(name, stand_in=True)
    assert real.dtypes.astype(str).to_dict() == simulated.dtypes.astype(str).to_dict()
    assert list(real.columns) == list(simulated.columns) == list(card.columns) == list(other.columns)
    assert card.level == "real" and other.is_stand_in and (len(real), len(simulated)) == (card.rows, other.rows)


@pytest.mark.parametrize("name", NAMES)
def test_without_files_the_stand_in_comes_and_says_so(tmp_path, monkeypatch, capsys, name):
    for variable, value in (("BIOML_CACHE_DIR", tmp_path), ("BIOML_DATA_DIR", tmp_path), ("BIOML_OFFLINE", 1)):
        monkeypatch.setenv(variable, str(value))
    assert data.load(name)[1].is_stand_in
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.parametrize("generator", [simulate.signal_peptides, simulate.kunitz_family, simulate.kunitz_pairs])
def test_same_seed_same_table(generator):
    assert generator(seed=3).equals(generator(seed=3)) and not generator(seed=3).equals(generator(seed=4))


# --- signal peptides ---


def test_signal_peptides_have_their_counts(need_real_data):
    need_real_data("signal_peptides")
    table, card = data.load("signal_peptides")
    assert card.balance == "874 has_signal, 7147 not"
    assert table.groupby("fold").has_signal.sum().to_dict() == {1: 175, 2: 175, 3: 175, 4: 175, 5: 174}
    assert table.fold.value_counts().sort_index().tolist() == [1605, 1605, 1604, 1604, 1603]
    assert table.name.is_unique and table.sequence.is_unique
    assert table.sequence.str.len().between(40, 90).all()


def test_the_membrane_helix_is_known_for_negatives_and_only_there(need_real_data):
    need_real_data("signal_peptides")
    table, _ = data.load("signal_peptides")
    assert (table.early_membrane_helix.isna() == table.has_signal).all()
    assert table.early_membrane_helix.sum() == 509
    assert (table.signal_length.isna() == ~table.has_signal).all()
    assert (table.signal_length.min(), table.signal_length.max()) == (14, 64)


def test_the_cut_comes_where_signal_length_says(need_real_data):
    need_real_data("signal_peptides")
    table = data.load("signal_peptides")[0].query("has_signal")
    before = pd.Series([text[cut - 1] for text, cut in zip(table.sequence, table.signal_length, strict=True)])
    third = pd.Series([text[cut - 3] for text, cut in zip(table.sequence, table.signal_length, strict=True)])
    assert before.isin(list("AGSC")).mean() > 0.85 and third.isin(list("AVSTGCIL")).mean() > 0.85  # von Heijne's rule


def test_length_and_first_letter_give_labels_away(need_real_data):
    need_real_data("signal_peptides")
    table, _ = data.load("signal_peptides")
    short = table.sequence.str.len() < 90
    assert short.groupby(table.has_signal).sum().to_dict() == {False: 165, True: 97}
    no_start = table.sequence.str[0] != "M"
    assert no_start.groupby(table.has_signal).sum().to_dict() == {False: 20, True: 0}
    assert sum("X" in text for text in table.sequence) == sum("U" in text for text in table.sequence) == 2


def test_few_relatives_cross_the_folds(need_real_data):
    need_real_data("signal_peptides")
    table, _ = data.load("signal_peptides")
    group = splits.group_by_similarity(table.sequence, k=5, threshold=0.3)
    folds = table.groupby(group).agg(folds=("fold", "nunique"), rows=("fold", "size"))
    assert sorted(folds.rows[folds.folds > 1]) == [2, 2, 2, 64]


def test_a_strange_flag_is_refused(tmp_path):
    (tmp_path / "training_df.tsv").write_text("UniProt_ID\tClass\tLabel\tFrag_90\tSP_15\nP1\t1\t1\tMKL\tNIL\n")
    (tmp_path / "data.tsv").write_text("UniProt_ID\tSpecies\tKingdom\tCleavage\tTransM_Helix_90\nP1\tx\ty\t20\tmaybe\n")
    with pytest.raises(
        ValueError, match="signal_peptides: column TransM_Helix_90: expected a value or NIL, got 'maybe'"
    ):
        families.read_signal_peptides({path.name: path for path in tmp_path.iterdir()})


def test_simulated_signals_have_their_three_regions():
    from bioml_helpers.data.simulate import proteins

    table = simulate.signal_peptides(seed=1)
    assert table.groupby("fold").has_signal.sum().tolist() == [48] * 5
    for row in table[table.has_signal].itertuples():
        signal = row.sequence[: row.signal_length]
        assert signal[0] == "M" and set(signal[1:6]) & set("KR")
        assert signal[-1] in proteins.SMALL and signal[-3] in proteins.SMALL
        runs = "".join("h" if letter in proteins.H_REGION else " " for letter in signal).split()
        assert max(map(len, runs)) >= proteins.H_LENGTH[0]
    known = table.early_membrane_helix[~table.has_signal].astype(bool)
    assert known.mean() == pytest.approx(0.12, abs=0.04) and table.early_membrane_helix[table.has_signal].isna().all()

    def longest(text):
        return max(map(len, "".join("h" if letter in "LIVFAGM" else " " for letter in text).split()), default=0)

    lengths = table.sequence[~table.has_signal].map(longest)
    assert lengths[known].min() >= 18 and lengths[~known].max() < 18


# --- Kunitz ---


def test_kunitz_has_its_counts(need_real_data):
    need_real_data("kunitz")
    table, _ = data.load("kunitz")
    assert set(table.sequence.str.len()) == {53} and set("".join(table.sequence)) == set(families.ALIGNED)
    assert table.name.is_unique and table.sequence.nunique() == 8871
    letters = np.array([list(text) for text in table.sequence])
    assert (letters == "-").mean() == pytest.approx(0.0235, abs=0.0001)
    assert (letters[:, 52] == "-").mean() == pytest.approx(0.642, abs=0.001)


def test_kunitz_weights_and_groups(need_real_data):
    need_real_data("kunitz")
    table, _ = data.load("kunitz")
    assert table.weight.sum() == pytest.approx(4376.5, abs=0.1)
    assert table.group.nunique() == 2899 and table.group.value_counts().max() == 334
    assert (table.groupby("sequence").group.nunique() == 1).all()
    train, test = splits.grouped_split(table.group, (0.8, 0.2), seed=1)
    letters = encode.integers(table.sequence, families.ALIGNED)
    some = letters[np.random.default_rng(0).choice(test, 50, replace=False)]
    assert (letters[train][None] == some[:, None]).mean(axis=2).max() < 0.7


def test_the_structures_row_lies_in_the_alignment_without_a_gap(need_real_data):
    need_real_data("kunitz_contacts")
    chain = structures.read_pdb(data.fetch("kunitz_contacts")["1aap.pdb"])
    rows = data.load("kunitz")[0].set_index("name").sequence
    aligned = rows[families.KUNITZ_OF_THE_STRUCTURE]
    columns, residues = families.residues_of_columns(aligned, chain.sequence)
    assert (len(chain.sequence), columns.tolist(), residues.tolist()) == (56, list(range(52)), list(range(3, 55)))
    assert "".join(chain.sequence[k] for k in residues) == aligned[:52]


def test_kunitz_has_106_contacts_of_1081_pairs(need_real_data):
    need_real_data("kunitz_contacts")
    pairs, _ = data.load("kunitz_contacts")
    far = pairs[pairs.j - pairs.i >= 6]
    assert (len(pairs), len(far), (far.distance_A < 8).sum()) == (1326, 1081, 106)
    chain = structures.read_pdb(data.fetch("kunitz_contacts")["1aap.pdb"])
    touch = structures.contact_map(chain.cb)[3:55, 3:55]
    assert touch[far.i, far.j].tolist() == (far.distance_A < 8).tolist()
    bridges = [(4, 54), (13, 37), (29, 50)]  # cysteines of the chain, counted from 0: the family's three bridges
    assert all(chain.sequence[a] == chain.sequence[b] == "C" for a, b in bridges)
    at = pairs.set_index(["i", "j"]).distance_A
    assert all(at[a - 3, b - 3] < 4.5 for a, b in bridges)


def test_relatives_agree_with_counting_by_hand():
    rng = np.random.default_rng(0)
    parents = rng.integers(6, size=(6, 90))  # more columns than one word of 64 bits holds
    numbers = np.repeat(parents, 8, axis=0)
    change = rng.random(numbers.shape) < 0.15
    numbers[change] = rng.integers(6, size=change.sum())
    numbers[7] = numbers[6]
    texts = ["".join("ACDEF-"[kind] for kind in row) for row in numbers]
    same = (numbers[:, None] == numbers[None]).mean(axis=2)
    different = np.array([text not in texts[:row] for row, text in enumerate(texts)])
    near = (same[:, different] >= 0.75).sum(axis=1)
    copies = np.array([texts.count(text) for text in texts])
    weight, group = families.relatives(texts, weight_at=0.75, group_at=0.6)
    np.testing.assert_allclose(weight, 1 / near / copies)
    assert 1 < near.max() and len(set(group)) == 6
    assert group.tolist() == np.repeat(range(6), 8).tolist()


def test_groups_are_chains():
    texts = ["AAAAAAAAAA", "AAAAAAAACC", "AAAAAACCCC", "DDDDDDDDDD"]
    assert families.relatives(texts, group_at=0.8)[1].tolist() == [0, 0, 0, 1]
    assert families.relatives(texts, group_at=0.81)[1].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: families.relatives(["AC", "A"]), r"sequences\[1\]: expected length 2 as the first has, got 1"),
        (lambda: families.relatives(["AC"], group_at=2), "group_at: expected a number between"),
        (
            lambda: families.residues_of_columns("A-C", "MKC"),
            "aligned: expected residues that stand in the chain 'MKC'",
        ),
        (lambda: families.ambler(286), "position: expected a number between 0 and 285, got 286"),
        (
            lambda: families.wild_type(pd.DataFrame({"position": [0, 2], "wild_type": ["M", "S"]})),
            "expected one wild type for each position from 0 on, got 2 for positions 0 to 2",
        ),
    ],
)
def test_bad_input_is_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_simulated_pairs_are_the_contacts_that_the_family_was_drawn_with():
    pairs = simulate.kunitz_pairs(seed=2)
    truth = simulate.protein_families(1, 3, 53, seed=2).contacts[0]
    far = pairs[pairs.j - pairs.i >= 4]
    assert ((far.distance_A < 8) == truth[far.i, far.j]).all() and truth.any()


def test_every_fifth_simulated_sequence_has_a_relative_in_its_group():
    table = simulate.kunitz_family(500, seed=1)
    assert (table.group.to_numpy()[4::5] == table.group.to_numpy()[3::5]).all()
    assert 380 <= table.group.nunique() <= 400 and table.weight.sum() < 450


# --- TEM-1 ---


def test_beta_lactamase_has_its_counts(need_real_data):
    need_real_data("beta_lactamase")
    table, card = data.load("beta_lactamase")
    assert card.balance == "199 is_synonymous, 5198 not"
    assert table.mutant.is_unique and table.sequence.nunique() == 5199
    assert table.position.tolist() == sorted(table.position) and set(table.position) == set(range(286))
    changed = table[~table.is_synonymous]
    assert (changed.fitness.min(), (changed.fitness == changed.fitness.min()).sum()) == (-0.008030678000000001, 119)
    assert table.fitness[table.is_synonymous].std() == pytest.approx(0.195, abs=0.001)


def test_each_mutant_differs_from_the_wild_type_as_it_says(need_real_data):
    need_real_data("beta_lactamase")
    table, _ = data.load("beta_lactamase")
    wild = families.wild_type(table)
    assert (len(wild), wild[:5], wild[-1]) == (286, "MSIQH", "W")
    for row in table.itertuples():
        assert row.sequence == wild[: row.position] + row.mutant_residue + wild[row.position + 1 :]
        assert row.mutant == f"{wild[row.position]}{row.position + 1}{row.mutant_residue}"
        assert row.is_synonymous == (row.sequence == wild)


def test_the_active_site_lies_where_ambler_puts_it(need_real_data):
    need_real_data("beta_lactamase")
    table, _ = data.load("beta_lactamase")
    letters = table.groupby("ambler").wild_type.first()
    # serine and lysine of the active site, the SDN loop, glutamate 166, the KTG motif
    assert [letters[n] for n in (70, 73, 130, 131, 132, 166, 234)] == list("SKSDNEK")
    assert {239, 253}.isdisjoint(letters.index) and (letters.index[0], letters.index[-1]) == (3, 290)
    fitness = table[~table.is_synonymous].groupby("ambler").fitness.mean()
    assert fitness[70] < 0.05 and fitness[73] < 0.05 and fitness.median() > 0.7


def test_a_header_that_is_none_is_refused(tmp_path):
    (tmp_path / "P62593.fasta").write_text(">0|beta-lactamase_M1K\nKSI\n")
    with pytest.raises(ValueError, match="beta_lactamase: expected a header such as"):
        families.read_beta_lactamase({"P62593.fasta": tmp_path / "P62593.fasta"})
    (tmp_path / "P62593.fasta").write_text(">0|beta-lactamase_M1K|0.5\nMSI\n")
    with pytest.raises(ValueError, match="expected K there, got 'M'"):
        families.read_beta_lactamase({"P62593.fasta": tmp_path / "P62593.fasta"})


def test_simulated_fitness_is_the_documented_cost_and_noise():
    from bioml_helpers.data.simulate.proteins import cost

    table = simulate.single_mutants(100, seed=1)
    assert len(families.wild_type(table)) == 100
    assert table.fitness[table.is_synonymous].mean() == pytest.approx(1, abs=0.02)
    price = np.array([cost(a, b) for a, b in zip(table.wild_type, table.mutant_residue, strict=True)])
    loss = 1 - table.fitness
    sensitivity = (price * loss).groupby(table.position).transform("sum") / (price**2 + 0 * loss).groupby(
        table.position
    ).transform("sum")
    assert (loss - sensitivity * price).std() == pytest.approx(0.05, rel=0.05)
    assert sensitivity.between(-0.05, 1.05).all()
