"""Grading a class: hidden tests that judge in a process of their own, and what nbgrader needs to use them.

``hidden``   judges an answer once more, with other inputs than the check that the learner sees
``wire``     what two processes that do not trust each other say to each other: plain data, never pickles
``fence``    what the process that runs a submission may not do
``worker``   that process
``apart``    the grader's side of it
``grading``  the step that takes the place of nbgrader's own "execute"
``grades``   the export: points that count, and bonus points

Nothing here is imported by the rest of the package, and only ``grading`` and ``grades`` need nbgrader.
"""
