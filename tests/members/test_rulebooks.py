"""The rulebooks that come with the product, and what the parser says of wrong ones."""

import copy
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from core.canonical import canonical_json
from members.criteria import evaluate
from members.rulebook import Rulebook, RulebookError, parse
from members.rulebooks import SHIPPED, load

ONE = parse(load("critical-illness-1"))
TWO = parse(load("critical-illness-2"))
ELDERLY = parse(load("elderly-cancer-1"))


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_rulebook_can_be_read_and_has_a_canonical_form(name: str) -> None:
    body = load(name)
    assert parse(body).clauses
    assert canonical_json(body)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_text_of_a_rulebook_is_there_in_both_languages(name: str) -> None:
    def walk(value: Any, path: str) -> None:
        if isinstance(value, list):
            for item in value:
                walk(item, path)
        if isinstance(value, dict):
            for key, item in value.items():
                walk(item, f"{path}.{key}")
                if key.endswith("_en"):
                    chinese = value[key[:-3] + "_zh"]
                    assert any("\u4e00" <= c <= "\u9fff" for c in chinese), path

    walk(load(name), name)


def test_a_file_that_is_not_shipped_cannot_be_loaded() -> None:
    with pytest.raises(KeyError):
        load("../settings")


@pytest.mark.parametrize(
    ("age", "yuan"),
    [(0, 300_000), (39, 300_000), (40, 100_000), (59, 100_000), (60, None)],
)
def test_the_age_on_the_day_of_diagnosis_decides_the_amount(age: int, yuan: int | None) -> None:
    amount = TWO.amount_cents("deep-coma", date(2020, 5, 1), age)
    assert amount == (None if yuan is None else yuan * 100)


def test_the_entry_tier_receives_its_part() -> None:
    assert TWO.amount_cents("deep-coma", date(2020, 5, 1), 30, "entry") == 15_000_000


@pytest.mark.parametrize(
    ("day", "yuan"),
    [(date(2019, 5, 1), 300_000), (date(2019, 5, 2), 50_000), (date(2019, 12, 31), 50_000)],
)
def test_mild_thyroid_cancer_is_50_000_for_diagnoses_after_the_first_of_may_2019(
    day: date, yuan: int
) -> None:
    assert ONE.amount_cents("thyroid-cancer-mild", day, 30) == yuan * 100


def test_mild_thyroid_and_prostate_cancer_are_out_from_2020_on() -> None:
    codes = {disease.code for disease in TWO.diseases}
    assert not codes & {"thyroid-cancer-mild", "prostate-cancer-mild"}
    answers = {row.criterion.code: "met" for row in TWO.clause_of("malignant-tumour").criteria}
    tree = TWO.clause_of("malignant-tumour").tree
    assert evaluate(tree, answers) == "met"
    assert evaluate(tree, answers | {"cancer.not_thyroid_1": "not_met"}) == "not_met"


def test_the_minimum_head_count_is_the_published_one() -> None:
    assert TWO.minimum_members == 3_240_000


def test_an_infarction_needs_three_of_four_besides_its_cause() -> None:
    tree = TWO.clause_of("acute-myocardial-infarction").tree
    found = {"ami.cause": "met", "ami.symptoms": "met", "ami.ecg": "met"}
    assert evaluate(tree, found) == "not_shown"
    assert evaluate(tree, found | {"ami.enzymes": "met"}) == "met"
    died_early = {"ami.enzymes": "not_met", "ami.function_90_days": "not_met"}
    assert evaluate(tree, found | died_early) == "not_met"


def test_a_clause_cites_its_definition_by_name_and_year() -> None:
    source = TWO.clause_of("deep-coma").source
    assert (source.name_zh, source.year) == ("重大疾病保险的疾病定义使用规范", 2007)
    assert ELDERLY.clause_of("malignant-tumour").source.year == 2020


def test_names_read_in_the_readers_language() -> None:
    disease = TWO.disease("deep-coma")
    with translation.override("en"):
        assert disease.name == "Deep coma"
        assert "Glasgow" in TWO.clause_of("deep-coma").criterion("coma.gcs_5").text
    with translation.override("zh-hans"):
        assert disease.name == "深度昏迷"


def test_notice_and_sharing_days_are_the_published_ones() -> None:
    assert (TWO.notice_days, TWO.sharing_days) == ((7, 21), (14, 28))
    assert (TWO.waiting.days, TWO.waiting.except_accidents) == (90, True)
    assert (TWO.filing_window_days, TWO.fee_basis_points) == (180, 800)
    assert (TWO.per_case_cap_cents, TWO.annual_cap_cents) == (10, 18_800)


def test_asking_for_what_is_not_there_is_a_key_error() -> None:
    for ask in (TWO.disease, TWO.clause, TWO.tier):
        with pytest.raises(KeyError):
            ask("nothing")
    with pytest.raises(KeyError):
        TWO.clause_of("deep-coma").criterion("nothing")


