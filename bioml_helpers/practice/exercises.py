"""What chapter 9 asks: predictions, exercises with their usual mistakes, the order of lines, and the quizzes."""

from __future__ import annotations

import dis
import inspect
import math
from collections.abc import Mapping

import numpy as np
import torch

from bioml_helpers import learning
from bioml_helpers.learning import (
    JudgedExercise,
    Mistake,
    Option,
    OrderExercise,
    Prediction,
    Question,
    Quiz,
    ValueExercise,
    calling,
)
from bioml_helpers.practice import (  # noqa: F401 (two of them register companions)
    bugs,
    curves,
    hardware_exercises,
    honest_exercises,
    layers,
    models,
)
from bioml_helpers.training import EarlyStopping

# ---------------------------------------------------------------- the plateau by hand

plateau = ValueExercise(
    "practice.plateau",
    "A softmax too many, four classes",
    expected=math.log(1 + 3 / math.e),
    tolerance=0.005,
    mistakes=[
        Mistake(
            "the loss of a guess",
            math.log(4),
            hints=(
                "ln 4 is what equal probabilities give. A softmax too many allows more than that: scores of 1 and 0.",
            ),
        ),
        Mistake(
            "three classes",
            math.log(1 + 2 / math.e),
            hints=("That is the value for three classes. With four there are three wrong ones.",),
        ),
        Mistake(
            "all four among the wrong ones",
            math.log(1 + 4 / math.e),
            hints=("One of the four classes is the right one, and its score is 1, not 0.",),
        ),
        Mistake(
            "the probability, not the loss",
            math.e / (math.e + 3),
            hints=("That is the largest probability it can give. Cross-entropy is minus its logarithm.",),
        ),
    ],
    hints=(
        "The best it can do: score 1 for the right class, 0 for the three others. Put these through a softmax.",
        "Probability e / (e + 3); the loss is minus its logarithm.",
    ),
    why="A plateau is a fingerprint: 0.3133 for two classes, 0.5514 for three, 0.7437 for four. Nothing but a softmax too "
    "many gives these numbers.",
)

# ---------------------------------------------------------------- the bug zoo

_MORE_STEPS = "more steps"
_BY_HEART = "learnt by heart only"
_UNREPAIRED = "the symptom is still there"


def _is_untouched(script, name: str) -> bool:
    """Return whether this is the specimen itself, or one with the same text."""
    theirs = getattr(script, "__code__", None)
    return theirs is not None and _names_and_numbers(theirs) == _names_and_numbers(bugs.SCRIPTS[name].__code__)


def _names_and_numbers(code) -> list[tuple[str, str]]:
    """Return what a function does, in order; where jumps lead and how a call is looked up is the compiler's affair.

    From Python 3.13 on the latter depends on what the surrounding module has imported: the same text is compiled in
    two ways.
    """
    return [
        (one.opname.replace("LOAD_METHOD", "LOAD_ATTR"), repr(one.argval))
        for one in dis.get_instructions(code)
        if "JUMP" not in one.opname and one.opname not in ("FOR_ITER", "PUSH_NULL")
    ]


def _judge_script(name: str):
    def judge(script):
        habitat = bugs.HABITATS[name]()
        if not callable(script):
            return learning.wrong(f"Hand in the function itself: check(..., {name}), without parentheses.")
        if _is_untouched(script, name):
            return learning.Verdict(
                "not attempted", "This is still the specimen as it was caught. Mend it, then run again."
            )
        trials = {}
        for part in ("one", "batch", "train"):
            try:
                trials[part] = bugs.run(script, habitat, part)
            except bugs.TooManySteps:
                return learning.mistake(_MORE_STEPS, f"It was given {habitat.steps[part]} steps and took more.")
            except calling.TooLong:
                raise
            except Exception as error:  # whatever a learner's script raises is an answer
                return learning.wrong(f"It stopped with {calling.error_text(error)}")
        return _verdict(name, habitat, trials)

    return judge


