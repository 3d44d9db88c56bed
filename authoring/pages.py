"""Pages to show and to print: one self-contained HTML file each, and small pieces that slides and sheets share."""

from __future__ import annotations

import base64
import html
import re

from markdown_it import MarkdownIt

from authoring.stored import Picture

MARKDOWN = MarkdownIt("js-default", {"html": False})

# Dark blue and near black on white: contrast 7.6 and 17, well above the 4.5 that small text needs.
COLOURS = "--ink: #1a1a1a; --blue: #005a8c; --pale: #eaf3f9; --line: #8a8a8a;"
FONTS = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", '
    '"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif'
)


def page(title: str, style: str, body: str, script: str = "") -> str:
    """Return a whole HTML page that needs nothing from elsewhere."""
    script = f"<script>\n{script.strip()}\n</script>\n" if script else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>\n:root {{ color-scheme: light; {COLOURS} }}\n"
        f"body {{ font-family: {FONTS}; color: var(--ink); background: white; }}\n{style.strip()}\n</style>\n"
        f"</head>\n<body>\n{body.strip()}\n{script}</body>\n</html>\n"
    )


def text(words: str) -> str:
    """Return words as HTML; what stands between backticks becomes code, between single stars emphasis.

    Examples
    --------
    >>> text("a < b in `x`, *not* in y ** 2")
    'a &lt; b in <code>x</code>, <em>not</em> in y ** 2'
    """
    whole = html.escape(words, quote=False).replace(" %", "\u00a0%")  # a number and its sign stay on one line
    whole = re.sub(r"(?<![\w*])\*([^\s*](?:[^*]*[^\s*])?)\*(?![\w*])", r"<em>\1</em>", whole)
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", whole)


def markdown(source: str) -> str:
    """Return Markdown as HTML, one or more paragraphs; raw HTML in it is shown as text."""
    return MARKDOWN.render(source).strip()


def inline(source: str) -> str:
    """Return one line of Markdown as HTML without a paragraph around it."""
    return MARKDOWN.renderInline(source)


def prose(source: str) -> str:
    """Return what of a Markdown cell can be said aloud: no heading, table, formula, exercise or HTML.

    Examples
    --------
    >>> prose("## 1 · See\\n\\nLook at it.\\n\\n**Exercise 1.** Do it.\\n\\n- a part of it\\n\\nThen go on.")
    'Look at it.\\n\\nThen go on.'
    """
    kept, exercise = [], False
    for part in re.split(r"\n\s*\n", source.strip()):
        part = re.sub(r"<!--.*?-->", "", re.sub(r"^#+ .*\n?", "", part, flags=re.M), flags=re.S).strip()
        exercise = part.startswith("**Exercise") or (exercise and re.match(r"(- |\d+\. )", part) is not None)
        if part and not exercise and "$" not in part and not part.startswith(("|", "<")):
            kept.append(part)
    return "\n\n".join(kept)


def figure(picture: Picture, *, caption: bool = True) -> str:
    """Return a figure; its alt text is also shown below it, where it is not read aloud a second time."""
    below = f'<figcaption aria-hidden="true">{text(picture.alt)}</figcaption>' if caption else ""
    width, height = size(picture)
    return (
        f'<figure><img alt="{html.escape(picture.alt)}" width="{width}" height="{height}" '
        f'src="data:image/png;base64,{picture.png}">{below}</figure>'
    )


def size(picture: Picture) -> tuple[int, int]:
    """Return width and height as the notebook shows them; the height follows from the PNG's own shape."""
    header = base64.b64decode(picture.png[:44])  # 33 bytes: the signature, then width and height
    width, height = (int.from_bytes(header[start : start + 4], "big") for start in (16, 20))
    return picture.width, round(picture.width * height / width)
