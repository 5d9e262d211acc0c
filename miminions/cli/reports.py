"""What became of sessions, as JSON that others depend on."""

from miminions.distiller import Add, Decision, Replace, Report
from miminions.distiller.values import op_of


def as_json_report(report: Report) -> dict[str, object]:
    """Return a report in the shape of `distill --json`."""
    usage = report.usage
    return {
        "session": report.session,
        "state": report.state,
        "extractor": report.extractor,
        "degraded": report.degraded,
        "note": report.note,
        "summary": report.summary,
        "decisions": [_decision(decision) for decision in report.decisions],
        "cost": {
            "calls": usage.calls,
            "tokens_in": usage.tokens_in,
            "tokens_out": usage.tokens_out,
            "usd": usage.usd,
        },
    }


def _decision(decision: Decision) -> dict[str, object]:
    candidate = decision.judged.candidate
    target = None if isinstance(decision, Add) else decision.target.id
    return {
        "op": op_of(decision),
        "status": decision.judged.status,
        "reason": decision.judged.reason,
        "text": candidate.text,
        "section": candidate.section,
        "scope": candidate.scope,
        "target": target,
        "id": decision.id if isinstance(decision, Add | Replace) else target,
        "quote": candidate.quote,
        "turn": candidate.turn,
    }
