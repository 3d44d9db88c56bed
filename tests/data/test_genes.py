"""Promoters, introns and the cell cycle: published counts, the traps that the cards name, the simulators' truth."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers import data
from bioml_helpers.data import encode, genes, simulate, splits


def test_sigma70_has_its_counts(need_real_data):
    need_real_data("sigma70")
    table, card = data.load("sigma70")
    assert card.balance == "839 is_promoter, 3000 not"
    assert set(table.sequence.str.len()) == {81} and set("".join(table.sequence)) == set("ACGT")
    assert table.sequence.is_unique and table.name.is_unique


def test_mouse_promoters_have_their_counts(need_real_data):
    need_real_data("mouse_promoters")
    table, card = data.load("mouse_promoters")
    assert card.balance == "1255 is_promoter, 3530 not"
    assert set(table.sequence.str.len()) == {251} and set("".join(table.sequence)) == set("ACGT")
    assert table.sequence.duplicated().sum() == 3


@pytest.mark.parametrize(
    ("name", "promoters", "others", "mixed"), [("sigma70", 140, 2681, 2), ("mouse_promoters", 36, 559, 1)]
)
def test_rows_with_a_relative_are_as_many_as_the_card_says(need_real_data, name, promoters, others, mixed):
    need_real_data(name)
    table, card = data.load(name)
    related = table.group.map(table.group.value_counts()) > 1
    assert [(related & table.is_promoter).sum(), (related & ~table.is_promoter).sum()] == [promoters, others]
    assert (table.groupby("group").is_promoter.nunique() > 1).sum() == mixed
    assert any(f"{promoters} " in problem and f"{others:,}" in problem for problem in card.known_problems)


def test_grouping_sigma70_takes_away_what_overlap_gave(need_real_data):
    need_real_data("sigma70")
    from sklearn.linear_model import LogisticRegression

    from bioml_helpers.evaluation import auroc

    table, _ = data.load("sigma70")
    X, y = encode.one_hot(table.sequence).reshape(len(table), -1), table.is_promoter.to_numpy()
    by_row, by_group = [], []
    for seed in range(3):
        parts = (
            splits.random_split(len(y), (0.8, 0.2), seed=seed),
            splits.grouped_split(table.group, (0.8, 0.2), seed=seed),
        )
        for found, (train, test) in zip((by_row, by_group), parts, strict=True):
            model = LogisticRegression(C=0.05, max_iter=300).fit(X[train], y[train])
            found.append(auroc(y[test], model.decision_function(X[test])))
    assert np.mean(by_row) == pytest.approx(0.941, abs=0.01)
    assert np.mean(by_group) == pytest.approx(0.922, abs=0.01)


@pytest.mark.parametrize(("name", "area"), [("sigma70", 0.906), ("mouse_promoters", 0.828)])
def test_composition_alone_goes_as_far_as_the_card_says(need_real_data, name, area):
    need_real_data(name)
    from bioml_helpers.evaluation import auroc

    table, _ = data.load(name)
    gc = table.sequence.map(lambda text: (text.count("G") + text.count("C")) / len(text))
    found = auroc(table.is_promoter, gc)
    assert max(found, 1 - found) == pytest.approx(area, abs=0.002)


def test_introns_begin_and_end_as_the_card_says(need_real_data):
    need_real_data("introns")
    table, _ = data.load("introns")
    ends = {}
    for row in table.itertuples():
        assert row.introns and set(row.sequence) <= set("ACGT")
        for start, end in row.introns:
            assert 0 <= start < end <= len(row.sequence)
            intron = row.sequence[start:end]
            ends.setdefault(f"{intron[:2]}..{intron[-2:]}", []).append(row.gene)
    assert {kind: len(where) for kind, where in ends.items()} == {"GT..AG": 270, "GC..AG": 8, "CC..CG": 1, "GT..GG": 1}
    assert (ends["CC..CG"], ends["GT..GG"]) == (["YFL031W"], ["YJR112W-A"])


def test_intron_coordinates_are_those_of_the_readmes_example(need_real_data):
    need_real_data("introns")
    row = data.load("introns")[0].set_index("gene").loc["YBL018C"]
    assert row.introns == ((47, 122),)
    assert row.sequence[47:122].startswith("GTATGT") and row.sequence[47:122].endswith("TATAG")


def test_duplicated_ribosomal_genes_share_a_group(need_real_data):
    need_real_data("introns")
    table = data.load("introns")[0].set_index("gene")
    assert table.group["YBR048W"] == table.group["YDR025W"]  # both code for the ribosomal protein S11
    sizes = table.group.value_counts()
    assert (len(sizes), sizes.max(), sizes[sizes > 1].sum()) == (217, 14, 94)


def test_the_cell_cycle_has_fifty_points_and_its_zeros(need_real_data):
    need_real_data("cell_cycle")
    table, _ = data.load("cell_cycle")
    values = table.drop(columns="gene").to_numpy()
    assert values.shape == (1705, 50) and (values >= 0).all() and table.gene.is_unique
    assert ((values == 0).sum(), (values == 0).any(axis=1).sum()) == (402, 32)


def test_persistence_on_the_cell_cycle_is_what_the_card_says(need_real_data):
    need_real_data("cell_cycle")
    levels = np.log2(data.load("cell_cycle")[0].drop(columns="gene").to_numpy() + 1)
    scaled = (levels - levels.mean(axis=1, keepdims=True)) / levels.std(axis=1, keepdims=True)
    error = ((scaled[:, 1:] - scaled[:, :-1]) ** 2).sum() / (scaled[:, 1:] ** 2).sum()
    assert 1 - error == pytest.approx(0.348, abs=0.005)


def test_fasta_before_its_first_name_is_refused(tmp_path):
    (tmp_path / "bad.fa").write_text("ACGT\n>one\nAC\n")
    with pytest.raises(ValueError, match=r"bad\.fa: line 1: expected a line that begins with '>', got 'ACGT'"):
        genes.read_fasta(tmp_path / "bad.fa")


def test_a_series_of_another_length_is_refused(tmp_path):
    path = tmp_path / "profiles.tsv"
    path.write_text("a\tb\nG1\t1\t2\n")
    with pytest.raises(ValueError, match="cell_cycle: expected 50 time points, got 2"):
        genes.read_cell_cycle({"oscillating-genes_normalized-profiles.tsv": path})


# --- simulators ---


def test_boxes_of_simulated_sigma70_wander():
    table = simulate.sigma70(2000, 10, seed=1)
    letters = np.array([list(text) for text in table.sequence[table.is_promoter]])
    share_of_t = (letters == "T").mean(axis=0)  # 0.25 where no box ever stands
    assert np.abs(share_of_t[70:] - 0.25).max() < 0.04 and share_of_t[38:64].mean() == pytest.approx(0.28, abs=0.01)
    starts = table.sequence[table.is_promoter].str.find("TATAAT")
    whole = starts[(starts >= 33) & (starts <= 63)]
    assert {33, 63} <= set(whole) and len(whole) > 0.1 * 2000 * 0.77 * 0.76 * 0.6 * 0.61 * 0.56 * 0.82


def test_a_fixed_position_gives_nothing_away_in_simulated_sigma70_but_does_in_tata_promoters():
    from sklearn.linear_model import LogisticRegression

    from bioml_helpers.evaluation import auroc

    areas = []
    for table in (simulate.sigma70(seed=1), simulate.tata_promoters(seed=1)):
        X, y = encode.one_hot(table.sequence).reshape(len(table), -1), table.is_promoter.to_numpy()
        train, test = splits.random_split(len(y), (0.8, 0.2))
        areas.append(
            auroc(y[test], LogisticRegression(C=0.05, max_iter=500).fit(X[train], y[train]).decision_function(X[test]))
        )
    assert areas[0] < 0.75 and areas[1] > 0.97


def test_simulated_introns_hold_their_signals_and_copies_their_group():
    table = simulate.genes_with_introns(200, seed=2)
    for row in table.itertuples():
        ((start, end),) = row.introns
        intron = row.sequence[start:end]
        assert intron.startswith("GTATGT") and intron.endswith("TAG") and 60 <= len(intron) <= 200
        assert 20 <= len(intron) - intron.rfind("TACTAAC") <= 40
    assert table.group.nunique() == 160
    copies = table.iloc[4::5].group.to_numpy() == table.iloc[3::5].group.to_numpy()
    assert copies.all() and not (table.iloc[4::5].sequence.to_numpy() == table.iloc[3::5].sequence.to_numpy()).any()


def test_similarity_finds_the_simulated_copies_and_no_others():
    table = simulate.genes_with_introns(120, seed=3)
    found = splits.group_by_similarity(table.sequence, k=genes.WORD, threshold=genes.SHARED["introns"])
    np.testing.assert_array_equal(found, table.group)


def test_the_oscillator_keeps_its_period_from_any_start():
    from bioml_helpers.data.simulate import rhythms

    series = simulate.oscillator(6, 2000, step=0.05, noise=0, seed=1)[:, 600:, 0]
    centred = series - series.mean(axis=1, keepdims=True)
    for one in centred:
        rises = np.flatnonzero((one[:-1] < 0) & (one[1:] >= 0))
        assert np.diff(rises).mean() * 0.05 == pytest.approx(rhythms.PERIOD, abs=0.02)


def test_the_oscillator_follows_its_equation():
    from bioml_helpers.data.simulate import rhythms

    path = simulate.oscillator(3, 200, step=0.01, noise=0, seed=2)
    slope = (path[:, 2:] - path[:, :-2]) / 0.02  # off by some 1e-4 times the third derivative
    previous = path[:, 1:-1][..., [2, 0, 1]]
    expected = rhythms.BASE + rhythms.TOP / (1 + previous**rhythms.HILL) - path[:, 1:-1]
    np.testing.assert_allclose(slope, expected, atol=0.02)


def test_noise_of_the_oscillator_is_that_of_the_measurement():
    clean, noisy = (simulate.oscillator(40, 40, noise=noise, seed=3) for noise in (0, 0.05))
    assert np.log(noisy / clean).std() == pytest.approx(0.05, rel=0.05)


def test_cycling_genes_have_their_period():
    table = simulate.cycling_genes(400, noise=0, seed=1)
    levels = np.log(table.drop(columns="gene").to_numpy())
    power = np.abs(np.fft.rfft(levels - levels.mean(axis=1, keepdims=True), n=1000, axis=1)) ** 2
    periods = (
        1000 * 5 / np.argmax(power[:, 5:], axis=1).clip(1) if False else 5000 / (5 + np.argmax(power[:, 5:], axis=1))
    )
    assert np.median(periods) == pytest.approx(75, abs=6)


@pytest.mark.parametrize(
    ("generator", "options", "sentence"),
    [
        (simulate.sigma70, {"promoters": 0}, "promoters: expected a number at least 1"),
        (simulate.tata_promoters, {"others": 0}, "others: expected a number at least 1"),
        (simulate.genes_with_introns, {"length": 300}, "length: expected a number at least 400, got 300"),
        (simulate.oscillator, {"n_steps": 1}, "n_steps: expected a number at least 2"),
        (simulate.oscillator, {"step": 0}, "step: expected a number between 0.001 and 5"),
        (simulate.oscillator, {"noise": -1}, "noise: expected a number at least 0"),
        (simulate.cycling_genes, {"period": 5}, "period: expected a number between 10 and 500"),
        (simulate.netsurfp_chains, {"test": 0}, "test: expected a number at least 1"),
        (simulate.cb513_chains, {"chains": 0}, "chains: expected a number at least 1"),
    ],
)
def test_bad_parameters_are_one_sentence(generator, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        generator(**options)


@pytest.mark.parametrize(
    "generator",
    [
        simulate.sigma70, simulate.tata_promoters, simulate.genes_with_introns, simulate.oscillator,
        simulate.cycling_genes, simulate.netsurfp_chains, simulate.cb513_chains,
    ],
)  # fmt: skip
def test_same_seed_same_table_and_another_seed_another(generator):
    one, again, other = (np.asarray(generator(seed=seed), dtype=object) for seed in (5, 5, 6))
    assert (one == again).all() and not (one == other).all()
