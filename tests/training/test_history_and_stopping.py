"""The history keeps, shows and tells what happened; early stopping knows when it is enough."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from bioml_helpers import figures
from bioml_helpers.training import EarlyStopping, History


@pytest.fixture
def history() -> History:
    return History([2.0, 1.0, 0.01], [2.2, 1.1, 1.5], {"accuracy": [0.5, 0.6, 0.7]}, "validation", best_epoch=2)


def test_the_table_has_one_row_an_epoch(history):
    table = history.as_table()
    assert list(table.columns) == ["epoch", "train_loss", "validation_loss", "accuracy"]
    assert table["epoch"].tolist() == [1, 2, 3]


def test_it_comes_back_from_a_file_as_it_was(history, tmp_path):
    assert History.load(history.save(tmp_path / "history.json")) == history


@pytest.mark.parametrize("content", ['{"train_loss": [1', "[]", '{"other": 1}', '{"train_loss": ["a"]}'])
def test_a_file_with_something_else_is_refused(content, tmp_path):
    path = tmp_path / "history.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"expected a saved history, but .*history\.json is damaged"):
        History.load(path)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="found no file"):
        History.load(tmp_path / "none.json")


def test_the_picture_is_shown_with_its_numbers_in_the_alt_text(history, monkeypatch):
    shown = {}
    monkeypatch.setattr(figures, "show", lambda fig, **more: shown.update(fig=fig, **more), raising=False)
    history.plot()
    assert "from 2 in epoch 1 to 0.01 in epoch 3" in shown["alt"]
    assert "lowest in epoch 2 (1.1)" in shown["alt"]
    assert len(shown["data"]) == 3
    train, validation = shown["fig"].axes[0].lines[:2]
    assert (train.get_linestyle(), train.get_marker()) == ("-", "")
    assert (validation.get_linestyle(), validation.get_marker()) == ("--", "o")
    assert shown["fig"].axes[0].get_yscale() == "log"


def test_a_long_run_keeps_a_short_table_below_its_picture(monkeypatch):
    shown = {}
    monkeypatch.setattr(figures, "show", lambda fig, **more: shown.update(more), raising=False)
    History([1.0] * 3000).plot()
    assert len(shown["data"]) <= 202
    assert shown["data"]["epoch"].iloc[-1] == 3000


def test_nothing_trained_cannot_be_plotted():
    with pytest.raises(ValueError, match="at least one trained epoch"):
        History().plot()


def stopped_at(losses, **settings) -> tuple[int | None, int | None]:
    stopping = EarlyStopping(**settings)
    for epoch, loss in enumerate(losses, start=1):
        if stopping.update(epoch, loss):
            return epoch, stopping.best_epoch
    return None, stopping.best_epoch


@pytest.mark.parametrize(
    ("losses", "settings", "expected"),
    [
        ([3, 2, 1, 2, 3, 4], {"patience": 2}, (5, 3)),
        ([3, 4, 2, 3, 4], {"patience": 2}, (5, 3)),  # patience counts from the best epoch, not from the start
        ([1, 1, 1], {"patience": 2}, (3, 1)),  # an equal loss is no new best
        ([1, float("nan"), float("nan")], {"patience": 2}, (3, 1)),
        ([float("nan"), 2, 1], {"patience": 2}, (None, 3)),
        ([1, 0.95, 0.91], {"patience": 2, "min_delta": 0.1}, (3, 1)),
        ([1, 0.95, 0.85], {"patience": 2, "min_delta": 0.1}, (None, 3)),
        ([5, 4, 3, 2, 1], {"patience": 1}, (None, 5)),
    ],
)
def test_it_stops_after_so_many_epochs_without_a_new_best(losses, settings, expected):
    assert stopped_at(losses, **settings) == expected


def test_the_best_weights_come_back():
    model, stopping = nn.Linear(1, 1), EarlyStopping(patience=2)
    for epoch, (loss, weight) in enumerate([(3, 0.3), (1, 0.1), (2, 0.2)], start=1):
        nn.init.constant_(model.weight, weight)
        stopping.update(epoch, loss, model)
    stopping.restore(model)
    assert model.weight.item() == pytest.approx(0.1)


@pytest.mark.parametrize("settings", [{"patience": 0}, {"patience": 1.5}, {"patience": 3, "min_delta": -1}])
def test_senseless_patience_is_refused(settings):
    with pytest.raises(ValueError, match=r"^(patience|min_delta): expected"):
        EarlyStopping(**settings)


def test_its_state_can_be_handed_on():
    one, other = EarlyStopping(patience=3), EarlyStopping(patience=3)
    one.update(1, 0.5, nn.Linear(1, 1))
    one.update(2, 0.6)
    other.load_state_dict(one.state_dict())
    assert other == one
    assert torch.equal(other.best_weights["weight"], one.best_weights["weight"])