def changed(path: str, value: Any) -> dict[str, Any]:
    """The second version with one value replaced, added or (with None) removed."""
    body = copy.deepcopy(load("critical-illness-2"))
    place: Any = body
    *parents, last = path.split(".")
    for name in parents:
        place = place[int(name)] if isinstance(place, list) else place[name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return body


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("schema", 2, "rulebook.schema: must be 1"),
        ("fee", None, "rulebook.fee: is missing"),
        ("fee.basis_points", "800", "rulebook.fee.basis_points: must be a whole number"),
        ("fee.basis_points", True, "rulebook.fee.basis_points: must be a whole number"),
        ("fee.basis_points", 10_001, "must be from 0 to 10000, not 10001"),
        ("fee.source", "hearsay", "rulebook.fee.source: must be one of"),
        ("fee.percent", 8, "rulebook.fee.percent: is not known"),
        ("waiting_period.except_accidents", "maybe", "must be `yes` or `no`, not `maybe`"),
        ("title_en", " ", "rulebook.title_en: must not be empty"),
        ("notice.days_of_month", [21, 7], "must be ascending without repeats"),
        ("notice.days_of_month", [0], "must hold days of the month from 1 to 31"),
        ("notice.name", "full", "must be one of surname, none, not full"),
        ("board.minimum_class", 10, "must be from 11"),
        ("jury.quorum", 10, "must not be above the panel's size"),
        ("jury.exam_pass_mark", 7, "must not be above the questions"),
        ("diseases.0.clause", "9.9", "rulebook.diseases[malignant-tumour]: there is no clause"),
        ("diseases.0.severity", "odd", "there are no amounts for odd"),
        ("diseases.0.code", "deep-coma", "rulebook.diseases: deep-coma is used twice"),
        ("amounts.severe.1.min_age", 39, "rulebook.amounts.severe: two amounts for age 39"),
        ("amounts.severe.0.max_age", -1, "must be from 0 to 150, not -1"),
        ("clauses.0.tree", {"none_of": []}, "must be one of all_of, any_of"),
        ("clauses.0.tree.all_of.0.criterion", "coma.cause", "coma.cause is used twice"),
        ("deadlines.information_reminder_days.days", 30, "must come before the deadline"),
        ("refund_situations", [1], "must hold texts"),
        ("documents", {}, "rulebook.documents: must be a list"),
        ("jury", [], "rulebook.jury: must be an object"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(path: str, value: Any, said: str) -> None:
    with pytest.raises(RulebookError) as error:
        parse(changed(path, value))
    assert said in str(error.value)


def test_a_rulebook_that_is_no_object_is_said_so() -> None:
    with pytest.raises(RulebookError, match="rulebook: must be an object"):
        parse([])


# Every system of the domain is one rulebook; these are the values each stands out by.
SYSTEMS: dict[str, dict[str, Any]] = {
    "相互保": {"fee.basis_points": 1000, "closing.mode": "members_move"},
    "美团互助": {
        "notice.days_of_month": [6, 15, 24],
        "sharing.days_of_month": [9, 18, 27],
        "closing.refund": "all_shares",
    },
    "水滴互助": {"collection.mode": "pre_paid", "closing.refund": "balance"},
    "轻松互助": {
        "collection.mode": "pre_paid",
        "collection.prepaid_cents": 1000,
        "closing.mode": "pro_rata",
        "closing.late_filing_days": 7,
        "investigation.fee_payer": "claimant",
        "investigation.cost_cents": 200_000,
    },
    "悟空互助": {"closing.mode": "finish_open_cases", "closing.finish_days": 30},
    "灯火互助": {"closing.mode": "ends_by_rule", "closing.minimum_members": 500_000},
    "京东互保": {"tiers.0.weight": 3000, "sharing.days_of_month": [31]},
    "康爱公社": {
        "collection.mode": "peer_to_peer",
        "rule_changes.decided_by": "members",
        "vesting": [
            {"after_days": 0, "per_mille": 333, "source": "gongdao"},
            {"after_days": 365, "per_mille": 666, "source": "gongdao"},
            {"after_days": 730, "per_mille": 1000, "source": "gongdao"},
        ],
    },
    "众托帮": {"rule_changes.decided_by": "delegates", "rule_changes.notice_days": 7},
    "点滴守护": {"closing.refund": "all_shares"},
    "小米互助": {"closing.late_filing_days": 0},
}


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_every_system_can_be_written_down_as_a_rulebook(system: str) -> None:
    body = copy.deepcopy(load("critical-illness-2"))
    for path, value in SYSTEMS[system].items():
        place: Any = body
        *parents, last = path.split(".")
        for name in parents:
            place = place[int(name)] if isinstance(place, list) else place[name]
        place[last] = value
    assert isinstance(parse(body), Rulebook)


def test_vesting_grows_with_the_days_of_membership() -> None:
    body = changed("vesting", SYSTEMS["康爱公社"]["vesting"])
    rules = parse(body)
    assert [rules.vested_per_mille(days) for days in (0, 364, 365, 730)] == [333, 333, 666, 1000]
    assert TWO.vested_per_mille(0) == 1000
