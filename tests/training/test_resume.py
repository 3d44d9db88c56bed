"""A run that was interrupted ends bit for bit where an uninterrupted one ends; a bad file is refused in a sentence."""

from __future__ import annotations

import pickle
from functools import partial

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from bioml_helpers.training import (
    CheckpointError,
    EarlyStopping,
    History,
    load_checkpoint,
    save_checkpoint,
    train,
)
from bioml_helpers.training import history as history_module
from bioml_helpers.training.checkpoint import CheckpointFile


def network(hidden_size: int = 8) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Linear(2, hidden_size), nn.BatchNorm1d(hidden_size), nn.Dropout(0.4), nn.Linear(hidden_size, 1)
    )


numbers = torch.Generator().manual_seed(1)
X = torch.randn(23, 2, generator=numbers)
y = X[:, :1].square() - X[:, 1:]
run = partial(train, loss_fn=nn.MSELoss(), batch_size=5, learning_rate=0.01, progress=False, validation_data=(X, y))


def weights(model) -> dict:
    return {name: value.tolist() for name, value in model.state_dict().items()}


@pytest.mark.parametrize("seed", [7, None], ids=["a seed", "no seed"])
def test_going_on_equals_never_having_stopped(tmp_path, seed):
    whole, halves = network(), network()
    torch.manual_seed(5)
    uninterrupted = run(whole, (X, y), num_epochs=8, seed=seed)
    torch.manual_seed(5)
    run(halves, (X, y), num_epochs=3, seed=seed, checkpoint=tmp_path / "run.pt")
    again = network()
    torch.manual_seed(99)  # what happened in between does not matter
    resumed = run(again, (X, y), num_epochs=8, seed=seed, checkpoint=tmp_path / "run.pt", resume=True)
    assert weights(again) == weights(whole)
    assert resumed == uninterrupted


def test_a_run_killed_in_the_middle_of_an_epoch_goes_on_from_the_last_whole_one(tmp_path, monkeypatch):
    monkeypatch.setattr(CheckpointFile, "SECONDS_BETWEEN", 0)
    calls = []

    def power_cut(y_hat, target):
        calls.append(1)
        if len(calls) == 33:
            raise KeyboardInterrupt
        return nn.functional.mse_loss(y_hat, target)

    with pytest.raises(KeyboardInterrupt):
        run(network(), (X, y), loss_fn=power_cut, num_epochs=6, seed=7, checkpoint=tmp_path / "run.pt")
    whole, again = network(), network()
    run(whole, (X, y), num_epochs=6, seed=7)
    run(again, (X, y), num_epochs=6, seed=7, checkpoint=tmp_path / "run.pt", resume=True)
    assert weights(again) == weights(whole)


def test_early_stopping_goes_on_counting_and_keeps_its_best_weights(tmp_path):
    watched = {"validation_data": (X, -y), "seed": 7}
    whole, again = network(), network()
    uninterrupted = run(whole, (X, y), num_epochs=30, early_stopping=EarlyStopping(6), **watched)
    for num_epochs in (4, 30, 30):  # the last call finds the run ended and changes nothing
        resumed = run(
            again,
            (X, y),
            num_epochs=num_epochs,
            early_stopping=EarlyStopping(6),
            checkpoint=tmp_path / "run.pt",
            resume=True,
            **watched,
        )
    assert uninterrupted.stopped_early and 4 < len(uninterrupted.train_loss) < 30
    assert resumed == uninterrupted
    assert weights(again) == weights(whole)


@pytest.mark.parametrize("own_generator", [True, False], ids=["its own generator", "the global one"])
def test_a_shuffling_loader_goes_on_in_the_same_order(tmp_path, own_generator):
    def loader():
        generator = torch.Generator().manual_seed(3) if own_generator else None
        return DataLoader(TensorDataset(X, y), batch_size=5, shuffle=True, generator=generator)

    settings = {"batch_size": None, "validation_data": None, "seed": 7}
    whole, again = network(), network()
    run(whole, loader(), num_epochs=6, **settings)
    run(network(), loader(), num_epochs=2, checkpoint=tmp_path / "run.pt", **settings)
    run(again, loader(), num_epochs=6, checkpoint=tmp_path / "run.pt", resume=True, **settings)
    assert weights(again) == weights(whole)


def test_resume_without_a_file_begins(tmp_path):
    one, other = network(), network()
    run(one, (X, y), num_epochs=2, seed=7)
    run(other, (X, y), num_epochs=2, seed=7, checkpoint=tmp_path / "new" / "run.pt", resume=True)
    assert weights(one) == weights(other)
    assert (tmp_path / "new" / "run.pt").is_file()


