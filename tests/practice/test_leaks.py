"""Each tempting way really inflates the score, each honest way gives the truth, and the guards see the difference."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers import data, evaluation
from bioml_helpers.practice import honest_pictures, leaks, studies


@pytest.fixture(scope="module")
def simulated() -> dict[str, leaks.Lab]:
    return {"L1": leaks.homology(), "L2": leaks.selection(), "L3": leaks.copies()}


@pytest.mark.parametrize(("name", "least"), [("L1", 0.98), ("L2", 0.8), ("L3", 0.97)])
def test_each_tempting_way_inflates_the_score_in_every_seed(simulated, name, least):
    lab = simulated[name]
    assert min(lab.tempting_scores) >= least
    assert min(lab.tempting_scores) > max(lab.honest_scores) + 0.15
    assert abs(np.mean(lab.honest_scores) - lab.truth) < 0.12
    assert max(abs(score - lab.truth) for score in lab.honest_scores) < 0.25


def test_relatives_of_a_family_are_in_both_parts_of_the_random_split():
    _, _, family = leaks.labelled_families(seed=0)
    train, test = data.splits.random_split(len(family), (0.75, 0.25), seed=0)
    with pytest.raises(data.splits.GroupOverlap):
        data.splits.assert_no_group_overlap(family[train], family[test])


def test_the_label_of_a_family_is_a_coin():
    _, y, family = leaks.labelled_families(seed=3)
    assert y.mean() == 0.5 and all(len(set(y[family == one])) == 1 for one in range(100))


def test_the_nearest_neighbour_is_scikit_learns():
    from sklearn.neighbors import KNeighborsClassifier

    sequences, y, _ = leaks.labelled_families(20, 5, 40, seed=1)
    train, test = np.arange(0, 80), np.arange(80, 100)
    known = KNeighborsClassifier(1, metric="hamming").fit(sequences[train], y[train]).predict(sequences[test])
    shared = (sequences[test][:, None] == sequences[train][None]).sum(axis=2)
    alone = (shared == shared.max(axis=1, keepdims=True)).sum(axis=1) == 1  # where no tie lets the two differ
    assert (leaks.nearest_neighbour(sequences, y, train, test)[alone] == known[alone]).all()


def test_oversampling_balances_and_repeats_positives_only():
    y = np.array([1] * 5 + [0] * 45)
    rows = leaks.oversampled(y, np.arange(50), seed=1)
    assert y[rows].mean() == 0.5 and len(np.unique(rows)) == 50
    assert np.bincount(rows)[5:].tolist() == [1] * 45
    with pytest.raises(ValueError, match="rows: expected positives, and fewer of them than negatives, got 0 of 3 rows"):
        leaks.oversampled(y, [10, 11, 12])


def test_copies_before_the_split_are_seen_by_the_guard():
    X, _ = leaks.noise(100, 4)
    y = (np.arange(100) < 10).astype(int)
    rows = leaks.oversampled(y, np.arange(100))
    train, test = data.splits.random_split(len(rows), (0.67, 0.33))
    with pytest.raises(evaluation.Leak, match="split first"):
        evaluation.assert_no_shared_rows(X[rows[train]], X[rows[test]])


def test_molecules_of_known_scaffolds_flatter(need_real_data):
    need_real_data("tox21")
    lab = leaks.scaffolds((0, 1), quiet=True)
    assert min(lab.tempting_scores) > max(lab.honest_scores) + 0.03
    assert 0.78 < min(lab.honest_scores) < max(lab.tempting_scores) < 0.95


def test_the_site_alone_explains_the_score_at_home(need_real_data):
    need_real_data("blood_cells")
    runs, _ = leaks.site_runs((0, 1, 2), cells=900, quiet=True)
    for run in runs:
        assert run.same > 0.75 and abs(run.same - run.site_alone) < 0.06
        assert abs(run.elsewhere - 0.5) < 0.2
    assert np.mean([run.site_alone for run in runs]) == pytest.approx(0.861, abs=0.04)  # Zech et al. 2018


def test_labs_run_on_stand_in_data(monkeypatch):
    load = data.load
    monkeypatch.setattr(leaks.data, "load", lambda name, **kw: load(name, **(kw | {"stand_in": True, "quiet": True})))
    for lab in (leaks.scaffolds((0,)), leaks.sites((0,), cells=200)):
        assert lab.card.is_stand_in and 0 <= lab.honest_scores[0] <= 1


def test_the_switchboard_shows_what_is_on(simulated):
    board = honest_pictures.switchboard(list(simulated.values()))
    honest_marks = board._picture.png
    assert board.text.startswith("No leak is on.")
    board.controls["L3"].value = True
    assert "On: L3 (copies made before the split)." in board.text and board._picture.png != honest_marks
    assert f"L3 {np.mean(simulated['L3'].tempting_scores):.2f} instead of" in board.alt()
    board.controls["L3"].value = False
    assert board._picture.png == honest_marks


# ---------------------------------------------------------------- the three studies


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_study_reports_much_and_holds_nothing(number):
    table = studies.rerun({number: studies.MENDED[number]}).iloc[0]
    assert table["reported"] > 0.85 and abs(table["mended"] - 0.5) < 0.12


def test_study_3_needs_both_leaks_mended():
    scores = studies.half_mended()
    assert scores["only the families kept whole"] > 0.8 and scores["only the features chosen in training"] > 0.75
    assert abs(scores["both"] - 0.5) < 0.15


def test_no_right_answer_means_the_courses_own(capsys):
    found = studies.mine_or_mended({1: studies.mended_1, 2: lambda X, y: {}, 3: ...})
    assert found == {1: studies.mended_1, 2: studies.mended_2, 3: studies.mended_3}
    assert capsys.readouterr().out.count("stands in") == 2
