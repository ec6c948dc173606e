"""A whole question, from the documents to the answer, while nothing may leave the machine."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.end_to_end.sova import Sova

OUTSIDE = "203.0.113.7"
REACHING = {
    "a connection": f"import socket; socket.create_connection(('{OUTSIDE}', 443), 1)",
    "a datagram": f"import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('{OUTSIDE}', 53))",
    "a connection of an event loop": f"import asyncio; asyncio.run(asyncio.open_connection('{OUTSIDE}', 443))",
    "a look-up": f"import socket; socket.getaddrinfo('{OUTSIDE}', 443)",
}
PRINTER = "# Printing\n\nThe printer on the second floor is called Falcon. Its spare paper is in cabinet 12."
CAN_BE_ALONE = "import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare(0x10000000 | 0x40000000))"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def sova(tmp_path: Path, home: Path) -> Sova:
    """Sova with a document and an empty home, as on a machine where nobody has said what to send to whom."""
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "printing.md").write_text(PRINTER, encoding="utf-8")
    settings = {"SOVA_KNOWLEDGE_DIR": str(documents), "SOVA_ANSWER_TOKENS": "48", "SOVA_CONTEXT_TOKENS": "2048"}
    return Sova(tmp_path / "state", {**settings, "HOME": str(home), "CI": ""})


@pytest.fixture
def alone(sova: Sova) -> Sova:
    tried = subprocess.run([sys.executable, "-c", CAN_BE_ALONE], check=False)
    if sys.platform != "linux" or tried.returncode != 0:
        pytest.skip("this system gives nobody a network of their own")
    return replace(sova, alone=True)


@pytest.mark.engine
async def test_a_whole_question_reaches_for_nobody_and_no_library_prepares_a_report_to_its_maker(
    sova: Sova, home: Path
) -> None:
    """onnxruntime keeps the identity that it reports under, and what it has yet to send, in the home folder."""
    await ask_a_whole_question(sova)
    assert os.listdir(home) == []  # noqa: PTH208 - a test may block


@pytest.mark.engine
async def test_not_even_what_is_not_python_reaches_out_for_a_whole_question(alone: Sova) -> None:
    await ask_a_whole_question(alone)


async def ask_a_whole_question(sova: Sova) -> None:
    """Read, embed and index a document, find it again, answer from it."""
    indexed = await sova("index", "--json")
    assert (indexed.code, indexed.json["new"], indexed.json["missing_models"]) == (0, 1, []), indexed.aside
    answered = await sova("ask", "What is the printer on the second floor called?", "--json")
    assert answered.code == 0, answered.aside
    assert answered.json["text"]
    assert "uncited" not in str(answered.json["notices"])
    assert answered.reached == ()


@pytest.mark.parametrize("reaching", REACHING.values(), ids=REACHING)
async def test_the_guard_notes_and_refuses_what_the_program_reaches_for(reaching: str, sova: Sova) -> None:
    ran = await replace(sova, program=reaching)()
    assert ran.code != 0
    assert ran.reached == (OUTSIDE,)


@pytest.mark.parametrize("environment", ["None", "{}"])
async def test_the_guard_is_in_the_python_processes_that_the_program_starts(environment: str, sova: Sova) -> None:
    start = f"import subprocess, sys; subprocess.run([sys.executable, '-P', '-c', sys.argv[1]], env={environment})"
    ran = await replace(sova, program=start)(REACHING["a connection"])
    assert ran.reached == (OUTSIDE,)


async def test_the_guard_counts_what_is_not_python(alone: Sova) -> None:
    native = (
        "import ctypes, socket, struct; libc = ctypes.CDLL(None); there = socket.inet_aton(sys.argv[1]);"
        "address = struct.pack('HH4s8x', socket.AF_INET, socket.htons(443), there);"
        "libc.connect(libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0), address, len(address))"
    )
    ran = await replace(alone, program=f"import sys; {native}")(OUTSIDE)
    assert ran.reached == ("1 times something found no way out of this machine",)


async def test_this_machine_itself_may_be_reached_under_the_guard(sova: Sova) -> None:
    here = (
        "import socket; server = socket.create_server(('127.0.0.1', 0));"
        "socket.create_connection(('localhost', server.getsockname()[1]), 5); socket.getaddrinfo('::1', 1)"
    )
    ran = await replace(sova, program=here)()
    assert (ran.code, ran.reached) == (0, ())
