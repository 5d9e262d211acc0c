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


def rebased(plan: Plan, done: Plan) -> str:
    """Say what of a plan no longer fits, where memory changed meanwhile and it was planned again; else nothing."""
    if plan.digests == done.digests:
        return ""
    kept = {decision.judged.candidate.text for decision in done.having("apply")}
    found = {decision.judged.candidate.text: decision.judged.reason for decision in done.decisions}
    lost = [
        one.judged.candidate.text for one in plan.having("apply") if one.judged.candidate.text not in kept
    ]
    told = "".join(f"; no longer applied: {text} ({found.get(text, 'it is known by now')})" for text in lost)
    return f"memory changed meanwhile, so it was planned again{told}"
