"""The figures of chapter 4 that move: panel 4b, a filter that slides, and what a stack of layers can see."""

from __future__ import annotations

from itertools import product

import numpy as np
import traitlets

from bioml_helpers.cnn import layers
from bioml_helpers.data import encode, validate
from bioml_helpers.figures import living
from bioml_helpers.figures.house import OKABE_ITO
from bioml_helpers.figures.kernel import KernelFigure
from bioml_helpers.figures.logo import DNA_COLOURS

MODES = ("DNA", "image")
MARK, BLUE, GREY = "#B34A00", OKABE_ITO["blue"], "#767676"
WIDTH, HEIGHT = 920, 480  # units of both drawings (the module has the same numbers)

# 24 letters of the promoter of the lac operon; its −10 box is TATGTT.
LAC = "TGCTTCCGGCTCGTATGTTGTGTG"


def match_filter(word: str, hit: float = 2.0, miss: float = -1.0) -> list[list[float]]:
    """Return a filter that gives `hit` for each letter of a word that fits and `miss` for each that does not.

    Examples
    --------
    >>> match_filter("TA")
    [[-1.0, 2.0], [-1.0, -1.0], [-1.0, -1.0], [2.0, -1.0]]
    """
    return np.where(encode.one_hot(word) == 1, hit, miss).tolist()


DNA_FILTERS = {
    "finds TATAAT": match_filter("TATAAT"),
    "finds CGG": match_filter("CGG"),
    "counts G and C": [[0.0] * 6, [1.0] * 6, [1.0] * 6, [0.0] * 6],
}
IMAGE_FILTERS = {
    "edge, light to dark": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "edge, top to bottom": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    "dark spot": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "mean of nine": [[1 / 9] * 3] * 3,
}