def _verdict(name, habitat, trials):
    for part, what in (("one", "one example"), ("batch", "the small batch")):
        trial, steps = trials[part], habitat.steps[part]
        if not bugs.is_zero(trial.told, habitat):
            return learning.mistake(
                _UNREPAIRED,
                f"On {what} the loss is {trial.told:.4g} after {steps} steps; between 0 and {habitat.enough:g} was needed.",
            )
        if trial.left_over:
            return learning.mistake(
                _UNREPAIRED, f"On {what} a step was taken with gradients of earlier steps still in it."
            )
        if trial.random:
            return learning.mistake(
                _UNREPAIRED, "Asked the same question twice, the returned network gives two answers."
            )
        if trial.true >= habitat.enough:
            return learning.mistake(
                _UNREPAIRED,
                f"On {what} your script reports {trial.told:.4g}, but on the pairs it was handed the returned network "
                f"has a loss of {trial.true:.3g}.",
            )
    if name == "b10" and not any(isinstance(layer, torch.nn.Dropout) for layer in trials["one"].model.modules()):
        return learning.mistake("the dropout taken out", "The returned network has no dropout layer any more.")
    score = trials["train"].score
    if score < habitat.threshold:
        return learning.mistake(
            _BY_HEART,
            f"Both tests are passed, but on the validation part it reaches {score:.2f} (a guess: {habitat.chance:.2f}, "
            f"needed: {habitat.threshold:g}).",
        )
    return learning.right()


def _specimen(name, title, unrepaired, why, more=()):
    mistakes = [
        Mistake(
            _MORE_STEPS,
            hints=(
                "More steps hide the symptom and cost time. A healthy script needs no more than it is given.",
                "Leave range(steps) as it is, and look for the line that is wrong.",
            ),
        ),
        Mistake(_UNREPAIRED, hints=unrepaired),
        Mistake(
            _BY_HEART,
            hints=(
                "What does it learn about residues it has not seen? Compare what goes into the loss, pair by pair.",
            ),
        ),
        *more,
    ]
    return JudgedExercise(
        f"practice.{name}",
        title,
        judge=_judge_script(name),
        mistakes=mistakes,
        hints=("Run practice.examine() and compare the fingerprint with those of the others.",),
        why=why,
        seconds=6.0,
    )


specimens = {
    "b1": _specimen(
        "b1",
        "Specimen 1",
        (
            "Which value does the loss stop at? You met it in the figure before the zoo.",
            "cross_entropy wants raw scores: it applies a softmax itself. Look at the last layer.",
        ),
        "The network could still name the right class, so nobody notices but the loss. Its gradients vanish where it is "
        "wrong and sure.",
    ),
    "b2": _specimen(
        "b2",
        "Specimen 2",
        (
            "0.3133 is half of the story: which loss would a sigmoid too many leave where y is 0?",
            "The loss has 'with_logits' in its name: it applies the sigmoid itself.",
        ),
        "Half yes, half no: the plateau lies between 0.3133 and 0.6931, at their mean.",
    ),
    "b3": _specimen(
        "b3",
        "Specimen 3",
        (
            "Passed with one, failed with seven. Print the shapes of model(X), of y, and of their difference.",
            "(n, 1) minus (n,) is (n, n): each prediction is compared with every root. Take column 0 of the output.",
        ),
        "The best answer to all pairs at once is the mean of y, so the loss stops at the variance of y.",
    ),
    "b4": _specimen(
        "b4",
        "Specimen 4",
        (
            "The plateau of the batch is the entropy of its labels: what does a network see that gives all the same answer?",
            "Print X before and after it is rescaled. // drops what stands behind the decimal point.",
        ),
        "A network that sees nothing still learns one example, by its biases alone. Different labels unmask it.",
    ),
    "b5": _specimen(
        "b5",
        "Specimen 5",
        (
            "Your script is content, the pairs are not: does each row of X still stand beside its own y?",
            "Whoever sorts one of two columns breaks the table. Leave y in the order in which it came.",
        ),
        "A network learns any pairing by heart, so both overfit tests pass. Only new data, or a look at the joined table, "
        "shows it.",
    ),
    "b6": _specimen(
        "b6",
        "Specimen 6",
        (
            "No weight moved. Whose weights does the optimizer hold?",
            "The optimizer was made for one network and the loop trains another. Make the optimizer last.",
        ),
        "Compare the weights before and after a step: the cheapest test of all.",
    ),
    "b7": _specimen(
        "b7",
        "Specimen 7",
        (
            "Can a cross-entropy be negative? What does the loop make small?",
            "The log-likelihood is to become large, and the loop makes the loss small: a minus sign is missing.",
        ),
        "A loss has a lower bound. Below it, the sign or the labels are wrong.",
    ),
    "b8": _specimen(
        "b8",
        "Specimen 8",
        (
            "The loss does fall, by a hair at each step. What sets the size of a step?",
            "Adam's usual rates lie between 1e-4 and 1e-2.",
        ),
        "Too small a rate looks like a network that cannot learn. Before anything else is changed, try ten times more.",
    ),
    "b9": _specimen(
        "b9",
        "Specimen 9",
        (
            "Both tests are passed and it is still wrong. What does backward() do with gradients that are already there?",
            "backward() adds to .grad. Something has to empty it once a step.",
        ),
        "Every step goes along all gradients so far, like a ball that never loses its swing. No overfit test sees it; a "
        "fresh gradient beside the stored one does.",
    ),
    "b10": _specimen(
        "b10",
        "Specimen 10",
        (
            "The network learnt what it should, and answers at random. Which layer behaves differently in training and in use?",
            "Call model.eval() before the network is handed over.",
        ),
        "Dropout belongs to training. A network left in training mode gives worse answers, and never the same twice.",
        more=[
            Mistake(
                "the dropout taken out",
                hints=("Dropout was not the mistake, only that it is still on when the network predicts.",),
            )
        ],
    ),
}

