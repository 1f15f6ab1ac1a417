"""Invented names, hospitals and illnesses of the demo world. Nobody here exists."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹苏潘葛范彭鲁韦"
    "马苗方俞任袁柳史唐费岑薛雷贺倪汤罗毕郝安常于傅齐康伍余顾孟黄穆萧尹"
)
GIVEN_FEMALE = (
    "芳娜敏静丽艳娟霞秀玲燕萍红玉兰凤洁梅琳素云莲真雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉桂漫"
)
GIVEN_MALE = "伟强磊军洋勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢佳阳建国志文"
# A young plan's members live together: a few provinces hold most of them, so that a case can
# be told from its class of eleven without losing the province.
PROVINCE_WEIGHTS: dict[str, int] = {
    "430000": 38, "510000": 24, "410000": 18, "440000": 5, "370000": 5, "320000": 4,
    "330000": 3, "420000": 3,
}  # fmt: skip

CITIES: dict[str, tuple[str, ...]] = {
    "440000": ("广州", "佛山", "湛江"), "370000": ("济南", "临沂", "潍坊"),
    "410000": ("郑州", "南阳", "周口"), "320000": ("南京", "徐州", "盐城"),
    "510000": ("成都", "绵阳", "南充"), "130000": ("石家庄", "保定", "邯郸"),
    "430000": ("长沙", "衡阳", "邵阳"), "330000": ("杭州", "温州", "台州"),
    "340000": ("合肥", "阜阳", "安庆"), "420000": ("武汉", "襄阳", "荆州"),
    "450000": ("南宁", "桂林", "玉林"), "530000": ("昆明", "曲靖", "大理"),
    "360000": ("南昌", "赣州", "上饶"), "210000": ("沈阳", "大连", "锦州"),
    "350000": ("福州", "泉州", "漳州"), "610000": ("西安", "宝鸡", "渭南"),
    "520000": ("贵阳", "遵义", "毕节"), "140000": ("太原", "大同", "临汾"),
    "500000": ("万州", "涪陵", "永川"), "230000": ("哈尔滨", "齐齐哈尔", "绥化"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Illness:
    """How often an illness comes, and what its papers and its claimant say of it."""

    code: str
    weight: int
    ward: str
    diagnosis: str
    course: str
    story: str
    accident: bool = False


ILLNESSES: tuple[Illness, ...] = (
    Illness(
        "malignant-tumour", 56, "肿瘤科", "恶性肿瘤（病理证实浸润性癌）",
        "入院后完善检查，病理示浸润性癌，行手术治疗，术后恢复可，建议按期化疗。",
        "单位体检时发现肿块，到医院穿刺，病理确诊是癌，已经做了手术，接下来要化疗。",
    ),
    Illness(
        "acute-myocardial-infarction", 25, "心血管内科", "急性心肌梗死",
        "胸痛 2 小时入院，心电图 ST 段抬高，肌钙蛋白明显升高，行急诊介入治疗。",
        "早上起来胸口疼得厉害，出了一身冷汗，家里人叫了救护车，当天就放了支架。",
    ),
    Illness(
        "stroke-sequelae", 16, "神经内科", "脑梗死，遗留肢体功能障碍",
        "突发左侧肢体无力入院，磁共振示脑梗死。确诊 180 天后复评，左侧肌力 II 级。",
        "吃饭时突然拿不住筷子，送到医院说是脑梗，半年多了左边手脚还是动不了。",
    ),
    Illness(
        "end-stage-kidney-disease", 2, "肾内科", "慢性肾衰竭尿毒症期",
        "血肌酐持续升高，规律血液透析每周 3 次，已满 90 天。",
        "查出来肾已经坏了，现在每周要去三次医院透析，没法再上班了。",
    ),
    Illness(
        "deep-coma", 0, "重症医学科", "颅脑损伤，深度昏迷",
        "车祸致颅脑损伤，格拉斯哥评分 4 分，呼吸机辅助呼吸，转院途中带机。",
        "下班路上被车撞了，一直昏迷，上了呼吸机，中间从县医院转到市里。",
        accident=True,
    ),
    Illness(
        "coronary-bypass", 1, "心外科", "冠心病，行开胸搭桥术",
        "冠脉造影示三支病变，行开胸冠状动脉搭桥术，术后转回普通病房。",
        "走几步就喘，造影说三根血管都堵了，做了开胸搭桥手术。",
    ),
)  # fmt: skip


def pick_province(random: Random) -> str:
    """Return a province's code, by weight."""
    return random.choices(list(PROVINCE_WEIGHTS), list(PROVINCE_WEIGHTS.values()))[0]


def pick_illness(random: Random) -> Illness:
    """Return an illness, by weight."""
    return random.choices(ILLNESSES, [illness.weight for illness in ILLNESSES])[0]


def pick_name(random: Random, sex: str) -> str:
    """Return a full name of two or three characters."""
    given = GIVEN_FEMALE if sex == "female" else GIVEN_MALE
    return random.choice(SURNAMES) + "".join(random.sample(given, random.choice((1, 2, 2))))


def birthday(random: Random, age: int, on: date) -> date:
    """Return a date of birth that makes somebody `age` years old on a day."""
    return on - timedelta(days=age * 365 + age // 4 + random.randint(1, 350))


def identity_number(random: Random, province: str, born_on: date, sex: str) -> str:
    """Return an identity number with a right check digit, in a county that does not exist (99)."""
    order = random.randint(0, 499) * 2 + (1 if sex == "male" else 0)
    body = f"{province[:2]}9999{born_on:%Y%m%d}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def card_number(random: Random) -> str:
    """Return a bank card number of 19 digits with a right check digit."""
    body = "622848" + "".join(str(random.randint(0, 9)) for _ in range(12))
    total = 0
    for place, digit in enumerate(reversed(body)):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return body + str(-total % 10)