class SlideFigure(living.LivingFigure):
    """A filter that slides: the window, what is multiplied, the sum, and the output cell that it writes.

    Over DNA the window moves in one direction, over the micrograph in two. Chapter 4, section *See*.

    Parameters
    ----------
    sequence : str
        Letters of ACGT.
    image : array_like of shape (rows, columns), optional
        Whole numbers from 0 (white) to 99 (black); by default a piece of `models.tissue`.
    mode : {"DNA", "image"}
    position : int
        The output place shown first, from 0; in an image counted row by row.
    stride, padding, dilation : int
        1 to 3, 0 to 3, 1 to 3.

    Raises
    ------
    ValueError
        If the sequence holds other letters, or a number is out of its range.

    Examples
    --------
    >>> print(SlideFigure(position=12, image=[[0, 99, 0], [0, 99, 0], [0, 99, 0]]).alt())
    A filter of 4 × 6 weights slides over 24 letters of DNA. Place 13 of 19: the window reads GTATGT. \
−1 − 1 − 1 − 1 − 1 + 2 = −3.
    """

    figsize = (9.6, 5.0)
    _esm = living.module(__file__, "..", "slide.js")

    mode = traitlets.Unicode("DNA").tag(sync=True, state=True)
    position = traitlets.Int(0).tag(sync=True, state=True)
    sequence = traitlets.Unicode(LAC).tag(sync=True, state=True)
    image = traitlets.List().tag(sync=True, state=True)
    dna_filters = traitlets.Dict(DNA_FILTERS).tag(sync=True, state=True)
    dna_filter = traitlets.Unicode("finds TATAAT").tag(sync=True, state=True)
    image_filters = traitlets.Dict(IMAGE_FILTERS).tag(sync=True, state=True)
    image_filter = traitlets.Unicode("edge, light to dark").tag(sync=True, state=True)
    stride = traitlets.Int(1).tag(sync=True, state=True)
    padding = traitlets.Int(0).tag(sync=True, state=True)
    dilation = traitlets.Int(1).tag(sync=True, state=True)

    def __init__(self, sequence: str = LAC, *, image=None, **state):
        encode.integers(sequence)  # says which letter is none
        if image is None:
            from bioml_helpers.cnn.models import tissue

            image = tissue()
        image = validate.array("image", image, ndim=2, integer=True)
        super().__init__(sequence=sequence, image=image.tolist(), **state)

    @traitlets.validate("mode")
    def _check_mode(self, proposal):
        return validate.one_of("mode", proposal["value"], MODES)

    @traitlets.validate("position")
    def _check_position(self, proposal):
        return validate.number("position", proposal["value"], low=0, integer=True)

    @traitlets.validate("stride", "dilation")
    def _check_step(self, proposal):
        return validate.number(proposal["trait"].name, proposal["value"], low=1, high=3, integer=True)

    @traitlets.validate("padding")
    def _check_padding(self, proposal):
        return validate.number("padding", proposal["value"], low=0, high=3, integer=True)

    @staticmethod
    def compute(state: dict) -> dict:
        """Return the output's size, the place shown, the inputs under the window, the products, the sum, all outputs.

        Inputs are numbered from 0 (pixels row by row); −1 is a zero of the padding.

        Examples
        --------
        >>> state = {"mode": "DNA", "sequence": "ACA", "dna_filters": {"a": [[1, 2], [3, 4], [0, 0], [0, 0]]},
        ...          "dna_filter": "a", "position": 1, "stride": 1, "padding": 0, "dilation": 1}
        >>> numbers = SlideFigure.compute(state)
        >>> numbers["window"], numbers["products"], numbers["output"]
        ([1, 2], [3.0, 2.0], [5.0, 5.0])
        """
        if state["mode"] == "DNA":
            weights = np.array(state["dna_filters"][state["dna_filter"]], dtype=float)  # (4, k)
            letters = encode.integers(state["sequence"])
            lengths, kernel = [len(letters)], [weights.shape[1]]
            values = weights[letters].ravel()  # (letters · k,): each letter's own row of the filter
            terms = [np.arange(len(letters)) * kernel[0] + i for i in range(kernel[0])]
        else:
            weights = np.array(state["image_filters"][state["image_filter"]], dtype=float)  # (k, k)
            pixels = np.array(state["image"], dtype=float)
            lengths, kernel = list(pixels.shape), list(weights.shape)
            values = np.outer(pixels.ravel(), weights.ravel()).ravel()
            terms = [np.arange(pixels.size) * weights.size + i for i in range(weights.size)]
        how = {name: state[name] for name in ("stride", "padding", "dilation")}
        size = [layers.output_size(n, k, **how) for n, k in zip(lengths, kernel, strict=True)]
        windows = [_window(place, kernel, lengths, **how) for place in product(*map(range, size))]
        products = [
            [float(values[terms[i][at]]) if at >= 0 else 0.0 for i, at in enumerate(window)] for window in windows
        ]
        output = [float(sum(one)) for one in products]
        position = min(state["position"], len(output) - 1)
        return {
            "size": size,
            "position": position,
            "window": windows[position],
            "products": products[position],
            "sum": output[position],
            "output": output,
        }

    @classmethod
    def golden_cases(cls) -> list[dict]:
        """Return DNA and a small image with every filter, and settings of stride, padding and dilation."""
        image = np.random.default_rng(4).integers(0, 100, (8, 9)).tolist()
        common = {
            "sequence": LAC,
            "image": image,
            "dna_filters": DNA_FILTERS,
            "dna_filter": "finds TATAAT",
            "image_filters": IMAGE_FILTERS,
            "image_filter": "dark spot",
            "stride": 1,
            "padding": 0,
            "dilation": 1,
        }
        cases = [{**common, "mode": mode, "position": at} for mode in MODES for at in (0, 13, 500)]
        cases += [{**common, "mode": "DNA", "position": 3, "dna_filter": name} for name in DNA_FILTERS]
        cases += [{**common, "mode": "image", "position": 20, "image_filter": name} for name in IMAGE_FILTERS]
        for mode, (stride, padding, dilation) in product(MODES, [(2, 0, 1), (1, 3, 1), (1, 0, 3), (3, 2, 2)]):
            cases.append(
                {**common, "mode": mode, "position": 5, "stride": stride, "padding": padding, "dilation": dilation}
            )
        return cases

    def alt(self) -> str:
        """Return what slides over what, and the sum at the present place."""
        if self.mode == "DNA":
            width = len(self.dna_filters[self.dna_filter][0])
            what = f"A filter of 4 × {width} weights slides over {len(self.sequence)} letters of DNA."
        else:
            k = len(self.image_filters[self.image_filter])
            shape = f"{len(self.image)} × {len(self.image[0])} pixels of a micrograph"
            what = f"A filter of {k} × {k} weights slides over {shape}."
        return f"{what} {self.sentence()}"

    def sentence(self) -> str:
        """Return what the figure says below the picture."""
        numbers = self.compute(self.state())
        size, position = numbers["size"], numbers["position"]
        said = f"{written(numbers['products'])} = {tidy(numbers['sum'])}."
        if self.mode == "DNA":
            letters = "".join("·" if at < 0 else self.sequence[at] for at in numbers["window"])
            return f"Place {position + 1} of {size[0]}: the window reads {letters}. {said}"
        row, column = divmod(position, size[1])
        return f"Row {row + 1} of {size[0]}, column {column + 1} of {size[1]}: {said}"

    def draw(self, fig) -> None:
        """Draw the input with its window, the products, and the output as far as it is written."""
        axes = fig.subplots()
        axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), aspect="equal")
        axes.axis("off")
        numbers = self.compute(self.state())
        (self._draw_letters if self.mode == "DNA" else self._draw_pixels)(axes, numbers)

    def _draw_letters(self, axes, numbers):
        weights = np.array(self.dna_filters[self.dna_filter])
        k, position, padding = weights.shape[1], numbers["position"], self.padding
        wide = min(36, 888 / (len(self.sequence) + 2 * padding))
        zeros = f", {padding} zero{'s' * (padding > 1)} at each end" if padding else ""
        _title(axes, 16, 20, f"input: {len(self.sequence)} letters{zeros}")
        inside = {position * self.stride - padding + i * self.dilation for i in range(k)}
        for at in range(-padding, len(self.sequence) + padding):
            letter = self.sequence[at] if 0 <= at < len(self.sequence) else "0"
            x = 16 + (at + padding) * wide
            _box(axes, x, 34, wide, 38, marked=at in inside)
            _text(axes, x + wide / 2, 53, letter, weight="bold", color=_letter_colour(letter))
        _title(axes, 16, 102, f"filter: 4 × {k} weights, the same at every place; one is picked in each column")
        self._draw_weights(axes, weights, numbers)
        output = numbers["output"]
        _title(axes, 16, 302, f"output: {len(output)} numbers, written up to place {position + 1}")
        step, most, zero = min(36, 888 / len(output)), max(max(map(abs, output)), 1e-9), 386
        axes.plot([16, 16 + step * len(output)], [zero, zero], color="black", lw=1)
        for at, value in enumerate(output):
            x = 16 + at * step + 3
            if at > position:
                _box(axes, x, zero - 8, step - 6, 16, dashed=True)
                continue
            height = abs(value) / most * 58
            here = at == position
            top = zero - height if value >= 0 else zero
            _box(axes, x, top, step - 6, height, face=MARK if here else BLUE, edge="none")
            if step > 27 or here:
                y = zero - height - 9 if value >= 0 else zero + height + 11
                _text(axes, x + step / 2 - 3, y, tidy(value), weight="bold" if here else "normal", size=10)

    def _draw_weights(self, axes, weights, numbers, cell=62, x0=120, y0=120):
        for row, base in enumerate(encode.DNA):
            _text(axes, x0 - 20, y0 + row * 30 + 15, base, weight="bold", color=_letter_colour(base))
            for i, at in enumerate(numbers["window"]):
                hit = at >= 0 and self.sequence[at] == base
                _box(axes, x0 + i * cell, y0 + row * 30, cell, 30, marked=hit)
                weight = "bold" if hit else "normal"
                _text(axes, x0 + (i + 0.5) * cell, y0 + row * 30 + 15, tidy(weights[row, i]), weight=weight)
        axes.text(x0 - 12, y0 + 144, "picked:", ha="right", va="center", fontsize=11)
        for i, one in enumerate(numbers["products"]):
            _text(axes, x0 + (i + 0.5) * cell, y0 + 144, tidy(one), weight="bold")
        x = x0 + weights.shape[1] * cell + 20
        axes.text(x, y0 + 144, f"sum = {tidy(numbers['sum'])}", va="center", fontsize=13, weight="bold", color=MARK)

    def _draw_pixels(self, axes, numbers):
        image = np.array(self.image)
        weights = np.array(self.image_filters[self.image_filter])
        padding, k, size = self.padding, len(weights), numbers["size"]
        row, column = divmod(numbers["position"], size[1])
        side = min(22, 308 / (max(image.shape) + 2 * padding))
        zeros = f", padded by {padding}" if padding else ""
        _title(axes, 16, 22, f"input: {image.shape[0]} × {image.shape[1]} pixels{zeros}")
        corner = (16 + padding * side, 40 + padding * side)
        _picture(axes, image / 99, corner, side, "Greys")
        for i, j in product(range(k), repeat=2):
            y, x = row * self.stride + i * self.dilation, column * self.stride + j * self.dilation
            _box(axes, 16 + x * side, 40 + y * side, side, side, face="none", edge=MARK, thick=2)
        cell, mx, my = 62, 366, 66
        _title(axes, mx - 6, 22, "pixel × weight")
        for i, at in enumerate(numbers["window"]):
            x, y = mx + i % k * cell, my + i // k * 48
            _box(axes, x, y, cell, 48, edge=MARK)
            _text(axes, x + cell / 2, y + 15, str(image.ravel()[at]) if at >= 0 else "0")
            _text(axes, x + cell / 2, y + 34, f"× {tidy(weights.ravel()[i])}", weight="bold")
        _text(
            axes, mx + 1.5 * cell, my + 3 * 48 + 28, f"sum = {tidy(numbers['sum'])}", weight="bold", color=MARK, size=14
        )
        output = np.array(numbers["output"])
        low, high = output.min(), output.max()
        shown = np.where(np.arange(len(output)) <= numbers["position"], (output - low) / (high - low or 1), np.nan)
        step = min(22, 308 / max(size))
        _title(axes, 596, 22, f"output: {size[0]} × {size[1]}, written so far")
        _picture(axes, shown.reshape(size), (596, 40), step, "gray")
        _box(axes, 596, 40, step * size[1], step * size[0], face="none")
        _box(axes, 596 + column * step, 40 + row * step, step, step, face="none", edge=MARK, thick=2)
        axes.text(16, 396, "dark pixels carry large numbers (0 to 99)", fontsize=11)
        axes.text(596, 396, f"white is {tidy(high)}, black is {tidy(low)}", fontsize=11)


