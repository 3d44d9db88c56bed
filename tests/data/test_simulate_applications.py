"""The simulators of chapter 4's gallery hold the truth that they promise."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers.data import simulate
from bioml_helpers.data.simulate import alignments, microscopy, reads, stains

# ---------------------------------------------------------------- alignments


def test_the_chain_correlates_as_stated_and_indirectly_by_the_product():
    correlation = np.corrcoef(simulate.coupled_chain(20_000, seed=3), rowvar=False)
    names = alignments.CHAIN_NAMES
    for first, second, stated in alignments.CHAIN_PAIRS:
        assert correlation[names.index(first), names.index(second)] == pytest.approx(stated, abs=0.02)
    for first, second in ("AC", "DF"):
        assert correlation[names.index(first), names.index(second)] == pytest.approx(0.84**2, abs=0.02)
    assert abs(correlation[names.index("A"), names.index("D")]) < 0.03


def test_contact_maps_are_symmetric_far_from_the_diagonal_and_in_ladders():
    for seed in range(20):
        fold = alignments.contact_map(seed=seed)
        i, j = np.nonzero(fold)
        assert (fold == fold.T).all()
        assert np.abs(i - j).min() >= alignments.SEPARATION
        padded = np.pad(fold, 1)
        assert fold.sum() > 2 * 16  # at least half a contact a residue
        # most contacts have another one beside them: a ladder, not scattered points
        neighbours = [padded[a : a + 3, b : b + 3].sum() > 1 for a, b in zip(i, j, strict=True)]
        assert np.mean(neighbours) > 0.7


def test_columns_depend_on_each_other_where_they_are_coupled_and_not_elsewhere():
    some = simulate.protein_families(4, depth=800, seed=5)
    for sequences, coupled in zip(some.sequences, some.coupled, strict=True):
        letters = np.eye(5)[sequences]  # (depth, length, 5)
        centred = letters - letters.mean(axis=0)
        strength = np.sqrt(np.einsum("nia,njb->ijab", centred, centred) ** 2).sum(axis=(2, 3))
        far = np.triu(np.ones_like(coupled), alignments.SEPARATION)
        assert np.median(strength[coupled & far]) > 2 * np.median(strength[~coupled & far])


def test_without_strength_there_is_no_co_evolution():
    some = simulate.protein_families(3, depth=800, strength=0.0, seed=5)
    for sequences, coupled in zip(some.sequences, some.coupled, strict=True):
        charged = np.isin(sequences, [alignments.LETTERS.index(letter) for letter in "KE"]).astype(float)
        correlation = np.abs(np.corrcoef(charged, rowvar=False))
        far = np.triu(np.ones_like(coupled), alignments.SEPARATION).astype(bool)
        assert correlation[coupled & far].mean() < correlation[~coupled & far].mean() + 0.02


def test_most_contacts_are_felt_and_only_contacts_are():
    some = simulate.protein_families(30, depth=1, seed=9)
    assert not (some.coupled & ~some.contacts).any()
    assert some.coupled.sum() / some.contacts.sum() == pytest.approx(0.8, abs=0.05)


# ---------------------------------------------------------------- pile-ups


def test_clean_reads_show_the_variant_as_often_as_the_genotype_says():
    some = simulate.pileups(600, depth=30, artefacts=False, seed=1)
    share = some.pictures[:, 1, :, reads.WIDTH // 2].mean(axis=1)
    for genotype, expected in enumerate((0.0, 0.5, 1.0)):
        assert share[some.genotype == genotype].mean() == pytest.approx(expected, abs=0.02)
    assert (some.artefact == 0).all()


def test_errors_come_as_often_as_the_quality_says():
    some = simulate.pileups(2000, depth=30, artefacts=False, seed=2)
    beside = np.delete(some.pictures, reads.WIDTH // 2, axis=3)
    said = 10 ** (-6 * beside[:, 2])
    assert beside[:, 1].mean() == pytest.approx(said.mean(), rel=0.1)


def test_rows_without_a_read_are_empty_and_depths_as_asked():
    some = simulate.pileups(300, depth=(5, 12), seed=3)
    depth = some.pictures[:, 0, :, 0].sum(axis=1)
    assert depth.min() == 5 and depth.max() == 12
    assert not (some.pictures * (some.pictures[:, :1] == 0)).any()


def test_an_artefact_lies_on_one_strand_or_comes_with_other_differences_and_low_trust():
    some = simulate.pileups(3000, depth=30, seed=4)
    middle = some.pictures[:, :, :, reads.WIDTH // 2]
    reference = some.genotype == 0
    strand = middle[reference & (some.artefact == 1)]
    assert strand[:, 1][strand[:, 4] == 1].mean() > 0.4
    assert strand[:, 1][strand[:, 4] == 0].mean() < 0.05
    stranger = some.pictures[reference & (some.artefact == 2)]
    differs = stranger[:, 1, :, reads.WIDTH // 2] == 1
    elsewhere = np.delete(stranger[:, 1], reads.WIDTH // 2, axis=2).sum(axis=2)
    trust = stranger[:, 3, :, 0]
    assert elsewhere[differs].mean() > 1.5 and elsewhere[~differs].mean() < 0.5
    assert trust[differs].mean() < trust[~differs].mean() - 0.2


# ---------------------------------------------------------------- micrographs


def test_particles_lie_apart_inside_the_image_where_the_signal_is():
    some = simulate.micrographs(5, noise=0.0, contaminants=False, seed=1)
    for image, places in zip(some.images, some.particles, strict=True):
        assert len(places) == 7
        assert (places > microscopy.RADIUS).all() and (places < microscopy.SIZE - microscopy.RADIUS).all()
        distance = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) + 100 * np.eye(7)
        assert distance.min() >= 2 * microscopy.RADIUS
        around = [image[row - 4 : row + 5, column - 4 : column + 5].max() for row, column in places]
        assert min(around) > 0.8


def test_the_noise_is_as_stated_and_changes_nothing_else():
    quiet, loud = (simulate.micrographs(4, noise=noise, seed=2) for noise in (0.0, 1.5))
    assert all((a == b).all() for a, b in zip(quiet.particles, loud.particles, strict=True))
    assert (loud.images - quiet.images).std() == pytest.approx(1.5, rel=0.05)


def test_a_turned_particle_differs_and_a_full_turn_does_not():
    assert np.abs(simulate.particle(0) - simulate.particle(180)).max() > 0.3
    np.testing.assert_allclose(simulate.particle(0), simulate.particle(360), atol=1e-9)


def test_drops_of_ice_are_brighter_than_particles():
    some = simulate.micrographs(6, noise=0.0, seed=3)
    ice = [
        image[tuple(place)] for image, places in zip(some.images, some.contaminants, strict=True) for place in places
    ]
    assert len(ice) == 24 and min(ice) > 1.2


# ---------------------------------------------------------------- stains


def test_a_site_changes_colours_and_leaves_white_light_to_the_background():
    rng = np.random.default_rng(0)
    crops = rng.integers(60, 250, (3, 8, 8, 3)).astype(np.uint8)
    stained = {site: simulate.site_stain(crops, site) for site in stains.SITES}
    assert all(one.dtype == np.uint8 and one.shape == crops.shape for one in stained.values())
    casts = [one.astype(float).mean(axis=(0, 1, 2)) for one in stained.values()]
    assert min(np.abs(a - b).max() for a in casts for b in casts if a is not b) > 10
    white = simulate.site_stain(np.full((1, 2, 2, 3), 255), "north")[0, 0, 0]
    assert white[0] == 255 and white[1] < 255  # the north's lamp lacks green


def test_a_stain_keeps_what_is_darker_darker():
    light, dark = (np.full((1, 2, 2, 3), value) for value in (200, 90))
    for site in stains.SITES:
        assert (simulate.site_stain(dark, site) < simulate.site_stain(light, site)).all()


# ---------------------------------------------------------------- all


@pytest.mark.parametrize(
    "make",
    [
        lambda seed: simulate.coupled_chain(50, seed=seed),
        lambda seed: simulate.protein_families(2, 5, seed=seed).sequences,
        lambda seed: simulate.pileups(5, seed=seed).pictures,
        lambda seed: simulate.micrographs(2, seed=seed).images,
        lambda seed: simulate.site_stain(np.full((4, 3, 3, 3), 120), "north", seed=seed),
    ],
    ids=["chain", "families", "pileups", "micrographs", "stain"],
)
def test_the_same_seed_gives_the_same_data_and_another_seed_others(make):
    assert (make(1) == make(1)).all()
    assert (make(1) != make(2)).any()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: simulate.coupled_chain(1), "depth: expected a number at least 2"),
        (lambda: simulate.protein_families(1, 5, length=10), "length: expected a number at least 24"),
        (lambda: simulate.protein_families(0), "families: expected a number at least 1"),
        (lambda: simulate.pileups(5, depth=99), "depth: expected a number between 1 and 30"),
        (lambda: simulate.micrographs(1, particles=40), "particles: expected a number between 1 and 10"),
        (lambda: simulate.micrographs(1, noise=-1), "noise: expected a number at least 0"),
        (lambda: simulate.particle(size=12), "size: expected an odd number"),
        (
            lambda: simulate.site_stain(np.zeros((1, 2, 2, 3)), "moon"),
            "site: expected one of 'north', 'south', 'abroad'",
        ),
        (lambda: simulate.site_stain(np.zeros((1, 2, 2, 4)), "north"), "crops: expected red, green and blue"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
