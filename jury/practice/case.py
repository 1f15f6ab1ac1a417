"""The made-up case: its papers in both languages, its clause, and what a careful reader finds."""

from dataclasses import dataclass
from typing import Any

from members.criteria import AllOf, Criterion, in_language


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both languages."""

    en: str
    zh: str

    def __str__(self) -> str:
        """The text in the reader's language."""
        return in_language(self.en, self.zh)


@dataclass(frozen=True, slots=True)
class PracticeQuestion:
    """One question: both sides, one paper, the answer a careful reader comes to, and why."""

    code: str
    text: Text
    help: Text
    claimant_holds: Text
    reviewers_hold: Text
    paper: Text
    paper_text: Text
    answer: str
    why: Text


BACKGROUND = Text(
    "A member aged 45 fell from a ladder and was taken to hospital unconscious. The member woke "
    "up later. The reviewers denied the claim; the member disputes it. Everybody here is made up.",
    "一名 45 岁的成员从梯子上跌落，昏迷入院，后来苏醒。审核员认为不符合给付条件，成员提出争议。"
    "本案人物和情节均为虚构。",
)
AGREED = (
    Text("The fall and the day of admission.", "跌落经过和入院日期。"),
    Text("Nobody disputes that the papers are genuine.", "各方都认可材料是真实的。"),
)
CLAUSE = Text("Clause 12, deep coma", "第十二条　深度昏迷")
TERMS = (
    (
        Text("coma scale", "昏迷评分"),
        Text(
            "15 points mean awake, 3 deepest coma; doctors note it by the hour.",
            "满分 15 分为清醒，3 分为最深昏迷，医生按小时记录。",
        ),
    ),
    (
        Text("ventilator", "呼吸机"),
        Text("A machine that breathes for the patient.", "代替病人呼吸的机器。"),
    ),
)

QUESTIONS = (
    PracticeQuestion(
        "scale",
        Text(
            "Was the coma scale 5 points or less?",
            "昏迷评分是否在 5 分或以下？",
        ),
        Text("The lowest value of the first day counts.", "以第一天的最低分为准。"),
        Text("On admission it was 4 points.", "入院时为 4 分。"),
        Text("It was 4 points at first, 6 on the second day.", "起初 4 分，第二天 6 分。"),
        Text("Nursing record, first day", "第一天护理记录"),
        Text(
            "08:00 4 points · 12:00 4 points · 20:00 5 points", "8 时 4 分，12 时 4 分，20 时 5 分"
        ),
        "met",
        Text(
            "Both sides name 4 points for the first day, and that day counts.",
            "双方都认可第一天为 4 分，而条款以第一天为准。",
        ),
    ),
    PracticeQuestion(
        "hours",
        Text("Did the coma last more than 96 hours?", "昏迷是否持续超过 96 小时？"),
        Text("Counted without a break.", "须连续计算。"),
        Text("From Monday morning to Friday noon.", "从周一早上到周五中午。"),
        Text("Awake on Thursday evening: 84 hours.", "周四晚上已苏醒，共 84 小时。"),
        Text("Nursing record, fourth day", "第四天护理记录"),
        Text(
            "Thursday 20:00: opens eyes when called, follows simple requests.",
            "周四 20 时：呼唤睁眼，能按简单指令动作。",
        ),
        "not_met",
        Text(
            "The record of Thursday 20:00 says that the patient woke: 84 hours, not 96.",
            "周四 20 时的记录写明病人已经苏醒，只有 84 小时，没有超过 96 小时。",
        ),
    ),
    PracticeQuestion(
        "support",
        Text(
            "Was a ventilator used all that time?",
            "期间是否一直使用呼吸机？",
        ),
        Text("", ""),
        Text("Yes, since the emergency room.", "是的，从急诊室就开始用。"),
        Text("There is no ventilator sheet for the second day.", "没有第二天的呼吸机记录单。"),
        Text("Ventilator sheets", "呼吸机记录单"),
        Text(
            "Sheets of day 1, 3 and 4. The sheet of day 2 is missing.",
            "有第 1、3、4 天的记录单，缺第 2 天。",
        ),
        "not_shown",
        Text(
            "One day is missing: neither “yes” nor “no” is on paper. That is what the third answer "
            "is for.",
            "缺了一天，“是”与“不是”都没有材料可证。第三个选项就是为这种情况准备的。",
        ),
    ),
)

TREE = AllOf(tuple(Criterion(one.code, one.text.en, one.text.zh) for one in QUESTIONS))


def shown_question(number: int) -> dict[str, Any]:
    """Return a question as the ballot's own templates take it."""
    question = QUESTIONS[number - 1]
    return {
        "number": number,
        "code": question.code,
        "text": str(question.text),
        "help": str(question.help),
        "claimant_holds": str(question.claimant_holds),
        "reviewers_hold": str(question.reviewers_hold),
        "papers": [],
        "exhibits": [],
        "is_fact": False,
    }


def shown_terms() -> list[dict[str, str]]:
    """Return the words explained."""
    return [
        {"term": str(term), "meaning": str(meaning), "anchor": f"word-{at}"}
        for at, (term, meaning) in enumerate(TERMS, start=1)
    ]