# ---------------------------------------------------------------- early stopping

_LOSS_CURVES = {
    "falls, then rises": [0.9, 0.6, 0.5, 0.55, 0.6, 0.7, 0.8],
    "a tie": [0.9, 0.5, 0.5, 0.5, 0.4],
    "two dips": [0.9, 0.6, 0.65, 0.5, 0.55, 0.6, 0.65, 0.4],
    "NaN at the end": [0.9, 0.5, math.nan, math.nan, math.nan],
    "NaN first": [math.nan, 0.8, 0.6, 0.7, 0.75, 0.9],
    "never stops": [0.9, 0.8, 0.7, 0.6],
}


def _recorded_curves():
    made = {name: run.validation for name, run in curves.recorded("stopping").items()}
    return {**_LOSS_CURVES, **made}


def _walk(kind, losses, patience):
    """Return the epoch after which `kind` stops, and the epoch whose weights the model holds after restore."""
    stopping, model = kind(patience), torch.nn.Linear(1, 1)
    said = 0
    for epoch, loss in enumerate(losses, start=1):
        with torch.no_grad():
            model.weight.fill_(epoch)  # in place, as an optimizer does
            model.bias.fill_(epoch)
        if stopping.update(epoch, loss, model):
            said = epoch
            break
    stopping.restore(model)
    return said or len(losses), (round(model.weight.item()), round(model.bias.item()))


def _judge_stopping(kind):
    if not inspect.isclass(kind):
        return learning.wrong("The class itself was expected: check(..., MyStopping), without parentheses.")
    if issubclass(kind, EarlyStopping):
        return learning.wrong("That is the course's own class; write yours.")
    for name, losses in _recorded_curves().items():
        for patience in (1, 2, 3):
            try:
                found = _walk(kind, losses, patience)
            except calling.TooLong:
                raise
            except Exception as error:
                if _is_open(kind):
                    return learning.Verdict("not attempted", "Replace the `...` in your class with your own lines.")
                return learning.wrong(f"On the curve “{name}” it raised {calling.error_text(error)}")
            wanted = _walk(EarlyStopping, losses, patience)
            if found == wanted:
                continue
            return _stopping_mistake(kind, name, losses, patience, found, wanted)
    return learning.right()


def _is_open(kind) -> bool:
    """Return whether a method of the class still holds the stub's `...`."""
    methods = [getattr(one, "__code__", None) for one in vars(kind).values()]
    return any(code is not None and ... in code.co_consts for code in methods)


