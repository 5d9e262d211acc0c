"""Texts that a fact may stand among: kept files, snippets of every Markdown construct, naughty strings, and mixtures."""

import random
from pathlib import Path

from miminions.files import read

FOLDER = Path(__file__).parent / "cases" / "surroundings"

SNIPPETS = [
    # Tabs, blanks and precedence.
    "\tcode by tab", "  \tcode by both", "- item\n\n\tgoes on", "-\t\tcode in an item", ">\t\tcode in a quote", "a\t b", "   \n\t\n ",
    "- `one\n- two`", "* a\n\n* b", "\n\n\n", "text  \nbreak", "text\\\nbreak", "a\n   b\n      c",
    # Rules.
    "***", "---", "___", "+++", "--", " ***", "    ***", "_ _ _ _", "- - -", "-     -      -", "a\n***\nb", "- a\n***\n- b", "* a\n* * *\n* b",
    # Headings.
    "# one", "###### six", "####### seven", "#5 bolt", "\\## no", "#                  wide       ", "   # three", "    # four", "## two ##",
    "# five ####################", "### three ### b", "# one#", "#", "## ", "### ###", "a\n===", "a\nb\n===", "a\n---", "a *b\nc*\n====",
    "a\n-----------------", "    a\n---", "a\n   ---      ", "a\n= =", "`a\n---\nb`", "> a\n---", "> a\nb\n===", "- a\n---", "---\na\n---",
    # Code.
    "    code", "  - a\n\n    b", "1.  a\n\n    - b", "    a\n\n\n    b", "a\n    b", "    a\nb", "```\n<\n >\n```", "~~~\n<\n~~~", "``\na\n``",
    "```\na\n~~~\n```", "````\na\n```\n``````", "> ```\n> a\n\nb", "```\n\n  \n```", "```\n```", " ```\n a\na\n```", "   ```\n   a\n   ```",
    "``` ```\na", "a\n```\nb\n```\nc", "~~~~    ruby startline=3 $%@#$\ndef a\nend\n~~~~~~~", "```;\n```", "~~~ a ``` ~~~\nb\n~~~", "```\n- a\n## b\n```",
    # HTML.
    "<table><tr><td>\n<pre>\n**a**,\n\n_b_.\n</pre>\n</td></tr></table>", "<div>\n*a*\n\n*b*\n</div>", "</div>\n*a*", "<div id='a'\n  class='b'>\n</div>",
    "<a href='b'>\n*c*\n</a>", "<del>\n\n*a*\n\n</del>", "<del>*a*</del>", "<pre>\na\n\n- b\n</pre>", "<style\n  type='x'>\na {}\n\nb\n</style>",
    "<!-- a\n\nb\n  c -->\nd", "<?a\n\nb?>", "<!A b>", "<![CDATA[\na\n\n]]>", "  <!-- a -->\n\n    <!-- b -->", "a\n<div>\nb\n</div>", "a\n<b c>\nd",
    "<hr />", "<!-- a -->*b*", "<x-y>", "<!--> a -->", "<!-- a -- b -->", "<!---->", "- <div>\n- a", "> <div>\n> a\n\nb",
    # Definitions.
    "[a]: /b 'c'\n\n[a]", "   [a]: \n      /b  \n           'c'  ", "[a]: /b '\nc\nd\n'", "[a]:\n\n[a]", "[a]: <>\n", "[a]: /b\\c*d 'e\\'f'", "[\na\n]: /b", "# [a]\n[a]: /b\n> c",
    "[a]: /b\n===\n[a]", "- [a]: /b\n- c", "[a]: /b 'c' d", "[^1]: note\n    goes on", "*[HTML]: markup",
    # Quotes and items.
    "> # a\n> b\n> c", "># a\n>b", "> a\nb", "> - a\n- b", ">     a\n    b", "> ```\na\n```", ">", ">\n>  \n> ", ">\n> a\n>  ", "> a\n\n> b", "> > > a\nb", "a\n> b",
    "A\nb.\n\n    c\n\n> d", "1.  A\n    b.\n\n        c\n\n    > d", "- a\n\n b", "- a\n\n  b", " -    a\n\n     b", "   > > 1.  a\n>>\n>>     b", "-a\n\n2.b",
    "- a\n\n\n  b", "1.  a\n\n    ```\n    b\n    ```\n\n    c\n\n    > d", "- a\n\n      b\n\n\n      c", "123456789. ok", "1234567890. no", "0. a", "003. a", "-1. no",
    "10.  a\n\n           b", "-    a\n\n  b", "-\n  a\n-\n  ```\n  b\n  ```", "-   \n  a", "-\n\n  a", "- a\n-\n- b", "1. a\n2.\n3. b", "*", "a\n*\n\na\n1.", "  1.  a\n    b", "> 1. > a\nb",
    "- a\n  - b\n    - c", "- a\n - b\n  - c\n   - d", "10) a\n    - b", "- - a", "1. - 2. a", "- # a\n- b\n  ---\n  c", "- a\n- b\n+ c", "1. a\n2. b\n3) c", "a\n- b\n- c", "a\n14.  b", "a\n1.  b",
    "- a\n- b\n\n\n- c", "- a\n\n<!-- -->\n\n- b", "- a\n - b\n  - c\n   - d\n    - e", "1. a\n\n  2. b\n\n    3. c", "- a\n-\n\n- c", "- a\n- b\n\n  [c]: /d\n- e", "- a\n- ```\n  b\n\n\n  ```\n- c", "* a\n  > b\n  >\n* c",
    # What stands inside lines.
    '\\!\\"\\#\\$\\%\\&', "\\*not em* \\<br/> \\[no](/x) \\`no`", "&nbsp; &amp; &copy; &#35; &#XD06; &#0;", "`` a ` b ``", "*a `b* c`", "<http://a.b> <me@a.b>", "**a*b**c*", '[a](<b c> "d") ![e](f)', "~~a~~ ~b~",
    "| a |\n| - |\n| b |", "| a | b |\n| :-: | ---: |\n| `c|d` | e \\| f |\ng", "a | b\n- | -\nc", "- | a |\n  |---|\n  | b |", "- [ ] a\n  - [x] b", "www.a.b http://c.d", "$$\na\n$$", ":::note\na\n:::", "{% a %}", "==a== %%b%% ^^c^^",
]  # fmt: skip

