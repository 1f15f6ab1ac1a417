"""What the clock does for the registers: overdue complaints, the months' figures, the charts."""

from datetime import datetime

from core.actor import CLOCK
from core.deadlines import handler, periodic
from disclosure import chart_drawing, services

FIGURES_SECONDS = 3600
CHARTS_SECONDS = 300


@handler("complaint_due")
def complaint_due(subject: str, now: datetime) -> str:
    """Mark a complaint overdue, tell who answers for it, and come again in a week."""
    services.mark_complaint_overdue(reference=subject, actor=CLOCK, now=now)
    return "overdue"


@periodic(FIGURES_SECONDS, "disclosure.figures")
def publish_months(now: datetime) -> None:
    """Publish the figures of the months that are over."""
    services.publish_figures(actor=CLOCK, now=now)


@periodic(CHARTS_SECONDS, "disclosure.charts")
def draw_charts(now: datetime) -> None:
    """Draw anew the charts whose data have changed."""
    chart_drawing.draw_changed(now)