def _stopping_mistake(kind, name, losses, patience, found, wanted):
    shown = ", ".join(f"{loss:g}" for loss in losses[:8]) + (" …" if len(losses) > 8 else "")
    said = f"Curve “{name}” ({shown}), patience {patience}: "
    (stopped, held), (right_stop, (right_epoch, _)) = found, wanted
    if stopped == right_stop:
        message = (
            f"{said}stopped where it should, but the model holds the weights of epoch {held[0]}, not {right_epoch}."
        )
        if held[0] == stopped:
            return learning.mistake("the best weights do not come back", message)
        return learning.wrong(message)
    message = f"{said}it stops after epoch {stopped}; epoch {right_stop} was expected."
    after_tie = _stops(losses, patience, tie=True)
    for mistake_name, other in (
        ("patience counted from the start", _stops(losses, patience, from_start=True)),
        ("a tie taken for a new best", after_tie),
        ("NaN taken for a new best", _stops(losses, patience, nan_is_best=True)),
    ):
        if stopped == other:
            return learning.mistake(mistake_name, message)
    return learning.wrong(message)


def _stops(losses, patience, *, tie=False, from_start=False, nan_is_best=False):
    best, waited = math.inf, 0
    for epoch, loss in enumerate(losses, start=1):
        better = loss <= best if tie else loss < best
        if nan_is_best and not loss >= best:
            better = True
        if better:
            best = loss
        waited = waited if better and from_start else 0 if better else waited + 1
        if waited >= patience:
            return epoch
    return len(losses)


stopping = JudgedExercise(
    "practice.stopping",
    "Early stopping",
    judge=_judge_stopping,
    mistakes=[
        Mistake(
            "the best weights do not come back",
            hints=(
                "Training went on after the best epoch. Was what you kept a copy, or the very tensors that go on changing?",
                "copy.deepcopy(model.state_dict()) at each new best; model.load_state_dict(…) in restore.",
            ),
        ),
        Mistake(
            "patience counted from the start",
            hints=(
                "A new best starts the waiting anew: your count never goes back to 0.",
                "Set waited to 0 wherever a new best is found.",
            ),
        ),
        Mistake(
            "a tie taken for a new best",
            hints=("Equal is not better: a flat curve would train for ever. Compare with <, not with <=.",),
        ),
        Mistake(
            "NaN taken for a new best",
            hints=(
                "Every comparison with NaN is False. Which way round did you write yours?",
                "`if loss < best` leaves NaN out; `if not loss >= best` lets it in.",
            ),
        ),
    ],
    hints=("Keep three things: the best loss, how many epochs ago that was, and a copy of the weights.",),
    why="It stops without being watched, and what you take home are the best weights, not the last ones.",
    seconds=3.0,
)

# ---------------------------------------------------------------- dropout

_SHAPE = (400, 300)


def _ones_through(function, p, training):
    torch.manual_seed(11)
    out = function(torch.ones(_SHAPE), p, training)
    if out is ...:
        return out
    return out if isinstance(out, torch.Tensor) else torch.as_tensor(np.asarray(out), dtype=torch.float32)


def _judge_dropout(function):
    ours = [layers.Dropout, layers.Dropout.forward, torch.nn.functional.dropout]
    if not callable(function):
        return learning.wrong("A function was expected; hand in its name without parentheses.")
    if inspect.isclass(function) or function in ours:
        return learning.wrong("Write the lines yourself.")
    if calling.is_empty(function):
        return learning.Verdict("not attempted", "Replace the `...` in your function with your own lines.")
    for p in (0.5, 0.2, 0.8):
        outcome = calling.call(_ones_through, (function, p, True), seconds=0.5)
        if outcome.error is not None:
            if isinstance(outcome.error, TypeError) and "ellipsis" in str(outcome.error).lower():
                return learning.Verdict("not attempted", "Replace the `...` in your function with your own lines.")
            return learning.wrong(f"With p = {p} it raised {calling.error_text(outcome.error)}")
        out = outcome.value
        if out is ...:
            return learning.Verdict("not attempted", "Replace the `...` in your function with your own lines.")
        if tuple(out.shape) != _SHAPE:
            return learning.wrong(f"Ones of shape {_SHAPE} were handed in; shape {tuple(out.shape)} came back.")
        said = _judge_mask(out.float(), p)
        if said is not None:
            return said
    using = calling.call(_ones_through, (function, 0.5, False), seconds=0.5)
    if using.error is not None:
        return learning.wrong(f"With training=False it raised {calling.error_text(using.error)}")
    if not bool((using.value == 1).all()):
        mean = float(using.value.float().mean())
        return learning.mistake(
            "active when predicting", f"With training=False ones came back with the mean {mean:.2f}."
        )
    return learning.right()


