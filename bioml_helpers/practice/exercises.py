"""What chapter 9 asks: predictions, exercises with their usual mistakes, the order of lines, and the quizzes."""
