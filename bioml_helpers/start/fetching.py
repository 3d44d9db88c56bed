"""Bring the real data sets to this machine, each with one line that says how it went."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bioml_helpers.start.environment import CannotStart


def main(names: Sequence[str] = (), say: Callable[[str], None] = print) -> int:
    """Fetch the data sets of these names (all, where none is given) into the cache.

    What cannot be had is said and passed over, so that a machine is prepared as far as it goes.

    Returns
    -------
    int
        0 if all are at hand now, else 1.

    Raises
    ------
    CannotStart
        If there is no data set of a name, or BIOML_DATA_DIR cannot be used.

    Examples
    --------
    >>> main(["ryegrass"])
    ryegrass: at hand
    1 of 1 data sets are at hand.
    0
    """
    from bioml_helpers import data

    known = data.names()
    for name in names:
        if name not in known:
            raise CannotStart(f"fetch: expected names out of {', '.join(known)}, got {name!r}.")
    wanted = list(dict.fromkeys(names)) or known
    missing = []
    for name in wanted:
        try:
            was_there = data.is_real_available(name)
            data.fetch(name)
            data.load(name, quiet=True)  # read once, so that a damaged file is found now and not in class
        except data.DataUnavailable as error:
            missing.append(name)
            say(f"{name}: not to be had ({error.reason}); the chapters use simulated stand-in data for it")
        except data.DataFolderError as error:
            raise CannotStart(str(error)) from None
        else:
            say(f"{name}: {'at hand' if was_there else 'fetched'}")
    if missing:
        say(f"{len(wanted) - len(missing)} of {len(wanted)} data sets are at hand; missing: {', '.join(missing)}.")
        return 1
    say(f"{len(wanted)} of {len(wanted)} data sets are at hand.")
    return 0
