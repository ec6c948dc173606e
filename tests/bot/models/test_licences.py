import pytest

from bot.models.licences import short_licence

APACHE = "\n                                 Apache License\n                           Version 2.0, January 2004\n"
LLAMA = "LLAMA 3.1 COMMUNITY LICENSE AGREEMENT\nLlama 3.1 Version Release Date: July 23, 2024\n"


@pytest.mark.parametrize(
    ("name", "text", "short"),
    [
        ("apache-2.0", None, "Apache-2.0"),
        ("MIT", None, "MIT"),
        (None, APACHE, "Apache-2.0"),
        (None, "Apache License, Version 2.0", "Apache-2.0"),
        (None, "MIT License\n\nCopyright (c) 2024", "MIT"),
        (None, "Copyright (c) Microsoft Corporation.\n\nMIT License", "MIT"),
        (None, LLAMA, "Llama 3.1"),
        (None, "META LLAMA 3 COMMUNITY LICENSE AGREEMENT", "Llama 3"),
        (None, "Gemma Terms of Use\n\nLast modified: February 21, 2024", "Gemma"),
        (None, "Qwen RESEARCH LICENSE AGREEMENT", "Qwen Research"),
        ("other", "DEEPSEEK LICENSE AGREEMENT", "DeepSeek"),
        ("falcon-llm", None, "falcon-llm"),
        ("other", None, None),
        ("a very long sentence that is no name of a licence", None, None),
        (None, "Do what you like with it.", None),
        (None, None, None),
    ],
)
def test_a_licence_is_called_as_people_know_it(name: str | None, text: str | None, short: str | None) -> None:
    assert short_licence(name, text) == short


def test_only_the_beginning_of_a_text_counts() -> None:
    assert short_licence(None, "Our own terms. " * 100 + APACHE) is None
