"""How a model's reply is read: what is an answer, what of it can be used, and that a cut one is none."""

import json

import pytest
from model_server import Fault, Raw, completion

from miminions.distiller.ask.answers import SCHEMA, Answer, extraction, read_answer
from miminions.distiller.ask.asking import ask, prompt_digest
from miminions.distiller.ask.lines import read_lines
from miminions.distiller.ask.tally import Tally
from miminions.errors import ModelError, ReplyCutError
from miminions.model import LiteLLM, Manners

ITEM = {
    "quote": "The dishes are washed by hand.",
    "turn": 4,
    "reason": "a rule",
    "op": "ADD",
    "target": "",
    "scope": "workspace",
    "section": "Facts",
    "text": "Dishes are washed by hand.",
}
ASKED = [{"role": "system", "content": "You record."}, {"role": "user", "content": "A transcript."}]


def item(**changes):
    return ITEM | changes


def whole(*items, summary="Talked about dishes."):
    return json.dumps({"items": list(items), "summary": summary}, ensure_ascii=False)


GOOD = whole(item())
READABLE = {
    "bare": GOOD,
    "indented": json.dumps(json.loads(GOOD), indent=4),
    "byte order mark": "\ufeff" + GOOD,
    "fence": f"```json\n{GOOD}\n```",
    "fence without a language": f"```\n{GOOD}\n```\n",
    "prose before": f"Of course {{as you wish}}: here is what I found.\n\n{GOOD}",
    "prose after": f"{GOOD}\n\nShall I {{do}} more? {{",
    "lone brace before": f"I write {{ and then the object: {GOOD}",
    "thought": f'<think>Perhaps {{"items": [], "summary": ""}}? No.</think>{GOOD}',
    "thought without its beginning": f"so I answer {{this}}</think>\n{GOOD}",
    "two thoughts": f"<think>a</think><think>b</think> {GOOD}",
    "thinking by another name": f"<thinking>a</thinking>{GOOD}",
    "twice": f"{GOOD}\n{GOOD}",
    "two fences": f"```json\n{GOOD}\n```\nand empty:\n```json\n" + whole(summary="") + "\n```",
    "another object before": '{"thoughts": {"deep": [1, 2]}} ' + GOOD,
    "last comma": GOOD.replace('"}]', '",}, ]'),
    "single quotes": str(json.loads(GOOD)),
    "apostrophe in single quotes": str(json.loads(GOOD)).replace("'a rule'", "'it's a rule'"),
    "constants": GOOD.replace('"target": ""', '"target": None'),
    "not a number": GOOD.replace('"target": ""', '"weight": NaN, "far": Infinity'),
    "comments": GOOD.replace('"items"', '/* the items */ "items"') + " // done",
    "comma before a comment": GOOD.replace('"}]', '", // the last\n}]'),
    "a line break in a string": GOOD.replace('"a rule"', '"a\nrule"'),
    "a turn in words": whole(item(turn="T4")),
    "other keys": whole(item(weight=0.3, parts=[{"a": {"b": None}}])),
    "lower case": whole(item(op="add", section="fact", scope="Workspace")),
}
UNREADABLE = {
    "nothing": "",
    "blank": " \n\t",
    "true": "true",
    "a string": '"items"',
    "a number": "1e999",
    "a list": f"[{json.dumps(ITEM)}]",
    "prose": "There is nothing that will still matter.",
    "a list in Markdown": "- Dishes are washed by hand.",
    "YAML": "items:\n  - text: Dishes are washed by hand.",
    "items are null": '{"items": null, "summary": ""}',
    "items are a string": '{"items": "none", "summary": ""}',
    "items are an object": '{"items": {"text": "x"}}',
    "other names": '{"memories": [{"text": "Dishes are washed by hand."}]}',
    "an error": '{"error": {"type": "overloaded", "message": "Overloaded"}}',
    "a refusal": "I cannot help with that.",
    "the prompt": "You record what an assistant should still know {items}.",
    "a thought that does not end": f"<think>I could answer {GOOD}",
    "only a thought": f"<think>{GOOD}</think>",
    "twice the same name": '{"items": [], "items": [' + json.dumps(ITEM) + "]}",
    "a bare quote in a string": GOOD.replace("washed", '"washed" "'),
    "wide characters": "\x00{\x00}",
    "nested for ever": '{"items":' + "[" * 100_000,
    "nested and closed": '{"items":' + "[" * 100_000 + "]" * 100_000 + "}",
    "braces": "{" * 100_000,
    "quotes and braces": '{"' * 100_000,
    "too long": '{"items": [' + " " * 2_000_000 + "]}",
    "an enormous number": '{"items": [' + "9" * 10_000 + "]}",
}


