"""Free text made safe for TeX and BibTeX: plain ASCII that prints the text and can run nothing."""

from __future__ import annotations

import re
import unicodedata

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "$": r"\$",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0327": "c",
}
_LETTERS = {
    "ß": r"{\ss}",
    "æ": r"{\ae}",
    "Æ": r"{\AE}",
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "ı": r"{\i}",
    "–": r"{\textendash}",
    "—": r"{\textemdash}",
    "‘": "`",
    "’": "'",
    "“": r"{\textquotedblleft}",
    "”": r"{\textquotedblright}",
    "…": r"{\textellipsis}",
    "−": "$-$",
    "±": r"$\pm$",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "√": r"$\surd$",
    "∞": r"$\infty$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "≠": r"$\neq$",
    "≈": r"$\approx$",
    "→": r"$\to$",
    "π": r"$\pi$",
    "γ": r"$\gamma$",
    "ζ": r"$\zeta$",
    "φ": r"$\varphi$",
}
# Two of these in a row would print as one other character.
_LIGATURE = re.compile(r"(?<=[-`'?!])(?=[-`'])")
# TeX cannot break a long word; lines wider than its largest dimension are an error.
_LONGEST_WORD = 40
_LINE = 120


def escape_tex(text: str) -> str:
    """Return text as ASCII TeX that prints it.

    Parameters
    ----------
    text : str
        Anything, of any length.

    Returns
    -------
    str
        Every character with a meaning to TeX is spelled out, so no command of the text is one; braces balance, as
        BibTeX needs; white space of any kind is one space; a character plain pdflatex cannot set, or that cannot be
        seen, is printed as its code point, [U+202E]; a word longer than 40 characters may be broken.
    """
    words = []
    for word in text.split():
        pieces = [word[start : start + _LONGEST_WORD] for start in range(0, len(word), _LONGEST_WORD)]
        escaped = r"\penalty0{}".join("".join(map(_character, piece)) for piece in pieces)
        words.append(_LIGATURE.sub("{}", escaped))
    return " ".join(words)


def escape_long_tex(text: str) -> str:
    """Return text as `escape_tex` does, on many lines: pdflatex reads no line of more than 200,000 characters."""
    words = escape_tex(text).replace(r"\penalty0{}", "\\penalty0{}%\n").split(" ")
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) >= _LINE:
            lines.append(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return "\n".join(line for line in lines if line)


def comment_line(text: str) -> str:
    """Return text for a comment of a program or a TeX file: one line of printable ASCII."""
    return re.sub(r"[^ -~]+", "?", " ".join(text.split()))


def _character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if " " < character < "\x7f":
        return character
    if character in _LETTERS:
        return _LETTERS[character]
    base, *marks = list(unicodedata.normalize("NFD", character))
    if len(marks) == 1 and marks[0] in _ACCENTS and base.isascii() and base.isalpha():
        letter = {"i": r"\i", "j": r"\j"}.get(base, base)
        return f"{{\\{_ACCENTS[marks[0]]}{{{letter}}}}}"
    return f"[U+{ord(character):04X}]"
