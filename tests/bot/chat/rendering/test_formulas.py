"""Holds formulas to being readable as a line of text."""

import pytest

from bot.chat.rendering.formulas import readable


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("\\sqrt{x^2+1}", "√(x²+1)"),
        ("v = \\frac{\\Delta s}{t}", "v = (Δ s)/t"),
        ("e^{i\\pi}", "e^(iπ)"),
        ("\\text{speed} \\cdot 2", "speed · 2"),
        ("2 \\times n_{layers} + x_{10}", "2 × n_layers + x₁₀"),
        ("\\unknown{x}", "\\unknown{x}"),
        ("{" * 500, "{" * 500),
    ],
)
def test_formulas_are_readable(formula: str, text: str) -> None:
    assert readable(formula) == text
