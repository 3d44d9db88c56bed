def lint(course, chapters):
    return []
