"""What the process that runs a submission may not do. Linux only: Landlock for files, seccomp for everything else.

It may read Python and the course, and write into its own scratch folder. It may not reach the network, start or signal
another process, or take more memory than it was given. Both fences are the kernel's: they need no privileges, and what
runs behind them can't take them down again.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# Bits and numbers as in linux/landlock.h, linux/seccomp.h and asm/unistd.h.
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_SINCE = {1: 13, 2: 14, 3: 15, 5: 16}  # Landlock's version: how many kinds of access it knows
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3, _CLONE_THREAD = 435, 0x10000

# Calls that are refused: on x86_64, on aarch64 (None where there is no such call).
_REFUSED = {
    "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "ptrace": (101, 117), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "socket": (41, 198), "execve": (59, 221), "execveat": (322, 281),
    "fork": (57, None), "vfork": (58, None), "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40),
    "umount2": (166, 39), "move_mount": (429, 429), "pivot_root": (155, 41), "chroot": (161, 51),
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "setxattrat": (463, 463), "removexattr": (197, 14), "lremovexattr": (198, 15),
    "fremovexattr": (199, 16), "removexattrat": (466, 466), "utime": (132, None), "utimes": (235, None),
    "utimensat": (280, 88), "futimesat": (261, None), "io_uring_setup": (425, 425), "bpf": (321, 280),
    "perf_event_open": (298, 241), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "reboot": (169, 142), "kexec_load": (246, 104), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "sethostname": (170, 161), "setdomainname": (171, 162), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "clock_adjtime": (305, 266), "adjtimex": (159, 171), "swapon": (167, 224),
    "swapoff": (168, 225), "setpriority": (141, 140), "setrlimit": (160, 164), "prlimit64": (302, 261),
    "userfaultfd": (323, 282), "open_by_handle_at": (304, 265),
}  # fmt: skip


class NoFence(RuntimeError):
    """This machine has no fence for the process that runs a submission."""


@dataclass(frozen=True)
class Limits:
    """How much one submission may take.

    Parameters
    ----------
    cell_seconds, answer_seconds : float
        Time on the clock for one cell, and for the hidden test of one exercise.
    cpu_seconds : int
        Computing time of one process; a submission whose cell ran out of time goes on in a second one.
    memory_gigabytes : float
        On top of what the course's own packages take.
    file_megabytes : float
        Largest file that may be written into the scratch folder.
    """

    cell_seconds: float = 20
    answer_seconds: float = 6
    cpu_seconds: int = 60
    memory_gigabytes: float = 2
    file_megabytes: float = 10


def what_is_missing() -> str:
    """Return why a submission can't be fenced in here, or an empty text where it can.

    Examples
    --------
    >>> isinstance(what_is_missing(), str)
    True
    """
    if sys.platform != "linux" or platform.machine() not in _ARCHITECTURES:
        return (
            f"Submissions are fenced in on Linux only (x86_64, aarch64); this is {sys.platform}, {platform.machine()}."
        )
    if _landlock_version() < 3:
        return "This Linux has no Landlock (since 5.13, here from 6.2 on), or it is switched off."
    return ""


def readable() -> list[Path]:
    """Return what a submission may read: Python with its packages, the system's libraries, the course's package."""
    package = Path(__file__).resolve().parents[1]
    places = [sys.prefix, sys.base_prefix, sys.exec_prefix, "/usr", "/lib", "/lib64", "/bin"]
    places += ["/dev/null", "/dev/urandom", "/dev/zero", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts"]
    places += [package, package.parent / "data", *(path for path in sys.path if "-packages" in path)]
    found = [Path(place).resolve() for place in places if place and os.path.exists(place)]
    return [path for path in dict.fromkeys(found) if path != Path(path.anchor)]


def close(limits: Limits, scratch: str | os.PathLike, may_read: Iterable[Path]) -> None:
    """Fence in this process, for good.

    Raises
    ------
    NoFence
        If the kernel refuses.
    """
    _limit_resources(limits)
    if what_is_missing():
        raise NoFence(what_is_missing())
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) != 0:  # PR_SET_NO_NEW_PRIVS
        raise NoFence("The kernel does not let this process give up its privileges.")
    _close_files(libc, Path(scratch), may_read)
    _close_calls(libc)


def _limit_resources(limits: Limits) -> None:
    import resource

    memory = int(limits.memory_gigabytes * 2**30)
    own = Path("/proc/self/statm")
    if own.is_file():  # what is mapped already is the course's
        memory += int(own.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    size = int(limits.file_megabytes * 2**20)
    for name, most in [
        ("RLIMIT_AS", memory), ("RLIMIT_CPU", limits.cpu_seconds), ("RLIMIT_FSIZE", size), ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", 256),
    ]:  # fmt: skip
        resource.setrlimit(getattr(resource, name), (most, most))


def _landlock_version() -> int:
    return max(ctypes.CDLL(None, use_errno=True).syscall(_CREATE_RULESET, None, 0, 1), 0)


def _close_files(libc: ctypes.CDLL, scratch: Path, may_read: Iterable[Path]) -> None:
    version = _landlock_version()
    every = (1 << max(count for since, count in _SINCE.items() if since <= version)) - 1
    scoped = 3 if version >= 6 else 0  # no signals and no abstract sockets beyond this process's own
    attributes = struct.pack("QQQ", every, 3 if version >= 4 else 0, scoped)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = libc.syscall(_CREATE_RULESET, attributes, size, 0)
    if rules < 0:
        raise NoFence(f"Landlock: {os.strerror(ctypes.get_errno())}.")
    reading = _READ_FILE | _READ_DIR | _EXECUTE  # libraries are mapped as code; starting programs is refused below
    for path, access in [*((path, reading) for path in may_read), (scratch, every & ~_EXECUTE)]:
        if not path.is_dir():
            access &= _READ_FILE | _EXECUTE
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        failed = libc.syscall(_ADD_RULE, rules, 1, struct.pack("=Qi", access, descriptor), 0)
        os.close(descriptor)
        if failed:
            raise NoFence(f"Landlock, {path}: {os.strerror(ctypes.get_errno())}.")
    if libc.syscall(_RESTRICT_SELF, rules, 0) != 0:
        raise NoFence(f"Landlock: {os.strerror(ctypes.get_errno())}.")
    os.close(rules)


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def _close_calls(libc: ctypes.CDLL) -> None:
    """Load a filter into the kernel: each call of the list fails with "not permitted", all others go through."""
    machine = platform.machine()
    numbers = [pair[0 if machine == "x86_64" else 1] for pair in _REFUSED.values()]
    load, equal, at_least, any_bit, end = 0x20, 0x15, 0x35, 0x45, 0x06
    steps = [(load, 0, 0, 4), (equal, 1, 0, _ARCHITECTURES[machine]), (end, 0, 0, 0x80000000), (load, 0, 0, 0)]
    checks = [(at_least, "refuse", None, 0x40000000)]  # x86's second set of numbers
    checks += [(equal, "refuse", None, number) for number in numbers if number is not None]
    checks += [(equal, "unknown", None, _CLONE3), (equal, None, "allow", _CLONE[machine]), (load, 0, 0, 16)]
    checks += [(any_bit, "allow", "refuse", _CLONE_THREAD)]  # a thread may be started, a process may not
    places = {"allow": len(checks), "refuse": len(checks) + 1, "unknown": len(checks) + 2}
    for here, (code, yes, no, value) in enumerate(checks):
        jumps = [places[one] - here - 1 if isinstance(one, str) else 0 for one in (yes, no)]
        steps.append((code, *jumps, value))
    steps += [(end, 0, 0, 0x7FFF0000), (end, 0, 0, 0x50000 | errno.EPERM), (end, 0, 0, 0x50000 | errno.ENOSYS)]
    array = (_Step * len(steps))(*(_Step(*step) for step in steps))
    program = _Program(len(steps), array)
    if libc.prctl(22, 2, ctypes.byref(program), 0, 0) != 0:  # PR_SET_SECCOMP, a filter
        raise NoFence(f"seccomp: {os.strerror(ctypes.get_errno())}.")
