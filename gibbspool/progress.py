"""How far a run has got, on standard error: a bar, the rate and the time left."""
import shutil
import sys
import time

QUIET = 1.0   # seconds: a run that is over by then needs no bar
EVERY = 0.2   # seconds between two looks of the bar
BAR = 20      # characters


class Interrupted(UserWarning):
    """Ctrl-C ended a run early, and it returns what it has."""


class Progress:
    """A bar for one run: ``with Progress(3000, "sweeps") as bar: ... bar.count()``.

    On a terminal it looks like this, and in the end it stands at 100 %::

        sweeps  42% |########            | 1260/3000  630/s  0:03 left

    After Ctrl-C, or where the run fails, it goes: what is said then says how far the run got.
    Of runs inside a run only the outermost shows its bar; what is counted inside keeps its clock
    going.

    Parameters
    ----------
    total : int
        How many there will be; a run that finds more on its way may raise it.
    what : str
        Of what.
    wanted : bool, optional
        True shows the bar wherever standard error goes, False never; by default it is shown on a
        terminal, after a second.
    stream : text stream, optional
        By default standard error.
    clock : callable
        Seconds from some moment on.
    """

    running = 0       # bars begun and not ended, shown or not
    outermost = None  # the one that all others run inside of

    def __init__(self, total, what="sweeps", wanted=None, stream=None, clock=time.perf_counter):
        self.total, self.what, self.clock, self.done = total, what, clock, 0
        self.stream = sys.stderr if stream is None else stream
        on_terminal = getattr(self.stream, "isatty", bool)()  # without one: False
        self.shown = (on_terminal and not Progress.running) if wanted is None else bool(wanted)
        self.width = min(79, shutil.get_terminal_size().columns - 1)
        self.began = clock()
        self.due = self.began + (0.0 if wanted else QUIET)
        self.written = False

    def __enter__(self):
        if not Progress.running:
            Progress.outermost = self
        Progress.running += 1
        return self

    def __exit__(self, problem, *_rest):
        Progress.running -= 1
        if problem is not None and self.done < self.total:
            if self.written:
                self.stream.write(f"\r{'':{self.width}s}\r")
        elif self.written or (self.shown and self.clock() >= self.due):
            self.write(f"took {in_minutes(self.clock() - self.began)}")
            self.stream.write("\n")

    def count(self, more=1):
        """So many more are done."""
        self.done += more
        self.look()
        if Progress.running and Progress.outermost is not self:
            Progress.outermost.look()

    def look(self):
        """Write the bar anew if it is time to."""
        if self.shown and self.clock() >= self.due:
            self.write(f"{in_minutes((self.total - self.done) / self.rate())} left"
                       if self.done else "")

    def rate(self):
        """How many a second so far."""
        return self.done / max(self.clock() - self.began, 1e-9)

    def write(self, ending):
        """The bar as it stands, over the one before."""
        share = self.done / max(self.total, 1)
        bar = "#" * int(BAR * share)
        line = (f"{self.what} {int(100 * share):3d}% |{bar:{BAR}s}| {self.done}/{self.total}  "
                f"{in_digits(self.rate())}/s  {ending}")
        self.stream.write(f"\r{line[:self.width]:{self.width}s}")
        self.stream.flush()
        self.written, self.due = True, self.clock() + EVERY


def watched(items, what, wanted=None):
    """The items one by one, such as the groups of a loop, with a bar for how far it has got."""
    with Progress(len(items), what, wanted) as bar:
        for item in items:
            try:
                yield item
            finally:  # whoever zips the items with others may not ask for more after the last
                bar.count()


def in_digits(rate):
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"


def in_minutes(seconds):
    """Such as 0:07, 12:30 or 1:00:00."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
