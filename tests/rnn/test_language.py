"""What companion 05b says of language models, peptides, introns, combinations and robustness: measured."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bioml_helpers import data, evaluation
from bioml_helpers.data import simulate
from bioml_helpers.rnn import hybrids, language, language_pictures, peptides

SEEDS = range(5)


# ---------------------------------------------------------------- the language model


@pytest.fixture(scope="module")
def chains():
    return language.chains(quiet=True)


@pytest.fixture(scope="module")
def trained(chains):
    return [language.train_language(chains.unlabelled["sequence"], seed=seed) for seed in SEEDS]


@pytest.mark.slow
def test_perplexity_lies_below_composition_pairs_and_triplets_from_five_seeds(chains, trained, need_real_data):
    need_real_data("netsurfp")
    rows = language.perplexities(chains, trained[0]).set_index("model")["perplexity"]
    assert rows["composition"] == pytest.approx(18.24, abs=0.02)
    assert rows["pairs"] == pytest.approx(17.99, abs=0.02)
    new = list(chains.test["sequence"])
    found = [language.perplexity(language.log_probabilities(model, new)) for model in trained]
    assert max(found) < min(rows["composition"], rows["pairs"], rows["triplets"]) - 0.3
    assert np.ptp(found) < 0.15


@pytest.mark.slow
def test_the_probe_on_frozen_states_beats_one_hot_and_random_weights_with_50_labels(chains, trained, need_real_data):
    need_real_data("netsurfp")
    for seed, model in enumerate(trained):
        networks = {"untrained": language.NextResidue(seed=seed), "pretrained": model}
        labelled, new = (language.residues_of(part, networks) for part in (chains.labelled, chains.test))
        q3 = language.probe(labelled, new, labels=(50,), draws=8).set_index("features")["Q3"]
        assert q3["pretrained"] > q3["one-hot"] + 0.02
        assert q3["pretrained"] > q3["one-hot window"] + 0.02
        assert q3["pretrained"] > q3["untrained"]


def test_no_test_chain_is_a_training_chain_and_structure_is_not_used(chains):
    known = set(chains.unlabelled["sequence"])
    assert not known & set(chains.test["sequence"])
    assert not set(chains.labelled["sequence"]) & set(chains.test["sequence"])
    blind = language.train_language(list(known)[:40], hidden_size=8, num_epochs=1)  # takes sequences, nothing else
    assert isinstance(blind, language.NextResidue)


def test_a_guess_does_not_see_the_residue_nor_what_comes_after():
    model = language.NextResidue(8).eval()
    one, other = torch.tensor([[0, 1, 2, 3, 4]]), torch.tensor([[0, 1, 2, 9, 9]])
    with torch.no_grad():
        assert torch.equal(model(one)[:, :4], model(other)[:, :4])  # the guess of residue 3 is made before it is read
        assert not torch.equal(model(one)[:, 4], model(other)[:, 4])
        assert torch.equal(model.states(one)[:, :3], model.states(other)[:, :3])
        assert not torch.equal(model.states(one)[:, 3], model.states(other)[:, 3])


def test_counts_are_probabilities_and_more_context_helps_where_it_tells():
    sequences = ["ACACACACAC" * 30] * 5
    for order in range(3):
        table = language.Counts(order).fit(sequences).table
        np.testing.assert_allclose(table.sum(axis=-1), 1)
    plain, pairs = (
        language.perplexity(language.Counts(order).fit(sequences).log_probabilities(["ACACAC"])) for order in (0, 1)
    )
    assert pairs < plain


def test_perplexity_of_an_even_guess_is_the_number_of_residues():
    assert language.perplexity(np.log(np.full(100, 1 / 20))) == pytest.approx(20)
    assert language.perplexity(np.log([0.5, 0.125])) == pytest.approx(4)


def test_padding_and_unknown_residues_count_for_nothing():
    model = language.NextResidue(8)
    short, padded = (torch.tensor(language.residue_numbers(["ACD"], length)) for length in (3, 9))
    assert torch.allclose(language._loss(model, short), language._loss(model, padded))
    assert len(language.log_probabilities(model, ["ACX", "D"])) == 3


# ---------------------------------------------------------------- peptides


@pytest.mark.slow
def test_generated_peptides_are_unique_new_and_one_sided_like_helices_from_five_seeds(need_real_data):
    need_real_data("netsurfp")
    helices, _ = peptides.helices(quiet=True)
    real, random = (np.mean(peptides.properties(one)["moment"]) for one in (helices, peptides.shuffled(helices)))
    assert real == pytest.approx(0.345, abs=0.01) and random == pytest.approx(0.245, abs=0.01)
    for seed in SEEDS:
        drawn = peptides.draw(peptides.train_generator(helices, seed=seed), 600, seed=seed)
        assert len(drawn) > 500 and len(set(drawn)) == len(drawn) and not set(drawn) & set(helices)
        moment = peptides.properties(drawn)["moment"].mean()
        shuffled = peptides.properties(peptides.shuffled(drawn))["moment"].mean()
        assert moment > shuffled + 0.04
        chosen = peptides.select(drawn, helices)
        assert len(chosen) >= 10
        assert chosen["charge"].between(0, 4).all() and (chosen["moment"] >= 0.5).all()


def test_the_hydrophobic_moment_is_that_of_the_formula():
    peptide = "LKELAEKLLKALEK"
    scale = [peptides.HYDROPHOBICITY[letter] for letter in peptide]
    angles = [np.deg2rad(100 * n) for n in range(len(peptide))]
    across = sum(h * np.cos(a) for h, a in zip(scale, angles, strict=True))
    along = sum(h * np.sin(a) for h, a in zip(scale, angles, strict=True))
    assert peptides.hydrophobic_moment(peptide) == pytest.approx(np.hypot(across, along) / len(peptide))
    assert peptides.hydrophobic_moment("L" * 18) == pytest.approx(0, abs=1e-9)  # 18 × 100° is five full turns


def test_the_scale_is_that_of_biopython():
    scales = pytest.importorskip("Bio.SeqUtils.ProtParamData")
    assert scales.es == peptides.HYDROPHOBICITY


def test_draws_follow_the_tempered_probabilities():
    model = language.NextResidue(8, seed=1).eval()
    with torch.no_grad():
        logits = model(torch.tensor([[0]]))[0, 0].double().numpy()
    for temperature in (0.5, 1.0):
        expected = peptides.tempered(logits, temperature)
        letters, state = torch.full((1, 1), language.BEGIN), None
        with torch.no_grad():
            outputs, state = model.gru(model.letters(letters), state)
            first = peptides.tempered(model.out(outputs[:, 0]).double().numpy(), temperature)[0]
        np.testing.assert_allclose(first, expected, atol=1e-6)
    drawn = peptides.draw(model, 4000, longest=40)
    share = np.mean([one[0] == "A" for one in drawn])
    assert share == pytest.approx(peptides.tempered(logits[:20], 1.0)[0], abs=0.03)
    assert peptides.draw(model, 50, seed=3) == peptides.draw(model, 50, seed=3)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: peptides.net_charge("AXB"), "peptide: expected the 20 amino acids"),
        (lambda: peptides.hydrophobic_moment(""), "peptide: expected a text"),
        (lambda: peptides.tempered([0, 1], 0), "temperature: expected a number above 0"),
        (lambda: language.Counts(3), "order: expected"),
        (lambda: hybrids.read_pairs(["transformer"]), "names: expected one of"),
        (lambda: simulate.aligned_sites(4, site="TTGXCA"), "site: expected letters"),
        (lambda: simulate.clinic_visits(0), "patients: expected"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()


# ---------------------------------------------------------------- convolution and recurrence


@pytest.mark.slow
def test_convolution_with_lstm_finds_the_distance_from_five_seeds():
    found = hybrids.read_pairs(["convolution + LSTM"], seeds=SEEDS)
    assert found["accuracy"].min() > 0.8


@pytest.mark.slow
def test_its_rivals_one_convolution_and_the_lstm_alone_guess_and_two_convolutions_do_not():
    found = hybrids.read_pairs(["one convolution", "LSTM alone", "two convolutions"]).set_index("model")["accuracy"]
    assert found["one convolution"] < 0.65 and found["LSTM alone"] < 0.65
    assert found["two convolutions"] > 0.9


def test_the_four_readers_have_about_the_same_number_of_parameters():
    sizes = [hybrids.count_parameters(make()) for make in hybrids.PAIR_READERS.values()]
    assert max(sizes) / min(sizes) < 1.1


@pytest.fixture(scope="module")
def genes():
    return hybrids.genes(quiet=True)


@pytest.mark.slow
def test_introns_by_group_recurrence_beats_convolution_and_position(genes, need_real_data):
    need_real_data("introns")
    for seed in range(3):
        found = hybrids.label_introns(genes, hows=("grouped",), seed=seed).set_index("model")["AUROC"]
        assert found["convolution + GRU"] > 0.84
        assert found["convolution + GRU"] > found["convolution"] + 0.02
        assert found["position alone"] == pytest.approx(0.75, abs=0.04)


@pytest.mark.slow
def test_the_same_genes_look_easier_with_their_duplicates_in_training(genes, need_real_data):
    need_real_data("introns")
    gains = [np.diff(hybrids.worth_of_relatives(genes, seed=seed)["AUROC"])[0] for seed in range(3)]
    assert min(gains) > 0.03


def test_halves_share_no_group_without_relatives_and_all_of_them_with(genes):
    test, without, with_relatives = hybrids.halves(genes)
    groups = genes.table["group"].to_numpy()
    assert not set(groups[test]) & set(groups[without])
    assert set(groups[test]) <= set(groups[with_relatives])
    assert len(without) == len(with_relatives) == len(set(with_relatives)) and not set(test) & set(with_relatives)


def test_no_group_lies_on_both_sides_of_the_grouped_split(genes):
    groups = genes.table["group"].to_numpy()
    train, test = genes.split("grouped")
    data.splits.assert_no_group_overlap(groups[train], groups[test])
    train, test = genes.split("random")
    assert set(groups[train]) & set(groups[test])


def test_intron_labels_stand_where_the_table_says(genes):
    for row in range(0, len(genes.table), 17):
        one = genes.table.iloc[row]
        marks = np.zeros(hybrids.GENE_LENGTH, dtype=bool)
        for start, end in one["introns"]:
            marks[start:end] = True
        assert (genes.y[row] == marks).all()
        assert genes.mask[row].sum() == min(len(one["sequence"]), hybrids.GENE_LENGTH)


# ---------------------------------------------------------------- robust?


@pytest.mark.slow
def test_each_network_withstands_something_and_none_withstands_all():
    table = hybrids.stress_over_seeds((0, 1))
    mean = table.groupby(["disturbance", "amount", "model"])["accuracy"].mean()
    whole = mean["substitutions", 0]
    assert whole["MLP"] > 0.93 and whole[["CNN", "RNN"]].min() > 0.8
    for kind in ("insertions", "deletions"):
        assert mean[kind, 1]["MLP"] < 0.6
        assert mean[kind, 8]["CNN"] > whole["CNN"] - 0.05 and mean[kind, 8]["RNN"] > whole["RNN"] - 0.05
    assert mean["substitutions", 8]["MLP"] > mean["substitutions", 8][["CNN", "RNN"]].max() + 0.1
    assert mean["substitutions", 16][["CNN", "RNN"]].max() < 0.7
    assert mean["other strand", 1].max() < 0.65


@pytest.mark.parametrize("kind", list(hybrids.DISTURBANCES))
def test_a_disturbance_of_nothing_changes_nothing_and_more_changes_more(kind):
    change, amounts, _ = hybrids.DISTURBANCES[kind]
    sequence = simulate.aligned_sites(2)["sequence"][1]
    assert change(sequence, 0, np.random.default_rng(0)) == sequence
    assert change(sequence, amounts[-1], np.random.default_rng(0)) != sequence
    assert amounts == tuple(sorted(amounts)) and amounts[0] == 0


def test_the_chapter_calls_robust_conditional():
    from pathlib import Path

    text = (Path(__file__).parents[2] / "chapters/source/05b_rnn_languages.py").read_text(encoding="utf-8")
    assert "**Robust is conditional.**" in text


# ---------------------------------------------------------------- figures that are moved


def test_the_gate_explorer_tells_what_it_measured():
    figure = language_pictures.gate_explorer(length=21)
    weak = float(figure.text.partition("gradient is ")[2].split()[0])
    figure.controls["keep"].value = 4.0
    assert float(figure.text.partition("gradient is ")[2].split()[0]) > 100 * weak
    figure.controls["cell"].value = "rnn"
    assert "no gate to push" in figure.text


def test_the_temperature_explorer_tells_what_it_drew():
    helices = simulate.netsurfp_chains()["sequence"].str[:16].tolist()[:60]
    figure = language_pictures.temperature_explorer(peptides.train_generator(helices, num_epochs=1), helices, n=40)
    figure.controls["temperature"].value = 0.3
    assert figure.text.startswith("Temperature 0.3") and "0.3" in figure.alt()


def test_perfect_probabilities_would_score_one(genes):
    train, test = genes.split("grouped")
    here = genes.mask[test]
    assert evaluation.auroc(genes.y[test][here].astype(int), genes.y[test][here].astype(float)) == 1.0
    assert hybrids.by_position(genes, train, test).shape == (len(test), hybrids.GENE_LENGTH)
