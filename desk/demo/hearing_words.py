"""What is said in the demo's hearings: each question's sides, the papers, the jurors' reasons."""

from dataclasses import dataclass

from desk.demo.papers import Paper

BRIEF = {
    "background": "一名成员因车祸昏迷，先在县医院抢救，第三天转到市里的医院。",
    "agreed_facts": "昏迷由车祸造成。\n两家医院都用呼吸机，转院当天 14 时到 21 时没有记录。",
    "terms": "呼吸机：代替或帮助病人呼吸的机器。\n昏迷分级：满分 15 分为清醒，3 分为最深昏迷。",
}
DISPUTED = "coma.support_96_hours"
SHEET, RECEIVED, NOTES = "呼吸机记录单", "第二家医院的接收记录", "入院护理记录"


@dataclass(frozen=True, slots=True)
class Sides:
    """What each side holds about a question; the exhibits are beside it."""

    claimant: str
    reviewers: str


SIDES = {
    "coma.cause": Sides("满足。入院时呼之不应、刺痛无反应。", "没有异议。"),
    "coma.gcs_5": Sides("满足。三次评分都是 4 分。", "没有异议。"),
    DISPUTED: Sides(
        "转院途中没有撤机，应当连续计算，共 101 小时。",
        "转院记录缺 7 小时，只能确认 94 小时，没有超过 96 小时。",
    ),
    "coma.not_alcohol_or_drugs": Sides("满足。入院时验血没有查出酒精。", "没有异议。"),
}
UNSAID = Sides("满足。", "材料没有说明。")


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A paper of the jurors: its label, what it says, the questions it belongs to."""

    label: str
    text: str
    codes: tuple[str, ...]


EXHIBITS = (
    Exhibit(
        NOTES,
        "8 时：呼之不应，刺痛无反应，昏迷评分 4 分。\n"
        "12 时：4 分。20 时：4 分。\n血液酒精：未检出。",
        ("coma.cause", "coma.gcs_5", "coma.not_alcohol_or_drugs"),
    ),
    Exhibit(
        SHEET,
        "县医院：第一天 16 时上机，第三天 14 时“带机转院”。\n"
        "市医院：第三天 21 时“带机入科”，第五天 21 时撤机。",
        (DISPUTED,),
    ),
    Exhibit(RECEIVED, "第三天 21 时由救护车送入，带机入科，血氧 97%。", (DISPUTED,)),
)

REASONS = {
    "pay": (
        "接收记录写明带机入科，途中没有撤机，时间应当连续计算。",
        "病人离不开呼吸机，七小时撤机不可能活着送到，缺的只是记录。",
        "出发时写“带机转院”，到达时写“带机入科”，两头对得上。",
        "缺记录是医院的事，不该由病人承担。其他几项没有争议。",
        "到达时血氧 97%，说明路上一直有呼吸支持。",
        "从首次记录到末次记录是 101 小时，条款没有要求每小时都有记录。",
    ),
    "deny": (
        "转院记录缺了 7 小时，只能按能确认的时间算，没有超过 96 小时。",
        "条款写的是持续使用，途中用的是什么，材料没有写。",
        "同情家属，但能证明的只有 94 小时。",
        "“带机”可能只是手捏气囊，救护车的记录应当补来。",
        "没有救护车的记录，我无法判断这 7 小时。",
        "两家医院的记录各自完整，中间这一段没有人签字。",
    ),
}


def sheet_paper() -> Paper:
    """Return the ventilator sheet with its personal data blacked out."""
    return Paper(
        title=f"{SHEET}（隐去个人信息）",
        hospital="████医院",
        name="███",
        sex="█",
        age=0,
        ward="重症医学科",
        number="██████",
        day_label="转院日",
        day="第三天",
        doctor="███",
        paragraphs=(
            ("第一天 16 时", "上机。"),
            ("第二天", "8 时、16 时、24 时：持续使用。"),
            ("第三天 14 时", "带机转院。"),
            ("第三天 14 时至 21 时", "没有记录。"),
            ("第三天 21 时", "市医院：带机入科。"),
            ("第五天 21 时", "撤机。"),
        ),
    )
