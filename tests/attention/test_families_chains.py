"""A masked-residue model of unrelated chains, and a probe that is judged by chain."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from bioml_helpers.attention import families_chains as chains


@pytest.fixture(scope="module")
def model():
    return chains.ChainReader(16, heads=2, seed=1).eval()


def test_no_residue_sees_itself_and_every_other_one_does(model):
    one = torch.randint(20, (1, 9), generator=torch.Generator().manual_seed(0))
    other = one.clone()
    other[0, 4] = (one[0, 4] + 3) % 20
    with torch.no_grad():
        first, second = model(one)[0], model(other)[0]
    assert torch.allclose(first[4], second[4], atol=1e-6)
    assert all(not torch.allclose(first[place], second[place], atol=1e-6) for place in (0, 3, 5, 8))


def test_what_is_no_residue_says_nothing(model):
    short, padded = torch.tensor([[3, 1, 4]]), torch.tensor([[3, 1, 4, -1, -1]])
    with torch.no_grad():
        assert torch.allclose(model(short), model(padded)[:, :3], atol=1e-6)


def test_states_in_portions_are_those_of_each_chain(model):
    many = torch.randint(20, (chains.ROWS_AT_ONCE + 3, 7), generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        assert torch.allclose(model.states(many)[-1:], model.states(many[-1:]), atol=1e-6)


def test_training_learns_a_rule_between_neighbours():
    rng = np.random.default_rng(0)
    texts = ["".join("AC"[(start + i) % 2] for i in range(40)) for start in rng.integers(2, size=80)]  # ACAC… or CACA…
    trained = chains.train_chain_reader(texts, num_epochs=15, batch_size=20, progress=False)
    with torch.no_grad():
        told = trained(torch.tensor([[0, 1] * 10]))[0].argmax(dim=1)
    assert told[2:-2].tolist() == [0, 1] * 8


def test_heads_must_divide_the_width():
    with pytest.raises(ValueError, match="heads"):
        chains.ChainReader(10, heads=3)


def invented(seed, n_chains=30, length=20):
    """Residues whose state a feature tells in part; letters tell nothing."""
    rng = np.random.default_rng(seed)
    y = rng.integers(3, size=n_chains * length)
    X = {"one-hot window": rng.normal(size=(len(y), 5)), "told": np.eye(3)[y] + rng.normal(0, 0.4, (len(y), 3))}
    return SimpleNamespace(X=X, y=y, chain=np.repeat(np.arange(n_chains), length))


def test_a_probe_gains_where_the_features_tell_and_not_over_itself():
    labelled, new = invented(0), invented(1)
    told = chains.probe_predictions(labelled, new, labels=300)
    table = chains.probe_table(told, new).set_index("features")
    assert table.loc["told", "gain low"] > 0.3
    assert table.loc["one-hot window", ["gain", "gain low", "gain high"]].tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="against"):
        chains.probe_table(told, new, against="GRU")


@pytest.mark.slow
def test_attention_gains_over_a_window_of_letters_and_is_not_ahead_of_the_gru(need_real_data):
    need_real_data("netsurfp")
    from bioml_helpers.rnn import language

    some = language.chains(1000, quiet=True)
    known = list(some.unlabelled["sequence"])
    networks = {
        "GRU": language.train_language(known),
        "attention": chains.train_chain_reader(known, progress=False),
    }
    labelled, new = (language.residues_of(part, networks) for part in (some.labelled, some.test))
    table = chains.probe_table(chains.probe_predictions(labelled, new), new).set_index("features")
    assert table.loc["attention", "gain low"] > 0.01
    assert table.loc["attention", "Q3"] <= table.loc["GRU", "high"]
    assert table.loc["one-hot", "Q3"] < 0.5
