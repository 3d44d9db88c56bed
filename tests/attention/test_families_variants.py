"""TEM-1 and what is published: splits by position, the substitution matrix, a clear word where ESM-2 cannot be had."""

from __future__ import annotations

import builtins
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from bioml_helpers.attention import families_variants as variants
from bioml_helpers.data.encode import PROTEIN


@pytest.fixture(scope="module")
def tem():
    return variants.mutants(quiet=True)


@pytest.fixture
def real_tem(tem, need_real_data):
    need_real_data("beta_lactamase")
    return tem


def test_blosum62_is_the_published_matrix():
    matrices = pytest.importorskip("Bio.Align.substitution_matrices")
    published = matrices.load("BLOSUM62")
    ours = variants.blosum62()
    assert all(ours[i, j] == published[a][b] for i, a in enumerate(PROTEIN) for j, b in enumerate(PROTEIN))


def test_blosum62_is_symmetric_and_rewards_staying():
    ours = variants.blosum62()
    assert (ours == ours.T).all()
    assert (ours.diagonal()[:, None] >= ours).all()


def test_silent_mutants_are_left_out(tem):
    assert (tem.table["wild_type"] != tem.table["mutant_residue"]).all()


def test_a_held_out_position_has_no_mutant_in_training(tem):
    train, test = tem.split("position")
    assert not set(tem.position[train]) & set(tem.position[test])
    train, test = tem.split("random")
    assert set(tem.position[train]) & set(tem.position[test])
    with pytest.raises(ValueError, match="how"):
        tem.split("scaffold")


def test_features_show_the_new_residue_and_the_wild_type_around_it(tem):
    X = variants.features(tem)
    row = 40
    wild, new = tem.letters()
    assert X[row, :20].argmax() == new[row]
    middle = X[row, 20:-1].reshape(9, 21)[4]
    assert middle.argmax() == wild[row] and middle.sum() == 1
    assert X[row, -1] == variants.blosum62()[wild[row], new[row]]


def test_the_mean_of_the_position_uses_training_mutants_only(tem):
    train, test = tem.split("random")
    told = variants.mean_of_position(tem, train, test)
    here = tem.position[test[0]]
    assert told[0] == pytest.approx(tem.fitness[train][tem.position[train] == here].mean())


def test_a_constant_score_ranks_nothing(tem):
    train, test = tem.split("position")
    told = variants.mean_of_position(tem, train, test)
    assert variants.rank_interval(tem.fitness[test], told, tem.position[test]) == (0, 0, 0)


@pytest.mark.slow
def test_what_remains_when_positions_are_held_out_over_five_splits(real_tem):
    table = variants.tem1_table(real_tem).set_index(["held out", "scored by"])
    forest, blosum = (table.xs(name, level="scored by") for name in ("forest on labels", "BLOSUM62"))
    assert forest.loc["mutants", "low"] >= 0.77
    assert forest.loc["positions", "high"] <= 0.4
    assert forest.loc["positions", "spearman"] <= blosum.loc["positions", "spearman"] + 0.02
    assert table.loc[("mutants", "mean of the position"), "low"] >= 0.7
    assert table.loc[("positions", "mean of the position"), "high"] == 0


def test_blosum62_ranks_the_mutants_of_tem1_weakly(real_tem):
    wild, new = real_tem.letters()
    interval = variants.rank_interval(real_tem.fitness, variants.blosum62()[wild, new], real_tem.position, draws=200)
    assert interval.estimate == pytest.approx(0.333, abs=0.005)
    assert 0.25 < interval.low and interval.high < 0.42


def test_published_rows_say_what_the_text_says():
    gym = variants.proteingym().set_index("model")
    sizes = gym.dropna(subset="parameters")["mean Spearman"]
    assert sizes.idxmax() == "ESM-2 650M"
    assert gym.loc["GEMME", "mean Spearman"] > sizes.max() > gym.loc["UniRep (recurrent)", "mean Spearman"]
    contacts = variants.published_contacts()
    grown = contacts.dropna(subset="parameters")["precision at L"]
    assert grown.is_monotonic_increasing and grown.between(0, 1).all()


# ---------------------------------------------------------------- ESM-2


class FakeTokenizer:
    mask_token_id = 30

    def __call__(self, sequence, return_tensors):
        return {"input_ids": torch.tensor([[28, *map(PROTEIN.index, sequence), 29]])}

    def convert_tokens_to_ids(self, letters):
        return [PROTEIN.index(letter) for letter in letters]


def fake_model(input_ids):
    """Expect at a masked place what stands before it."""
    logits = torch.zeros(1, input_ids.shape[1], 31)
    for place in range(1, input_ids.shape[1]):
        logits[0, place, input_ids[0, place - 1]] = 5.0
    assert (input_ids == FakeTokenizer.mask_token_id).sum() == 1
    return SimpleNamespace(logits=logits)


def test_each_position_is_masked_alone_and_read_at_its_own_place():
    logs = variants.esm2_log_probabilities("ACDE", download=True, load=lambda: (FakeTokenizer(), fake_model))
    assert logs.shape == (4, 20)
    assert [PROTEIN[one] for one in logs[1:].argmax(axis=1)] == list("ACD")
    assert np.exp(logs).sum(axis=1) == pytest.approx(np.ones(4))


def test_without_transformers_the_message_says_so(monkeypatch):
    real_import = builtins.__import__

    def no_transformers(name, *args, **kwargs):
        if name.split(".")[0] == "transformers":
            raise ImportError(name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_transformers)
    with pytest.raises(variants.NotAvailable, match="pip install transformers"):
        variants.esm2_log_probabilities("MKV", download=True)


def test_without_a_network_the_message_says_so(monkeypatch):
    def offline(*_args, **_kwargs):
        raise OSError("We couldn't connect")

    offline_class = SimpleNamespace(from_pretrained=offline)
    fake = SimpleNamespace(AutoTokenizer=offline_class, EsmForMaskedLM=offline_class)
    monkeypatch.setitem(__import__("sys").modules, "transformers", fake)
    with pytest.raises(variants.NotAvailable, match="connect once"):
        variants.esm2_log_probabilities("MKV", download=True)


def test_nothing_is_fetched_unless_asked_for():
    def never():
        raise AssertionError("loaded without being asked")

    with pytest.raises(variants.NotAvailable, match="download=True"):
        variants.esm2_log_probabilities("MKV", load=never)


def test_scores_of_mutants_are_differences_of_logs(tem):
    logs = np.random.default_rng(1).normal(size=(len(tem.wild_type), 20))
    scores = variants.esm2_scores(tem, logs)
    row = tem.table.iloc[7]
    expected = logs[row.position, PROTEIN.index(row.mutant_residue)] - logs[row.position, PROTEIN.index(row.wild_type)]
    assert scores[7] == pytest.approx(expected)