def _judge_mask(out, p):
    off = out == 0
    share, mean = float(off.float().mean()), float(out.mean())
    by_row, by_column = (off.float().mean(dim=dim) for dim in (1, 0))
    if bool(((by_row == 0) | (by_row == 1)).all()) or bool(((by_column == 0) | (by_column == 1)).all()):
        return learning.mistake(
            "one draw for many", f"With p = {p} whole rows or columns went off together, in a table of 400 × 300."
        )
    if abs(share - (1 - p)) < 0.02 and abs(share - p) > 0.02:
        return learning.mistake("p and 1 − p exchanged", f"With p = {p} a share of {share:.2f} was switched off.")
    if abs(share - p) > 0.02:
        return learning.wrong(f"With p = {p} a share of {share:.2f} was switched off.")
    if abs(mean - (1 - p)) < 0.02 and abs(mean - 1) > 0.02:
        return learning.mistake("not made larger", f"With p = {p} the mean of ones fell to {mean:.2f}.")
    if abs(mean - 1) > 0.03:
        return learning.mistake("made larger by the wrong factor", f"With p = {p} the mean of ones became {mean:.2f}.")
    return None


dropout = JudgedExercise(
    "practice.dropout",
    "Dropout",
    judge=_judge_dropout,
    mistakes=[
        Mistake(
            "active when predicting",
            hints=(
                "Would you want a diagnosis that differs from one run to the next? What is `training` for?",
                "Return X unchanged where training is False.",
            ),
        ),
        Mistake(
            "not made larger",
            hints=(
                "In training the next layer gets less than it will get in use. What stays must make up for what is missing.",
                "Divide what stays by 1 − p.",
            ),
        ),
        Mistake(
            "made larger by the wrong factor",
            hints=("A share of 1 − p stays. By which number has it to be divided, so that the mean is what it was?",),
        ),
        Mistake(
            "p and 1 − p exchanged",
            hints=("p is the share that is switched *off*. rand < p is True for a share of p.",),
        ),
        Mistake(
            "one draw for many",
            hints=("Each number of each example is to be drawn by itself. Which shape has your random table?",),
        ),
    ],
    hints=("torch.rand_like(X) gives one number between 0 and 1 for each number of X.",),
    why="In training a neuron cannot count on any other; in use all are there, and the mean is the same.",
    seconds=3.0,
)

# ---------------------------------------------------------------- a sweep


def _judge_sweep(*answer):
    if len(answer) != 3:
        return learning.wrong(
            "Three things were expected: the runs by learning rate, the rate you chose, the sealed test set."
        )
    runs, chosen, sealed = answer
    if any(one is ... for one in answer):
        return learning.Verdict("not attempted", "Replace the `...` with your own lines.")
    if not isinstance(runs, Mapping) or not all(isinstance(run, models.Run) for run in runs.values()):
        return learning.wrong("runs: a dictionary of learning rate to practice.train_network(…) was expected.")
    if not isinstance(sealed, models.SealedTest):
        return learning.wrong("The third is the sealed test set, as task.seal() returns it.")
    rates = sorted(float(rate) for rate in runs)
    if len(rates) < 5 or rates[-1] / rates[0] < 1000:
        return learning.mistake("a narrow sweep", f"{len(rates)} rates came, from {rates[0]:g} to {rates[-1]:g}.")
    off = [rate for rate in rates if not math.isclose(runs[rate].settings["learning_rate"], rate)]
    if off:
        return learning.wrong(
            f"The run filed under {off[0]:g} was trained at {runs[off[0]].settings['learning_rate']:g}."
        )
    others = {
        key: {run.settings[key] for run in runs.values()} for key in ("hidden_size", "num_epochs", "seed", "dropout")
    }
    unequal = [key for key, values in others.items() if len(values) > 1]
    if unequal:
        return learning.mistake("two things changed at once", f"{unequal[0]} differs between your runs.")
    if sealed.reads > 1:
        return learning.mistake("the test set used to choose", f"The test set was read {sealed.reads} times.")
    best = min(rates, key=lambda rate: runs[rate].best_loss)
    by_training = min(
        rates, key=lambda rate: runs[rate].history.train_loss[-1] if runs[rate].history.train_loss else math.inf
    )
    if not isinstance(chosen, int | float | np.number) or not any(math.isclose(chosen, rate) for rate in rates):
        return learning.wrong(f"The chosen rate is none of yours: {chosen!r}.")
    if math.isclose(chosen, best):
        if sealed.reads == 0:
            return learning.wrong(
                "Chosen as it should be. Now read the test set, once: sealed.score(the chosen network)."
            )
        return learning.right()
    if math.isclose(chosen, by_training):
        return learning.mistake("chosen on the training loss", f"You chose {chosen:g}.")
    if not math.isclose(chosen, best):
        return learning.wrong(f"You chose {chosen:g}; another rate has a lower validation loss in its best epoch.")
    return learning.right()


