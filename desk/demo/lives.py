"""The lives of invented claims: who does what, when, told as generators over the real services."""

from datetime import timedelta

from claims import services as claims
from claims.models import Claim
from claims.queries import bound_rules, clause_of, eligibility_of
from claims.states import FINAL, State
from core.actor import SYSTEM, Actor
from core.zone import local_date
from desk.demo.director import Life
from desk.demo.hearings import hold_hearing
from desk.demo.objections import object_and_answer
from desk.demo.plot import Plot
from desk.demo.stage import HOUR, Stage
from disclosure import services as disclosure
from members.services import wind_down_plan

HISTORY = timedelta(days=400)
# How long before the present a hearing that is still under way begins: told, drawn, accepted.
HEARING_AGE = {
    "open": timedelta(hours=34),
    "announced": timedelta(hours=2),
    "preparing": timedelta(hours=1),
}


def life_of(stage: Stage, plot: Plot) -> Life:
    """Live a claim from its draft on."""
    reference = stage.filer.draft(plot, stage.now)
    if plot.stops_at == "draft":
        return
    claims.file_claim(reference=reference, actor=plot.claimant, now=stage.now)
    if plot.stops_at == "filed":
        return
    yield stage.later(1.5 * plot.speed)
    first = stage.pick("reviewer", plot.claimant)
    if plot.withdraws_at == "filed":
        claims.withdraw_claim(reference=reference, actor=plot.claimant, now=stage.now)
        return
    if plot.outside:
        claims.skip_investigation(
            reference=reference, actor=first, now=stage.now, reason_code="filed_late", note=""
        )
    else:
        yield from _investigated(stage, plot, reference, first)
    if _state(reference) != State.UNDER_REVIEW:
        return
    yield stage.later(2 * plot.speed)
    yield from _decided(stage, plot, reference, first)


def _state(reference: str) -> str:
    return str(Claim.objects.values_list("state", flat=True).get(reference=reference))


def _investigated(stage: Stage, plot: Plot, reference: str, first: Actor) -> Life:
    """Ask, if the plot asks; send an investigator; report."""
    if plot.asks:
        claims.request_information(
            reference=reference,
            actor=first,
            now=stage.now,
            questions="请补充病理报告的原件照片，现在上传的第二页看不清。",
            documents="病理报告",
            deadline_on=local_date(stage.now) + timedelta(days=14),
        )
        if not plot.answers:
            return
        yield stage.later(4)
        claims.supply_information(
            reference=reference, actor=plot.claimant, now=stage.now, answer="已重新拍照上传。"
        )
        yield stage.later(1)
    investigator = stage.pick("investigator", plot.claimant, first)
    claims.open_investigation(
        reference=reference,
        actor=first,
        now=stage.now,
        agency_code=stage.world.agency_of[investigator.person_id or 0],
        investigator_id=investigator.person_id,
        questions="请核实首次确诊日期、入院前就诊记录，并复印病理与影像报告。",
        due_on=local_date(stage.now) + timedelta(days=12),
    )
    if plot.stops_at == "under_investigation":
        return
    yield stage.later(6 * plot.speed)
    claim = Claim.objects.get(reference=reference)
    claims.report_findings(
        reference=reference,
        actor=investigator,
        now=stage.now,
        findings=[
            {
                "criterion": code,
                "answer": answer,
                "note": "住院病历第 3 页",
                "evidence": "出院小结",
            }
            for code, answer in answers_for(claim, met=not plot.denies).items()
        ],
        cost_cents=stage.random.randint(85_000, 115_000),
        summary="已到医院核对住院病历与检查报告，首次确诊日期与申请一致，未发现加入前的相关就诊记录。"
        if not plot.denies
        else "已到医院核对住院病历。转院途中有一段记录缺失，只能确认其余时间。",
    )


def answers_for(claim: Claim, *, met: bool) -> dict[str, str]:
    """Return answers to the clause's criteria: all met, or the last ones not."""
    codes = [listed.criterion.code for listed in clause_of(claim).criteria]
    if met:
        return dict.fromkeys(codes, "met")
    answers = dict.fromkeys(codes, "not_shown")
    answers[codes[0]] = "met" if len(codes) > 1 else "not_shown"
    answers[codes[-1]] = "not_met"
    return answers


def _decided(stage: Stage, plot: Plot, reference: str, first: Actor) -> Life:
    """Recommend, confirm or refer; then notice, or dispute."""
    claim = Claim.objects.get(reference=reference)
    if plot.stops_at == "under_review":
        return
    _recommend(claim, stage, plot, first)
    if plot.stops_at == "under_final_review":
        return
    yield stage.later(1.5 * plot.speed)
    second = stage.pick("reviewer", plot.claimant, first)
    if plot.sends_back:
        claims.send_back(
            reference=reference, actor=second, now=stage.now, note="请写明依据的是哪一份报告。"
        )
        yield stage.later(1)
        _recommend(claim, stage, plot, first)
        yield stage.later(1)
    if plot.refers:
        yield from hold_hearing(stage, plot, reference, referred_by=second)
    elif plot.denies or plot.outside:
        claims.deny_claim(reference=reference, actor=second, now=stage.now)
        yield from _disputed(stage, plot, reference)
    else:
        amount = claim.recommendations.order_by("-number").values_list("amount_cents", flat=True)[0]
        claims.approve_claim(reference=reference, actor=second, now=stage.now, amount_cents=amount)
    yield from _noticed(stage, plot, reference)


