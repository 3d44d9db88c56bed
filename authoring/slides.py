"""Eight to ten slides a chapter, made out of tagged cells of its built notebook: a page to show, and a PDF of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from authoring import pages, printing
from authoring.chapters import Chapter, Course
from authoring.problems import CourseError, Problem
from authoring.products import write_if_new
from authoring.stored import Built, Lacking, Picture, Prediction, Question

FEWEST, MOST = 8, 10

STYLE = """
* { box-sizing: border-box; }
html { font-size: clamp(1rem, calc(0.55rem + 0.95vw), 2.2rem); }
body { margin: 0; line-height: 1.35; }
@counter-style letters { system: extends lower-alpha; suffix: ") "; }
.slide { position: relative; display: flex; flex-direction: column; justify-content: safe center; gap: 0.6em;
         min-height: 100vh; padding: 1.6rem 3rem 3rem; border-bottom: 1px solid var(--line); }
h1 { font-size: 2em; line-height: 1.15; margin: 0; color: var(--blue); }
h2 { font-size: 1.45em; line-height: 1.2; margin: 0; color: var(--blue); }
p, ol, ul, figure { margin: 0; }
.course { font-size: 0.8em; }
.big { font-size: 1.35em; }
.options { padding-left: 2em; font-size: 1.15em; list-style: letters; }
.options li { padding: 0.15em 0; }
.again { font-size: 0.85em; }
.again .options { font-size: 1em; }
.right { font-weight: bold; }
.observed { font-size: 1.2em; padding: 0.4em 0.7em; border-left: 0.3em solid var(--blue); background: var(--pale); }
.points li { padding: 0.2em 0; }
.dense { font-size: 0.88em; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.6fr); gap: 2rem; align-items: center; }
.pair > div { display: flex; flex-direction: column; gap: 0.8em; }
figure { text-align: center; }
img { width: 100%; height: auto; max-height: 62vh; object-fit: contain; }
figcaption { font-size: 0.75em; text-align: left; margin-top: 0.4em; }
.alone figure { display: grid; gap: 1rem; }
.alone.side figure { grid-template-columns: minmax(0, 1fr) minmax(0, 3.2fr); align-items: center; }
.alone.side img { order: 2; }
.alone.side figcaption { font-size: 0.7em; }
.alone img { max-height: 74vh; }
.below img { max-height: 42vh; }
.number { font-size: 0.7em; position: absolute; left: 3rem; bottom: 0.8rem; }
.notes { display: none; font-size: 0.8em; border-top: 2px solid var(--blue); padding-top: 0.6em; }
.notes > * + * { margin-top: 0.5em; }
.with-notes .notes { display: block; padding: 0.6em 3rem 4rem; }
.with-notes.shown .slide { min-height: 75vh; }
.shown .slide { display: none; border: 0; }
.shown .slide.now { display: flex; }
.shown .slide:not(.now) + .notes { display: none; }
h1:focus, h2:focus { outline: none; }
nav { position: fixed; right: 0; bottom: 0; padding: 0.4rem 1rem; background: white; display: none; gap: 0.5rem;
      align-items: center; font-size: 1rem; }
.shown nav { display: flex; }
nav button { font: inherit; color: var(--ink); background: white; border: 1px solid var(--ink); border-radius: 4px;
             padding: 0.2rem 0.7rem; min-height: 2rem; }
