"""Blood cells and hippocampus: counts, crops that show what they should, overlaps that are named, simulators' truth."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers import data
from bioml_helpers.data import encode, images, simulate


@pytest.fixture(scope="module")
def cells():
    if not data.is_real_available("blood_cells"):
        return None
    return data.load("blood_cells", quiet=True)


def test_blood_cells_have_their_counts(need_real_data, cells):
    need_real_data("blood_cells")
    table, card = cells
    assert card.balance == "372 white cell, 4153 red cell, 361 platelet"
    counts = table.groupby("part").cell_type.value_counts().to_dict()
    assert {kind: counts["test", kind] for kind in images.CELL_TYPES} == {
        "red cell": 805,
        "white cell": 71,
        "platelet": 69,
    }
    assert table.groupby("part").image.nunique().to_dict() == {"train": 292, "test": 72}
    assert table.crop.map(np.shape).unique().tolist() == [(28, 28, 3)] and table.crop[0].dtype == np.uint8
    assert (np.minimum(table.xmax - table.xmin, table.ymax - table.ymin) >= 10).all()


def test_a_crop_is_the_mean_of_its_window(need_real_data, cells):
    need_real_data("blood_cells")
    from PIL import Image

    table, _ = cells
    inside = table[(table.xmin + table.xmax > 160) & (table.xmin + table.xmax < 1100) & (table.ymin + table.ymax > 160)]
    row = inside[inside.ymin + inside.ymax < 800].iloc[7]
    paths = data.fetch("blood_cells")
    pixels = np.asarray(Image.open(paths[f"JPEGImages/{row['image']}.jpg"]).convert("RGB"), dtype=float)
    x, y = int((row.xmin + row.xmax) / 2), int((row.ymin + row.ymax) / 2)
    window = pixels[y - 56 : y + 56, x - 56 : x + 56].reshape(28, 4, 28, 4, 3).mean(axis=(1, 3))
    assert np.abs(row.crop - window).max() <= 0.5


def test_white_cells_are_the_violet_ones(need_real_data, cells):
    need_real_data("blood_cells")
    table, _ = cells
    middle = table.crop.map(lambda crop: crop[10:18, 10:18].mean(axis=(0, 1)))
    greener = table.assign(less=[rgb[2] - rgb[1] for rgb in middle]).groupby("cell_type").less.median()
    assert greener["white cell"] > greener["platelet"] > greener["red cell"]


def test_ten_test_images_share_a_field_with_a_training_image(need_real_data, cells):
    need_real_data("blood_cells")
    table, _ = cells
    pictures = table.drop_duplicates("image")
    shared = set(pictures.field[pictures.part == "train"]) & set(pictures.field[pictures.part == "test"])
    assert pictures[(pictures.part == "test") & pictures.field.isin(shared)].image.nunique() == 10
    assert pictures.field.nunique() == 335  # 30 pairs, of which four form a ring


def test_named_overlaps_are_overlaps_and_neighbours_are_not(need_real_data):
    """Shift one grey image over the other: where they overlap they agree; images chosen at random do not."""
    need_real_data("blood_cells")
    from PIL import Image

    paths = data.fetch("blood_cells")

    def grey(number):
        picture = Image.open(paths[f"JPEGImages/BloodImage_{number:05d}.jpg"]).convert("L").resize((80, 60), Image.BOX)
        return np.asarray(picture, dtype=float)

    def agreement(one, other):
        best = -1.0
        for down in range(-42, 43):
            for right in range(-55, 56):
                if (60 - abs(down)) * (80 - abs(right)) < 0.3 * 4800:
                    continue
                a = one[max(down, 0) : 60 + min(down, 0), max(right, 0) : 80 + min(right, 0)]
                b = other[max(-down, 0) : 60 + min(-down, 0), max(-right, 0) : 80 + min(-right, 0)]
                best = max(best, np.corrcoef(a.ravel(), b.ravel())[0, 1])
        return best

    for first, second in ((19, 20), (225, 262)):
        assert (first, second) in images.OVERLAPS and agreement(grey(first), grey(second)) > 0.8
    for first, second in ((20, 21), (225, 261)):
        assert agreement(grey(first), grey(second)) < 0.77


def test_fields_follow_chains_of_overlaps():
    names = [f"BloodImage_{number:05d}" for pair in images.OVERLAPS for number in pair]
    numbers = images.fields(names)
    assert (numbers[::2] == numbers[1::2]).all()  # both of each pair
    assert images.OVERLAPS == tuple(sorted(images.OVERLAPS)) and all(
        first < second for first, second in images.OVERLAPS
    )


def test_crops_at_the_edge_are_mirrored():
    image = np.zeros((40, 40, 1), dtype=np.uint8)
    image[:, :4] = 200  # a stripe at the left edge, mirrored to its other side
    crop = images.window_crops(image, [(0, 20)], window=16, side=16)[0, :, :, 0]
    assert (crop[0] == [0] * 5 + [200] * 7 + [0] * 4).all()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"window": 15, "side": 4}, r"window: expected a multiple of side \(4\), got 15"),
        ({"window": 400, "side": 4}, "window: expected a number between 4 and 78, got 400"),
        ({"centres": [(50, 3)]}, r"centres\[0\]: expected a point inside the image, got \(50, 3\)"),
        ({"image": np.zeros((5, 5))}, r"image: expected shape \(height, width, channels\), got \(5, 5\)"),
    ],
)
def test_a_wrong_window_is_one_sentence(options, sentence):
    usual = {"image": np.zeros((40, 40, 3), np.uint8), "centres": [(3, 3)], "window": 16, "side": 4}
    with pytest.raises(ValueError, match=sentence):
        images.window_crops(**usual | options)


@pytest.fixture(scope="module")
def volumes():
    return data.load("hippocampus", quiet=True)[0] if data.is_real_available("hippocampus") else None


def test_hippocampus_has_sixty_volumes_with_three_labels(need_real_data, volumes):
    need_real_data("hippocampus")
    assert volumes.part.tolist() == ["train"] * 40 + ["test"] * 20 and volumes.volume.is_monotonic_increasing
    for row in volumes.itertuples():
        assert row.image.dtype == np.float32 and row.label.dtype == np.uint8 and row.image.shape == row.label.shape
        assert np.unique(row.label).tolist() == [0, 1, 2]
    shapes = np.array([image.shape for image in volumes.image])
    assert shapes.min(axis=0).tolist() == [32, 44, 26] and shapes.max(axis=0).tolist() == [41, 59, 42]


def test_the_anterior_part_lies_in_front(need_real_data, volumes):
    need_real_data("hippocampus")
    for label in volumes.label:
        front, back = (np.argwhere(label == part)[:, 1].mean() for part in (1, 2))
        assert front > back


def _atlas_dice(table, shape):
    """Dice of the commonest label at each voxel of the training volumes, on the test volumes."""
    from bioml_helpers.evaluation import dice

    labels = {
        part: np.stack([encode.centre_crop(label, shape) for label in table.label[table.part == part]])
        for part in ("train", "test")
    }
    atlas = np.stack([(labels["train"] == value).mean(axis=0) for value in range(3)]).argmax(axis=0)
    return [np.mean([dice(truth == value, atlas == value) for truth in labels["test"]]) for value in (1, 2)]


def test_the_mean_label_map_scores_what_the_card_says(need_real_data, volumes):
    need_real_data("hippocampus")
    np.testing.assert_allclose(_atlas_dice(volumes, (36, 52, 36)), (0.700, 0.653), atol=0.005)


# --- simulators ---


def test_simulated_volumes_leave_room_above_the_mean_label_map():
    table = simulate.volumes(seed=1)
    front, back = _atlas_dice(table, (36, 52, 36))
    assert 0.2 < front < 0.7 and 0.2 < back < 0.7


def test_simulated_bodies_are_brighter_than_what_surrounds_them():
    table = simulate.volumes(10, 1, seed=2)
    for image, label in zip(table.image, table.label, strict=True):
        scaled = image / image.mean()
        assert scaled[label > 0].mean() - scaled[label == 0].mean() > 0.1
        assert np.argwhere(label == 1)[:, 1].mean() > np.argwhere(label == 2)[:, 1].mean()


def test_simulated_smear_has_its_kinds_parts_and_sizes():
    table = simulate.blood_smear(20, seed=1)
    assert table.cell_type.value_counts().to_dict() == {"red cell": 200, "white cell": 20, "platelet": 20}
    assert table.groupby("part").image.nunique().to_dict() == {"train": 16, "test": 4}
    assert not set(table.field[table.part == "train"]) & set(table.field[table.part == "test"])
    width = (table.xmax - table.xmin).groupby(table.cell_type).mean()
    assert width["white cell"] > width["red cell"] > 2 * width["platelet"]
    assert (
        (table.xmin >= 0).all() and (table.xmax <= 640).all() and (table.ymin >= 0).all() and (table.ymax <= 480).all()
    )


def test_in_simulated_crops_the_middle_tells_the_kind():
    table = simulate.blood_smear(30, seed=2)
    blue = np.array([crop[11:17, 11:17, 2].mean() - crop[11:17, 11:17, 0].mean() for crop in table.crop])
    kinds = table.cell_type.to_numpy()
    assert np.median(blue[kinds == "red cell"]) < 0 < np.median(blue[kinds != "red cell"])


@pytest.mark.parametrize(
    ("generator", "options", "sentence"),
    [
        (simulate.blood_smear, {"images": 4}, "images: expected a number at least 5, got 4"),
        (simulate.volumes, {"train": 0}, "train: expected a number at least 1"),
    ],
)
def test_bad_parameters_are_one_sentence(generator, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        generator(**options)


def test_same_seed_same_pictures():
    one, again, other = (simulate.blood_smear(5, seed=seed).crop for seed in (1, 1, 2))
    assert all((a == b).all() for a, b in zip(one, again, strict=True))
    assert not all((a == b).all() for a, b in zip(one, other, strict=True))
    first, second = (simulate.volumes(1, 1, seed=3).image for _ in range(2))
    assert all((a == b).all() for a, b in zip(first, second, strict=True))