@pytest.mark.parametrize("text", READABLE.values(), ids=READABLE)
def test_a_careless_reply_is_read(text):
    """What stands around an object, and commas and quotes within, do not keep its items from being read."""
    answer = read_answer(text, "json_schema")
    assert answer is not None
    assert [one["text"] for one in answer.items] == ["Dishes are washed by hand."]
    assert answer.summary == "Talked about dishes."
    assert answer.note == ""


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("shape", ["json_schema", "text"])
def test_nonsense_is_no_answer(text, shape):
    """What holds no list of items is no answer, however long or deep it is, and looking takes no time."""
    assert read_answer(text, shape) is None


LINES = """ADD | Facts | workspace | 4 | - | "The dishes | are washed." | Dishes are washed | by hand.
SUMMARY | Talked about dishes.
END"""


@pytest.mark.parametrize("text", [GOOD, READABLE["indented"], READABLE["fence"], READABLE["single quotes"]])
def test_a_reply_cut_at_any_character(text):
    """Wherever a reply ends too early, nothing of it is taken; only white space and a fence may be missing."""
    end = max(text.rfind("}"), 0)
    assert [cut for cut in range(end + 1) if read_answer(text[:cut], "json_schema") is not None] == []
    assert read_answer(text[: end + 1], "json_schema") is not None


def test_a_reply_cut_at_any_byte():
    """A cut within a character is a cut."""
    text = whole(item(text="Teller werden von Hand gespült, immer 🍽."), item(text="日本語の皿。")).encode()
    for cut in range(len(text)):
        assert read_answer(text[:cut].decode("utf-8", "replace"), "json_schema") is None


def test_a_string_that_holds_an_answer_is_a_string():
    """JSON that somebody quoted is no answer, least of all in a reply that was cut."""
    text = whole(item(quote=GOOD, text="A quoted object."), item())
    assert [one["text"] for one in read_answer(text, "json_schema").items] == [
        "A quoted object.",
        ITEM["text"],
    ]
    for cut in range(len(text) - 1):
        assert read_answer(text[:cut], "json_schema") is None


@pytest.mark.parametrize("cut", range(len(LINES) - 1))
def test_lines_cut_at_any_character(cut):
    """Lines count when their last line is there."""
    assert read_lines(LINES[:cut]) is None


@pytest.mark.parametrize(
    "text",
    [
        LINES,
        f"```\n{LINES}\n```",
        f"Here they are:\n\n{LINES}\nShall I go on?",
        LINES.replace("ADD", "- ADD").replace("SUMMARY |", "**SUMMARY**:"),
        LINES.replace("ADD", "1. add"),
        "\n".join(f"| {line} |" for line in LINES.split("\n")),
        LINES.replace('"The dishes | are washed."', "“The dishes | are washed.”"),
        f"<think>ADD | Facts\nEND</think>\n{LINES}",
        LINES.replace("\n", "\r\n"),
        GOOD.replace("The dishes are", "The dishes | are")
        .replace("washed by hand.", "washed.", 1)
        .replace("washed by hand.", "washed | by hand."),
    ],
)
def test_lines_are_read(text):
    """Bullets, numbers, tables, fences and JSON after all do not keep lines from being read; bars may stand in a text."""
    answer = read_answer(text, "text")
    assert [(one["quote"], one["text"]) for one in answer.items] == [
        ("The dishes | are washed.", "Dishes are washed | by hand.")
    ]
    assert answer.summary == "Talked about dishes."
    assert extraction(answer, (), "x").candidates[0].turn == 4


