"""Three years of complaints in the demo world: filed, answered, some late, a few still open."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from core import clock
from core.actor import ANONYMOUS, CLOCK, Actor
from core.zone import add_days, local_date, start_of_day
from desk.demo.director import Life
from desk.demo.world import World
from disclosure import services

FILED = 116
FIRST, LAST = timedelta(days=20), timedelta(days=2)
LEFT_OPEN = 4
# What is complained of, how often, and in which words.
TEXTS: dict[str, tuple[int, str]] = {
    "time": (34, "提交材料已经一个多月，一直显示审核中，想知道到底什么时候有结果。"),
    "decision": (18, "审核结论只写了条款编号，看不出是哪一条材料不够。"),
    "investigation": (10, "调查员到家里来没有提前打电话，老人受了惊吓。"),
    "money": (14, "这一期扣了两次款，只有一次有分摊记录。"),
    "conduct": (8, "电话里态度生硬，问题没有说完就挂断了。"),
    "jury": (5, "陪审页面在手机上打不开材料，差点错过投票。"),
    "privacy": (4, "公示卡片上的经过写得太细，邻居一看就知道是谁。"),
    "service": (5, "上传照片总是失败，没有说明原因。"),
    "other": (2, "希望把互助规则的旧版本也放在首页。"),
}
OUTCOMES = {"upheld": 34, "partly_upheld": 24, "not_upheld": 34, "out_of_scope": 8}
ANSWERS = {
    "upheld": "您说得对。已经补做，并请承办人当天向您说明。",
    "partly_upheld": "有一部分是我们的疏忽，已经改正；另一部分按规则处理，理由附后。",
    "not_upheld": "我们查看了全部记录，处理符合规则，理由如下。",
    "out_of_scope": "这件事不由本计划处理，我们告诉您该找谁。",
}

Act = Callable[[datetime], None]


@dataclass(slots=True)
class Register:
    """What happens to complaints, in order of time."""

    world: World
    random: Random
    _waiting: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    def plan(self, since: datetime, until: datetime) -> None:
        """Plan every complaint between two instants, and the months' figures until then."""
        first, last = since + FIRST, until - LAST
        for number in range(FILED):
            # More and more of them, as the plans grow.
            share = ((number + self.random.random()) / FILED) ** 0.7
            at = first + (last - first) * share
            self._add(at, self._filing(is_left_open=number >= FILED - LEFT_OPEN))
        day = local_date(since).replace(day=1)
        while start_of_day(day) <= until:
            day = add_days(day, 32).replace(day=1)
            self._add(start_of_day(day) + timedelta(hours=3), _publish)

    def _add(self, at: datetime, act: Act) -> None:
        heapq.heappush(self._waiting, (at, next(self._order), act))

    def play_until(self, until: datetime) -> None:
        """Do what happens before an instant, moving the database's clock from act to act."""
        while self._waiting and self._waiting[0][0] < until:
            due, _place, act = heapq.heappop(self._waiting)
            at = max(due, clock.now())
            clock.set_now(at, using="owner")
            act(at)

    def life(self) -> Life:
        """Do the rest among the other lives of the world."""
        while self._waiting:
            at, _place, act = heapq.heappop(self._waiting)
            yield at
            act(at)

    def _filing(self, *, is_left_open: bool) -> Act:
        def file(at: datetime) -> None:
            (category,) = self.random.choices(list(TEXTS), [n for n, _text in TEXTS.values()])
            made = services.file_complaint(
                actor=self._complainant(),
                now=at,
                category=category,
                text=TEXTS[category][1],
                page="/board/" if category == "service" else "",
            )
            if is_left_open:
                return
            days = min(self.random.lognormvariate(2.0, 0.45), 40)
            self._add(at + timedelta(days=days / 3), self._examining(made.reference))
            self._add(at + timedelta(days=days), self._answering(made.reference))

        return file

    def _complainant(self) -> Actor:
        if self.random.random() < 0.4:
            return ANONYMOUS
        return self.world.actors[self.random.choice(("member", "claimant", "juror3", "juror7"))]

    def _examining(self, reference: str) -> Act:
        def examine(at: datetime) -> None:
            services.examine_complaint(
                reference=reference, actor=self.world.actors["ombudsman"], now=at
            )

        return examine

    def _answering(self, reference: str) -> Act:
        def answer(at: datetime) -> None:
            (outcome,) = self.random.choices(list(OUTCOMES), list(OUTCOMES.values()))
            services.answer_complaint(
                reference=reference,
                actor=self.world.actors["ombudsman"],
                now=at,
                outcome=outcome,
                answer=ANSWERS[outcome],
            )

        return answer


def _publish(at: datetime) -> None:
    services.publish_figures(actor=CLOCK, now=at)
