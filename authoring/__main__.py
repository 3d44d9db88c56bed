"""``python -m authoring build|check|lint|slides|cheatsheet|release``: exit status 0 when all is well.

Where it is not, the status is 1 and every problem is told.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from authoring.build import build, check
from authoring.chapters import ROOT, read_course
from authoring.lint import lint
from authoring.problems import CourseError, tell
from authoring.release import release
from authoring.sheets import make_sheets
from authoring.slides import make_slides

PRINTED = {"slides": make_slides, "cheatsheet": make_sheets}


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        course = read_course(options.root)
        chapters = course.named(getattr(options, "chapter", []))
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    if options.verb == "build" and (options.classroom or options.to):
        if not (options.classroom and options.to):
            print("--classroom and --to FOLDER belong together: give both.", file=sys.stderr)
            return 1
        from authoring.classroom import build_classroom  # imports the exercises of all topics

        problems = build_classroom(course, chapters, options.to)
    elif options.verb == "build":
        problems = build(course, chapters, run=not options.no_execute, stand_in=options.stand_in, prose=options.prose)
    elif options.verb == "release":
        problems = release(course, options.version, tag=options.tag)
    elif options.verb in PRINTED:
        # Without a name: every main chapter; companions have none, and say so where they are named.
        chapters = chapters if options.chapter else tuple(one for one in chapters if not one.is_companion)
        extra = {"notes": options.notes} if options.verb == "slides" else {}
        problems = PRINTED[options.verb](course, chapters, options.to, pdf=not options.no_pdf, **extra)
    else:
        problems = {"check": check, "lint": lint}[options.verb](course, chapters)
    if problems:
        print(tell(problems), file=sys.stderr)
        return 1
    if options.verb != "release":  # which ends with the command to run next
        print(f"{options.verb}: {len(chapters)} notebook{'' if len(chapters) == 1 else 's'}, no problem.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m authoring", description="Masters into notebooks.")
    parser.add_argument("--root", type=Path, default=ROOT, help="the course's folder (default: this one)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    words = {
        "build": "write the student and the solved notebooks and the README's table",
        "check": "tell what is stale, missing or orphaned, and what a stored notebook must not hold",
        "lint": "tell what a master must not hold, or lacks",
        "slides": "write each chapter's slides, out of its built notebook, as HTML and PDF",
        "cheatsheet": "write each chapter's sheet of one printed page as HTML and PDF",
    }
    for verb, text in words.items():
        one = verbs.add_parser(verb, help=text, description=text)
        one.add_argument("chapter", nargs="*", help="names or numbers, such as 01 or 04_cnn (default: all)")
        if verb == "build":
            one.add_argument("--no-execute", action="store_true", help="a quick look: no outputs, not to be committed")
            one.add_argument(
                "--prose", action="store_true", help="only text changed: renew it, keep the stored outputs"
            )
            one.add_argument("--classroom", action="store_true", help="write nbgrader assignments instead (needs --to)")
            one.add_argument("--to", type=Path, metavar="FOLDER", help="the nbgrader course's folder")
            one.add_argument("--stand-in", action="store_true", help="a draft on simulated data, not to be committed")
        if verb in PRINTED:
            one.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where the files are written")
            one.add_argument("--no-pdf", action="store_true", help="HTML only; no browser is needed")
        if verb == "slides":
            one.add_argument("--notes", action="store_true", help="print a page of speaker notes after each slide")
    text = "try everything that a version needs, and say the command that tags it"
    one = verbs.add_parser("release", help=text, description=text)
    one.add_argument("version", help="three numbers, such as 0.2.0")
    one.add_argument("--tag", action="store_true", help="run that command as well; nothing is pushed")
    return parser


if __name__ == "__main__":
    sys.exit(main())