INVALID = [
    (7, "no object"),
    ("Dishes are washed by hand.", "no object"),
    ([ITEM], "no object"),
    (item(op="EXEC"), "`op`"),
    (item(op=""), "`op`"),
    (item(op=["ADD"]), "`op` is no text"),
    (item(op="<ADD|REPLACE>"), "`op`"),
    (item(text=7), "`text` is no text"),
    (item(text=None), "`text` is no text"),
    (item(text=["a", "b"]), "`text` is no text"),
    (item(text={"a": 1}), "`text` is no text"),
    (item(text="  "), "says nothing"),
    (item(text="string"), "says nothing"),
    (item(text="<one sentence>"), "says nothing"),
    (item(text="..."), "says nothing"),
    (item(text="Fine.\n## Decisions"), "no sentence"),
    (item(text="Fine --><!-- mm:aaaaaa -->"), "no sentence"),
    (item(text="Fine.\x1b[2J"), "no sentence"),
    (item(text="```\nFine.\n```"), "no sentence"),
    (item(quote="<quote>"), "`quote` says nothing"),
    (item(quote="string"), "`quote` says nothing"),
    (item(quote=None), "`quote` is no text"),
    (item(target=["M1", "M2"]), "`target`"),
    (item(section={"a": 1}), "`section`"),
    (item(turn=True), "`turn`"),
    (item(turn=[4, 5]), "`turn`"),
    (item(text="x" * 1_000_000), "longer than"),
    (item(quote="y" * 2001), "longer than"),
    ({}, "`op`"),
]


@pytest.mark.parametrize(("bad", "reason"), INVALID)
def test_what_is_valid_is_kept(bad, reason):
    """One bad item costs only itself, and the reason is noted."""
    answer = read_answer(whole(bad, item()), "json_schema")
    assert [one["text"] for one in answer.items] == [ITEM["text"]]
    assert answer.note.startswith("1 of 2 items left out: ")
    assert reason in answer.note


def test_a_field_given_twice_is_no_item():
    """An item with two texts means neither."""
    doubled = json.dumps(item(text="One.")).replace('"turn"', '"text": "Two.", "turn"')
    answer = read_answer(f'{{"items": [{doubled}, {json.dumps(ITEM)}], "summary": ""}}', "json_schema")
    assert [one["text"] for one in answer.items] == [ITEM["text"]]
    assert "given twice" in answer.note


def test_who_lists_thousands_goes_in_circles():
    """Repeated items are one, and what is more than a session can teach is left out and counted."""
    answer = read_answer(whole(*[item()] * 50), "json_schema")
    assert (len(answer.items), answer.note) == (1, "49 of 50 items left out: it is said twice")


def test_more_items_than_an_answer_holds(asked):
    """Nothing of a list without end is taken: less is asked about, or the session fails and is tried again."""
    error, server, _ = asked(whole(*(item(text=f"Dish {n} is blue.") for n in range(101))))
    assert isinstance(error, ReplyCutError)
    assert "listed 101 items" in str(error)
    assert len(server.requests) == 1
    (answer, _), _, _ = asked(whole(*(item(text=f"Dish {n} is blue.") for n in range(100))))
    assert len(answer.items) == 100


SLOPPY = {
    "names in upper case": json.dumps({"Items": [{k.upper(): v for k, v in ITEM.items()}], "SUMMARY": "S"}),
    "items as strings": json.dumps({"items": [json.dumps(ITEM)], "summary": "S"}),
    "lists of one": whole(item(turn=[4], target=["M1"])),
    "a round number": whole(item(turn=4.0, target=1.0)),
    "marks behind the word": whole(item(op="ADD:")),
    "the beginning of the turn": whole(item(quote=f"[4 user Fri 2026-03-20 14:02 +0000] {ITEM['quote']}")),
    "who said it": whole(item(quote=f"user: {ITEM['quote']}")),
    "quotation marks": whole(item(quote=f"\u201c{ITEM['quote']}\u201d")),
    "dots behind": whole(item(quote=f"{ITEM['quote']}\u2026")),
    "a draft before": f"{whole(item(text='A draft.'))} Better: {GOOD}",
    "an empty draft before": f"{whole(summary='')} Better: {GOOD}",
}


@pytest.mark.parametrize("text", SLOPPY.values(), ids=SLOPPY)
def test_what_is_meant_is_read(text):
    """Forms that small models give to names, numbers and quotes change nothing of what an item says."""
    found = extraction(read_answer(text, "json_schema"), (), "name")
    assert [(one.op, one.turn, one.quote, one.text) for one in found.candidates] == [
        ("add", 4, ITEM["quote"], ITEM["text"])
    ]


