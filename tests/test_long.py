"""Sessions that are longer than a model's window: read in parts, put together, and nothing lost on the way."""

import json
import os

import pytest
from long_sessions import inflated, is_joining, noted_lines, notes_rules, shown_turns, stretched
from model_server import BROKEN, CUT, Fault
from sessions import TALK, write_session

from miminions import Workspace
from miminions.distiller import ModelExtractor, by_rules
from miminions.distiller.ask.nominate import MOST, nominated
from miminions.distiller.plan import make_plan
from miminions.distiller.read import read_material
from miminions.errors import ContextTooLongError, ModelError
from miminions.layout import home_of
from miminions.memory.facts import read_facts
from miminions.model import LiteLLM
from miminions.transcripts import read_transcript
from miminions.workspace.init import make_workspace

RULES = [f"Rule {n}: the value of field{n} is measured in unit{n}." for n in range(1, 41)]


@pytest.fixture
def shop(tmp_path):
    """Return a workspace."""
    make_workspace(tmp_path / "shop", home=home_of(dict(os.environ)))
    return Workspace.open(tmp_path / "shop")


@pytest.fixture
def asked(model_server, monkeypatch):
    """Return a function that starts a model and gives (extractor, server)."""

    def start(*replies, kept=None):
        server = model_server(*(replies or (notes_rules,)))
        monkeypatch.setenv("OPENAI_API_BASE", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "test")
        return ModelExtractor(LiteLLM("openai/stub", pause=lambda _: None), kept=kept), server

    return start


def material_of(folder, turns, covered=0):
    return read_material(read_transcript(write_session(folder, turns)), workspace="shop", covered=covered)


