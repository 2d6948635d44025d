"""The ``goldwire`` command, as it is started: errors become one line and exit status 2."""

import atexit
import os
import signal
import sys

from goldwire.schemas.interrupt import STATUS, leave, on_interrupt


def main() -> None:
    """Run the command; whatever its user can cause is one line on stderr and exit status 2."""
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)  # all is done by then
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    with on_interrupt(leave):
        import click

        from goldwire.cli import app
        from goldwire.schemas.errors import GoldwireError
    try:
        status = app(prog_name="goldwire", standalone_mode=False)
        sys.stdout.flush()
    except GoldwireError as error:
        status = _refuse(str(error))
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "goldwire"
        status = _refuse(f"{error.format_message().rstrip('.')}; {path} --help says more [usage]")
    except (click.Abort, KeyboardInterrupt):
        click.echo("goldwire: stopped", err=True)
        status = STATUS
    except BrokenPipeError:
        _close_stdout()
        status = 141
    except OSError as error:
        _close_stdout()
        what = error.strerror or "the system refused"
        status = _refuse(f"{error.filename or 'output'}: {what.lower()}; check the path [system]")
    sys.exit(status)


def _refuse(message: str) -> int:
    from click import echo

    from goldwire.schemas.errors import LONGEST
    from goldwire.schemas.plain import shorten

    echo(f"goldwire: {shorten(message, LONGEST)}", err=True)
    return 2


def _close_stdout() -> None:
    """Let what is left in the buffer go nowhere, or Python complains again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