NAUGHTY = [
    "undefined", "null", "None", "NaN", "-1", "0x10", "1e309", "1/0", "true", "\\", "\\\\", "'", '"', "''", '""', "`", "``", "<", ">", "&", ";", "%", "%s %d %n", "{}", "{0}", "${x}", "$(x)", "`x`", "#{x}", "{{x}}", "<%= x %>",
    "--", "-->", "<!--", "<!-- -->", "<!-->", "--!>", "<!-- mm: -->", "<!-- mm:abcdef -->", "<!-- mm:s=x turns=1-2 -->", "mm:abcdef", "<!--mm:abcdef--><!--mm:abcdef-->", "<!-- mm:abcdef", "^abc", "a ^abc", "a [id:: b]", "a (id:: b)",
    "[decision] a", "\\[decision] a", "[ ] a", "[x]", "[ ]", "[a]: b", "[[a]]", "[[", "]]", "[", "]", "![", "](", "()", "- a", "* a", "+ a", "1. a", "1) a", "1.", "-", "*", "+", "# a", "#", "#a", "######", "> a", ">", "a\n===", "===", "---", "***", "___",
    "```", "~~~", "``` a", "~~~ a", "| a |", "|", "a | b", "|-|", "<div>", "</div>", "<script>a</script>", "<b>", "<?", "<!x", "<![CDATA[", "<pre>", "\ta", "    a", "a\tb", "a  ", "  a", "a\x00b", "\x00", "a\x07b", "a\x1b[31mb", "a\x7fb", "a\x85b",
    "a\u2028b", "a\u2029b", "\ufeffa", "a\u200bb", "a\u200d", "\u202ea\u202c", "\u2066a\u2069", "\u00a0a\u00a0", "\u3000", "e\u0301", "\u0301", "İi", "ßẞ", "ﬁ", "Å", "\U0001d49c", "😀", "👩‍👩‍👧", "🇩🇪", "שלום", "العربية", "日本語", "Ω≈ç√", "\udcff", "\ud800", "\udc80a",
    "a\rb", "a\r\nb", "a\n\nb", "\n", "a\x0bb", "a\x0cb", "x" * 3000, "a " * 800, "[" * 200, ">" * 60 + " a", "*" * 300, "`" * 300, "- " * 40 + "a", "../../etc/passwd", "'; DROP TABLE a;--", "CON", "=1+1", "@a", "http://a.b/?c=d&e#f", "C:\\a\\", "\\#", "a\\", "&lt;!--", "&#0;", "_a_", "__a__", "*a*", "a*b", "<<<<<<< a", "=======", ">>>>>>> b",
]  # fmt: skip

HEADS = [
    "",
    "",
    "",
    "",
    "\ufeff",
    "---\nworkspace: a # id\nshare: all\n---\n",
    "\ufeff---\n# only a comment\n---\n",
    "---\nopen: yes\n\n",
]
ENDS = ["\n", "\n", "\n", "\r\n", "\r"]
FACTS = ["- A fact. <!-- mm:aaaaa1 -->", "- No id, `code`.", "* Star. <!-- mm:aaaaa2 key=k pin -->", "1. Step. <!-- mm:aaaaa3 --> <!-- owner -->", "- [ ] Task. ^block-1", "- Long\n  lines. <!-- mm:aaaaa4 -->\n  - Nested.", "- Twice. <!-- mm:aaaaa1 -->", "  - Deep. <!-- mm:aaaaa5 -->"]  # fmt: skip
TITLES = ["# Memory", "## Facts", "## Decisions", "### Context ###", "Setext\n---", "## Observations", "##"]


def files() -> dict[str, str]:
    """Return the kept files, as the program reads them."""
    return {path.stem: read(path).text for path in sorted(FOLDER.glob("*.md"))}


def mixture(seed: int) -> str:
    """Make a file of all of it, the same one for the same seed."""
    chance = random.Random(seed)  # noqa: S311  # files, not secrets
    kept = list(files().values()) if chance.random() < 0.1 else []
    pieces = [_piece(chance, kept) for _ in range(chance.randint(0, 9))]
    end = chance.choice(ENDS)
    text = "\n".join(piece + chance.choice(["", "", "\n", "\n\n"]) for piece in pieces)
    text = (chance.choice(HEADS) + text + chance.choice(["", "\n", "\n\n", " \n"])).replace("\r\n", "\n")
    if chance.random() < 0.05:
        return "".join(chance.choice(ENDS) if c == "\n" else c for c in text)
    return text.replace("\n", end)


def _piece(chance: random.Random, kept: list[str]) -> str:
    kind = chance.random()
    if kind < 0.35:
        return chance.choice(FACTS)
    if kind < 0.5:
        return chance.choice(TITLES)
    if kind < 0.75:
        return chance.choice(SNIPPETS)
    if kind < 0.9:
        return chance.choice(["", "- ", "## ", "  ", "> "]) + chance.choice(NAUGHTY)
    return chance.choice(kept) if kept else "Some prose."
