"""What happens before the first cell: the environment, the three commands, and the doctor.

Nothing here needs more than Python's own library, because it runs before anything is installed.
"""