def _window(place, kernel, lengths, *, stride, padding, dilation) -> list[int]:
    """Numbers of the inputs under the window at one output place; −1 for a zero of the padding."""
    found = []
    for offset in product(*map(range, kernel)):
        number = 0
        for p, o, length in zip(place, offset, lengths, strict=True):
            at = p * stride - padding + o * dilation
            number = -1 if number < 0 or not 0 <= at < length else number * length + at
        found.append(number)
    return found


def tidy(value: float) -> str:
    """Return a number with at most one decimal and a real minus.

    Examples
    --------
    >>> tidy(-3.0), tidy(0.1111), tidy(2.5)
    ('−3', '0.1', '2.5')
    """
    rounded = float(np.floor(value * 10 + 0.5) / 10)  # halves go up, as in JavaScript
    return f"{rounded:g}".replace("-", "−") if rounded else "0"


def written(products) -> str:
    """Return a sum as it is written.

    Examples
    --------
    >>> written([2.0, -1.0, 0.0])
    '2 − 1 + 0'
    """
    first, *others = products
    return " ".join([tidy(first), *(f"− {tidy(-one)}" if one < 0 else f"+ {tidy(one)}" for one in others)])


def _letter_colour(letter):
    darker = {"A": "#00694D", "G": "#8A5A00", "T": MARK}
    return darker.get(letter, DNA_COLOURS.get(letter, GREY))