sweep = JudgedExercise(
    "practice.sweep",
    "A learning-rate sweep",
    judge=_judge_sweep,
    mistakes=[
        Mistake(
            "the test set used to choose",
            hints=(
                "Every look at the test set that could change your choice makes its score too good. Choose first, look once.",
                "Seal it anew, sealed = task.seal(), choose by runs[rate].best_loss, then read once.",
            ),
        ),
        Mistake(
            "chosen on the training loss",
            hints=("The training loss rewards learning by heart. Which data were held back for choosing?",),
        ),
        Mistake(
            "a narrow sweep",
            hints=("Rates matter by factors: at least five of them, over at least three powers of ten.",),
        ),
        Mistake(
            "two things changed at once",
            hints=("Only the learning rate may differ, or you will not know what made the difference.",),
        ),
    ],
    hints=("min(runs, key=lambda rate: runs[rate].best_loss)",),
    why="The rate was chosen on the validation part, and the test part was read once, for the chosen network.",
)

# ---------------------------------------------------------------- reading curves

_CONFUSED = {
    ("overfitting", "labels shuffled"): "overfitting and shuffled labels exchanged",
    ("labels shuffled", "overfitting"): "overfitting and shuffled labels exchanged",
    ("too simple", "rate too small"): "too simple and too slow exchanged",
    ("rate too small", "too simple"): "too simple and too slow exchanged",
    ("dropout", "overfitting"): "dropout taken for a fault",
    ("dropout", "rate too large"): "dropout taken for a fault",
    ("dropout", "too simple"): "dropout taken for a fault",
    ("input ignored", "too simple"): "a plateau not compared with the guess",
    ("too simple", "input ignored"): "a plateau not compared with the guess",
}


def _judge_reading(answer):
    if not isinstance(answer, Mapping):
        return learning.wrong('A dictionary was expected: {"A": "…", "B": "…", …}.')
    said = {str(letter).upper(): diagnosis for letter, diagnosis in answer.items()}
    open_ = [letter for letter in curves.KEY if said.get(letter) in (..., None, "")]
    if len(open_) == len(curves.KEY):
        return learning.Verdict("not attempted", "Replace the `...` with one of the eight diagnoses.")
    if open_:
        return learning.wrong(f"No diagnosis yet for {', '.join(open_)}.")
    unknown = [one for one in said.values() if one not in curves.DIAGNOSES]
    if unknown:
        return learning.wrong(f"{unknown[0]!r} is none of the eight diagnoses: {', '.join(curves.DIAGNOSES)}.")
    twice = [one for one in curves.DIAGNOSES if list(said.values()).count(one) > 1]
    if twice:
        return learning.wrong(f"{twice[0]!r} is used twice; each of the eight occurs once.")
    missed = [(curves.KEY[letter], said[letter]) for letter in curves.KEY if said[letter] != curves.KEY[letter]]
    if not missed:
        return learning.right()
    count = f"{len(curves.KEY) - len(missed)} of 8 are right."
    known = next((_CONFUSED[pair] for pair in missed if pair in _CONFUSED), None)
    return learning.mistake(known, count) if known else learning.wrong(count)


reading = JudgedExercise(
    "practice.curves",
    "Eight loss curves",
    judge=_judge_reading,
    mistakes=[
        Mistake(
            "overfitting and shuffled labels exchanged",
            hints=(
                "In both the validation loss rises while the training loss falls. In one of them it was never better than a "
                "guess. Compare with the dotted line.",
            ),
        ),
        Mistake(
            "too simple and too slow exchanged",
            hints=("One has settled, the other is still on its way: would ten more epochs change it?",),
        ),
        Mistake(
            "dropout taken for a fault",
            hints=(
                "In one picture the validation loss lies *below* the training loss, and both fall. What makes the loss of the "
                "training data look worse than it is?",
            ),
        ),
        Mistake(
            "a plateau not compared with the guess",
            hints=("Two runs are flat. One lies on the dotted line, the other well below it.",),
        ),
    ],
    hints=("Ask of each: does it fall, does it settle, where does it lie beside a guess, do the two curves part?",),
    why="Four questions read any pair of curves: falling, settled, better than a guess, parted.",
)

