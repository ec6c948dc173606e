"""Owns how votes become a rating of models: strengths by Bradley and Terry, shown on the Elo scale. Pure.

Elo's own updates depend on the order in which votes come in, so the most likely strengths are computed anew from all
of them: R. A. Bradley and M. E. Terry, Rank Analysis of Incomplete Block Designs, Biometrika 39 (1952). A model whose
strength has the logarithm a is preferred to one of b with the probability 1 / (1 + exp(b - a)); a tie counts as half a
win for each. That likelihood has one maximum, which Newton's method finds; the errors are those of the observed
information there.
"""

import math
import operator
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.ports import Poll
from bot.ports.comparisons import NO_DIFFERENCE

ELO_MEAN = 1500.0
"""Where the average of the models stands."""
ELO_PER_DECADE = 400.0
"""Elo's scale: who stands 400 points higher is preferred ten times as often."""
PRIOR_DUELS = 2.0
"""Each model has drawn so often against an average one before the first vote: two votes don't make a champion, models
that never met can be compared, and nobody's strength is infinite."""
FEW_DUELS = 10
"""With fewer duels than this a rating says little."""
_Z95 = 1.96
_PRECISION = 1e-9
_MOST_STEPS = 100

Wins = Mapping[tuple[str, str], float]
"""How often the first model was preferred to the second, ties as halves."""
Strengths = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Rating:
    """What votes say about a model: its strength in Elo points, 1500 on average, give or take `within` (95 %).

    `votes` is how many people's choices it was part of, `won`, `tied` and `lost` how many duels came of them: who
    prefers one of three answers decides two duels.
    """

    model: str
    elo: float
    within: float
    votes: int
    won: int
    tied: int
    lost: int

    @property
    def is_certain(self) -> bool:
        """Whether there are enough duels for the figure to mean something."""
        return self.won + self.tied + self.lost >= FEW_DUELS


def rate(polls: Iterable[Poll]) -> tuple[Rating, ...]:
    """The rating of every model that somebody voted on, the strongest first."""
    record = _Record()
    for poll in polls:
        record.add(poll)
    strengths = bradley_terry(record.wins)
    errors = standard_errors(strengths, record.wins)
    point = ELO_PER_DECADE / math.log(10)
    mean = math.fsum(strengths.values()) / max(1, len(strengths))
    rated = (
        Rating(
            model,
            elo=ELO_MEAN + point * (strength - mean),
            within=_Z95 * point * errors[model],
            votes=record.votes[model],
            won=record.won[model],
            tied=record.tied[model],
            lost=record.lost[model],
        )
        for model, strength in strengths.items()
    )
    return tuple(sorted(rated, key=lambda one: (-one.elo, one.model)))


def bradley_terry(wins: Wins) -> Strengths:
    """The most likely strengths as natural logarithms; 0 is the average model of the prior's duels."""
    strengths: Strengths = dict.fromkeys(sorted({model for pair in wins for model in pair}), 0.0)
    for _ in range(_MOST_STEPS):
        step = _newton(strengths, wins)
        if max(map(abs, step.values()), default=0.0) < _PRECISION:
            break
        strengths = _uphill(strengths, step, wins)
    return strengths


def standard_errors(strengths: Strengths, wins: Wins) -> Strengths:
    """How uncertain each strength is against the average of all of them."""
    count = len(strengths)
    covariance = _inverse(_information(strengths, wins))
    means = [math.fsum(row) / count for row in covariance]
    whole = math.fsum(means) / max(1, count)
    variances = (row[at] - 2 * mean + whole for at, (row, mean) in enumerate(zip(covariance, means, strict=True)))
    return {model: math.sqrt(max(0.0, variance)) for model, variance in zip(strengths, variances, strict=True)}


