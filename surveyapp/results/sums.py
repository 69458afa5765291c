"""Sums as a page shows them, so that whoever adds up by hand finds no gap that is not explained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from babel.numbers import format_decimal

from surveyapp.web.locale import current_locale
from surveyapp.web.numbers import half_up

DIGITS = 2
LONGEST = 4  # decimals of a weight or of a number in an exact sum; longer ones are written as fractions


@dataclass(frozen=True, slots=True)
class Addition:
    """Numbers under each other with their sum. Each is rounded by itself, so the numbers as shown may add
    up to a little more or less than the sum as shown: `has_gap`.
    """

    parts: tuple[Fraction, ...]
    total: Fraction

    @property
    def shown(self) -> Fraction:
        """What the parts add up to, as they are shown."""
        return sum((Fraction(half_up(part, DIGITS)) for part in self.parts), Fraction(0))

    @property
    def has_gap(self) -> bool:
        return self.shown != Fraction(half_up(self.total, DIGITS))


def add(parts: Iterable[Fraction | None]) -> Addition:
    """The numbers with their sum; what is none is left out."""
    numbers = tuple(part for part in parts if part is not None)
    return Addition(numbers, sum(numbers, Fraction(0)))


def exact_sum(terms: Sequence[tuple[Fraction | None, Fraction]]) -> str:
    """Scores times their shares without any rounding, such as `62.5 × 0.5 + 125/3 × 0.35 = 1375/24`.

    Empty where the page's two decimals, four for shares, are exact already.
    """
    counted = [(score, share) for score, share in terms if score is not None]
    rounded = [score for score, _ in counted] + [score * share for score, share in counted]
    if all(_ends(number, DIGITS) for number in rounded) and all(
        _ends(share, LONGEST) for _, share in counted
    ):
        return ""
    products = " + ".join(f"{_write(score)} × {_write(share)}" for score, share in counted)
    return f"{products} = {_write(sum((score * share for score, share in counted), Fraction(0)))}"


def _ends(number: Fraction, digits: int) -> bool:
    """Whether that many decimals are all of it."""
    return number * 10**digits % 1 == 0


def _write(number: Fraction) -> str:
    """The number in the page's digits: with decimals where they end, else as a fraction."""
    if _ends(number, LONGEST):
        return _in_digits(half_up(number, LONGEST), "0.####")
    return f"{_in_digits(number.numerator, '0')}/{_in_digits(number.denominator, '0')}"


def _in_digits(number: object, pattern: str) -> str:
    return format_decimal(number, pattern, locale=current_locale(), numbering_system="default")  # type: ignore[arg-type]
