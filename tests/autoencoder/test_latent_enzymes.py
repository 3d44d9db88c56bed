"""Chorismate mutase in companion 08b: recovery on held-out groups, and what tells new sequences from a profile's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bioml_helpers.autoencoder import enzymes, models
from bioml_helpers.data.encode import PROTEIN


def test_kept_columns_are_counted_by_weight():
    known = pd.DataFrame({"sequence": ["AC", "AD", "GD"], "weight": [1.0, 1.0, 0.2]})
    assert enzymes.kept_columns(known) == {0: "A"}
    assert enzymes.kept_columns(known, 0.95) == {}


def test_pair_statistics_are_covariances_of_letters():
    rng = np.random.default_rng(0)
    sequences = ["".join(rng.choice(list("ACD"), 3)) for _ in range(50)]
    found = enzymes.pair_statistics(sequences).reshape(3, 21, 21)  # pairs 01, 02, 12
    letters = np.array([list(one) for one in sequences])
    a, d = letters[:, 0] == "A", letters[:, 2] == "D"
    here = found[1, PROTEIN.index("A"), PROTEIN.index("D")]
    assert here == pytest.approx(np.cov(a, d, bias=True)[0, 1], abs=1e-6)


@pytest.fixture(scope="module")
def family():
    return models.family("chorismate_mutase", quiet=True)


@pytest.mark.slow
def test_held_out_groups_come_back_better_than_by_consensus_from_three_seeds(family, need_real_data):
    need_real_data("chorismate_mutase")
    assert not set(family.train["group"]) & set(family.test["group"])
    fitted = {str(seed): enzymes.train_enzyme_vae(family, seed=seed) for seed in range(3)}
    table = enzymes.recovery_table(family, fitted).set_index("said by")["held out"]
    assert table["consensus"] == pytest.approx(0.340, abs=0.01)
    assert table["nearest relative"] == pytest.approx(0.554, abs=0.01)
    assert min(table[seed] for seed in fitted) > table["consensus"] + 0.12
    assert max(table[seed] for seed in fitted) < table["nearest relative"]

    made = enzymes.generation_table(family, fitted["0"]).set_index("sequences")
    profile, drawn = made.loc["profile (columns alone)"], made.loc["autoencoder, drawn"]
    assert abs(profile["pairs"]) < 0.05 and drawn["pairs"] > 0.25
    assert profile["conserved"] > 0.5 and drawn["conserved"] > 0.5  # conserved columns do not tell them apart
    counts, left = enzymes.funnel(family, fitted["0"])
    assert counts["left"].is_monotonic_decreasing and counts["left"].iloc[-1] == len(left) >= 5
    natural = {one.replace("-", "") for part in (family.train, family.test) for one in part["sequence"]}
    assert not set(left) & natural

    z = models.latent_of(fitted["0"], family.test["sequence"], models.ALIGNED)
    related, _ = models.relatedness({"latent": z}, family.test["sequence"].tolist())
    assert related["high"].item() < -0.2
