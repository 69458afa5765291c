"""Plural forms are CLDR's, in CLDR's order, and no rule in a file can do harm."""

from __future__ import annotations

import pytest
from babel import Locale

from surveyapp.language.plural_rules import (
    TRIED_NUMBERS,
    PluralRuleFault,
    plural_forms,
    read_plural_rule,
    rule_of,
)

CATEGORIES = ["zero", "one", "two", "few", "many", "other"]
LOCALES = [
    *(
        "ar",
        "az",
        "be",
        "bg",
        "bs",
        "ca",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fi",
        "fr",
        "hr",
        "hu",
        "hy",
    ),
    *(
        "it",
        "ja",
        "ka",
        "kk",
        "ko",
        "lt",
        "mk",
        "nb",
        "nl",
        "nn",
        "pl",
        "pt",
        "pt_BR",
        "pt_PT",
        "ro",
        "ru",
        "sk",
    ),
    *("sl", "sq", "sr", "sr_Cyrl", "sr_Latn", "sv", "th", "tr", "uk", "uz", "vi", "zh", "zh_Hant"),
]


@pytest.mark.parametrize("locale", LOCALES)
def test_each_number_takes_the_form_of_its_cldr_category(locale: str) -> None:
    rule, category = rule_of(locale), Locale.parse(locale).plural_form
    in_use = sorted({category(number) for number in TRIED_NUMBERS}, key=CATEGORIES.index)
    assert rule.count == len(in_use)
    assert [in_use[form] for form in rule.forms] == [category(number) for number in TRIED_NUMBERS]


def test_the_best_known_rules_read_as_translators_know_them() -> None:
    assert plural_forms("fr") == "nplurals=2; plural=(n > 1);"
    assert plural_forms("en") == "nplurals=2; plural=(n != 1);"
    assert plural_forms("ar").startswith("nplurals=6;")
    assert plural_forms("sr_Latn") == plural_forms("sr") == plural_forms("hr")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("nplurals=2; plural=n/(n-n);", "divides by zero"),
        ("nplurals=2; plural=n%(n-n);", "divides by zero"),
        ("nplurals=2; plural=n/(n-200);", "divides by zero"),
        ("nplurals=2; plural=n;", "gives form 2 for 2"),
        ("nplurals=2; plural=n-5;", "gives form -5 for 0"),
        ("nplurals=2; plural=__import__('os').system('id');", "cannot be computed"),
        ("nplurals=2; plural=n.real;", "cannot be computed"),
        ("nplurals=2; plural=n**n;", "cannot be computed"),
        ("nplurals=2; plural=((n);", "cannot be computed"),
        ("nplurals=1; plural=" + "(" * 200 + "n" + ")" * 200 + ";", "cannot be computed"),
        ("nplurals=2; plural=" + "n+" * 5000 + "n;", "cannot be read"),
        ("nplurals=1000; plural=0;", "cannot be read"),
        ("nonsense", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(header: str, reason: str) -> None:
    with pytest.raises(PluralRuleFault, match=reason):
        read_plural_rule(header)


def test_a_language_without_a_known_rule_is_refused() -> None:
    with pytest.raises(PluralRuleFault, match="no plural rule is known for cy"):
        plural_forms("cy")