def _title(axes, x, y, text):
    axes.text(x, y, text, fontsize=12, weight="bold", va="center")


def _text(axes, x, y, text, *, weight="normal", color="#1a1a1a", size=11):
    axes.text(x, y, text, ha="center", va="center", fontsize=size, weight=weight, color=color)


def _box(axes, x, y, width, height, *, marked=False, face="white", edge="#8a8a8a", thick=0.8, dashed=False):
    from matplotlib.patches import Rectangle

    face, edge, thick = ("#FCE9D9", MARK, 2) if marked else (face, edge, thick)
    dash = ":" if dashed else "-"
    axes.add_patch(Rectangle((x, y), width, height, facecolor=face, edgecolor=edge, linewidth=thick, linestyle=dash))


def _picture(axes, values, corner, side, colours):
    x, y = corner
    rows, columns = np.shape(values)
    extent = (x, x + columns * side, y + rows * side, y)
    axes.imshow(values, extent=extent, cmap=colours, vmin=0, vmax=1, interpolation="nearest", aspect="auto")
    axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), aspect="equal")


# ---------------------------------------------------------------- what a stack of layers sees

GROWTH = {"1, 1, 1, …": 1, "1, 2, 4, … (doubled)": 2}


def receptive_field_explorer(length: int = 40) -> KernelFigure:
    """Return a figure that draws which inputs one output of a stack of layers can see.

    Chapter 4, section *Build*.

    Parameters
    ----------
    length : int
        Inputs drawn.

    Returns
    -------
    KernelFigure
        Its ``controls`` are named ``depth``, ``kernel_size``, ``dilation`` and ``pool``.

    Examples
    --------
    >>> figure = receptive_field_explorer()
    >>> figure.controls["depth"].value = 4
    >>> figure.controls["dilation"].value = 2
    >>> print(figure.text.partition(".")[0])
    One output sees 31 inputs: 1 + 2 · 1 + 2 · 2 + 2 · 4 + 2 · 8
    """
    import ipywidgets

    def draw(fig, depth, kernel_size, dilation, pool):
        stack = stacked(depth, kernel_size, dilation, pool)
        fig.clear()
        _draw_stack(fig.subplots(), stack, length)
        seen, step, terms = layers.receptive_field(stack), 1, []
        for k, stride, gap in stack:
            terms.append(f"{k - 1} · {gap * step}")
            step *= stride
        said = f"One output sees {seen} inputs: 1 + {' + '.join(terms)}."
        beyond = f" Only {length} of them are drawn." if seen > length else ""
        return f"{said}{beyond} Its neighbour looks {step} input{'s' * (step > 1)} further on."

    def alt(depth, kernel_size, dilation, pool):
        seen = layers.receptive_field(stacked(depth, kernel_size, dilation, pool))
        return f"A tree of lines from one output down through {depth} layers to the {seen} inputs that it sees."

    controls = {
        "depth": ipywidgets.IntSlider(3, min=1, max=5, description="layers"),
        "kernel_size": ipywidgets.IntSlider(3, min=2, max=6, description="window"),
        "dilation": ipywidgets.Dropdown(options=list(GROWTH.items()), value=1, description="dilation"),
        "pool": ipywidgets.Dropdown(options=[("none", 1), ("2 after each", 2)], value=1, description="pooling"),
    }
    return KernelFigure(draw, controls, alt=alt, figsize=(8.4, 3.6))


