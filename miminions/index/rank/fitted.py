"""The constants of two logistic models, which of a prompt's rows matter and whether any does.

Fitted by penalised maximum likelihood on labelled prompts to nine invented memories; judged by leaving each memory out
in turn. The entry without a name is the base; the others weigh what `evidence` and `needed` call by that name.
"""

RELEVANT = {
    "": -5.184,
    "have": -0.404,
    "asked": 2.054,
    "here": 2.747,
    "head": 3.057,
    "headkin": 0.887,
    "pairs": 0.878,
    "rules": 0.123,
    "when_dated": 1.022,
    "sym_insight": 0.485,
    "new_rule": 1.537,
    "check_rule": 0.988,
    "who_contact": 1.433,
    "all_have": -0.385,
    "length": 0.343,
    "all": 0.853,
    "share": 2.169,
    "place": -0.432,
}
# The same where an embedder says how near a row is.
RELEVANT_NEAR = {
    "": -5.097,
    "have": -0.401,
    "asked": 0.995,
    "here": 1.550,
    "head": 2.478,
    "headkin": 1.120,
    "pairs": 0.595,
    "rules": 0.146,
    "when_dated": 0.757,
    "sym_insight": 0.319,
    "new_rule": 1.625,
    "check_rule": 0.900,
    "who_contact": 1.458,
    "all_have": -0.116,
    "length": 0.473,
    "all": 0.794,
    "share": 1.826,
    "place": -0.305,
    "near": 0.450,
    "near_place": -0.274,
    "near_mean": 0.397,
}
NEEDED = {
    "": 2.186,
    "chat": -2.791,
    "general": -2.925,
    "self": -3.422,
    "proof": -1.875,
    "count": -2.763,
    "gitop": -3.966,
    "path": -1.833,
    "when": 0.699,
    "people": 0.831,
    "check": 3.743,
    "tool": -0.826,
    "toolq": -1.255,
    "ident": -1.056,
    "articles": -5.277,
    "pasted": -0.671,
    "best": 1.288,
}
