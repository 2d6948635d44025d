"""What Ctrl-C does where the usual KeyboardInterrupt would do harm.

Raised between any two steps, it makes tracebacks in imports and leaves half of a change behind.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STATUS = 130
"""The exit status of what Ctrl-C stopped."""


@contextmanager
def on_interrupt(act: Callable[[int, object], object]) -> Iterator[None]:
    """Call ``act`` at each Ctrl-C instead, as far as this thread may and Ctrl-C is heeded."""
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        yield
        return
    was = signal.signal(signal.SIGINT, act)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, was)


@contextmanager
def noted_stops() -> Iterator[list[int]]:
    """Note each Ctrl-C, SIGTERM and end of the terminal in a list, and let it do nothing else.

    What is ignored, as under nohup, is ignored still.
    """
    stops: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield stops
        return
    was = {
        number: signal.signal(number, lambda each, _: stops.append(each))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) != signal.SIG_IGN
    }
    try:
        yield stops
    finally:
        for number, handler in was.items():
            signal.signal(number, handler)


def leave(*_: object) -> None:
    """End the process with one message; for where nothing is begun that must be ended."""
    os.write(2, b"\ngoldwire: stopped\n")
    os._exit(STATUS)


@contextmanager
def blocked() -> Iterator[None]:
    """Let Ctrl-C not hit what is started here before it has a process group of its own."""
    was = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, was)


def unblock() -> None:
    """Forget a Ctrl-C that came while this process was started, and heed those to come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    signal.signal(signal.SIGINT, signal.SIG_DFL)
