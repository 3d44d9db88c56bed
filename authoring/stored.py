"""What a built notebook holds for slides and sheets: questions, figures, key points, found by tags in its outputs."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from authoring.build import REBUILD
from authoring.chapters import Chapter, Course
from authoring.outputs import EMBEDDED

LETTER = re.compile(r"([a-z])\) (.+)")


class Lacking(Exception):
    """A notebook does not hold what is asked of it: the cell (may be empty) and one sentence."""

    def __init__(self, where: str, sentence: str):
        super().__init__(where, sentence)
        self.where, self.sentence = where, sentence


@dataclass(frozen=True)
class Question:
    """A question with its options; of a quiz also the key, the reason, and what each wrong option misses."""

    text: str
    options: tuple[str, ...] = ()
    key: str = ""
    why: str = ""
    feedback: tuple[str, ...] = ()
    asks_for: str = ""  # such as "A number in %.", where there are no options


@dataclass(frozen=True)
class Picture:
    """A stored figure: its PNG in base64, its alt text, the width it is shown at in the notebook."""

    png: str
    alt: str
    width: int


@dataclass(frozen=True)
class Prediction:
    """Predict, observe, explain: the question, what came out, the model answer, its figure, the text before."""

    id: str
    cell: str
    tags: tuple[str, ...]
    question: Question
    observed: str
    explanation: str
    picture: Picture | None
    before: str


class Built:
    """The two built notebooks of one chapter; every method reads one thing, or raises `Lacking`."""

    def __init__(self, course: Course, chapter: Chapter):
        self.chapter = chapter
        self.student = _read(course.root, chapter.student)
        self.solved = _read(course.root, chapter.solved)

    def predictions(self) -> list[Prediction]:
        """Return every prediction that has options or a number to give, in the order of the notebook.

        The question stands in the student's notebook (the solved one may hold an answer), the rest in the solved one.
        """
        found = []
        for position, cell in enumerate(self.student.cells):
            for text in _texts(cell) if tagged(cell, "predict") else []:
                if text.startswith("Predict: "):
                    found.append(self._prediction(position, cell, text))
        return found

    def _prediction(self, position: int, cell: NotebookNode, text: str) -> Prediction:
        name = re.search(r'learning\.predict\("([\w.]+)"', text)
        if name is None:
            raise Lacking(f"cell {cell.id}", f"its prediction names no id; {REBUILD}.")
        observe = self._calling("observe", name[1])
        explain = self._calling("explain", name[1])
        seen = next(
            (line for text in _texts(observe) for line in text.splitlines() if line.startswith("Observed: ")), ""
        )
        answer = next((text.split("model answer:\n")[1] for text in _texts(explain) if "model answer:\n" in text), "")
        for one, what in ((seen, observe), (answer, explain)):
            if not one:
                raise Lacking(f"cell {what.id}", f"it holds no result of {name[1]!r}; {REBUILD}.")
        return Prediction(
            name[1],
            cell.id,
            tuple(cell.metadata.get("tags", ())),
            _predicted(text),
            seen.removeprefix("Observed: "),
            answer.strip(),
            self._picture_of(observe, cell.id),
            next((one.source for one in reversed(self.student.cells[:position]) if one.cell_type == "markdown"), ""),
        )

    def _calling(self, verb: str, name: str) -> NotebookNode:
        """The solved cell tagged with this verb that calls it for this id."""
        for cell in self.solved.cells:
            if tagged(cell, verb) and re.search(rf'\b{verb}\("{re.escape(name)}"', cell.source):
                return cell
        raise Lacking("", f"no cell tagged {verb!r} calls {verb}({name!r}).")

    def _picture_of(self, observe: NotebookNode, asked: str) -> Picture | None:
        """The figure of an observe cell, or of the cell right before it, where that came after the question.

        A living figure is left out: it shows how one begins, not what came out.
        """
        position = self.solved.cells.index(observe)
        before = self.solved.cells[position - 1]
        prepared = [before] if before.id > asked and not tagged(before, "widget") else []
        return next((pictures(cell)[-1] for cell in (observe, *prepared) if pictures(cell)), None)

    def figure(self) -> tuple[Picture, str]:
        """Return the figure of the cell tagged 'slide', and the Markdown that follows it (or stands before it)."""
        cells = [cell for cell in self.solved.cells if tagged(cell, "slide")]
        if len(cells) != 1:
            raise Lacking("", f"{len(cells)} cells are tagged 'slide', expected one: the chapter's key figure.")
        found = pictures(cells[0])
        if not found:
            raise Lacking(f"cell {cells[0].id}", f"it is tagged 'slide' and holds no figure; {REBUILD}.")
        position = self.solved.cells.index(cells[0])
        after = self.solved.cells[position + 1]
        near = after if after.cell_type == "markdown" else self.solved.cells[position - 1]
        return found[0], near.source if near.cell_type == "markdown" else ""

    def quiz_question(self, name: str) -> Question:
        """Return the question of that name, such as 'neuron.quiz.3', with its key."""
        quiz, _, number = name.rpartition(".")
        for cell in self.solved.cells:
            asked = re.findall(r'\bquiz\("([\w.]+)"', cell.source) if cell.cell_type == "code" else []
            if quiz in asked:
                texts = [text for text in _texts(cell) if re.search(r"^ ✓ [a-z]\) ", text, re.M)]
                questions = _quiz(texts[asked.index(quiz)]) if len(texts) == len(asked) else []
                if number.isdigit() and 1 <= int(number) <= len(questions):
                    return questions[int(number) - 1]
                raise Lacking(f"cell {cell.id}", f"its quiz {quiz!r} has no question {number}; {REBUILD}.")
        raise Lacking("", f"no cell asks the quiz {quiz!r}.")

    def first_quiz(self) -> str:
        """Return the name of the first question of the cell tagged 'quiz' that ends in '.quiz'."""
        for cell in self.solved.cells:
            if tagged(cell, "quiz") and (found := re.search(r'\bquiz\("(\w+\.quiz)"', cell.source)):
                return f"{found[1]}.1"
        raise Lacking("", "no cell tagged 'quiz' asks a quiz whose name ends in '.quiz'.")

    def keypoints(self) -> list[str]:
        """Return the key points, as Markdown, of the cell tagged 'keypoints'."""
        cell = self._one_tagged("keypoints")
        part = cell.source.partition("**Key points**")[2].partition("**Words:**")[0]
        points = [" ".join(one.split()) for one in re.split(r"^- ", part, flags=re.M)[1:]]
        if not points:
            raise Lacking(f"cell {cell.id}", "it is tagged 'keypoints' and holds no list under '**Key points**'.")
        return points

    def honesty(self) -> str:
        """Return what the chapter does not show: the paragraph that says so, of a cell tagged 'honesty'."""
        for cell in self.solved.cells:
            begin = "**What this does not show.**"
            if tagged(cell, "honesty") and begin in cell.source:
                return cell.source.partition(begin)[2].partition("\n\n")[0].strip()
        raise Lacking("", "no cell tagged 'honesty' says '**What this does not show.**'.")

    def outputs(self) -> str:
        """Return all text of the solved notebook's stored outputs, alt texts and folded tables included."""
        pieces = []
        for cell in self.solved.cells:
            for output in cell.get("outputs", []):
                pieces += [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
                page = EMBEDDED.sub("", output.get("data", {}).get("text/html", ""))
                pieces.append(html.unescape(re.sub(r"<[^>]+>", " ", page)))
        return plain(" ".join(pieces))

    def _one_tagged(self, tag: str) -> NotebookNode:
        for cell in self.solved.cells:
            if tagged(cell, tag):
                return cell
        raise Lacking("", f"no cell is tagged {tag!r}.")


def tagged(cell: NotebookNode, tag: str) -> bool:
    return tag in cell.metadata.get("tags", ())


def plain(text: str) -> str:
    """Return text with every run of white space as one blank.

    Examples
    --------
    >>> plain("one neuron    8.0\\n  4.1 ")
    'one neuron 8.0 4.1'
    """
    return " ".join(text.split())


def pictures(cell: NotebookNode) -> list[Picture]:
    """Return a cell's stored figures."""
    found = []
    for output in cell.get("outputs", []):
        png = output.get("data", {}).get("image/png")
        if png:
            about = output.get("metadata", {}).get("image/png", {})
            found.append(Picture("".join(png.split()), about.get("alt", ""), int(about.get("width", 700))))
    return found


def _read(root: Path, file: str) -> NotebookNode:
    path = Path(root) / file
    if not path.is_file():
        raise Lacking("", f"the built notebook {file} is missing; {REBUILD}.")
    try:
        return nbformat.v4.reads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Lacking("", f"{file} is not a valid notebook: {str(error).splitlines()[0]}") from None


def _texts(cell: NotebookNode) -> list[str]:
    """What the outputs of a cell say as text, one each."""
    return [output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])]


def _predicted(text: str) -> Question:
    """Read the text of an unanswered prediction."""
    first, *rest = text.splitlines()
    options = tuple(found[2] for line in rest if (found := LETTER.fullmatch(line.strip())))
    number = next((line.strip() for line in rest if line.strip().startswith("A number in ")), "")
    return Question(first.removeprefix("Predict: "), options, asks_for="" if options else number)


def _quiz(text: str) -> list[Question]:
    """Read the text of a quiz that shows its answers."""
    questions = []
    for block in re.split(r"\n\n(?=\d+\. )", text)[1:]:
        first, *rest = block.splitlines()
        options, key, why, feedback = [], "", [], []
        for line in rest:
            if found := re.fullmatch(r" ([·✓]) ([a-z])\) (.+)", line):
                options.append(found[3])
                key = found[2] if found[1] == "✓" else key
            elif LETTER.fullmatch(line.strip()):
                feedback.append(line.strip())
            elif line.strip():
                why.append(line.strip())
        questions.append(Question(first.split(". ", 1)[1], tuple(options), key, " ".join(why), tuple(feedback)))
    return questions
