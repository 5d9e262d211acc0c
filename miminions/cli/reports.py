"""What became of sessions, as JSON that others depend on."""

from dataclasses import asdict

from miminions.distiller import Decision, Report
from miminions.distiller.plan_json import decision_json

# Of a decision that much is promised; the journal keeps more.
_PROMISED = ("op", "status", "reason", "text", "section", "scope", "target", "id", "quote", "turn")


def as_json_report(report: Report) -> dict[str, object]:
    """Return a report in the shape of `distill --json`."""
    return {
        "session": report.session,
        "state": report.state,
        "extractor": report.extractor,
        "degraded": report.degraded,
        "note": report.note,
        "summary": report.summary,
        "decisions": [_decision(decision) for decision in report.decisions],
        "cost": asdict(report.usage),
    }


def _decision(decision: Decision) -> dict[str, object]:
    held = decision_json(decision)
    return {name: held[name] for name in _PROMISED}
