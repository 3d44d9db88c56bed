"""Encodings: sequences as numbers, and back; one shape for many. Unknown letters are never passed over in silence."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from . import validate

DNA = "ACGT"
RNA = "ACGU"
PROTEIN = "ACDEFGHIKLMNPQRSTVWY"
_OTHER_STRAND = str.maketrans("ACGTNacgtn", "TGCANtgcan")


def integers(sequences: str | Iterable[str], alphabet: str = DNA, unknown: str = "error") -> np.ndarray:
    """Number the letters of one sequence, or of several of one length.

    Parameters
    ----------
    sequences : str or iterable of str
        One sequence, or several of the same length.
    alphabet : str
        The letters, each once; the first becomes 0.
    unknown : {"error", "extra"}
        What to do with any other letter: stop, or give it the number ``len(alphabet)``.

    Returns
    -------
    numpy.ndarray
        ``int64``, shape ``(length,)`` for one sequence, ``(batch, length)`` for several.

    Raises
    ------
    TypeError
        If a sequence is not a text.
    ValueError
        If a letter is not in the alphabet (its position, counted from 0, is named), or lengths differ or are 0.

    Examples
    --------
    >>> integers("GATTACA")
    array([2, 0, 3, 3, 0, 1, 0])
    >>> integers(["AC", "GN"], unknown="extra")
    array([[0, 1],
           [2, 4]])
    """
    validate.one_of("unknown", unknown, ["error", "extra"])
    single, texts = _texts(sequences)
    numbers = _numbers(texts, _alphabet(alphabet), strict=unknown == "error", single=single)
    return numbers[0] if single else numbers


def one_hot(
    sequences: str | Iterable[str], alphabet: str = DNA, unknown: str = "error", channels_first: bool = True
) -> np.ndarray:
    """Encode one sequence, or several of one length, as one channel a letter: 1 where the letter stands, else 0.

    Parameters
    ----------
    sequences : str or iterable of str
        One sequence, or several of the same length.
    alphabet : str
        The letters, each once, in the order of the channels.
    unknown : {"error", "zeros"}
        What to do with any other letter, for example N: stop, or leave its position 0 in every channel.
    channels_first : bool
        PyTorch's convolutions want channels first (default); otherwise the channels are the last axis.

    Returns
    -------
    numpy.ndarray
        ``float32``. Channels first: ``(letters, length)`` for one sequence, ``(batch, letters, length)`` for several;
        otherwise ``(length, letters)`` and ``(batch, length, letters)``.

    Raises
    ------
    TypeError
        If a sequence is not a text.
    ValueError
        If a letter is not in the alphabet (its position, counted from 0, is named), or lengths differ or are 0.

    Examples
    --------
    >>> one_hot("GAT").astype(int)
    array([[0, 1, 0],
           [0, 0, 0],
           [1, 0, 0],
           [0, 0, 1]])
    >>> one_hot(["GAT", "ACA"]).shape
    (2, 4, 3)
    >>> one_hot("GAX")
    Traceback (most recent call last):
    ...
    ValueError: sequences: expected only letters of 'ACGT', got 'X' at position 2.
    """
    validate.one_of("unknown", unknown, ["error", "zeros"])
    single, texts = _texts(sequences)
    letters = _alphabet(alphabet)
    numbers = _numbers(texts, letters, strict=unknown == "error", single=single)  # (batch, length)
    # row len(letters) of this table stays 0: an unknown letter has no channel
    table = np.eye(len(letters) + 1, len(letters), dtype=np.float32)
    encoded = table[numbers]  # (batch, length, letters)
    if channels_first:
        encoded = np.ascontiguousarray(encoded.transpose(0, 2, 1))  # (batch, letters, length)
    return encoded[0] if single else encoded


def flagged(sequences: Iterable[str], *flags: Iterable[int]) -> np.ndarray:
    """Return DNA as one-hot with a fifth channel: 1 where a flag stands. Used by chapters 5 and 6.

    Parameters
    ----------
    sequences : iterable of str
        Of one length.
    *flags : iterables of int
        One place a sequence, counted from 0; more than one such list for more than one flag a sequence.

    Returns
    -------
    numpy.ndarray
        ``float32``, shape (sequences, length, 5).

    Raises
    ------
    ValueError
        If there are not as many places as sequences, or a place lies outside.

    Examples
    --------
    >>> flagged(["ACGT"], [2])[0, 2]
    array([0., 0., 1., 0., 1.], dtype=float32)
    """
    bases = one_hot(list(sequences), channels_first=False)
    marks = np.zeros((*bases.shape[:2], 1), dtype=np.float32)
    for given in flags:
        places = validate.array("flags", list(given), ndim=1, length=len(bases), integer=True)
        if len(places) and (places.min() < 0 or places.max() >= bases.shape[1]):
            raise ValueError(
                f"flags: expected places from 0 to {bases.shape[1] - 1}, got {places.min()} to {places.max()}."
            )
        marks[np.arange(len(bases)), places, 0] = 1
    return np.concatenate([bases.astype(np.float32), marks], axis=2)


def decode(
    encoded: np.ndarray, alphabet: str = DNA, unknown: str = "N", channels_first: bool = True
) -> str | list[str]:
    """Turn one-hot values, scores or probabilities back into letters: at each position the greatest channel.

    Parameters
    ----------
    encoded : array_like
        As `one_hot` returns it: two axes for one sequence, three for several.
    alphabet : str
        The letters in the order of the channels.
    unknown : str
        The letter for a position where every channel is 0.
    channels_first : bool
        Which axis holds the channels, as in `one_hot`.

    Returns
    -------
    str or list of str
        One sequence for two axes, a list for three.

    Raises
    ------
    ValueError
        If the number of axes or of channels does not fit.

    Examples
    --------
    >>> decode(one_hot("GATTACA"))
    'GATTACA'
    >>> decode(one_hot(["GAN"], unknown="zeros"))
    ['GAN']
    """
    letters = _alphabet(alphabet)
    values = validate.array("encoded", encoded)
    if values.ndim not in (2, 3):
        raise ValueError(f"encoded: expected 2 axes (one sequence) or 3 (several), got shape {values.shape}.")
    if not isinstance(unknown, str) or len(unknown) != 1:
        raise ValueError(f"unknown: expected one letter, got {unknown!r}.")
    if channels_first:
        values = np.swapaxes(values, -1, -2)  # (…, length, letters)
    if values.shape[-1] != len(letters):
        order = "first" if channels_first else "last"
        raise ValueError(
            f"encoded: expected {len(letters)} channels ({letters!r}, channels {order}), got {values.shape[-1]}."
        )
    best = np.where((values == 0).all(axis=-1), len(letters), values.argmax(axis=-1))
    symbols = np.array([*letters, unknown])
    rows = ["".join(row) for row in symbols[np.atleast_2d(best)]]
    return rows[0] if values.ndim == 2 else rows


def reverse_complement(sequences: str | Iterable[str]) -> str | list[str]:
    """Return the other strand, read from its own 5' end: A and T, C and G change places, and the order turns round.

    For one-hot arrays with channels A, C, G, T it is a flip of both axes: ``x[..., ::-1, ::-1]``.

    Parameters
    ----------
    sequences : str or iterable of str
        Letters of ACGTN, capitals or not; N stays N. Lengths may differ.

    Returns
    -------
    str or list of str
        One sequence for one, a list for several.

    Raises
    ------
    TypeError
        If a sequence is not a text.
    ValueError
        If a letter is another one (U, for example).

    Examples
    --------
    >>> reverse_complement("GATTACA")
    'TGTAATC'
    >>> reverse_complement(["AAN", "c"])
    ['NTT', 'g']
    """
    single = isinstance(sequences, str)
    texts = [sequences] if single else list(sequences)
    for number, text in enumerate(texts):
        where = "sequences" if single else f"sequences[{number}]"
        if not isinstance(text, str):
            raise TypeError(f"{where}: expected a text, got {text!r} (a {type(text).__name__}).")
        for position, letter in enumerate(text):
            if letter.upper() not in "ACGTN":
                raise ValueError(f"{where}: expected only letters of 'ACGTN', got {letter!r} at position {position}.")
    turned = [text.translate(_OTHER_STRAND)[::-1] for text in texts]
    return turned[0] if single else turned


def pad_sequences(sequences: Iterable, length: int | None = None, *, value: float = 0) -> tuple[np.ndarray, np.ndarray]:
    """Put sequences of different lengths into one array, and say which positions are real.

    Parameters
    ----------
    sequences : iterable of array_like
        Each of shape (its length, ...): letters as numbers, or one-hot with the channels last. All but the first axis
        must agree.
    length : int, optional
        Length of the result; by default that of the longest. Nothing is ever cut off.
    value : float
        What stands behind the end of a sequence.

    Returns
    -------
    padded : numpy.ndarray
        Shape (batch, length, ...), of the sequences' own type.
    mask : numpy.ndarray
        ``bool``, shape (batch, length): True where there is a real position.

    Raises
    ------
    TypeError
        If a sequence is a text (encode it first) or no numbers.
    ValueError
        If there is none, a sequence is empty or longer than `length`, or their other axes differ.

    Examples
    --------
    >>> padded, mask = pad_sequences([[1, 2, 3], [4]])
    >>> padded
    array([[1, 2, 3],
           [4, 0, 0]])
    >>> mask.astype(int)
    array([[1, 1, 1],
           [1, 0, 0]])
    """
    if isinstance(sequences, (str, bytes)):
        raise TypeError("sequences: expected a list of arrays, got one text; encode it first.")
    arrays = []
    for number, sequence in enumerate(sequences):
        if isinstance(sequence, str):
            raise TypeError(f"sequences[{number}]: expected numbers, got a text; encode it first (integers, one_hot).")
        validate.array(f"sequences[{number}]", sequence, finite=False)
        arrays.append(np.asarray(sequence.detach().cpu() if hasattr(sequence, "detach") else sequence))
        if arrays[-1].ndim == 0 or arrays[-1].shape[1:] != arrays[0].shape[1:]:
            raise ValueError(
                f"sequences[{number}]: expected shape (length, ...) with the other axes of the first, "
                f"{arrays[0].shape[1:]}, got shape {arrays[-1].shape}."
            )
    if not arrays:
        raise ValueError("sequences: expected at least one sequence, got none.")
    sizes = np.array([len(array) for array in arrays])
    longest = int(sizes.max())
    length = longest if length is None else validate.number("length", length, low=longest, integer=True)
    padded = np.full((len(arrays), length, *arrays[0].shape[1:]), value, dtype=np.result_type(*arrays))
    for row, array in enumerate(arrays):
        padded[row, : len(array)] = array
    return padded, np.arange(length) < sizes[:, None]


def centre_crop(volume: np.ndarray, shape: Iterable[int], *, value: float = 0) -> np.ndarray:
    """Bring an image or a volume to one shape, about its middle: each axis is cut or padded.

    Parameters
    ----------
    volume : array_like
        Any number of axes.
    shape : iterable of int
        The size wanted for each axis.
    value : float
        What stands where nothing was.

    Returns
    -------
    numpy.ndarray
        Of that shape and of the volume's own type; a new array. If the sizes differ by an odd number, the larger rest
        is cut off, or added, at the end.

    Raises
    ------
    ValueError
        If `shape` has another number of axes, or a size below 1.

    Examples
    --------
    >>> centre_crop(np.arange(1, 6), [3])
    array([2, 3, 4])
    >>> centre_crop(np.ones((2, 2), dtype=int), (3, 1))
    array([[1],
           [1],
           [0]])
    """
    before = np.asarray(volume)
    sizes = validate.array("shape", list(shape), ndim=1, integer=True).tolist()
    if len(sizes) != before.ndim or min(sizes) < 1:
        raise ValueError(f"shape: expected {before.ndim} sizes of at least 1, one for each axis, got {tuple(sizes)}.")
    after = np.full(sizes, value, dtype=before.dtype)
    taken, placed = [], []
    for old, new in zip(before.shape, sizes, strict=True):
        size = min(old, new)
        taken.append(slice((old - size) // 2, (old - size) // 2 + size))
        placed.append(slice((new - size) // 2, (new - size) // 2 + size))
    after[tuple(placed)] = before[tuple(taken)]
    return after


def _alphabet(alphabet: str) -> str:
    if not isinstance(alphabet, str) or not alphabet:
        raise ValueError(f"alphabet: expected a text of letters, got {alphabet!r}.")
    twice = sorted({letter for letter in alphabet if alphabet.count(letter) > 1})
    if twice:
        raise ValueError(f"alphabet: expected each letter once, got {twice[0]!r} more than once in {alphabet!r}.")
    return alphabet


def _texts(sequences: str | Iterable[str]) -> tuple[bool, list[str]]:
    """Return whether one sequence was given, and the list of texts, all of one length."""
    if isinstance(sequences, str):
        texts = [sequences]
    elif isinstance(sequences, Iterable) and not isinstance(sequences, (bytes, dict)):
        texts = list(sequences)
    else:
        raise TypeError(f"sequences: expected a text or a list of texts, got a {type(sequences).__name__}.")
    single = isinstance(sequences, str)
    if not texts:
        raise ValueError("sequences: expected at least one sequence, got an empty list.")
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"sequences[{number}]: expected a text, got {text!r} (a {type(text).__name__}).")
        where = "sequences" if single else f"sequences[{number}]"
        if not text:
            raise ValueError(f"{where}: expected at least one letter, got an empty text.")
        if len(text) != len(texts[0]):
            raise ValueError(f"{where}: expected length {len(texts[0])} as the first sequence has, got {len(text)}.")
    return single, texts


def _numbers(texts: list[str], alphabet: str, *, strict: bool, single: bool) -> np.ndarray:
    """Return the letters' numbers, (batch, length); unknown ones get ``len(alphabet)``, or stop where `strict`."""
    number_of = {letter: number for number, letter in enumerate(alphabet)}
    numbers = np.array([[number_of.get(letter, len(alphabet)) for letter in text] for text in texts], dtype=np.int64)
    unknown = np.argwhere(numbers == len(alphabet))
    if strict and len(unknown):
        row, position = unknown[0].tolist()
        letter = texts[row][position]
        where = "sequences" if single else f"sequences[{row}]"
        other_case = letter.swapcase() in number_of
        hint = f" (the alphabet has {letter.swapcase()!r}: convert the case first)" if other_case else ""
        raise ValueError(
            f"{where}: expected only letters of {alphabet!r}, got {letter!r} at position {position}{hint}."
        )
    return numbers
