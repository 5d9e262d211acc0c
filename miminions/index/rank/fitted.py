"""The constants of two logistic models, which of a prompt's rows matter and whether any does.

Fitted by penalised maximum likelihood on labelled prompts to twelve invented memories by three authors; which signs there
are was decided by leaving each author out in turn. The entry without a name is the base; the others weigh what `evidence`
and `relevance` call by that name.
"""

RELEVANT = {
    "": -4.490,
    "asked": 1.221,
    "here": 4.104,
    "head": 2.611,
    "headkin": 0.116,
    "pairs": 0.826,
    "exacts": -0.114,
    "kins": -1.148,
    "all": 0.742,
    "rules": 0.119,
    "when_dated": 1.043,
    "new_rule": 1.615,
    "check_rule": 0.939,
    "who_contact": 1.894,
    "share": 3.186,
    "place": -0.195,
}
# The same where an embedder says how near a row is.
RELEVANT_NEAR = {
    "": -4.947,
    "asked": 0.074,
    "here": 3.649,
    "head": 2.452,
    "headkin": 0.183,
    "pairs": 0.654,
    "exacts": -0.524,
    "kins": -0.680,
    "all": 0.806,
    "rules": 0.163,
    "when_dated": 0.913,
    "new_rule": 1.764,
    "check_rule": 0.782,
    "who_contact": 1.796,
    "share": 2.696,
    "place": -0.064,
    "near": 0.102,
    "near_place": -0.076,
    "near_mean": 0.732,
}
NEEDED = {
    "": 0.494,
    "general": -3.419,
    "we": 1.848,
    "self": -6.148,
    "proof": -2.306,
    "gitop": -3.419,
    "when": 1.066,
    "people": 1.454,
    "check": 6.251,
    "tool": -0.961,
    "toolq": -1.841,
    "asks": 1.059,
    "self_named": 0.952,
    "path": -1.282,
    "best": 1.579,
    "same": 0.597,
}