@pytest.mark.parametrize(("word", "op"), [("update", "replace"), ("Delete", "retire"), ("REMOVE.", "retire")])
def test_other_words_for_what_to_do(word, op):
    """An operation by another usual name is that operation."""
    answer = read_answer(whole(item(op=word)), "json_schema")
    assert [one.op for one in extraction(answer, (), "name").candidates] == [op]


def test_what_says_nothing_new_needs_no_words():
    """An item that only says that memory knows it already may leave its quote and text out."""
    answer = read_answer(whole({"op": "NONE", "target": "M1", "quote": None, "text": None}), "json_schema")
    assert extraction(answer, (), "name").candidates == ()


def test_what_cannot_be_used_is_on_record():
    """An item that is left out goes along with the reason, cut short, so that no one loses it unseen."""
    answer = read_answer(whole(item(turn=True), item(text="x" * 3000), item()), "json_schema")
    found = extraction(answer, (), "name")
    assert [(one.text[:3], one.dropped) for one in found.candidates] == [
        ("Dis", ""),
        ("Dis", "`turn` is no number"),
        ("xxx", "it is longer than 2000 characters"),
    ]
    assert len(found.candidates[2].text) == 200


@pytest.mark.parametrize("bad", [item(op="PERHAPS"), item(turn={}), item(text="<text>"), "Wash up.", {}])
def test_items_without_sense_are_no_empty_answer(asked, bad):
    """Where nothing that was listed can be understood the model is asked again, and in the end it is an error."""
    assert read_answer(whole(bad, bad), "json_schema") is None
    (answer, usage), _, _ = asked(whole(bad), GOOD)
    assert (len(answer.items), usage.calls) == (1, 2)
    error, _, _ = asked(whole(bad))
    assert isinstance(error, ModelError)


def test_an_item_becomes_a_candidate():
    """Unknown places are the plainest ones, M-numbers facts, and a note and a digest come along."""
    answer = Answer((item(section="Kitchen", scope="all", turn="#12"), item(op="NONE")), "S", "n")
    found = extraction(answer, (), "name", "digest")
    assert [(one.section, one.scope, one.turn, one.target) for one in found.candidates] == [
        ("Facts", "workspace", 12, None)
    ]
    assert (found.summary, found.note, found.prompt) == ("S", "n", "digest")


def test_a_summary_may_be_missing():
    """Items without a summary are items; an echo of the schema is no summary."""
    for summary in (None, 7, "string", "<one line>"):
        assert read_answer(json.dumps({"items": [ITEM], "summary": summary}), "json_schema").summary == ""
    assert read_answer(json.dumps({"items": [ITEM]}), "json_schema").items


@pytest.fixture
def asked(model_server, monkeypatch, tmp_path):
    """Ask a served model as the distiller does; give (answer or error, server, its remembered shapes)."""

    def call(*replies):
        server = model_server(*replies)
        monkeypatch.setenv("OPENAI_API_BASE", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "test")
        manners = Manners(tmp_path / "models.json")
        model = LiteLLM("openai/stub", manners=manners, pause=lambda _: None, tries=2)
        try:
            tally = Tally(model)
            answer = ask(tally, ASKED, ()), tally.usage
        except ModelError as error:
            answer = error
        return answer, server, LiteLLM("openai/stub", manners=manners).shapes

    return call


def shapes(server):
    return [(request.get("response_format") or {}).get("type") for request in server.requests]


def refusing(*words, text=GOOD):
    return lambda body: Fault("error", 400, "unsupported") if any(w in str(body) for w in words) else text


def test_the_first_way_is_the_schema(asked):
    """One call is enough for a server that knows schemas."""
    (answer, usage), server, remembered = asked(GOOD)
    assert (len(answer.items), usage.calls, shapes(server)) == (1, 1, ["json_schema"])
    assert remembered[0] == "json_schema"
    assert "drop_params" not in str(server.requests)


def test_json_without_a_schema_has_it_in_the_prompt(asked):
    """A server that knows only JSON is told the schema in words, and is asked so from then on."""
    (answer, _), server, remembered = asked(refusing("json_schema"))
    assert (len(answer.items), shapes(server)) == (1, ["json_schema", "json_object"])
    assert json.dumps(SCHEMA) in server.requests[1]["messages"][-1]["content"]
    assert json.dumps(SCHEMA) not in server.requests[0]["messages"][-1]["content"]
    assert remembered == ("json_object", "text")