def stacked(depth: int, kernel_size: int, growth: int = 1, pool: int = 1) -> list[tuple[int, int, int]]:
    """Return (kernel size, stride, dilation) of each layer of a stack, pooling layers included.

    Examples
    --------
    >>> stacked(2, 3, growth=2)
    [(3, 1, 1), (3, 1, 2)]
    >>> stacked(2, 3, pool=2)
    [(3, 1, 1), (2, 2, 1), (3, 1, 1), (2, 2, 1)]
    """
    found = []
    for layer in range(depth):
        found.append((kernel_size, 1, growth**layer))
        if pool > 1:
            found.append((pool, pool, 1))
    return found


def _draw_stack(axes, stack, length):
    """Each layer's places that the one output depends on, joined to what they look at."""
    places = {0}  # of the last layer, counted in its own steps
    levels = [places]
    for k, stride, dilation in reversed(stack):
        places = {p * stride + i * dilation for p in places for i in range(k)}
        levels.append(places)
    levels = levels[::-1]  # from the inputs up
    step, steps = 1, [1]
    for _, stride, _ in stack:
        step *= stride
        steps.append(step)
    seen = layers.receptive_field(stack)
    first = max(0, (length - seen) // 2)
    middle = [0.0]  # every place stands over the middle of what it sees
    for (k, _, dilation), width in zip(stack, steps, strict=False):
        middle.append(middle[-1] + (k - 1) * dilation * width / 2)

    def x(level, place):
        return first + place * steps[level] + middle[level]

    for level, (k, stride, dilation) in enumerate(stack, start=1):
        for p in levels[level]:
            for i in range(k):
                ends = [x(level, p), x(level - 1, p * stride + i * dilation)]
                axes.plot(ends, [level, level - 1], "-", color=GREY, lw=0.8, zorder=1)
    axes.plot(range(length), [0] * length, "o", color="white", mec=GREY, ms=5, zorder=2)
    for level, used in enumerate(levels):
        look = {"color": MARK if level == len(stack) else BLUE, "ms": 6, "marker": "s" if level else "o"}
        axes.plot([x(level, p) for p in sorted(used)], [level] * len(used), linestyle="none", zorder=3, **look)
    names = ["input", *("pooling" if s > 1 else f"window {k}, dilation {d}" for k, s, d in stack)]
    axes.set_yticks(range(len(names)), names)
    axes.set(xlim=(-1, length), xlabel="position")
    axes.grid(False)
