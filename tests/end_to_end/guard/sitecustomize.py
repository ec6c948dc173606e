# ruff: noqa: INP001 - Python looks for the module by this very name
"""Python imports this first in the program under test and in each Python process that it starts: nobody reaches out.

Every connection, datagram and look-up that isn't this machine's own is noted in the file `EGRESS_RECORD` and refused.
What isn't Python's doing is caught with `EGRESS_ALONE` (Linux): the program then runs in a network of its own where
there is nobody, and the kernel counts what found no way out.
"""

import atexit
import ctypes
import ipaddress
import os
import socket
import struct
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

_HERE = str(Path(__file__).parent)
_RECORD = os.environ["EGRESS_RECORD"]  # noqa: TID251  # the program's own settings are none of the guard's business
_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000
_SIOCSIFFLAGS, _UP_AND_RUNNING = 0x8914, 0x1 | 0x40
_ADDRESS_AT = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}
_LOOK_UPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """The audit hook."""
    if event in _ADDRESS_AT:
        sock, address = arguments[0], arguments[_ADDRESS_AT[event]]
        if isinstance(sock, socket.socket) and sock.family in {socket.AF_INET, socket.AF_INET6}:
            demand_own(address[0] if isinstance(address, tuple) else "127.0.0.1")  # None: connected before
    elif event in _LOOK_UPS:
        demand_own(arguments[0])
    elif event == "subprocess.Popen" and isinstance(arguments[3], MutableMapping):
        arguments[3].update(EGRESS_RECORD=_RECORD, PYTHONPATH=_HERE)


def demand_own(host: object) -> None:
    """Raise and note it unless `host` is this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"} or (isinstance(name, str) and _is_loopback(name)):
        return
    note(f"{name}")
    raise PermissionError(f"{name} is not this machine")


def note(line: str) -> None:
    with Path(_RECORD).open("a", encoding="utf-8") as record:
        record.write(f"{line}\n")


def be_alone() -> None:
    """Move into a network where there is nobody but this machine, and note at the end who looked for another way."""
    import fcntl  # not everywhere

    user, group = os.getuid(), os.getgid()
    identity = {"setgroups": "deny", "uid_map": f"{user} {user} 1", "gid_map": f"{group} {group} 1"}
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_USER_AND_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "no network of its own")
    for name, text in identity.items():
        Path("/proc/self", name).write_text(text, encoding="ascii")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sh", b"lo", _UP_AND_RUNNING))
    atexit.register(_note_lost_packets)


def _note_lost_packets() -> None:
    lost = _without_a_route()
    if lost:
        note(f"{lost} times something found no way out of this machine")


def _without_a_route() -> int:
    """How often anybody in this network wanted to go where there is no way."""
    lines = [line.split() for line in Path("/proc/net/snmp").read_text(encoding="ascii").splitlines()]
    names, values = (line for line in lines if line[0] == "Ip:")
    newer = dict(line.split() for line in Path("/proc/net/snmp6").read_text(encoding="ascii").splitlines())
    return int(dict(zip(names, values, strict=True))["OutNoRoutes"]) + int(newer["Ip6OutNoRoutes"])


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _alone(environment: Mapping[str, str]) -> bool:
    return environment.get("EGRESS_ALONE") == str(os.getppid())


if _alone(os.environ):  # noqa: TID251  # only in the program itself: its children are in its network already
    be_alone()
sys.addaudithook(watch)
