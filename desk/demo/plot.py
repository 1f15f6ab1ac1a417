"""A plot: whose claim it is, of what illness, and how its life goes."""

from dataclasses import dataclass
from datetime import date

from core.actor import Actor
from desk.demo.invented import Illness
from members.models import Membership


@dataclass(slots=True)
class Plot:
    """How a claim's life goes; what is not set goes the ordinary way to payout."""

    membership: Membership
    illness: Illness
    claimant: Actor
    diagnosed_on: date
    hospital: str
    outside: bool = False
    denies: bool = False
    disputes: bool = False
    hearing: str = ""
    refers: bool = False
    asks: bool = False
    answers: bool = True
    withdraws_at: str = ""
    stops_at: str = ""
    objected: str = ""
    sends_back: bool = False
    halts: bool = False
    payout: str = ""
    closes_plan: bool = False
    has_all_papers: bool = False
    speed: float = 1.0
