"""The stage of the demo's lives: the director, the world, the filer, chance."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from core.actor import Actor
from core.zone import SHANGHAI, local_date, start_of_day
from desk.demo.director import Director
from desk.demo.filing import Filer
from desk.demo.world import World

HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Stage:
    """What every life shares: the director, the world, the filer, chance."""

    director: Director
    world: World
    filer: Filer
    random: Random
    awaited: dict[str, str] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The simulated instant."""
        return self.director.now

    def later(self, days: float, spread: float = 0.3) -> datetime:
        """Return an instant in working hours some days on, give or take."""
        shift = days * (1 + self.random.uniform(-spread, spread))
        day = local_date(self.now + timedelta(days=shift))
        return max(
            self.now + HOUR,
            start_of_day(day, SHANGHAI) + timedelta(minutes=self.random.randint(540, 1080)),
        )

    def pick(self, role: str, *others: Actor | None) -> Actor:
        """Return somebody with a role who is none of the others."""
        taken = {other.person_id for other in others if other}
        return self.random.choice(
            [actor for actor in self.world.hands[role] if actor.person_id not in taken]
        )
