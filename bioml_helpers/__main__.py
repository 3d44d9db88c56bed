"""The course's commands: python3 -m bioml_helpers learn | test | doctor | fetch | readiness.

This file must parse on every Python back to 2.7: there an old Python gets one sentence instead of a SyntaxError.
"""

from __future__ import print_function

import os
import subprocess
import sys

OLDEST = (3, 11)
KNOWN_GOOD = ("python3.13", "python3.12", "python3.11")


def too_old(version, arguments, newer=None):
    """Return the sentence for a Python that is too old, or None for one that will do."""
    if tuple(version[:2]) >= OLDEST:
        return None
    if newer:
        advice = "a newer one is here, so run: {0} -m bioml_helpers {1}".format(newer, " ".join(arguments))
    else:
        advice = "install one of these (https://www.python.org/downloads/), then run this again with it"
    return "The course needs Python 3.11, 3.12 or 3.13, and this is Python {0}.{1}; {2}.".format(
        version[0], version[1], advice.rstrip()
    )


def find_newer(names=KNOWN_GOOD, call=subprocess.call):
    """Return the name of a Python on the PATH that is new enough and really starts, or None."""
    with open(os.devnull, "w") as nowhere:
        for name in names:
            try:
                if call([name, "-c", ""], stdout=nowhere, stderr=nowhere) == 0:
                    return name
            except OSError:
                continue
    return None


def main(arguments):
    """Run one command and return its exit status."""
    if sys.version_info[:2] < OLDEST:
        print(too_old(sys.version_info, arguments, find_newer()), file=sys.stderr)
        return 1
    from bioml_helpers.start import commands

    return commands.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
