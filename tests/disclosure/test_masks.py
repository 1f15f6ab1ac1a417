"""What the scan warns of, and what a card calls a person."""

import pytest

from disclosure.masks import mask_name, scan_personal_data


def codes(text: str, *names: str) -> list[str]:
    return [found.code for found in scan_personal_data(text, names)]


def test_a_card_shows_the_surname_at_most() -> None:
    assert mask_name("欧阳", "surname") == "欧阳某"
    assert mask_name("张", "none") == ""
    assert mask_name("", "surname") == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("身份证 11010519491231002X 已核", "identity_number"),
        ("号码１１０１０５１９４９１２３１００２Ｘ。", "identity_number"),
        ("编号 110105 19491231 002X", "identity_number"),
        ("老号 110105491231002", "identity_number"),
        ("电话 138 0013 8000", "phone"),
        ("电话１３８００１３８０００", "phone"),
        ("+86-13800138000", "phone"),
        ("座机 0731-84327777", "phone"),
        ("卡号 6222 0202 0011 2230", "bank_card"),
        ("320***********1234", "masked_number"),
        ("写信到 li.si@example.com", "email"),
        ("患者出生于 1985 年", "birth_date"),
    ],
)
def test_the_scan_finds(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "住院 12 天，费用 103,456.78 元",
        "2020年5月20日确诊，血压 120/80",
        "病理号 20200520-17，第 12 条",
        "CK-MB 12.5 ng/mL，96 小时",
    ],
)
def test_the_scan_leaves_ordinary_medicine_alone(text: str) -> None:
    assert codes(text) == []


def test_the_scan_finds_names_with_and_without_their_surname() -> None:
    assert codes("王小明入院后，小明的家属……", "王小明") == ["name", "name"]
    assert codes("在湘雅医院手术", "湘雅医院") == ["name"]
    assert codes("Zhang Wei was admitted", "zhang wei") == ["name"]


def test_a_warning_never_repeats_what_it_found() -> None:
    found = scan_personal_data("电话 13800138000")
    assert "138" not in str(found[0].message)
