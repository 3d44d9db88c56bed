"""What chapter 7 asks: predictions, exercises with their usual mistakes, the order of lines, and the quizzes."""

from __future__ import annotations
