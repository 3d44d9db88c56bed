"""The same questions as widgets: plain ipywidgets, so that they work on 7.7 and 8, by mouse and by keyboard alone.

Each box ends in a live region that says aloud what happened. ipywidgets is imported when the first box is made.
"""

from __future__ import annotations

import html
import importlib.util
import os
from collections.abc import Callable
from typing import Any

from . import feedback
from .exercises import ChoiceExercise, OrderExercise, Prediction, Quiz

Respond = Callable[..., tuple[str, str]]  # (answer) -> (html, text): judges, counts, renders

# ipywidgets gives a radio button's label one line of fixed height; options are sentences here. A field stands beside
# its label where there is room, and below it on a narrow page or with large letters.
_STYLE = """<style>
.bioml-choice, .bioml-choice .widget-radio-box {width: auto; height: auto; min-height: 0; max-width: 46em; margin: 0}
.bioml-choice .widget-radio-box label {white-space: normal; height: auto; line-height: 1.35; width: auto;
  display: flex; flex-direction: row-reverse; justify-content: flex-end; align-items: flex-start; margin: 0 0 6px;
  font-size: inherit}
.bioml-choice .widget-radio-box input {width: auto; height: 1.35em; flex: none; margin: 0 6px 0 2px; float: none}
.bioml-field {flex-wrap: wrap; width: auto; max-width: 95%; height: auto}
.bioml-field .widget-label {white-space: normal; height: auto; max-width: 100%; line-height: 1.35; text-align: left;
  align-self: center}
.bioml-field input, .bioml-field textarea {flex: 1 1 12em; min-width: 0}
.bioml-field input {max-width: 16em}
.bioml-line {font-family: monospace; white-space: pre-wrap}
</style>"""


def available() -> bool:
    """Whether widgets can be shown: a notebook kernel, ipywidgets installed, and not switched off (BIOML_WIDGETS=0)."""
    if os.environ.get("BIOML_WIDGETS", "1").strip().lower() in {"0", "no", "off", "false"}:
        return False
    kernel = getattr(feedback.shell(), "kernel", None)
    return kernel is not None and importlib.util.find_spec("ipywidgets") is not None


def show(make_box: Callable[[], Any], twin: tuple[str, str]) -> None:
    """Show a widget together with its twins, or the twins alone where there are no widgets."""
    if not available():
        feedback.show(*twin)
        return
    from IPython.display import display

    box = make_box()
    view = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
    bundle = {"application/vnd.jupyter.widget-view+json": view, "text/html": twin[0], "text/plain": twin[1]}
    display(bundle, raw=True)


def quiz_box(quiz: Quiz, respond: Respond) -> Any:
    """All questions, one below the other, each with its own button and answer."""
    import ipywidgets

    questions = [question_box(item, respond, n) for n, item in enumerate(quiz.items, 1)]
    return ipywidgets.VBox([_text(f"<p>{feedback.inline(quiz.title or 'Quiz')}</p>"), *questions])


def question_box(item: ChoiceExercise, respond: Respond, number: int | None = None) -> Any:
    """One question: radio buttons, a button, a live region."""
    lead = "" if number is None else f"{number}. "
    choices = _Choices({key: option.text for key, option in item.options.items()})
    asked = _text(f"{_STYLE}<p><strong>{feedback.inline(lead + item.text)}</strong></p>")

    def answer() -> tuple[str, str]:
        return respond(item.id, choices.value) if choices.value is not None else _choose_first()

    return _form([asked, choices.box], "Check", f"Check question {number or item.id}", answer)


def predict_box(item: Prediction, respond: Respond) -> Any:
    """Radio buttons or a number field, and a button that stores the prediction."""
    import ipywidgets

    asked = _text(f"{_STYLE}<p><strong>{feedback.inline('Predict: ' + item.question)}</strong></p>")
    if item.choices:
        field = _Choices(dict(item.choices))
    else:
        low = -1e300 if item.low is None else item.low
        high = 1e300 if item.high is None else item.high
        start = min(max(0.0, low), high)
        named = f"Your number{' (' + item.unit + ')' if item.unit else ''}:"
        field = _field(ipywidgets.BoundedFloatText, named, value=start, min=low, max=high)

    def answer() -> tuple[str, str]:
        return respond(item.id, field.value) if field.value is not None else _choose_first()

    return _form([asked, getattr(field, "box", field)], "Keep my prediction", "Keep my prediction", answer)


def explain_box(item: Prediction, respond: Respond) -> Any:
    """A text field for one sentence; the model answer follows it."""
    import ipywidgets

    asked = _text(f"{_STYLE}<p><strong>Explain in one sentence (at least 8 words).</strong></p>")
    field = _field(ipywidgets.Textarea, "Because:", placeholder=item.starter, continuous_update=False, rows=3)
    field.layout.width = "95%"
    return _form(
        [asked, field],
        "Show the model answer",
        "Hand in and show the model answer",
        lambda: respond(item.id, field.value),
    )


