"""What asking a model will cost, said before it is asked: tokens and money, for each session and in sum."""

from collections.abc import Sequence
from dataclasses import asdict

from miminions.cli.render import dim, say
from miminions.distiller import Report
from miminions.distiller.budget import Budget
from miminions.model import Usage

UNPRICED = "its price is not known here, so no cap can hold it"


def show_forecast(reports: Sequence[Report], model: str, budget: Budget) -> None:
    """Print what each session will cost, the sum, and what the caps leave."""
    for report in reports:
        say(f"{report.session}: {worded(report.usage)}")
    total = summed(reports)
    if len(reports) > 1:
        say(f"{len(reports)} sessions: {worded(total)}")
    dim(f"{model}; {within(total, budget)}; no model was asked")


def within(total: Usage, budget: Budget) -> str:
    """Say how a cost stands to what the caps leave."""
    if total.usd is None:
        return UNPRICED
    left = f"the caps leave {budget.left:.4f} USD now"
    return (
        left if total.usd <= budget.left else f"{left}, so some of it waits for another day or a higher cap"
    )


def worded(usage: Usage) -> str:
    """Return a cost in words: calls, tokens and US dollars."""
    calls = "1 call" if usage.calls == 1 else f"{usage.calls} calls"
    money = "price not known" if usage.usd is None else f"{usage.usd:.4f} USD"
    return f"{calls}, about {usage.tokens_in:,} tokens in and {usage.tokens_out:,} out, {money}"


def summed(reports: Sequence[Report]) -> Usage:
    """Return what sessions cost together."""
    return sum((report.usage for report in reports), Usage())


def as_json_forecast(reports: Sequence[Report], budget: Budget) -> dict[str, object]:
    """Return the sum and what the caps leave, as `distill --dry-run --json` prints it."""
    return {**asdict(summed(reports)), "usd_left": budget.left}
