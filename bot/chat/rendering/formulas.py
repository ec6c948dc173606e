"""Owns formulas: LaTeX, which chat platforms don't know, as text that people can read. Pure."""

import re

_SIGNS = {
    "times": "×", "cdot": "·", "div": "÷", "pm": "±", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠",
    "neq": "≠", "approx": "≈", "equiv": "≡", "sim": "∼", "propto": "∝", "infty": "∞", "sum": "∑", "prod": "∏",
    "int": "∫", "partial": "∂", "nabla": "∇", "in": "∈", "notin": "∉", "subset": "⊂", "cup": "∪", "cap": "∩",
    "forall": "∀", "exists": "∃", "to": "→", "rightarrow": "→", "Rightarrow": "⇒", "implies": "⇒",
    "iff": "⇔", "leftarrow": "←",
    "ldots": "…", "dots": "…", "cdots": "⋯", "degree": "°", "circ": "∘", "quad": "  ", "qquad": "    ",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "left": "", "right": "", "big": "", "Big": "", "displaystyle": "", "limits": "",
}  # fmt: skip
_RAISED = dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True))
_LOWERED = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))

_ARGUMENT = r"\{([^{}]*)\}"
_FRACTION = re.compile(rf"\\[dt]?frac\s*{_ARGUMENT}\s*{_ARGUMENT}")
_ROOT = re.compile(rf"\\sqrt\s*{_ARGUMENT}")
_UPRIGHT = re.compile(rf"\\(?:text|mathrm|mathbf|mathit|mathbb|operatorname|textbf|boxed)\s*{_ARGUMENT}")
_SCRIPT = re.compile(rf"(?P<sign>[\^_])(?:{_ARGUMENT}|([^\s\\{{}}()]))")
_COMMAND = re.compile(r"\\(?P<name>[A-Za-z]+)")
_SPACING = re.compile(r"\\[,;:! ]")
_DEEPEST = 4


def readable(formula: str) -> str:
    """`formula`, in LaTeX, as a line of text; what isn't known stays as it is written."""
    for _ in range(_DEEPEST):
        formula = _UPRIGHT.sub(r"\1", formula)
        formula = _ROOT.sub(r"√(\1)", formula)
        formula = _FRACTION.sub(lambda found: f"{_together(found[1])}/{_together(found[2])}", formula)
        formula = _SCRIPT.sub(_script, formula)
    formula = _SPACING.sub(" ", _COMMAND.sub(lambda found: _SIGNS.get(found["name"], found[0]), formula))
    return formula.strip()


def _together(part: str) -> str:
    """`part` in parentheses where it is more than a word."""
    return part if part.isalnum() else f"({part})"


def _script(found: re.Match[str]) -> str:
    """What is raised or lowered, in such letters where there are some for all of it."""
    text, signs = found[2] or found[3] or "", _RAISED if found["sign"] == "^" else _LOWERED
    if text and all(sign in signs for sign in text):
        return "".join(signs[sign] for sign in text)
    is_plain = len(text) == 1 or (found["sign"] == "_" and text.isalnum())
    return f"{found['sign']}{text if is_plain else f'({text})'}"