def talk_of(rules, between=2500):
    """Return a session in which the user states one rule after another."""
    said = ((("user", f"Well. {rule}"), ("assistant", "Noted. " * (between // 7))) for rule in rules)
    return [turn for pair in said for turn in pair]


def own_turns(server):
    """Return the new turns of all requests that show turns."""
    return [
        (number, role, text)
        for request in server.requests
        if not is_joining(request)
        for number, role, note, text in shown_turns(request)
        if "context" not in note
    ]


def decisions_of(ws, material, extraction):
    return make_plan(
        extraction, material, ws.distiller(by_rules).memories(), now=ws.now(), source=""
    ).decisions


# Without a model.


@pytest.mark.parametrize("size", [200_000, 2_000_000])
def test_the_rules_lose_nothing_in_noise(tmp_path, shop, size):
    """A session inflated with tools' output, or with idle rounds, teaches by the rules what it taught before."""

    def learned(name, turns):
        material = material_of(tmp_path / name, turns)
        found = decisions_of(shop, material, by_rules(material, ()))
        return [(d.judged.status, d.judged.candidate.text, d.judged.candidate.quote) for d in found]

    plain = learned("plain", TALK)
    assert len(plain) >= 3
    assert learned("inflated", inflated(TALK, size)) == plain


# With a model.


def test_what_fits_is_one_call(tmp_path, asked):
    """An ordinary session takes one call, also where tools said two megabytes."""
    extractor, server = asked()
    for n, turns in enumerate((TALK, inflated(TALK, 2_000_000))):
        material = material_of(tmp_path / str(n), turns)
        assert extractor.foresee(material, ()).calls == 1
        extractor(material, ())
        assert len(server.requests) == n + 1
        assert [text for _, role, text in own_turns(server) if role == "user"] == [
            text for role, text in TALK if role == "user"
        ] * (n + 1)


@pytest.mark.parametrize("size", [200_000, 2_000_000])
def test_a_long_session_loses_nothing(tmp_path, asked, shop, size):
    """Every user's turn is new in exactly one part, memory is in all, and what was noted all gets to the end."""
    shop.remember("Tea is served at noon.")
    extractor, server = asked()
    turns = stretched(talk_of(RULES[:20], 200), size)
    material = material_of(tmp_path / "s", turns)
    facts = shop.distiller(by_rules).memories().facts
    foreseen = extractor.foresee(material, facts)
    assert server.requests == []
    extraction = extractor(material, facts)

    parts = [request for request in server.requests if not is_joining(request)]
    joining = [request for request in server.requests if is_joining(request)]
    assert len(parts) > 3
    assert joining
    assert all(
        "M1 (Facts): Tea is served at noon." in str(request["messages"]) for request in server.requests
    )
    spoken = [(n, text) for n, (role, text) in enumerate(turns, 1) if role == "user"]
    assert [(n, text) for n, role, text in own_turns(server) if role == "user"] == spoken
    assert [c.text for c in extraction.candidates] == RULES[:20]
    assert extraction.summary == "All rules."
    assert extraction.usage.calls == len(server.requests)
    assert {d.judged.status for d in decisions_of(shop, material, extraction)} == {"apply"}
    assert len(parts) + 1 <= foreseen.calls <= len(server.requests) + len(parts)


def test_no_request_is_longer_than_the_window_allows(tmp_path, asked):
    """Requests stay under 60 % of the window, and hold a few turns of what was said before."""
    from miminions.model import tokens

    extractor, server = asked()
    extractor(material_of(tmp_path, talk_of(RULES)), ())
    sizes = [sum(tokens("openai/stub", m["content"]) for m in r["messages"]) for r in server.requests]

    assert max(sizes) <= 0.6 * 8192
    assert all(
        any("context" in note for _, _, note, _ in shown_turns(request))
        for request in server.requests[1:]
        if not is_joining(request)
    )


def test_one_turn_that_is_too_long_is_split(tmp_path, asked):
    """A long dump of the user's goes into several parts, cut between sentences, under the same number."""
    extractor, server = asked()
    dump = "\n".join(f"{rule} {'It has always been like that. ' * 16}" for rule in RULES)
    extraction = extractor(material_of(tmp_path, [("user", "Hello there."), ("user", dump)]), ())

    parts = [request for request in server.requests if not is_joining(request)]
    assert len(parts) > 1
    assert "".join(text for n, _, text in own_turns(server) if n == 2).replace(" ", "").replace(
        "\n", ""
    ) == dump.replace(" ", "").replace("\n", "")
    assert [note for _, _, note, _ in shown_turns(parts[1])] == ["context, continued", "continued"]
    assert [(c.turn, c.quote) for c in extraction.candidates] == [(2, rule) for rule in RULES]


def test_what_is_left_out_in_the_end_is_on_record(tmp_path, asked, shop):
    """What was noted of a part and overridden later is rejected with that reason, not lost in silence."""

    def takes_the_last(request):
        answer = json.loads(notes_rules(request))
        return json.dumps(answer | {"items": answer["items"][-1:]} if is_joining(request) else answer)

    extractor, _ = asked(takes_the_last)
    material = material_of(tmp_path, talk_of(RULES[:12]))
    decisions = decisions_of(shop, material, extractor(material, ()))

    assert [(d.judged.status, d.judged.candidate.text) for d in decisions] == [
        ("apply", RULES[11]),
        *(("rejected", rule) for rule in RULES[:11]),
    ]
    assert decisions[1].judged.reason == "it was left out when the parts of the session were put together"


def test_what_repeats_the_prompt_is_rejected(tmp_path, asked, shop):
    """A text that is the prompt's own, and not the user's, does not become a fact."""
    told = "You record what an assistant should still know in future sessions."

    def parrots(request):
        item = json.loads(notes_rules(request))["items"][0]
        return json.dumps({"items": [item, item | {"text": told}], "summary": "Rules."})

    extractor, _ = asked(parrots)
    material = material_of(tmp_path, talk_of(RULES[:1], 20))
    decisions = decisions_of(shop, material, extractor(material, ()))

    assert [(d.judged.status, d.judged.reason) for d in decisions] == [
        ("apply", ""),
        ("rejected", "it repeats the prompt"),
    ]


def test_many_notes_are_joined_in_groups(tmp_path, asked):
    """What was noted of all parts may itself be too long for one call; then it is put together in steps."""
    extractor, server = asked()
    rules = [f"Rule {n}: the value of field{n} is measured in unit{n}." for n in range(1, 401)]
    dump = "\n".join(
        f"{rule} It has always been so, and nobody here wants to change any of that, now or later, as far as I know."
        for rule in rules
    )
    extraction = extractor(material_of(tmp_path, [("user", dump)]), ())
    first = [
        line["text"] for r in server.requests if is_joining(r) for line in noted_lines(r) if "text" in line
    ]

    assert sum(is_joining(request) for request in server.requests) > 1
    assert first[: len(rules)] == rules
    assert [c.text for c in extraction.candidates] == rules


def test_a_grown_session_sends_what_is_new(tmp_path, asked):
    """Of what was distilled before only a few turns go along, marked as context, and no tool's output."""
    extractor, server = asked()
    turns = [*talk_of(RULES[:20], 20), ("tool", "old output"), *talk_of(RULES[20:22], 20)]
    extraction = extractor(material_of(tmp_path, turns, covered=41), ())
    shown = shown_turns(server.requests[0])

    assert [(n, note) for n, _, note, _ in shown] == [
        *((n, "context") for n in range(35, 41)),
        *((n, "") for n in range(42, 46)),
    ]
    assert "old output" not in str(server.requests[0])
    assert "from number 42 on" in server.requests[0]["messages"][1]["content"]
    assert [c.text for c in extraction.candidates] == RULES[20:22]


def test_a_session_in_which_nobody_spoke_is_not_sent(tmp_path, asked):
    """Where the user said nothing new there is nothing to learn, and nothing to pay."""
    extractor, server = asked()
    material = material_of(tmp_path, [("user", "Hi."), ("assistant", "Hello."), ("tool", "ok")], covered=1)

    assert extractor.foresee(material, ()).calls == 0
    assert extractor(material, ()).candidates == ()
    assert server.requests == []


# When things go wrong.


def test_a_part_that_fails_fails_the_run(tmp_path, asked):
    """Nothing of a session counts when a part of it could not be read; the next run asks only for what is missing."""
    kept = {}
    talk = talk_of(RULES)
    extractor, server = asked(notes_rules, notes_rules, BROKEN, kept=kept)
    with pytest.raises(ModelError):
        extractor(material_of(tmp_path, talk), ())
    done = len(kept)
    assert done == 2

    extractor, server = asked(kept=kept)
    material = material_of(tmp_path, talk)
    foreseen = extractor.foresee(material, ()).calls
    extraction = extractor(material, ())
    assert [c.text for c in extraction.candidates] == RULES
    assert extraction.usage.calls == len(server.requests)
    # How many calls putting the parts together takes is an estimate.
    assert abs(foreseen - len(server.requests)) <= 1

    extractor, server = asked(kept=kept)
    assert extractor(material, ()).candidates == extraction.candidates
    assert server.requests == []


def short_sighted(limit):
    """Return a model that refuses requests of more than `limit` characters."""

    def answer(request):
        if sum(len(message["content"]) for message in request["messages"]) > limit:
            return Fault("error", 400, "This model's maximum context length is 900 tokens.")
        return notes_rules(request)

    return answer


def test_a_window_smaller_than_thought(tmp_path, asked):
    """What a model cannot read after all is halved until it can, and nothing is lost."""
    extractor, server = asked(short_sighted(9000))
    extraction = extractor(material_of(tmp_path, talk_of(RULES[:20], 500)), ())

    assert len(server.requests) > 4
    assert [c.text for c in extraction.candidates] == RULES[:20]


def test_a_window_smaller_than_a_floor(tmp_path, asked):
    """What cannot be read in small pieces either fails, and says why."""
    extractor, _ = asked(short_sighted(1000))
    with pytest.raises(ContextTooLongError):
        extractor(material_of(tmp_path, talk_of(RULES[:20], 500)), ())


def test_an_answer_that_is_cut(tmp_path, asked):
    """Where an answer would be longer than a model may write, it is asked about less at once."""

    def short_of_breath(request):
        answer = notes_rules(request)
        return CUT if answer.count('"quote"') > 12 else answer

    extractor, _ = asked(short_of_breath)
    extraction = extractor(material_of(tmp_path, talk_of(RULES, 100)), ())

    assert [c.text for c in extraction.candidates] == RULES


def test_a_session_that_teaches_more_than_an_answer_holds(tmp_path, asked):
    """Where a model lists more than a hundred items it is asked about less at once, and none is lost; all calls count."""
    rules = [f"Rule {n}: field{n} is unit{n}." for n in range(1, 131)]
    extractor, server = asked()
    extraction = extractor(material_of(tmp_path, [("user", rule) for rule in rules]), ())

    assert [c.text for c in extraction.candidates] == rules
    assert extraction.usage.calls == len(server.requests)
    assert sum(not is_joining(request) for request in server.requests) == 3


@pytest.mark.parametrize("filler", ["\u6211\u4eec\u9f98\u9750", "\U0001f9d1\u200d\U0001f680\U0001f3f3"])
@pytest.mark.parametrize("window", [4096, 8192])
def test_characters_that_take_many_tokens(tmp_path, asked, monkeypatch, filler, window):
    """Where a character takes several tokens less of a text goes into a request: none outgrows the window."""
    from miminions.model import tokens

    monkeypatch.setattr("miminions.distiller.ask.window.UNKNOWN", window)
    extractor, server = asked()
    dump = "\n".join(f"{rule}\n{filler * 400}" for rule in RULES[:10])
    extraction = extractor(material_of(tmp_path, [("user", dump)]), ())
    sizes = [sum(tokens("openai/stub", m["content"]) for m in r["messages"]) for r in server.requests]

    assert max(sizes) <= 0.62 * window
    assert [c.text for c in extraction.candidates] == RULES[:10]


# A memory that is larger than a request.


def facts_of(texts, preferences=()):
    """Return facts with the ids aaa000, aaa001, ..."""
    lines = [f"- {text} <!-- mm:aaa{n:03} -->" for n, text in enumerate(texts)]
    first = [lines[n] for n in preferences]
    rest = [line for n, line in enumerate(lines) if n not in preferences]
    return read_facts("\n".join(["# Memory", "## Preferences", *first, "## Facts", *rest, ""])).facts


def test_a_large_memory_is_nominated(tmp_path, asked):
    """Of many facts those go along that the session is about, and all preferences; their numbers fit the answer."""
    facts = facts_of((f"The machine host{n} runs service{n}." for n in range(300)), range(7, 300, 50))

    def replaces(request):
        lines = request["messages"][1]["content"].split("\n")
        target = next(line.split(" ")[0] for line in lines if line.endswith("host123 runs service123."))
        quote = "host123 runs backups"
        return json.dumps({
            "items": [{"quote": quote, "turn": 1, "reason": "", "op": "REPLACE", "target": target,
                       "scope": "workspace", "section": "Facts", "text": "The machine host123 runs backups."}],
            "summary": "Moved.",
        })  # fmt: skip

    extractor, server = asked(replaces)
    extraction = extractor(material_of(tmp_path, [("user", "From now on host123 runs backups.")]), facts)
    shown = [
        line for line in server.requests[0]["messages"][1]["content"].split("\n") if line.startswith("M")
    ]

    assert extraction.candidates[0].target == "aaa123"
    assert 20 < len(shown) - 1 <= MOST
    assert sum("(Preferences)" in line for line in shown) == 6


def test_nominating():
    """Few facts all go along; wanted ones go first, and in no case more than there is room for."""
    few = facts_of(f"Fact number{n}." for n in range(5))
    many = facts_of(f"Fact number{n}." for n in range(200))

    assert nominated(few, "", 1000, len) == few
    assert nominated(few, "", 0, len) == ()
    assert [f.id for f in nominated(many, "number150", 60, len, {"aaa199"})] == ["aaa150", "aaa199"]
    assert len(nominated(many, "", 100_000, len)) == MOST
