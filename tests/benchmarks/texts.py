"""Owns what the benchmarks ask, are answered with and find in documents: the same words in every run."""

from random import Random

from bot.tokens import rough_tokens

QUESTIONS = (
    "Which of our two servers should run the nightly evaluation, and what would have to be moved away before that?",
    "How do I give a new colleague access to the shared models without also handing over the keys of the cluster?",
    "What is the difference between quantization to four bits and to eight bits when we only answer short questions?",
    "Where does the deployment script keep its logs, and how long are they there before somebody cleans them up?",
    "Why does the first answer in the morning take so much longer than all of the others, and can we change that?",
    "When is it worth to pay for a larger context, and when is it better to search in the documents before asking?",
    "Who decides which documents may be read by the assistant in a public channel, and where is that written down?",
    "What happens with the questions that are waiting in the queue when the machine is restarted for an update?",
)
"""Eight questions of about the same length."""

_WORDS = (  # noqa: SIM905 - read and mended as prose
    "the server a model memory team answer queue graphics card of and to keeps reads writes loads waits for with "
    "token prompt context cache history document index every second one two four before after because when under "
    "light heavy load slow fast small large first last always never shared local remote night morning update release"
).split()


def prose(seed: str, *, tokens: int) -> str:
    """Sentences of about `tokens` tokens (by estimate), different for each seed from their first word on."""
    random = Random(seed)  # noqa: S311 - filler text, no secret
    sentences: list[str] = []
    while rough_tokens(" ".join(sentences)) < tokens:
        words = random.choices(_WORDS, k=random.randint(8, 16))
        sentences.append(f"{' '.join(words).capitalize()}.")
    return " ".join(sentences)


def passages(seed: str, *, tokens: int) -> str:
    """What a search would put into a prompt: three passages with their sources, about `tokens` tokens in all."""
    found = (f"[{n}] {seed}-{n}.md\n{prose(f'{seed}-{n}', tokens=tokens // 3 - 12)}" for n in (1, 2, 3))
    return "\n\n".join(found)