def order_box(exercise: OrderExercise, respond: Respond) -> Any:
    """The lines with an up and a down button each, and a text field for who would rather type the order.

    The rows stay where they are and the lines move through them, so that the keyboard's focus never gets lost.
    Lines that do not belong go below the divider.
    """
    import ipywidgets

    divider = 0
    places = [*range(1, len(exercise.shown) + 1), *([divider] if exercise.distractors else [])]
    spoken = _live()
    labels = [_text("") for _ in places]

    def redraw() -> None:
        for label, number in zip(labels, places, strict=True):
            label.value = _line(exercise, number)

    def mover(row: int, step: int) -> Callable[[], tuple[str, str] | None]:
        def move() -> tuple[str, str]:
            to = row + step
            if not 0 <= to < len(places):
                return feedback.boxed("It is at the end already.")
            places[row], places[to] = places[to], places[row]
            redraw()
            what = "The divider" if places[to] == divider else f"Line {places[to]}"
            return feedback.boxed(f"{what} is now at place {to + 1} of {len(places)}.")

        return move

    rows = []
    for row, label in enumerate(labels):
        up = _button("↑", f"Move the line at place {row + 1} up", mover(row, -1), spoken, width="3em")
        down = _button("↓", f"Move the line at place {row + 1} down", mover(row, 1), spoken, width="3em")
        label.layout.flex, label.layout.min_width = "1 1 0", "0"  # it wraps beside its buttons, which keep their width
        rows.append(ipywidgets.HBox([up, down, label]))
    redraw()
    typed = _field(ipywidgets.Text, "Or type the order:", placeholder="3,1,2", continuous_update=False)

    def answer() -> tuple[str, str]:
        kept = places[: places.index(divider)] if divider in places else places
        return respond(exercise.id, typed.value.strip() or list(kept))

    few = (
        f" Lines that do not belong ({len(exercise.distractors)}) go below the divider." if exercise.distractors else ""
    )
    task = f"{exercise.title or 'Put the lines in order'}. Move each line with its buttons.{few}"
    asked = _text(f"{_STYLE}<p><strong>{feedback.inline(task)}</strong></p>")
    check = _button("Check", "Check the order", answer, spoken)
    return ipywidgets.VBox([asked, *rows, typed, check, spoken])


def _line(exercise: OrderExercise, number: int) -> str:
    if number == 0:
        return '<span class="bioml-line">──── lines below this do not belong ────</span>'
    return f'<span class="bioml-line">{number}  {html.escape(exercise.shown[number - 1])}</span>'


def _form(parts: list[Any], button: str, tooltip: str, answer: Callable[[], tuple[str, str] | None]) -> Any:
    import ipywidgets

    spoken = _live()
    return ipywidgets.VBox([*parts, _button(button, tooltip, answer, spoken), spoken])


def _button(name: str, tooltip: str, act: Callable[[], tuple[str, str]], spoken: Any, width: str = "auto") -> Any:
    import ipywidgets

    button = ipywidgets.Button(
        description=name, tooltip=tooltip, layout=ipywidgets.Layout(width=width, flex="none", align_self="flex-start")
    )

    def clicked(_: Any) -> None:
        try:
            said = act()[0]
        except Exception as error:  # in a callback an error would vanish into the log
            said = feedback.boxed("This widget failed, please report", [f"{type(error).__name__}: {error}"])[0]
        spoken.value = _announced(said)

    button.on_click(clicked)
    return button


class _Choices:
    """Radio buttons of which one is chosen; nothing is chosen at the start.

    Each is a group of its own: JupyterLab keeps the arrow keys for itself, so within one group the keyboard could not
    move. Like this Tab goes from option to option and Space chooses.
    """

    def __init__(self, options: dict[str, str]):
        import ipywidgets

        self.radios = []
        for key, text in options.items():
            radio = ipywidgets.RadioButtons(options=[(f"{key}) {text}", key)], value=None)
            radio.layout.width = "auto"
            radio.add_class("bioml-choice")
            radio.observe(self._leave_one, "value")
            self.radios.append(radio)
        self.box = ipywidgets.VBox(self.radios)

    def _leave_one(self, change: Any) -> None:
        if change["new"] is not None:
            for radio in self.radios:
                if radio is not change["owner"]:
                    radio.value = None

    @property
    def value(self) -> str | None:
        return next((radio.value for radio in self.radios if radio.value is not None), None)


def _text(as_html: str) -> Any:
    import ipywidgets

    return ipywidgets.HTML(as_html)


def _live() -> Any:
    return _text(_announced(""))


def _announced(as_html: str) -> str:
    return f'<div role="status" aria-live="polite">{as_html.replace(" role=" + chr(34) + "status" + chr(34), "")}</div>'


def _choose_first() -> tuple[str, str]:
    return feedback.boxed("○ Choose an option first.")


def _field(kind: type, name: str, label_width: str = "initial", **more: Any) -> Any:
    """A field to type into, its name in full beside or above it."""
    field = kind(description=name, style={"description_width": label_width}, **more)
    field.add_class("bioml-field")
    return field
