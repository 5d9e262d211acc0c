"""Text from outside is safe to print."""

import pytest

from miminions.visible import visible


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "two\nlines\tand a tab",
        "\u05e9\u05dc \u200fx\u200f",
        "\u03bcs",
        "Cafe\u0301",
        "é 😀 👩‍👩‍👧 ❤️ אב می‌خواهم 私",
        "a\r\nb",
    ],
)
def test_what_people_write_stays(text):
    """Letters, emoji and their joiners, line feeds and tabs stay."""
    assert visible(text) == text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("good\rbad", "good␍bad"),
        ("a\x08b\x7f", "a␈b␡"),
        ("\x9b31m", "<U+009B>31m"),
        ("\u202eevil\u2066", "<U+202E>evil<U+2066>"),
        ("zero\u200bwidth\ufeff", "zero<U+200B>width<U+FEFF>"),
        ("line\u2028end", "line<U+2028>end"),
        ("tag\U000e0041", "tag<U+E0041>"),
        ("half\ud800", "half<U+D800>"),
        ("nul\0", "nul␀"),
        ("to\u200fkens", "to<U+200F>kens"),
        ("to\u200dkens", "to<U+200D>kens"),
        ("so\u00adft", "so<U+00AD>ft"),
        ("bl\u2800ank", "bl<U+2800>ank"),
        ("p\u0430ypal", "p<U+0430>ypal"),
        ("\uff52un", "<U+FF52>un"),
    ],
)
def test_what_steers_a_terminal_is_shown(text, shown):
    """What would steer a terminal, hide or turn text around becomes a mark."""
    assert visible(text) == shown
    assert visible(visible(text)) == shown