def _recommend(claim: Claim, stage: Stage, plot: Plot, first: Actor) -> None:
    snapshot = eligibility_of(claim)
    amount = snapshot.amount_cents if snapshot else 0
    findings = snapshot.findings if snapshot else []
    failed = [finding["clause"] for finding in findings if not finding["is_met"]]
    deny = plot.denies or plot.outside
    claims.recommend(
        reference=claim.reference,
        actor=first,
        now=stage.now,
        outcome="deny" if deny else "approve",
        amount_cents=amount,
        answers=answers_for(claim, met=not plot.denies),
        clauses=[clause_of(claim).number, *failed],
        reasons="首次确诊至申请已超过 180 天，不在保障范围。"
        if plot.outside
        else "条款要求的条件没有全部满足：记录有缺失，无法确认。"
        if plot.denies
        else "条款的条件逐项满足，材料与调查一致。",
    )


def _disputed(stage: Stage, plot: Plot, reference: str) -> Life:
    if not plot.disputes:
        return
    yield stage.later(3)
    claims.dispute_denial(
        reference=reference,
        actor=plot.claimant,
        now=stage.now,
        grounds="转院途中一直带着呼吸机，第二家医院的接收记录写明“带机入科”，应当连续计算。",
        facts_in_dispute=["criteria"],
    )
    if plot.stops_at == "disputed":
        return
    yield max(stage.later(2), stage.director.until - HEARING_AGE.get(plot.hearing, HISTORY))
    yield from hold_hearing(stage, plot, reference)


def _noticed(stage: Stage, plot: Plot, reference: str) -> Life:
    """Prepare and sign the redaction; object, where the plot objects; correct the account."""
    state = _state(reference)
    if state == State.DENIED:
        rules = bound_rules(Claim.objects.get(reference=reference))
        yield stage.later(rules.dispute_days + 1, spread=0)
        state = _state(reference)
    if state not in (State.APPROVED, State.DENIED_FINALLY):
        return
    if plot.stops_at == "approved":
        return
    yield stage.now + HOUR
    _redact(stage, plot, reference)
    if plot.withdraws_at == "approved":
        claims.withdraw_claim(reference=reference, actor=plot.claimant, now=stage.now)
    if plot.payout:
        stage.awaited[reference] = plot.payout
    if plot.objected:
        yield from object_and_answer(stage, plot, reference)
    if plot.halts:
        yield from _halted(stage, plot, reference)
    if plot.closes_plan:
        yield from _closed_unfunded(stage, plot, reference)


def _redact(stage: Stage, plot: Plot, reference: str) -> None:
    """Write and sign the texts for notice and board."""
    claim = Claim.objects.get(reference=reference)
    writer = stage.pick("reviewer", plot.claimant)
    signer = stage.pick("reviewer", plot.claimant, writer)
    disclosure.prepare_redaction(
        reference=reference,
        actor=writer,
        now=stage.now,
        story=plot.illness.story,
        investigation_summary="公估机构已到医院核实病历与检查报告。",
        board_summary=f"{plot.illness.diagnosis}。调查核实了首次确诊日期与住院记录。",
    )
    disclosure.sign_redaction(reference=claim.reference, actor=signer, now=stage.now)


def _closed_unfunded(stage: Stage, plot: Plot, reference: str) -> Life:
    """Wind the plan down while the claim is on notice; nobody is left to share it."""
    while _state(reference) != State.ON_NOTICE:
        yield stage.now + HOUR * 8
    code = plot.membership.plan.code
    wind_down_plan(plan_code=code, actor=SYSTEM, now=stage.now)
    while _state(reference) != State.CLEARED:
        yield stage.now + HOUR * 8
    for actor in (stage.pick("reviewer", plot.claimant), stage.world.actors["ombudsman"]):
        claims.close_unfunded(
            reference=reference,
            actor=actor,
            now=stage.now,
            reason_code="nobody_left",
            note="计划关停后已没有成员分摊，按关停规则结案。",
        )


def _halted(stage: Stage, plot: Plot, reference: str) -> Life:
    """Stop a cleared claim before the money is sent: two people, fraud suspected."""
    while _state(reference) not in (State.CLEARED, State.FUNDED):
        yield stage.now + HOUR * 8
        if _state(reference) in FINAL:
            return
    first = stage.pick("reviewer", plot.claimant)
    second = stage.pick("reviewer", plot.claimant, first)
    for actor in (first, second):
        claims.halt_claim(
            reference=reference,
            actor=actor,
            now=stage.now,
            reason_code="suspected_fraud",
            note="银行反馈同一账户近期收到另一份互助申请，需要核实。",
        )
