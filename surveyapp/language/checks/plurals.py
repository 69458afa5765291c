"""Checks of plural forms: the file's rule, and each message's forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from surveyapp.language.checks.base import Severity
from surveyapp.language.checks.fields import PluralPlaceholder
from surveyapp.language.plural_rules import PluralRule, PluralRuleFault, plural_forms, read_plural_rule


class PluralHeader:
    """The file's plural rule gives what CLDR's gives, however it is spelled."""

    id: ClassVar[str] = "plural-rule"
    severity: ClassVar[Severity] = Severity.ERROR

    def find(self, header: str, locale: str) -> str | None:
        try:
            expected = plural_forms(locale)
        except PluralRuleFault as fault:
            return str(fault)
        if not header:
            return f'the header has no Plural-Forms; write "{expected}"'
        try:
            rule = read_plural_rule(header)
        except PluralRuleFault as fault:
            return f'{fault}; write "{expected}"'
        right = read_plural_rule(expected)
        if rule.count != right.count:
            return f'nplurals is {rule.count}, {locale} has {right.count} forms; write "{expected}"'
        wrong = next((number for number, form in enumerate(rule.forms) if form != right.forms[number]), None)
        if wrong is not None:
            given = f"form {rule.forms[wrong]} is given for {wrong}, not form {right.forms[wrong]}"
            return f'{given}; write "{expected}"'
        return None


class PluralCount:
    """A message has as many forms as the language."""

    id: ClassVar[str] = "plural-count"
    severity: ClassVar[Severity] = Severity.ERROR

    def find(self, forms: Mapping[int, str], rule: PluralRule) -> str | None:
        if sorted(forms) != list(range(rule.count)):
            return f"has {len(forms)} plural forms, the language has {rule.count}"
        return None


class PluralEmpty:
    """Once one form is translated, all are."""

    id: ClassVar[str] = "plural-empty"
    severity: ClassVar[Severity] = Severity.ERROR

    def find(self, forms: Mapping[int, str], rule: PluralRule) -> str | None:
        empty = [str(form) for form, text in sorted(forms.items()) if not text]
        return f"plural form {', '.join(empty)} is empty" if empty else None


class PluralSame:
    """Forms that all read the same were copied; languages with two forms may well do so."""

    id: ClassVar[str] = "plural-same"
    severity: ClassVar[Severity] = Severity.WARNING

    def find(self, forms: Mapping[int, str], rule: PluralRule) -> str | None:
        if rule.count > 2 and len(forms) == rule.count and len(set(forms.values())) == 1:
            return f"all {rule.count} plural forms are the same"
        return None


FORM_CHECKS = (PluralCount(), PluralEmpty(), PluralSame())
_PLACEHOLDERS = PluralPlaceholder()


def plural_findings(
    source: str, forms: Mapping[int, str], rule: PluralRule
) -> Iterator[tuple[str, Severity, str]]:
    """Id, severity and message of what is wrong with the forms of one message."""
    for check in FORM_CHECKS:
        if message := check.find(forms, rule):
            yield check.id, check.severity, message
    for form, text in sorted(forms.items()):
        is_single = form < rule.count and len(rule.numbers_of(form)) == 1
        if text and (message := _PLACEHOLDERS.find(source, text, is_single=is_single)):
            yield _PLACEHOLDERS.id, _PLACEHOLDERS.severity, f"form {form}: {message}"
