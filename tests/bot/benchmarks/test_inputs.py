import json
import os
from collections import Counter
from pathlib import Path

import pytest

from bot.benchmarks.inputs import read_models, read_prompts
from bot.errors import BadBenchmarkFile
from bot.messages import Language
from bot.ports import Capability

GOOD = {"id": "owls", "language": "en", "kind": "question", "text": "How many owls?", "max_tokens": 20}


def written(folder: Path, content: object) -> Path:
    path = folder / "given.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_the_prompts_that_come_along_cover_both_languages_and_every_ability() -> None:
    prompts = read_prompts()

    assert Counter(prompt.language for prompt in prompts)[Language.CZECH] >= 5
    assert {prompt.kind for prompt in prompts} >= {
        *("question", "summary", "extraction", "translation", "code", "reasoning", "instructions", "declining"),
    }
    assert all(prompt.aspects and prompt.max_tokens for prompt in prompts)
    assert len({prompt.id for prompt in prompts}) == len(prompts) == 12


def test_a_file_of_prompts_may_break_a_text_into_lines(tmp_path: Path) -> None:
    (prompt,) = read_prompts(written(tmp_path, [GOOD | {"text": ["One", "two"]}]))

    assert prompt.text == "One\ntwo"


@pytest.mark.parametrize(
    ("content", "code", "entry"),
    [
        ("", "bench-file-no-list", ""),
        ("{}", "bench-file-no-list", ""),
        ("[" * 20_000, "bench-file-no-list", ""),
        ([], "bench-file-empty", ""),
        ([GOOD, GOOD], "bench-file-repeated", "owls"),
        ([GOOD | {"max_tokens": 0}], "bench-file-entry", "owls"),
        ([GOOD | {"language": "de"}], "bench-file-entry", "owls"),
        ([GOOD | {"text": " "}], "bench-file-entry", "owls"),
        ([GOOD | {"surprise": 1}], "bench-file-entry", "owls"),
        ([GOOD, 5], "bench-file-entry", "#2"),
        ([GOOD | {"id": "../up"}], "bench-file-entry", "../up"),
        ([GOOD | {"aspects": [{"name": "x"}]}], "bench-file-entry", "owls"),
        ([GOOD | {"aspects": [{"name": "x", "pattern": "("}]}], "bench-file-entry", "owls"),
        ([GOOD | {"aspects": [{"name": "x", "any_of": ["a"], "most_words": 3}]}], "bench-file-entry", "owls"),
    ],
)
def test_nonsense_in_a_file_of_prompts_is_told_with_its_entry(
    tmp_path: Path, content: object, code: str, entry: str
) -> None:
    with pytest.raises(BadBenchmarkFile) as refused:
        read_prompts(written(tmp_path, content))

    assert (refused.value.reason.code, refused.value.entry) == (code, entry)
    assert refused.value.exit_code == 2


def test_a_file_that_is_not_there_or_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "none.json", tmp_path, tmp_path / "pipe"):
        with pytest.raises(BadBenchmarkFile) as refused:
            read_prompts(path)
        assert refused.value.reason.code == "bench-file-missing"


def test_models_are_names_or_objects(tmp_path: Path) -> None:
    path = written(tmp_path, ["owl:1b", {"name": "lark", "size_gb": 2.5, "capabilities": ["embedding"]}])

    owl, lark = read_models(path)

    assert (owl.name, owl.size_gb, set(owl.capabilities)) == ("owl:1b", None, {Capability.COMPLETION})
    assert (lark.size_gb, set(lark.capabilities)) == (2.5, {Capability.EMBEDDING})


def test_a_model_that_stands_there_twice_or_without_a_name_is_told(tmp_path: Path) -> None:
    for content, entry in ((["owl", "owl"], "owl"), ([{"size_gb": 1}], "#1"), ([""], "#1")):
        with pytest.raises(BadBenchmarkFile) as refused:
            read_models(written(tmp_path, content))
        assert refused.value.entry == entry
