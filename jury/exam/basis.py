"""What a right answer rests on, in words: a clause or section of a rulebook, or a jury rule."""

from functools import cache

from django.utils.translation import gettext_lazy as _

from core.errors import Text
from jury.exam.bank import Basis
from jury.exam.rules import rules_sections
from members.rulebook import Rulebook, parse
from members.rulebooks import load

# What the sections of a rulebook are called in words.
SECTIONS: dict[str, Text] = {
    "amounts": _("amounts of aid"),
    "caps": _("caps"),
    "closing": _("closing of the plan"),
    "deadlines": _("deadlines"),
    "diseases": _("diseases covered"),
    "entry": _("who may join"),
    "exit": _("leaving the plan"),
    "fee": _("management fee"),
    "filing": _("filing window"),
    "health_statement": _("health statement"),
    "investigation": _("investigation"),
    "notice": _("notice period"),
    "rule_changes": _("changes of the rules"),
    "sharing": _("sharing days"),
    "tiers": _("tiers"),
    "waiting_period": _("waiting period"),
}


@cache
def shipped_rulebook(name: str) -> Rulebook:
    """Return a rulebook that comes with the product, by its file's name."""
    return parse(load(name))


def basis_text(basis: Basis, language: str) -> str:
    """Return where the reader can look it up; LookupError for a place that is nowhere."""
    if basis.kind == "jury_rules":
        section = rules_sections(basis.document, language)[int(basis.place) - 1]
        words = {"version": basis.document, "section": section.title}
        return str(_("Jury rules, version %(version)s: %(section)s") % words)
    rulebook = shipped_rulebook(basis.document)
    words = {"rulebook": rulebook.title, "version": basis.document.rpartition("-")[2]}
    if basis.kind == "section":
        words["section"] = str(SECTIONS[basis.place])
        return str(_("%(rulebook)s, version %(version)s: %(section)s") % words)
    clause = rulebook.clause(basis.place)
    words |= {"clause": clause.number, "title": clause.title}
    return str(_("%(rulebook)s, version %(version)s: clause %(clause)s, %(title)s") % words)
