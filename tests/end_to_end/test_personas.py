"""A persona's whole way with a real model: from a Modelfile in a pipe to an answer, and gone again."""

from pathlib import Path

import pytest

from tests.end_to_end.sova import Sova

pytestmark = pytest.mark.engine

MODELFILE = """FROM smollm2-135m
SYSTEM Always answer with one word.
PARAMETER temperature 0
PARAMETER num_predict 4
PARAMETER stop .
MESSAGE user Which bird sees at night?
MESSAGE assistant Owl
"""


async def test_a_persona_comes_through_a_pipe_answers_and_is_missed_when_it_is_gone(tmp_path: Path) -> None:
    personas = tmp_path / "personas"
    sova = Sova(tmp_path / "state", settings={"SOVA_PERSONAS_DIR": str(personas), "SOVA_LANGUAGE": "en"})
    assert (await sova("personas", "import", "-", "--name", "bird", typed=MODELFILE)).code == 0
    chosen = await sova("chat", typed="/persona use bird\n/persona\n/model\n")
    told = " ".join(chosen.out.split())
    assert "From now on the persona bird answers in this conversation." in told
    assert "it is the model of the persona bird" in told
    answered = (await sova("ask", "Which bird sings?", "--json")).json
    usage = answered["usage"]
    assert isinstance(usage, dict)
    assert answered["model"] == "smollm2-135m"
    assert usage["completion_tokens"] <= 4
    (personas / "bird.toml").unlink()
    missed = await sova("ask", "Which bird sings?")
    assert "The persona bird that was chosen here is gone." in " ".join((missed.out + missed.aside).split())
    assert missed.code == 0
