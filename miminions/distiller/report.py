"""What became of a session, from its plan and from what asking cost."""

from miminions.distiller.values import Extraction, Keep, Plan, Report


def report_of(plan: Plan, extraction: Extraction) -> Report:
    """Say what became of a session."""
    live = [decision for decision in plan.having("apply") if not isinstance(decision, Keep)]
    empty = not live and not plan.having("review")
    return Report(
        session=plan.session,
        state="empty" if empty else "done",
        extractor=plan.extractor,
        summary=plan.summary,
        decisions=plan.decisions,
        usage=extraction.usage,
    )
