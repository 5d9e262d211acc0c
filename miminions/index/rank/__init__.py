"""Which rows answer a question best: one ranker a shelf, each over what that shelf can tell cheaply."""

from miminions.index.rank.facts import rank_facts, rank_for_prompt
from miminions.index.rank.ranked import Ranked
from miminions.index.rank.turns import rank_turns

__all__ = ["Ranked", "rank_facts", "rank_for_prompt", "rank_turns"]
