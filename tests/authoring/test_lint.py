"""Each rule for masters has one master that breaks it and nothing else, and says its own sentence."""

# ruff: noqa: E501

from __future__ import annotations

import pytest

from authoring.lint import count_words, lint

LONG = " ".join(["word"] * 260)
MANY_LINES = "\n".join(f"x{number} = {number}" for number in range(16))
MANY_CELLS = "\n\n# %%\nx = 1" * 41
SOLUTION = "    # BEGIN SOLUTION\n    return 2 * x\n    # END SOLUTION\n"
KEYPOINTS = "# - Twice is twice."

# name: (what is replaced in the good master, by what, the sentence)
BROKEN = {
    "long cell": ('print("2 times 2 is", 2 * 2)', MANY_LINES, "the code has 17 lines, at most 15"),
    "long stub": (
        "    # END SOLUTION\n",
        "    # STUB\n" + "    # a = 1\n" * 16 + "    # END SOLUTION\n",
        "the code has 18 lines, at most 15",
    ),
    "too many cells": (KEYPOINTS, KEYPOINTS + MANY_CELLS, "the notebook has 61 cells (4 of them generated), at most 60"),
    "section without minutes": ("Predict ⏱ 4 min", "Predict", "does not state its minutes"),
    "minutes that do not add up": ("⏱ 6 min", "⏱ 7 min", "minutes add up to 11, but the chapter has 10"),
    "hype": ("Three roots", "A breakthrough, three roots", "the word 'breakthrough' promises too much"),
    "hype in capitals": ("Three roots", "Superhuman roots", "the word 'superhuman' promises too much"),
    "second H1": ("# Three roots", "# # Roots\n# Three roots", "'Roots' is a second H1"),
    "skipped level": ("### The worked", "#### The worked", "is of level 4 after level 2"),
    "show without alt": (', alt="A line through the origin."', "", "show(...) without alt="),
    "picture without alt": ("![a line through the origin]", "![]", "a picture without alt text"),
    "img without alt": ("![a line through the origin](line.png)", '<img src="line.png">', "an <img> without alt text"),
    "long reading": ("# How long is a root?", f"# {LONG}", "words are read before there is something to do here"),
    "formula without words": ("In words: the", "The", "a display formula is not followed by 'In words: …'"),
    "underscores in code": ("width = ...", "width = ____", "a blank is written '...', never '____'"),
    "underscores in text": ("Three roots", "____ roots", "a blank is written '...', never '____'"),
    "trailing semicolon": ('quiz("toy.quiz")', 'quiz("toy.quiz");', "a line ends with ';'"),
    "two trios": ('explain("toy.p3")', "", "2 predict-observe-explain trios are complete, expected at least 3; not complete: toy.p3"),
    "trio in the wrong order": ('observe("toy.p3", 4)', 'explain("toy.p3")', "not complete: toy.p3"),
    "four exercises": ('check("toy.5", 5)', "", "4 exercises are checked, expected at least 5"),
    "exercise without check": ('check("toy.2", width)', 'check("toy.2", width)\n\n# %% tags=["exercise"]\nx = 1', "calls no check("),
    "no parsons": ('tags=["parsons"]', 'tags=["worked"]', "0 code cells are tagged 'parsons', expected exactly 1"),
    "parsons without order": ('order("toy.order")', "1 + 1", "it is tagged 'parsons', but calls no order(...)"),
    "no honesty": (' tags=["honesty"]', "", "no cell is tagged 'honesty'"),
    "no caution": (' tags=["caution"]', "", "no cell is tagged 'caution'"),
    "no keypoints": (' tags=["keypoints"]', "", "no cell is tagged 'keypoints'"),
    "no references": (' tags=["references"]', "", "no cell is tagged 'references'"),
    "no quiz": (' tags=["quiz"]', "", "no cell is tagged 'quiz'"),
    "no retrieval": (' tags=["retrieval"]', "", "no cell is tagged 'retrieval'"),
    "no DOI": ("[10.1000/182](https://doi.org/10.1000/182)", "In print.", "the references hold no DOI"),
    "unknown tag": ('"seed:S21"', '"sed:S21"', "unknown tag 'sed:S21'"),
    "unknown metadata": ('# %% tags=["quiz"]', '# %% A title tags=["quiz"]', "its marker sets 'title'"),
    "raw cell": ("# %% [markdown] tags=[\"caution\"]", "# %% [raw]\n# x\n\n# %% [markdown] tags=[\"caution\"]", "a raw cell is not used"),
    "no END": (SOLUTION, SOLUTION.replace("    # END SOLUTION\n", ""), "BEGIN SOLUTION has no END SOLUTION"),
    "no BEGIN": (SOLUTION, SOLUTION.replace("    # BEGIN SOLUTION\n", ""), "END SOLUTION has no BEGIN SOLUTION"),
    "BEGIN twice": (SOLUTION, "    # BEGIN SOLUTION\n" + SOLUTION, "BEGIN SOLUTION stands inside another solution"),
    "STUB outside": ('check("toy.2", width)', '# STUB\ncheck("toy.2", width)', "STUB stands outside a solution"),
    "marker with a tail": ("# END SOLUTION\n\n\n", "# END SOLUTION of all\n    # END SOLUTION\n\n\n", "is to stand alone"),
    "stub not commented": ("# width = ...", "width = ...", "is not commented"),
    "marker in text": ("Three roots", "BEGIN SOLUTION", "solution markers belong into code cells"),
    "solution is no Python": ("return 2 * x", "return 2 *", "the solved cell is not valid Python"),
    "stub is no Python": ("# width = ...", "# width = = 3", "the student's stub is not valid Python"),
    "magic": ('quiz("toy.quiz")', '%time quiz("toy.quiz")', "magics (% and !) are not used"),
    "shell": ('quiz("toy.quiz")', "!ls", "magics (% and !) are not used"),
}  # fmt: skip

