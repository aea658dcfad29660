"""Ctrl-C while the packages are still being imported: for who typed a command, one line.

Nothing has been begun then, so that the process may end on the spot. Where somebody else imports
the package, in a notebook or a script, nothing is changed.
"""
import os
import signal
import sys

STATUS = 130  # as shells have it: 128 and the number of the signal


def is_command():
    """Whether this process is `gibbspool ...` or `python -m gibbspool ...`."""
    program = sys.argv[0] if sys.argv else ""
    if program == "-m":  # as Python has it until the module is found
        return "gibbspool" in sys.orig_argv
    name, _ = os.path.splitext(os.path.basename(program))
    return name in ("gibbspool", "gibbspool-script")


def leave_at_once(*_signal_and_frame):
    """One line, and the end."""
    os.write(2, b"interrupted\n")
    os._exit(STATUS)


def watch():
    """From now on Ctrl-C ends the command, unless something else is done about it already."""
    if is_command() and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, leave_at_once)


def unwatch():
    """From now on Ctrl-C is a KeyboardInterrupt again."""
    if signal.getsignal(signal.SIGINT) is leave_at_once:
        signal.signal(signal.SIGINT, signal.default_int_handler)


watch()
