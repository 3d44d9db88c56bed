"""The catalogue of chapters is read, or each fault of it is one sentence."""

from __future__ import annotations

import pytest

from authoring.chapters import read_course
from authoring.problems import CourseError

FAULTS = {
    "no repository": ('repository = "owner/toy-course"\n', "", "[course]: 'repository' is missing"),
    "bad repository": ("owner/toy-course", "toy", "'repository' is 'toy', expected OWNER/NAME"),
    "no title": ('title = "Toys"\n', "", "[[chapter]] 01_toy: 'title' is missing, expected a text"),
    "empty question": ("How long is a root?", " ", "'question' is empty"),
    "minutes in words": ("minutes = 10", 'minutes = "ten"', "'minutes' is 'ten', expected a whole number"),
    "no minutes": ("minutes = 10", "minutes = 0", "'minutes' is 0, expected more than 0"),
    "unknown key": ("minutes = 10", "minutes = 10\nminuets = 9", "'minuets' is not known; known are number, name"),
    "three objectives": ('"Build it.", ', "", "there are 3 objectives, expected 4 to 6"),
    "number and name": ("number = 1", "number = 2", "'number' is 2, but the name begins with '01'"),
    "name": ('"01_toy"', '"1_toy"', "'name' is to look like '04_cnn'"),
    "claim": ('"S21"', '"21"', "claim '21' is to look like 'S20'"),
    "torch is never installed": ("needs = []", 'needs = ["torch>=2"]', "'needs' names torch"),
    "a list of numbers": ("data = []", "data = [1]", "'data' is [1], expected a list of texts"),
    "steps": ("data = []", "data = []\nsteps = { question = 1 }", "expected the number of a section for each of"),
    "slides": ("data = []", 'data = []\nslides = { question = "third" }', "'question' is 'third', expected a quiz"),
    "budget": ("data = []", "data = []\nbudget = { seconds = 0 }", "'seconds' is 0, expected a number above 0"),
    "companion": ("data = []", 'data = []\ncompanions = ["01b_x"]', "no [[companion]] table is called '01b_x'"),
    "not TOML": ("[course]", "[course", "is not valid TOML"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_sentence(name, make, catalogue):
    old, new, sentence = FAULTS[name]
    with pytest.raises(CourseError) as caught:
        make(catalogue=catalogue.replace(old, new, 1))
    assert sentence in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_all_faults_are_told_together(make, catalogue):
    with pytest.raises(CourseError) as caught:
        make(catalogue=catalogue.replace('title = "Toys"\n', "").replace("minutes = 10", "minutes = true"))
    assert len(str(caught.value).splitlines()) == 2


def test_a_missing_catalogue_is_told(tmp_path):
    with pytest.raises(CourseError, match=r"chapters/chapters\.toml is missing"):
        read_course(tmp_path)


def test_a_companion_stands_behind_its_chapter_and_inherits_its_topic(make, catalogue):
    companion = '\n[[companion]]\nname = "01b_more"\nof = "01_toy"\ntitle = "More"\nquestion = "More?"\nminutes = 20\n'
    course = make(catalogue=catalogue + 'companions = ["01b_more"]\n' + companion)
    assert [one.name for one in course.chapters] == ["01_toy", "01b_more"]
    assert course.chapters[1].topic == "toy"
    assert course.chapters[1].number == 1


def test_a_companion_of_nothing_is_told(make, catalogue):
    companion = '\n[[companion]]\nname = "01b_more"\nof = "09_toy"\ntitle = "More"\nquestion = "More?"\nminutes = 20\n'
    with pytest.raises(CourseError, match="there is no chapter '09_toy'"):
        make(catalogue=catalogue + companion)


def test_two_chapters_of_one_number_are_told(make, catalogue):
    twin = catalogue[catalogue.index("[[chapter]]") :].replace("01_toy", "01_doll")
    with pytest.raises(CourseError) as caught:
        make(catalogue=catalogue + "\n" + twin)
    assert "number 1 is used twice." in str(caught.value)


@pytest.mark.parametrize("name", ["01", "01_toy", "toy"])
def test_a_chapter_is_found_by_number_name_or_topic(name, make):
    assert [one.name for one in make().named([name])] == ["01_toy"]


def test_an_unknown_chapter_is_told_with_those_there_are(make):
    with pytest.raises(CourseError, match=r"expected one of 01_toy, got '07'"):
        make().named(["07"])
