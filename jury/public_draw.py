"""How a panel was drawn, in plain words with the real numbers, from the record's entries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.formats import grouped, instant
from jury.draw import SPAN
from jury.recount import expert_of
from jury.skip_reasons import LEAVING_REASONS, skip_reason
from record.models import Checkpoint
from record.queries import entries_for

EXPERTS = {
    "medical": gettext_noop("a juror with a verified medical qualification"),
    "legal": gettext_noop("a juror with a verified legal qualification"),
}
#: The lines that repeat a draw by hand.
PYTHON = """\
from hashlib import sha256
text = "gongdao-seed-1\\n{secret}\\n{origin}\\n{point}\\n{root}\\n{contribution}\\n"
seed, panel, counter = sha256(text.encode()).hexdigest(), [], 0
passed_over = {skipped}
while len(panel) < {seats}:
    counter += 1
    line = f"gongdao-draw-1\\n{label}\\n{round}\\n{{seed}}\\n{{counter}}\\n"
    value = int(sha256(line.encode()).hexdigest()[:12], 16)
    if value < {limit} and value % {size} + 1 not in passed_over | set(panel):
        panel.append(value % {size} + 1)
print(panel)
"""


def draw_of(page: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the page of a draw shows, or None where nothing is drawn yet."""
    panel = page["panel_drawn"]
    if panel is None:
        return None
    expert = expert_of(panel)
    steps = [_shown(step) for step in panel["steps"]]
    return {
        "panel": panel,
        "steps": steps,
        "seated": [step["number"] for step in steps if step["is_seated"]],
        "passed": sum(not step["is_seated"] for step in steps),
        "number": panel.get("claimant_number", ""),
        "expert": _expert(panel, expert),
        "changes": [_change(change) for change in page["changes"]],
        "timeline": _timeline(page),
        "python": python_of(panel),
    }


def _shown(step: Mapping[str, Any]) -> dict[str, Any]:
    is_seated = step["outcome"] == "seated"
    reason = str(skip_reason(step["reason"]))
    return {
        "counter": step["counter"],
        "number": step["number"],
        "is_seated": is_seated,
        "words": _("Seated") if is_seated else _("Passed over. %(why)s") % {"why": reason},
    }


def _expert(panel: Mapping[str, Any], expert: Mapping[str, Any]) -> dict[str, Any] | None:
    said = panel.get("expert") or {}
    if not said.get("kind"):
        return None
    return {
        "words": _(EXPERTS.get(said["kind"], said["kind"])),
        "size": said.get("size", 0),
        "is_waived": bool(said.get("waived")),
        "steps": [_shown(step) for step in expert.get("steps", ())],
    }


def _change(change: Mapping[str, Any]) -> dict[str, Any]:
    left = change["left"]
    more = expert_of(change).get("steps", ())
    return {
        "at": change["at"],
        "number": left["number"],
        "why": str(LEAVING_REASONS.get(left["reason"], left["reason"])),
        "steps": [_shown(step) for step in (*change["steps"], *more)],
    }


def _timeline(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what was fixed when, and what nobody knew yet at that moment."""
    panel, times = page["panel_drawn"], page["times"]
    announced = page["hearing_announced"]
    point = Checkpoint.objects.filter(size=panel["checkpoint"]["size"]).first()
    contribution = (
        _("The claimant's own number is in: %(number)s.") % {"number": panel["claimant_number"]}
        if panel.get("claimant_number")
        else _("No number came from the claimant; the next checkpoint stands in for it.")
    )
    size = grouped(panel["roll"]["size"])
    roll = entries_for(_roll_of(page), "roll_frozen").first()
    rows = [
        (
            roll.occurred_at if roll else None,
            _("The roll is frozen: %(size)s jurors, numbered from 1.") % {"size": size},
            _("There is no secret yet, and no hearing to draw for."),
        ),
        (
            times.get("seed_committed"),
            _("A secret is made and committed to; it can no longer be another."),
            _("Only the clock process knows the secret. It says nothing without the other parts."),
        ),
        (
            times.get("hearing_announced"),
            _("It is announced that the draw takes the first checkpoint after %(at)s.")
            % {"at": instant(datetime.fromisoformat(announced["draw_after"]))},
            _("No one can know that checkpoint: it depends on everything published until then."),
        ),
        (
            point.created_at if point else None,
            _("That checkpoint is signed, over %(size)s entries.")
            % {"size": grouped(panel["checkpoint"]["size"])},
            _("Whoever knows the secret still lacks the claimant's number."),
        ),
        (
            times.get("panel_drawn"),
            contribution + " " + _("The secret is revealed and the panel follows from all three."),
            _("From here anyone can repeat it."),
        ),
    ]
    rows += [
        (
            change["at"],
            _("A seat became free; the next number of the same sequence took it."),
            _("No new chance comes in."),
        )
        for change in page["changes"]
    ]
    return [{"at": at, "what": what, "unknown": unknown} for at, what, unknown in rows if at]


def _roll_of(page: Mapping[str, Any]) -> str:
    committed = page["seed_committed"]
    return str(committed["roll"]) if committed else ""


def python_of(panel: Mapping[str, Any]) -> str:
    """Return the lines of Python that print the drawn panel's numbers, in the draw's order."""
    point = panel["checkpoint"]
    return PYTHON.format(
        secret=panel["secret"],
        origin=point["origin"],
        point=point["size"],
        root=point["root"],
        contribution=panel["contribution"],
        label=panel["hearing"],
        round=panel["round"],
        size=panel["roll"]["size"],
        limit=SPAN - SPAN % panel["roll"]["size"],
        seats=sum(step["outcome"] == "seated" for step in panel["steps"]),
        skipped=_set_of(panel["steps"]),
    )


def _set_of(steps: Sequence[Mapping[str, Any]]) -> str:
    """Return the numbers passed over as a Python set; who sits already is passed over anyway."""
    seated = {step["number"] for step in steps if step["outcome"] == "seated"}
    numbers = {step["number"] for step in steps if step["outcome"] != "seated"} - seated
    return "{" + ", ".join(map(str, sorted(numbers))) + "}" if numbers else "set()"