nav button:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
@media (max-width: 50rem) {
  .pair, .alone.side figure { grid-template-columns: minmax(0, 1fr); }
  .slide { padding: 1rem 1rem 3.5rem; }
}
@page { size: 13.333in 7.5in; margin: 0; }
@media print {
  html { font-size: 20pt; }
  .slide, .shown .slide { display: flex; height: 7.5in; min-height: 0; padding: 0.4in 0.7in 0.55in; border: 0;
                          break-after: page; overflow: hidden; }
  .slide:last-of-type { break-after: auto; }
  img { max-height: 4.6in; }
  .alone img { max-height: 5.4in; }
  .below img { max-height: 3.2in; }
  .number { left: 0.7in; bottom: 0.2in; }
  .notes, .with-notes .slide + .notes { display: none; }
  nav, .shown nav { display: none; }
}
"""

# What is asked for to be printed with its notes: a page of them after each slide.
NOTES_STYLE = """
@media print {
  .with-notes .slide + .notes { display: flex !important; flex-direction: column; height: 7.5in; border: 0;
                                padding: 0.45in 0.7in; break-before: page; break-after: page; overflow: hidden; }
  .with-notes .slide { break-after: auto; }
}
"""

SCRIPT = """
(() => {
  const slides = [...document.querySelectorAll(".slide")];
  const place = document.querySelector("nav [role=status]");
  let now = 0;
  const show = (number, announce = true) => {
    now = Math.max(0, Math.min(slides.length - 1, number));
    slides.forEach((slide, n) => slide.classList.toggle("now", n === now));
    place.textContent = `Slide ${now + 1} of ${slides.length}`;
    history.replaceState(null, "", "#" + slides[now].id);
    scrollTo(0, 0);
    if (announce) slides[now].querySelector("h1, h2").focus({ preventScroll: true });
  };
  const notes = () => {
    const on = document.body.classList.toggle("with-notes");
    document.querySelector("[data-does=notes]").setAttribute("aria-pressed", on);
  };
  const does = { back: () => show(now - 1), next: () => show(now + 1), notes };
  const keys = {
    ArrowRight: does.next, ArrowDown: does.next, PageDown: does.next, " ": does.next,
    ArrowLeft: does.back, ArrowUp: does.back, PageUp: does.back,
    Home: () => show(0), End: () => show(slides.length - 1), n: notes, N: notes,
  };
  document.body.classList.add("shown");
  slides.forEach(slide => slide.querySelector("h1, h2").setAttribute("tabindex", "-1"));
  document.querySelectorAll("nav button").forEach(button =>
    button.addEventListener("click", () => does[button.dataset.does]()));
  addEventListener("keydown", event => {
    const pressed = event.key === " " && event.target.closest("button");
    if (pressed || event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  addEventListener("hashchange", () => show(slides.findIndex(slide => "#" + slide.id === location.hash)));
  show(Math.max(0, slides.findIndex(slide => "#" + slide.id === location.hash)), false);
})();
"""

NAV = """<nav aria-label="Slides">
<button type="button" data-does="back">Back</button>
<span role="status"></span>
<button type="button" data-does="next">Next</button>
<button type="button" data-does="notes" aria-pressed="false">Notes (N)</button>
</nav>"""


@dataclass(frozen=True)
class Slide:
    """One slide: its heading (plain text), its body and its speaker notes, both HTML."""

    heading: str
    body: str
    notes: str


def make_slides(
    course: Course,
    chapters: tuple[Chapter, ...],
    folder: Path,
    *,
    pdf: bool = True,
    notes: bool = False,
    say: Callable[[str], None] = print,
) -> list[Problem]:
    """Write each chapter's slides into `folder` as HTML and, where asked for, as PDF; return every problem.

    With `notes` the PDF has a page of speaker notes after each slide.
    """

    def deck_page(chapter: Chapter) -> tuple[str, int, list[Problem]]:
        deck, problems = make_deck(course, chapter)
        if problems:
            return "", 0, problems
        return as_page(course, chapter, deck, notes=notes), len(deck) * (2 if notes else 1), []

    boxes = ".slide, .notes" if notes else ".slide"
    return write_pages(chapters, folder, "slides", deck_page, boxes=boxes, pdf=pdf, say=say)


def make_deck(course: Course, chapter: Chapter) -> tuple[list[Slide], list[Problem]]:
    """Return a chapter's slides, and a problem for each thing that its built notebooks do not hold."""
    try:
        built = Built(course, chapter)
        predictions = built.predictions()
    except Lacking as lacking:
        return [], [_told(chapter, lacking)]
    parts = [
        lambda: [_hook(course, chapter)],
        lambda: _vote("Predict", _first_vote(predictions)),
        lambda: [_key_figure(built)],
        lambda: _quiz(built, chapter),
        lambda: _vote("Pitfall", _pitfall(predictions)),
        lambda: [_honesty(built)],
        lambda: [_summary(built)],
    ]
    deck, problems = [], []
    for part in parts:
        try:
            deck += part()
        except Lacking as lacking:
            problems.append(_told(chapter, lacking))
    if not problems and not FEWEST <= len(deck) <= MOST:
        problems.append(Problem(chapter.solved, "", f"it gives {len(deck)} slides, expected {FEWEST} to {MOST}."))
    return deck, problems


def as_page(course: Course, chapter: Chapter, deck: list[Slide], *, notes: bool = False) -> str:
    """Return the slides as one HTML page that needs nothing from elsewhere."""
    body = "\n".join(_section(number, slide, len(deck)) for number, slide in enumerate(deck, start=1))
    title = f"Slides for chapter {chapter.number} · {chapter.title} · {course.title}"
    page = pages.page(title, STYLE + (NOTES_STYLE if notes else ""), f"<main>\n{body}\n</main>\n{NAV}", SCRIPT)
    return page.replace("<body>", '<body class="with-notes">') if notes else page


def _section(number: int, slide: Slide, count: int) -> str:
    level = "h1" if number == 1 else "h2"
    return (
        f'<section class="slide" id="slide-{number}" aria-labelledby="heading-{number}">\n'
        f'<{level} id="heading-{number}">{pages.text(slide.heading)}</{level}>\n{slide.body}\n'
        f'<p class="number">{number} / {count}</p>\n'
        f'</section>\n<aside class="notes" aria-label="Speaker notes to slide {number}">\n'
        f"<p><strong>Speaker notes to slide {number}: {pages.text(slide.heading)}</strong></p>\n"
        f"{slide.notes}\n</aside>"
    )


# --- the slides


def _hook(course: Course, chapter: Chapter) -> Slide:
    objectives = "".join(f"<li>{pages.text(one)}</li>" for one in chapter.objectives)
    return Slide(
        f"Chapter {chapter.number} · {chapter.title}",
        f'<p class="big">{pages.text(chapter.question)}</p>\n'
        f'<p class="course">{pages.text(course.title)} · {chapter.minutes} minutes</p>',
        f"<p>After this chapter the class can:</p>\n<ol>{objectives}</ol>",
    )


def _first_vote(predictions: list[Prediction]) -> Prediction:
    for one in predictions:
        if one.question.options and "caution" not in one.tags:
            return one
    raise Lacking("", "no cell tagged 'predict', and not 'caution', asks a question with options.")


def _pitfall(predictions: list[Prediction]) -> Prediction:
    for one in reversed(predictions):
        if "caution" in one.tags:
            return one
    raise Lacking("", "no cell is tagged 'predict' and 'caution': the chapter's pitfall.")


def _vote(kind: str, one: Prediction) -> list[Slide]:
    """The question, then what came out; the answer stands in the first slide's notes too."""
    seen = f'<p class="observed">Observed: {pages.text(one.observed)}</p>'
    answer = f"<p>{pages.text(one.explanation)}</p>"
    shown = _beside(f"{seen}\n{answer}", one.picture)
    if one.picture is None:  # there is room for the question, and answers speak of its options
        shown = f'<div class="again"><p>{pages.text(one.question.text)}</p>\n{_options(one.question)}</div>\n{shown}'
    story = pages.markdown(pages.prose(one.before))
    return [
        Slide(f"{kind}: vote first", _asked(one.question), f"{story}\n<p>Do not tell yet:</p>\n{seen}\n{answer}"),
        Slide(f"{kind}: what came out", shown, f"{answer}\n<p>Ask who changed their mind, and why.</p>"),
    ]


def _key_figure(built: Built) -> Slide:
    picture, near = built.figure()
    said = pages.markdown(pages.prose(near)) or f"<p>{pages.text(picture.alt)}</p>"
    width, height = pages.size(picture)
    side = " side" if width < 2.2 * height else ""  # a high figure has its caption beside it
    return Slide("The figure to remember", f'<div class="alone{side}">{pages.figure(picture)}</div>', said)


def _quiz(built: Built, chapter: Chapter) -> list[Slide]:
    question = built.quiz_question(chapter.slides.get("question") or built.first_quiz())
    letters = "abcdefghijklmnopqrstuvwxyz"
    right = question.options[letters.index(question.key)] if question.key else ""
    if not right:
        raise Lacking("", f"the quiz question {question.text!r} shows no right answer.")
    answer = f"<p>✓ {question.key}) {pages.text(right)}</p>"
    lures = "".join(f"<li>{pages.text(one)}</li>" for one in question.feedback)
    told = f"<p>{pages.text(question.why)}</p>" if question.why else ""
    return [
        Slide(
            "Concept question: vote, discuss, vote again",
            _asked(question),
            f"<p>Do not tell yet:</p>\n{answer}\n{told}\n<p>To those who chose otherwise:</p>\n<ul>{lures}</ul>",
        ),
        Slide(
            "Concept question: the answer",
            f'<p>{pages.text(question.text)}</p>\n<p class="observed right">✓ {question.key}) {pages.text(right)}</p>\n'
            + told.replace("<p>", '<p class="big">', 1),
            f"<p>To those who chose otherwise:</p>\n<ul>{lures}</ul>",
        ),
    ]


def _honesty(built: Built) -> Slide:
    said = built.honesty()
    shown = f"<div{_dense(said)}>{pages.markdown(said)}</div>"
    return Slide("What this does not show", shown, "<p>Ask: which further experiment would show it?</p>")


def _summary(built: Built) -> Slide:
    points = built.keypoints()
    listed = "".join(f"<li>{pages.inline(one)}</li>" for one in points)
    said = "<p>Have each point said in the class's own words, with an example from the notebook.</p>"
    return Slide("Key points", f'<div{_dense("".join(points))}><ul class="points">{listed}</ul></div>', said)


def _dense(words: str) -> str:
    """Long texts are set a little smaller; what still does not fit is told when the PDF is made."""
    return ' class="dense"' if len(words) > 560 else ""


def _asked(question: Question) -> str:
    number = f"<p>{pages.text(question.asks_for)}</p>" if question.asks_for else ""
    return f'<p class="big">{pages.text(question.text)}</p>\n{_options(question)}{number}'


def _options(question: Question) -> str:
    options = "".join(f"<li>{pages.text(one)}</li>" for one in question.options)
    return f'<ol class="options" type="a">{options}</ol>' if options else ""


def _beside(words: str, picture: Picture | None) -> str:
    """Words alone, or words and a figure side by side; a wide figure stands below them, large, without its caption."""
    if picture is None:
        return words
    width, height = pages.size(picture)
    if width > 2.4 * height:
        return f'{words}\n<div class="below">{pages.figure(picture, caption=False)}</div>'
    return f'<div class="pair"><div>{words}</div>{pages.figure(picture)}</div>'


# --- writing


def write_pages(
    chapters: tuple[Chapter, ...],
    folder: Path,
    kind: str,
    make: Callable[[Chapter], tuple[str, int, list[Problem]]],
    *,
    boxes: str,
    pdf: bool,
    say: Callable[[str], None],
) -> list[Problem]:
    """Write what `make` gives for each main chapter as ``folder/NAME.KIND.html`` and ``.pdf``; return every problem.

    `make` returns a page, how many pages its print has, and problems; where there are any, nothing is written.
    """
    problems, written = [], []
    for chapter in chapters:
        if chapter.is_companion:
            problems.append(Problem(chapter.student, "", f"a companion has no {kind}; name its chapter, {chapter.of}."))
            continue
        page, count, found = make(chapter)
        problems += found
        if not found:
            target = Path(folder) / f"{chapter.name}.{kind}.html"
            fresh = write_if_new(target, page)
            say(f"{'wrote' if fresh else 'unchanged'} {target}")
            written.append((target, count))
    if not pdf or not written:
        return problems
    try:
        with printing.printer() as browser:
            for source, count in written:
                target = source.with_suffix(".pdf")
                faults = printing.print_pdf(browser, source, target, boxes=boxes, pages=count)
                say(f"wrote {target}")
                problems += [Problem(target.name, "", fault) for fault in faults]
    except CourseError as error:
        problems.append(Problem(str(folder), "", str(error)))
    return problems


def _told(chapter: Chapter, lacking: Lacking) -> Problem:
    # the sentence about a missing file names it; all else is about the solved notebook
    missing = re.match(r"the built notebook (\S+) is missing", lacking.sentence)
    return Problem(missing[1] if missing else chapter.solved, lacking.where, lacking.sentence)