# ---------------------------------------------------------------- order the lines

_TRAIN, _ZERO, _PREDICT, _LOSS, _BACK, _STEP, _EVAL, _LOOK = (
    "model.train()                        # dropout on",
    "    optimizer.zero_grad()            # for each batch X, y:",
    "    y_hat = model(X)",
    "    loss = loss_fn(y_hat, y)",
    "    loss.backward()",
    "    optimizer.step()",
    "model.eval()                         # dropout off",
    "validation_loss = measure(model, X_validation, y_validation)",
)

order = OrderExercise(
    "practice.order",
    "One epoch",
    lines=[_TRAIN, _ZERO, _PREDICT, _LOSS, _BACK, _STEP, _EVAL, _LOOK],
    distractors={
        "    loss = loss_fn(y_hat.softmax(dim=1), y)": "Cross-entropy applies the softmax itself; here it would be applied twice.",
        "test_loss = measure(model, X_test, y_test)": "Whoever looks at the test loss after each epoch will choose by it.",
    },
    why="Training mode, empty the gradients, predict, measure, backward, step; then evaluation mode, and look at data that were "
    "not trained on.",
    shuffle_seed=9,
)

# ---------------------------------------------------------------- predict, observe, explain

blind = Prediction(
    "practice.p1",
    question="A script learns one example by heart: its loss goes to 0.0005. Which of these mistakes is now excluded?",
    choices={
        "a": "inputs and labels stand in different orders",
        "b": "predictions of shape (n, 1) are compared with labels of shape (n,)",
        "c": "the network sees only zeros",
        "d": "none of the three",
    },
    starter="One example cannot show it because …",
    explanation="With one example there is one order, one shape to broadcast to, and one answer, which the biases can give "
    "without any input. It takes several examples with different labels to see (b) and (c), and new data to see (a).",
)

rising = Prediction(
    "practice.p2",
    question="A network of 200 hidden neurons is trained on 90 protein chains, long after its validation loss began to rise. "
    "What becomes of its validation accuracy, beside that of the best epoch?",
    choices={
        "a": "it falls to the level of always saying coil",
        "b": "it falls a little or stays, by a few residues in a hundred",
        "c": "it rises as long as the training accuracy rises",
    },
    starter="Loss and accuracy differ because …",
    explanation="The loss counts how sure the network is; accuracy only counts which state is first. Overfitted, it is wrong "
    "with great confidence on residues that it got wrong before as well. The loss sees that first.",
)

random_labels = Prediction(
    "practice.p3",
    question="The states of the training residues are shuffled: nothing is left to be learned. The same network is trained as "
    "long as it likes. What percentage of the shuffled training labels does it name right in the end? (A third to a half "
    "would be guessing.)",
    low=0,
    high=100,
    unit="%",
    starter="It reaches this percentage because …",
    explanation="Nearly all of them. Each window of 13 residues is almost unique, and a network with more weights than examples can "
    "attach any label to it. So a low training loss says nothing about having learned biology.",
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "practice.warmup",
    "Warm-up",
    questions=[
        Question(
            "From chapter 0: how many steps has a study, and which comes before the model?",
            {
                "a": Option("five; the data", "Five is too few: baseline, debugging and reporting are steps too."),
                "b": Option("nine; question, data, split and baseline"),
                "c": Option("nine; the evaluation", "What is evaluated has to be there first."),
            },
            key="b",
            why="Question, data, split, baseline, model, debug, train, evaluate, report. This chapter is about debug and train.",
        ),
        Question(
            "From chapter 3: why are the residues of one chain kept in one part of a split?",
            {
                "a": Option("to have equally many in each part", "Whole chains make the parts less equal, not more."),
                "b": Option("it is faster", "It costs nothing and gains no time."),
                "c": Option("neighbours share twelve of thirteen letters, so a split chain leaks"),
            },
            key="c",
            why="A window whose neighbour was trained on is hardly new.",
        ),
        Question(
            "A balanced task with three classes; the loss stays at 1.0986. The network",
            {
                "a": Option("gives every class the same probability"),
                "b": Option("is right for two thirds", "A loss of ln 3 is that of a third for each class."),
                "c": Option("has converged well", "It has not moved from where a guess is."),
            },
            key="a",
            why="ln 3 = 1.0986: nothing has been learned yet.",
        ),
    ],
)

