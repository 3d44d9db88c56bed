"""The export of a course: points that count (levels 1 to 3 and the questions), and bonus points (levels 4 and 5)."""

from __future__ import annotations

import csv
from typing import Any

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin

BONUS = "bonus-"  # how the grade ids of bonus exercises begin
MOST_BONUS = 10  # points on top of 100, for a whole course
COLUMNS = (
    "student_id",
    "assignment",
    "timestamp",
    "points",
    "of",
    "percent",
    "bonus",
    "bonus_of",
    "open",
    "late_penalty",
)


class PointsAndBonus(ExportPlugin):
    """One row for each student and assignment, and one for all assignments together (assignment "all").

    ``percent`` is points / of. In the row "all" ``bonus`` is scaled to at most 10 points. ``open`` counts answers that
    a person has not yet graded.
    """

    def export(self, gradebook: Any) -> None:
        """Write the file named by ``--to`` (grades.csv by default)."""
        wanted = set(map(str, self.assignment))
        assignments = [one for one in gradebook.assignments if not wanted or one.name in wanted]
        students = [one for one in gradebook.students if not self.student or one.id in set(map(str, self.student))]
        with open(self.to or "grades.csv", "w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, COLUMNS)
            table.writeheader()
            for student in students:
                rows = [_row(gradebook, student.id, assignment) for assignment in assignments]
                table.writerows(_rounded(row) for row in [*rows, _together(student.id, rows)])


def _row(gradebook: Any, student: str, assignment: Any) -> dict:
    """Return one student's points of one assignment; what was not handed in has none."""
    row = dict.fromkeys(COLUMNS, 0.0) | {
        "student_id": student,
        "assignment": assignment.name,
        "timestamp": "",
        "open": 0,
    }
    cells = [cell for notebook in assignment.notebooks for cell in notebook.grade_cells]
    for cell in cells:
        row["bonus_of" if cell.name.startswith(BONUS) else "of"] += cell.max_score
    try:
        submission = gradebook.find_submission(assignment.name, student)
    except MissingEntry:
        return row
    row["timestamp"] = str(submission.timestamp or "")
    row["late_penalty"] = float(submission.late_submission_penalty or 0)
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            row["bonus" if grade.name.startswith(BONUS) else "points"] += grade.score
            row["open"] += int(grade.needs_manual_grade)
    row["points"] = max(row["points"] - row["late_penalty"], 0.0)
    return row


def _together(student: str, rows: list[dict]) -> dict:
    """Return the row of the whole course."""
    sums = {name: sum(row[name] for row in rows) for name in COLUMNS[3:]}
    if sums["bonus_of"]:
        sums["bonus"] = MOST_BONUS * sums["bonus"] / sums["bonus_of"]
        sums["bonus_of"] = MOST_BONUS
    return {"student_id": student, "assignment": "all", "timestamp": "", **sums}


def _rounded(row: dict) -> dict:
    row["percent"] = 100 * row["points"] / row["of"] if row["of"] else 0.0
    return {name: f"{round(value, 2):g}" if isinstance(value, float) else value for name, value in row.items()}
