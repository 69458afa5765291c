"""Plural forms: CLDR's rules as gettext expressions, and what a file's own header says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from gettext import c2py
from typing import Final

TRIED_NUMBERS: Final = range(1001)  # a rule is judged by what it gives for these

_HEADER = re.compile(r"\s*nplurals\s*=\s*([0-9]{1,2})\s*;\s*plural\s*=\s*([^;]{1,500});?\s*")

# Forms stand in the order of CLDR's categories: zero, one, two, few, many, other. Categories that no whole
# number up to a thousand falls in ("many" of French or Spanish) have no form. A test holds the table to CLDR.
_ONE = (2, "(n != 1)")
_ZERO_OR_ONE = (2, "(n > 1)")
_SLAVIC = (3, "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)")
_ONE_FEW = (3, "(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2)")
_POLISH = (3, "(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)")
_LITHUANIAN = (3, "(n%10==1 && (n%100<11 || n%100>19) ? 0 : n%10>=2 && (n%100<11 || n%100>19) ? 1 : 2)")
_ROMANIAN = (3, "(n==1 ? 0 : n==0 || n%100>=1 && n%100<=19 ? 1 : 2)")
_SLOVENIAN = (4, "(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3)")
_ARABIC = (6, "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)")
_ALWAYS_OTHER = (1, "0")

_EXPRESSIONS: Final[Mapping[str, tuple[int, str]]] = {
    **dict.fromkeys(("az", "bg", "ca", "da", "de", "el", "en", "es", "et", "fi", "hu", "it"), _ONE),
    **dict.fromkeys(("ka", "kk", "nb", "nl", "nn", "no", "pt_PT", "sq", "sv", "tr", "uz"), _ONE),
    **dict.fromkeys(("fr", "hy", "pt"), _ZERO_OR_ONE),
    **dict.fromkeys(("be", "bs", "hr", "ru", "sr", "uk"), _SLAVIC),
    **dict.fromkeys(("cs", "sk"), _ONE_FEW),
    **dict.fromkeys(("ja", "ko", "th", "vi", "zh"), _ALWAYS_OTHER),
    "ar": _ARABIC,
    "lt": _LITHUANIAN,
    "mk": (2, "(n%10==1 && n%100!=11 ? 0 : 1)"),
    "pl": _POLISH,
    "ro": _ROMANIAN,
    "sl": _SLOVENIAN,
}


class PluralRuleFault(ValueError):
    """A plural rule that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class PluralRule:
    """How many plural forms there are, and which of them each number from 0 to 1,000 takes."""

    count: int
    forms: tuple[int, ...]  # by number

    def numbers_of(self, form: int) -> list[int]:
        return [number for number in TRIED_NUMBERS if self.forms[number] == form]


def plural_forms(locale: str) -> str:
    """The `Plural-Forms` header of a locale, after CLDR.

    :raises PluralRuleFault: the language has no entry in the table here.
    """
    language = locale.partition("_")[0]
    found = _EXPRESSIONS.get(locale) or _EXPRESSIONS.get(language)
    if found is None:
        raise PluralRuleFault(
            f"no plural rule is known for {locale}; add one to surveyapp/language/plural_rules.py"
        )
    return f"nplurals={found[0]}; plural={found[1]};"


@lru_cache(maxsize=256)
def read_plural_rule(header: str) -> PluralRule:
    """The rule that a `Plural-Forms` header states, tried on each number from 0 to 1,000.

    :raises PluralRuleFault: it cannot be read, divides by zero, or gives a form that is not there.
    """
    match = _HEADER.fullmatch(header)
    if match is None:
        raise PluralRuleFault(f'Plural-Forms "{header}" cannot be read; write "nplurals=2; plural=(n != 1);"')
    count = int(match[1])
    try:
        rule = c2py(match[2].strip())
        forms = tuple(int(rule(number)) for number in TRIED_NUMBERS)
    except ZeroDivisionError as error:
        raise PluralRuleFault(f'the plural rule "{match[2].strip()}" divides by zero') from error
    except (ValueError, RecursionError, OverflowError, MemoryError) as error:
        raise PluralRuleFault(f'the plural rule "{match[2].strip()}" cannot be computed: {error}') from error
    wrong = next((number for number in TRIED_NUMBERS if not 0 <= forms[number] < count), None)
    if wrong is not None:
        raise PluralRuleFault(
            f"the plural rule gives form {forms[wrong]} for {wrong}, of {count} forms counted from 0"
        )
    return PluralRule(count, forms)


def rule_of(locale: str) -> PluralRule:
    """CLDR's rule for the locale, from the table here.

    :raises PluralRuleFault: the language has no entry in the table.
    """
    return read_plural_rule(plural_forms(locale))


def remap(forms: Mapping[int, str], old: PluralRule, new: PluralRule) -> tuple[dict[int, str], bool]:
    """Translations by an old rule's forms in a new rule's; and whether every number keeps its wording.

    A form is known by the numbers that take it, never by its index: headers number them differently.
    """
    remapped: dict[int, str] = {}
    is_kept = True
    for form in range(new.count):
        sources = [old.forms[number] for number in new.numbers_of(form)]
        is_kept = is_kept and len(set(sources)) == 1
        remapped[form] = forms.get(sources[0], "") if sources else ""
    return remapped, is_kept