def test_quick_epochs_are_not_each_written_to_disk(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr("bioml_helpers.training.checkpoint.save_checkpoint", lambda *a, **k: written.append(a))
    monkeypatch.setattr(CheckpointFile, "SECONDS_BETWEEN", 1000)
    run(network(), (X, y), num_epochs=5, checkpoint=tmp_path / "run.pt")
    assert len(written) == 1


def test_other_metrics_than_saved_are_refused(tmp_path):
    run(network(), (X, y), num_epochs=1, checkpoint=tmp_path / "run.pt")
    with pytest.raises(ValueError, match=r"metrics: .*run.pt was saved with \[\], got \['rows'\]"):
        run(
            network(),
            (X, y),
            num_epochs=2,
            checkpoint=tmp_path / "run.pt",
            resume=True,
            metrics={"rows": lambda y_hat, y: len(y)},
        )


class TestBadFiles:
    @pytest.fixture
    def path(self, tmp_path):
        return save_checkpoint(tmp_path / "run.pt", model=network(), history=History(train_loss=[1.0]))

    def refuse(self, path, message, **parts):
        model = parts.pop("model", None) or network()
        before, random_before = weights(model), torch.get_rng_state()
        with pytest.raises(CheckpointError, match=message):
            load_checkpoint(path, model=model, **parts)
        assert weights(model) == before
        assert torch.equal(torch.get_rng_state(), random_before)

    def test_one_cut_short(self, path):
        path.write_bytes(path.read_bytes()[:-400])
        self.refuse(path, "is damaged")

    def test_one_with_a_changed_byte_in_a_weight(self, path):
        content = bytearray(path.read_bytes())
        place = content.find(network()[0].weight.detach().numpy().tobytes())
        assert place > 0
        content[place] ^= 1
        path.write_bytes(content)
        self.refuse(path, "is damaged")

    def test_an_empty_one(self, path):
        path.write_bytes(b"")
        self.refuse(path, "is damaged")

    def test_one_that_would_run_code(self, path, tmp_path):
        class Trap:
            def __reduce__(self):
                return (open, (str(tmp_path / "trapped"), "w"))

        torch.save({"format": "bioml_helpers checkpoint 1", "model": Trap()}, path)
        self.refuse(path, "cannot be read safely")
        assert not (tmp_path / "trapped").exists()

    def test_a_plain_pickle(self, path):
        path.write_bytes(pickle.dumps({"weights": [1.0]}))
        self.refuse(path, "is damaged")

    def test_the_weights_alone(self, path):
        torch.save(network().state_dict(), path)
        self.refuse(path, "no checkpoint of this course")

    def test_another_architecture(self, path):
        self.refuse(path, r"0.weight has shape \(8, 2\) in the file and shape \(4, 2\)", model=network(4))

    def test_more_layers(self, path):
        model = network().append(nn.Linear(1, 1))
        self.refuse(path, r"4.weight has no place in the file", model=model)

    def test_another_optimizer(self, path):
        model = network()
        save_checkpoint(path, model=model, optimizer=torch.optim.SGD(model.parameters(), lr=0.1))
        self.refuse(path, "saved with SGD, got Adam", model=model, optimizer=torch.optim.Adam(model.parameters()))

    def test_one_without_early_stopping(self, path):
        self.refuse(path, "saved without early stopping", early_stopping=EarlyStopping(3))

    def test_one_that_is_not_there(self, tmp_path):
        with pytest.raises(FileNotFoundError, match="found none at"):
            load_checkpoint(tmp_path / "nothing.pt", model=network())


class TestBadPlaces:
    def test_a_failed_write_keeps_the_old_file_and_leaves_nothing_beside_it(self, tmp_path, monkeypatch):
        path = save_checkpoint(tmp_path / "run.pt", model=network())
        old = path.read_bytes()

        def full_disk(handle):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(history_module.os, "fsync", full_disk)
        with pytest.raises(OSError, match=r"a checkpoint can be written, got .*run.pt \(No space left on device\)"):
            save_checkpoint(path, model=network())
        assert path.read_bytes() == old
        assert [file.name for file in tmp_path.iterdir()] == ["run.pt"]

    def test_a_read_only_folder_is_told(self, tmp_path, monkeypatch):
        def refused(**_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(history_module.tempfile, "mkstemp", refused)  # root may write anywhere, so it is played
        with pytest.raises(PermissionError, match="Permission denied"):
            save_checkpoint(tmp_path / "run.pt", model=network())
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_is_a_file_is_told(self, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(OSError, match="expected a place where a checkpoint can be written"):
            save_checkpoint(tmp_path / "file" / "run.pt", model=network())