# What is not Python can't be looked into, so what it calls is missed too.
BESIDES = {"solution is no Python": 2}


def test_the_good_master_has_no_problem(make):
    course = make()
    assert lint(course, course.chapters) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_master_says_its_own_sentence(name, make, good):
    old, new, sentence = BROKEN[name]
    assert old in good, "the fixture does not change anything"
    course = make(good.replace(old, new) if name.startswith("no ") else good.replace(old, new, 1))
    problems = [str(problem) for problem in lint(course, course.chapters)]
    assert any(sentence in problem for problem in problems), problems
    assert len(problems) == 1 + BESIDES.get(name, 0), problems


def test_all_problems_are_told_together(make, good):
    course = make(good.replace("⏱ 6 min", "").replace(' tags=["honesty"]', "").replace("Three roots", "Flawless roots"))
    text = "\n".join(str(problem) for problem in lint(course, course.chapters))
    for part in ("does not state its minutes", "'honesty'", "'flawless'"):
        assert part in text


def test_a_problem_names_the_file_the_cell_and_the_line(make, good):
    course = make(good.replace("Three roots", "Flawless roots"))
    (problem,) = lint(course, course.chapters)
    line = good.splitlines().index('# %% [markdown] tags=["caution"]') + 1
    assert str(problem).startswith(f"chapters/source/01_toy.py, cell 13 (line {line}): ")


def test_a_quoted_word_is_allowed_where_the_cell_says_so(make, good):
    course = make(good.replace("Three roots", "They wrote: a breakthrough. <!-- allow: breakthrough --> Three roots"))
    assert lint(course, course.chapters) == []


def test_a_word_inside_another_is_not_hype(make, good):
    course = make(good.replace("Three roots", "It improves, resolves and misunderstands three roots"))
    assert lint(course, course.chapters) == []


def test_a_hash_in_a_code_fence_is_no_heading(make, good):
    course = make(good.replace("# Three roots", "# ```\n# # a comment\n# ```\n# Three roots"))
    assert lint(course, course.chapters) == []


def test_a_missing_master_is_told(make):
    course = make()
    (course.root / "chapters/source/01_toy.py").unlink()
    assert [str(one) for one in lint(course, course.chapters)] == ["chapters/source/01_toy.py: the master is missing."]


def test_a_companion_needs_no_minutes_and_no_blocks_but_keeps_the_form(make, catalogue):
    companion = '\n[[companion]]\nname = "01b_more"\nof = "01_toy"\ntitle = "More"\nquestion = "More?"\nminutes = 20\n'
    course = make(catalogue=catalogue + 'companions = ["01b_more"]\n' + companion)
    path = course.root / "chapters/source/01b_more.py"
    path.write_text("# %% [markdown]\n# ## More\n\n# %%\nshow(1)\n", encoding="utf-8")
    problems = [str(one) for one in lint(course, course.chapters)]
    assert problems == ["chapters/source/01b_more.py, cell 2 (line 4): show(...) without alt= (its line 1)."]


def test_words_are_those_that_are_read():
    assert count_words("One `two` $three$ <!-- four --> [five](https://six.org)\n\n```\nseven\n```\n") == 2