final_quiz = Quiz(
    "practice.quiz",
    "Quiz",
    questions=[
        Question(
            "A three-class training loss is stuck at 0.5514 on a single example. First suspect:",
            {
                "a": Option("a softmax before the cross-entropy"),
                "b": Option("the learning rate", "A wrong rate stops at no particular number."),
                "c": Option("wrong labels", "A single wrong label is learned as easily as a right one."),
            },
            key="a",
            why="ln(1 + 2/e) = 0.5514: scores of 1 and 0 put through another softmax.",
        ),
        Question(
            "A model passes the single-example test. What is not excluded?",
            {
                "a": Option("it ignores its input, or labels are shuffled"),
                "b": Option("the optimizer has no parameters", "Then nothing would have been learned at all."),
                "c": Option("the loss has the wrong sign", "Then the loss would have fallen below zero."),
            },
            key="a",
            why="One example is learned by the biases alone, and one label cannot be in the wrong order.",
        ),
        Question(
            "Which data may choose the epoch at which training stops?",
            {
                "a": Option("training", "Its loss falls on and on; it would never stop."),
                "b": Option("validation"),
                "c": Option("test", "Then the test score is the best of many looks, and too good."),
            },
            key="b",
            why="That is what it is held back for, and why its own score is a little too good afterwards.",
        ),
        Question(
            "At prediction time dropout is",
            {
                "a": Option("on", "Then each prediction would be another one, and worse."),
                "b": Option("off"),
                "c": Option("doubled", "What stayed was made larger in training already; in use nothing changes."),
            },
            key="b",
            why="model.eval() switches it off. Forgetting it is specimen 10.",
        ),
        Question(
            '"GPUs are 10 to 100 times faster" is least true for',
            {
                "a": Option(
                    "a transformer with 650 million parameters",
                    "Large matrices are what a GPU is made for: here it is true.",
                ),
                "b": Option("a 3-D CNN on whole scans", "A convolution in space keeps thousands of GPU cores busy."),
                "c": Option("a two-layer network on 12 features, 32 examples at a time"),
            },
            key="c",
            why="So little is computed in a step that the time goes into starting it. Companion 09c measures this.",
        ),
    ],
)

recall = Quiz(
    "practice.recall",
    "Without looking back",
    questions=[
        Question(
            "Training loss 0.15, validation loss 1.00 and rising since epoch 5. You",
            {
                "a": Option("train on", "What rises since epoch 5 will not turn by itself."),
                "b": Option("go back to the weights of epoch 5"),
                "c": Option("take a larger network", "It already learns its training chains by heart."),
            },
            key="b",
            why="Early stopping, and restore the best weights. Weight decay or dropout may put the rise off.",
        ),
        Question(
            "A sweep over seven learning rates; the test score is read for each and the best is reported. This score is",
            {
                "a": Option("honest, since the test data were not trained on", "They were chosen on, which is enough."),
                "b": Option("too low", "The largest of seven is not below their mean."),
                "c": Option("too good: the test set has chosen"),
            },
            key="c",
            why="The largest of seven noisy scores lies above its own truth. Choose on validation, read the test once.",
        ),
        Question(
            "From chapter 1: beyond the last dose a network of ReLUs",
            {
                "a": Option("goes on as a straight line"),
                "b": Option("returns to the mean", "Nothing pulls it back there."),
                "c": Option("follows the true curve", "It has never seen anything there."),
            },
            key="a",
            why="No kink lies beyond the data, so the last piece goes on.",
        ),
    ],
)

learning.register(
    plateau,
    *specimens.values(),
    stopping,
    dropout,
    sweep,
    reading,
    order,
    blind,
    rising,
    random_labels,
    warmup,
    final_quiz,
    recall,
)