def test_the_last_way_is_lines(asked):
    """A server that knows no JSON at all is asked for lines, and is asked so from then on."""
    (answer, _), server, remembered = asked(refusing("response_format", text=LINES))
    assert (len(answer.items), shapes(server)) == (1, ["json_schema", "json_object", None])
    assert "SUMMARY |" in server.requests[2]["messages"][-1]["content"]
    assert remembered == ("text",)


def test_what_is_unreadable_twice_is_asked_for_in_lines(asked):
    """A model is told once what was wrong; after that it is asked in the plainest way."""
    (answer, usage), server, remembered = asked("Well.", "Well, well.", LINES)
    assert (len(answer.items), usage.calls) == (1, 3)
    assert "Well." in str(server.requests[1]["messages"])
    assert shapes(server) == ["json_schema", "json_schema", None]
    assert remembered == ("text",)


def test_nonsense_is_an_error_and_teaches_nothing(asked):
    """After three replies that are no answer there is one error, and the next run begins at the best way."""
    error, server, remembered = asked("Well.")
    assert isinstance(error, ModelError)
    assert "not the JSON" in str(error)
    assert (len(server.requests), remembered[0]) == (3, "json_schema")


def test_a_server_that_refuses_everything_says_why(asked):
    """What the server said first is what the person reads."""
    answers = iter(["first words", "second words", "third words", "fourth words"])
    error, server, _ = asked(lambda _: Fault("error", 400, next(answers)))
    assert isinstance(error, ModelError)
    assert "first words" in str(error)
    assert len(server.requests) == 4


def test_a_cut_reply_is_asked_for_again_with_more_room(asked):
    """Nothing is read from a reply that met its limit; with more room it is asked for once more."""
    cut = completion(GOOD, "length")
    (answer, usage), server, _ = asked(cut, GOOD)
    assert (len(answer.items), usage.calls) == (1, 2)
    assert [request.get("max_tokens") for request in server.requests] == [None, 8192]
    error, server, _ = asked(cut)
    assert isinstance(error, ReplyCutError)
    assert len(server.requests) == 2


def test_white_space_without_end_is_no_long_answer(asked):
    """A model that, held to JSON, writes blanks until it is cut is asked for lines."""
    blank = completion(GOOD + "\n" * 2000, "length")
    (answer, usage), server, remembered = asked(blank, blank, blank, blank, LINES)
    assert (len(answer.items), usage.calls, remembered) == (1, 5, ("text",))
    assert shapes(server) == [*["json_schema"] * 4, None]


def test_what_a_model_thought_counts_only_as_an_answer(asked):
    """With nothing but a thought, the thought is read; one that is no answer is none."""

    def thought(text, finish="stop"):
        message = {"role": "assistant", "content": None, "reasoning_content": text}
        return completion("", choices=[{"index": 0, "message": message, "finish_reason": finish}])

    (answer, _), _, _ = asked(thought(GOOD))
    assert len(answer.items) == 1
    error, _, _ = asked(thought("I wonder."))
    assert isinstance(error, ModelError)
    (answer, usage), _, _ = asked(thought(GOOD, "length"), whole())
    assert (answer.items, usage.calls) == ((), 2)


def test_a_body_cut_on_its_way(asked):
    """A reply whose body ends too early, here and there, gives nothing: what arrived is never read."""
    body = json.dumps(completion(GOOD)).encode()
    for cut in range(1, len(body), len(body) // 8):
        for fault in (Raw(body[:cut], missing=len(body) - cut), Raw(body[:cut], chunked=True)):
            error, _, _ = asked(fault)
            assert isinstance(error, ModelError), cut


def test_a_reply_cut_in_its_text(asked):
    """A reply that the server calls whole and that ends in its middle gives nothing."""
    for cut in range(1, len(GOOD), len(GOOD) // 6):
        error, _, _ = asked(GOOD[:cut])
        assert isinstance(error, ModelError), cut


def test_the_digest_of_a_prompt(tmp_path):
    """It changes with any template that is asked with, and is the same for the same words."""
    before = prompt_digest(())
    assert (before, len(before)) == (prompt_digest((tmp_path,)), 12)
    (tmp_path / "distill-lines.md").write_text("Write lines.", "utf-8")
    assert prompt_digest((tmp_path,)) != before
