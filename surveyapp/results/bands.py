"""The framework's bands as a style sheet: which colour a level has, and digits that can be read on it."""

from __future__ import annotations

import hashlib

from surveyapp.framework.model import Framework

LIGHT, DARK, BLACK = "#ffffff", "#05070c", "#000000"
READABLE = 4.5  # the contrast ratio that WCAG 2.2 asks of text


def _luminance(colour: str) -> float:
    """Relative luminance from 0 to 1 of `#rrggbb`; WCAG 2.2."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21; WCAG 2.2."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def digits_on(colour: str) -> str:
    """The colour of digits that can be read on `#rrggbb`: white, near black, else black, which then can."""
    return next((digits for digits in (LIGHT, DARK) if contrast(digits, colour) >= READABLE), BLACK)


def bands_style(framework: Framework, scope: str = "") -> str:
    """A class for each level, where it begins on a ruler, and how many objectives a heatmap row has.

    With a scope, a class, the rules hold inside elements of that class alone, so that a page can show
    several frameworks.
    """
    inside = f".{scope} " if scope else ""
    rules = [
        f"{inside}.band-{band.level} {{ background: {band.colour}; color: {digits_on(band.colour)}; }}"
        for band in framework.bands
    ]
    # The darkest band would melt into a dark page.
    edge = min(framework.bands, key=lambda band: _luminance(band.colour))
    rules.append(f"{inside}.band-{edge.level} {{ --edge: var(--level-1-edge); }}")
    rules += [
        f"{inside}.by-band :nth-child({place}) {{ inset-inline-start: {float(band.starts_at):.3f}%; }}"
        for place, band in enumerate(framework.bands, 1)
    ]
    rules.append(f"{inside}.heatmap {{ --objectives: {len(framework.objectives)}; }}")
    return "\n".join(rules) + "\n"


def scope_of(framework: Framework) -> str:
    """The class inside which the rules of a framework hold, on pages that show several."""
    return f"of-{bands_hash(framework)}"


def bands_hash(framework: Framework) -> str:
    """Changes with the style sheet, so that browsers may keep it for good."""
    return hashlib.sha256(bands_style(framework).encode()).hexdigest()[:12]