class _Record:
    """What the votes say of each pair."""

    def __init__(self) -> None:
        self.wins: defaultdict[tuple[str, str], float] = defaultdict(float)
        self.votes: Counter[str] = Counter()
        self.won: Counter[str] = Counter()
        self.tied: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()

    def add(self, poll: Poll) -> None:
        contestants = poll.comparison.contestants
        answered = {at: one.model for at, one in enumerate(contestants, start=1) if one.answered}
        for choice in poll.choices:
            self.votes.update(answered.values())
            if choice == NO_DIFFERENCE:
                self._tie(list(answered.values()))
            elif choice in answered:
                self._win(answered[choice], [model for at, model in answered.items() if at != choice])

    def _tie(self, models: Sequence[str]) -> None:
        for one, other in combinations(models, 2):
            self.wins[one, other] += 0.5
            self.wins[other, one] += 0.5
            self.tied.update((one, other))

    def _win(self, winner: str, others: Sequence[str]) -> None:
        for other in others:
            self.wins[winner, other] += 1
            self.won[winner] += 1
            self.lost[other] += 1


def _newton(strengths: Strengths, wins: Wins) -> Strengths:
    """The step to where the maximum would be if the likelihood were a parabola."""
    gradient = [_surprise(model, strengths, wins) for model in strengths]
    rows = _inverse(_information(strengths, wins))
    steps = (math.fsum(map(operator.mul, row, gradient)) for row in rows)
    return dict(zip(strengths, steps, strict=True))


def _uphill(strengths: Strengths, step: Strengths, wins: Wins) -> Strengths:
    """As much of the step as leads up: a whole one may lead beyond the maximum."""
    here, share = _likelihood(strengths, wins), 1.0
    while True:
        there = {model: strength + share * step[model] for model, strength in strengths.items()}
        if _likelihood(there, wins) >= here or share < _PRECISION:
            return there
        share /= 2


def _likelihood(strengths: Strengths, wins: Wins) -> float:
    """Its logarithm."""
    prior = (PRIOR_DUELS / 2 * (_log_chance(at) + _log_chance(-at)) for at in strengths.values())
    votes = (count * _log_chance(strengths[one] - strengths[other]) for (one, other), count in wins.items())
    return math.fsum((*prior, *votes))


def _surprise(model: str, strengths: Strengths, wins: Wins) -> float:
    """How much more often it has won than its strength lets expect: the slope of the likelihood."""
    own = strengths[model]
    duels = ((_duels(model, other, wins), wins.get((model, other), 0.0), own - strengths[other]) for other in strengths)
    votes = math.fsum(won - count * _chance(apart) for count, won, apart in duels)
    return PRIOR_DUELS * (0.5 - _chance(own)) + votes


def _information(strengths: Strengths, wins: Wins) -> list[list[float]]:
    """The Fisher information: how sharply the likelihood bends. Each duel tells p · (1 - p) about two strengths."""
    told = [[_duels(a, b, wins) * _bend(strengths[a] - strengths[b]) for b in strengths] for a in strengths]
    own = [
        PRIOR_DUELS * _bend(strength) + math.fsum(row) for strength, row in zip(strengths.values(), told, strict=True)
    ]
    return [[own[at] if at == b else -value for b, value in enumerate(row)] for at, row in enumerate(told)]


def _duels(one: str, other: str, wins: Wins) -> float:
    return wins.get((one, other), 0.0) + wins.get((other, one), 0.0)


def _chance(apart: float) -> float:
    """How likely the one that stands so much higher is preferred."""
    return 1 / (1 + math.exp(-apart)) if apart >= 0 else 1 - _chance(-apart)


def _log_chance(apart: float) -> float:
    return min(apart, 0.0) - math.log1p(math.exp(-abs(apart)))


def _bend(apart: float) -> float:
    return _chance(apart) * _chance(-apart)


def _inverse(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """By Gauss and Jordan; the prior makes the diagonal dominant, so no pivot is ever 0."""
    size = len(matrix)
    rows = [[*row, *(1.0 if at == column else 0.0 for column in range(size))] for at, row in enumerate(matrix)]
    for pivot in range(size):
        scale = rows[pivot][pivot]
        rows[pivot] = [value / scale for value in rows[pivot]]
        for at in range(size):
            if at != pivot and (factor := rows[at][pivot]):
                rows[at] = [value - factor * other for value, other in zip(rows[at], rows[pivot], strict=True)]
    return [row[size:] for row in rows]
