"""Lesson 5: The slice, on a density with two peaks.

To draw from a density, draw a point under its curve: first a height, then a place at that height.
The place is found by doubling an interval and cutting it; on two peaks one more test is needed.

Needs: lessons 2 and 4
"""
# %% The density: two normal peaks, 80 % of the probability around 0 and 20 % around 5
from textwrap import fill

import numpy as np

from gibbspool.homework.planted import planted
from gibbspool.plots.lesson_figure import lesson_figure
from gibbspool.sampling.in_words import in_words
from gibbspool.sampling.slice import Slice

print("Lesson 5: the slice. Takes about 3 seconds.\n")
WIDTH = 1.0   # of the first interval
VALLEY = 3.0  # beyond it lies the smaller peak
rng = np.random.default_rng(463)  # a seed whose first draw, with WIDTH = 1, shows all there is
def log_p(x):
    """Log density of 0.8 Normal(0, 1) + 0.2 Normal(5, 0.5), up to a constant."""
    return np.log(0.8 * np.exp(-x**2 / 2) + 0.4 * np.exp(-2 * (x - 5)**2) + 1e-300)  # not log 0
grid = np.linspace(-9, 9, 2000)
exact_share = np.exp(log_p(grid[grid > VALLEY])).sum() / np.exp(log_p(grid)).sum()

# %% Level: a random height below the curve, log(uniform * p(x)) = log p(x) - an exponential number
print("""Points spread evenly under the curve have an x with the density p: the strip there is p(x)
high. A sweep as in lesson 2: given x, the height is uniform; given the height, x is uniform on the
slice, where the curve is higher: two parts here. The doublings and cuts below are no draw from all
of it, but a step from x: where x is uniform on the slice, so is the new place.""")
x = 0.5
height = log_p(x) - rng.exponential()

# %% Doublings: an interval around x, doubled to a random side until both ends lie outside the slice
def double(rng, x, height):
    low = x - WIDTH * rng.random()  # placed at random, so that no place in it is preferred
    high = low + WIDTH
    while log_p(low) > height or log_p(high) > height:
        size = high - low
        low, high = (low - size, high) if rng.random() < 0.5 else (low, high + size)
    return low, high
low, high = double(rng, x, height)
doublings = round(np.log2((high - low) / WIDTH))
print(f"Level {height:.3f}; interval [{low:.3f}, {high:.3f}] after {doublings} doublings")

# %% Return test: would doublings begun at the new place have come to this interval?
# Undo them, keeping the half around the new place. Once x has been cut off, a half with both ends
# outside the slice is where they would have stopped: no way back.
def could_return(x, new, low, high, height):
    parted = False  # whether x has been cut off
    while high - low > 1.1 * WIDTH:  # down to WIDTH; 1.1, as rounding may leave a little more
        middle = (low + high) / 2
        parted = parted or (x < middle) != (new < middle)
        low, high = (low, middle) if new < middle else (middle, high)
        if parted and log_p(low) <= height and log_p(high) <= height:
            return False
    return True

# %% Cuts: a random place in the interval; if outside the slice, or without a way back, its new end
def cut(rng, x, low, high, height, return_test=True):
    tried, first = [], (low, high)
    while True:
        new = low + (high - low) * rng.random()
        inside = log_p(new) > height
        back = inside and (not return_test or could_return(x, new, *first, height))
        tried.append((new, "the draw" if back else "no way back" if inside else "outside"))
        if back:
            return new, tried
        low, high = (new, high) if new < x else (low, new)
one_draw, tried = cut(rng, x, low, high, height)
print("Tried: " + ", ".join(f"{place:.3f} ({verdict})" for place, verdict in tried))
print("""It is enough if there and back are equally likely (lesson 4). By the same tosses doublings
come to this interval from the draw, too, as tested. What was refused would be: places outside, too.
A place without a way back lies in a half whose ends are both outside and which does not hold x. Nor
does it hold the draw, or the draw had been refused: so from the draw, too, there is no way back.
And the draw lies on x's side of every cut, so that the cuts are the same.""")

# %% The library, gibbspool/sampling/slice.py: same seed, same draw (ConcaveSlice: for one peak)
library = Slice(log_p, support=(-np.inf, np.inf), width=WIDTH)
record = library.show(np.random.default_rng(463), x)  # draws, and keeps a record of it
words = [fill(line, 96, subsequent_indent="        ") for line in in_words(record)]
print("The library:", *words, sep="\n    ", end="\n\n")

# %% Many draws. The mistake is made on purpose: L4 of gibbspool/homework/exercises/slices.py
def beyond_the_valley(name, interval, return_test=True):
    x, beyond = 0.0, []
    for _ in range(10_000):
        height = log_p(x) - rng.exponential()
        x, _ = cut(rng, x, *interval(rng, x, height), height, return_test)
        beyond.append(x > VALLEY)
    print(f"{name:46s} {np.mean(beyond):.3f} of the draws lie in the smaller peak")
    return np.mean(beyond)
def interval_L4(rng, x, height, wrong=planted("slice_bounds", "L4")):
    return wrong(log_p, x, height, WIDTH, rng.random())
right_share = beyond_the_valley("with the test", double)
no_test_share = beyond_the_valley("without it", double, return_test=False)
bank_share = beyond_the_valley("planted mistake: each end out by 1, 2, 4, ...", interval_L4, False)

# %% The figure: the one draw
def picture(axes):
    shown, level = np.linspace(min(low, -9), max(high, 9), 2000), np.exp(height)
    axes.plot(shown, np.exp(log_p(shown)), "C0-", label="the density: 80 % and 20 %")
    axes.plot([low, high], [level, level], "k|-", label=f"level, {doublings} doublings")
    axes.plot([x, x], [level, np.exp(log_p(x))], "k^:", label=f"start, {x}")
    for number, ((place, verdict), one) in enumerate(zip(tried, record.tries), start=1):
        axes.plot(place, level, f"C{number}o", label=f"{number}. {verdict}")
        if one.verdict == "no return":
            axes.plot(one.halvings[-1][:2], [0.9 * level] * 2, f"C{number}|-", label="its doubling")
    axes.set(xlabel="x (no unit)", ylabel="density, up to a constant", title=f"A draw from {x}")
    axes.legend(fontsize="small")
lesson_figure(picture, "lesson_05_slice.png")

# %% What should have been seen
refused = [f"; {x:.2f} is in the slice, but has no way back" for x, why in tried if "way" in why]
print(f"\nSeen: doublings {doublings}, places tried {len(tried)}{''.join(refused)}.\n"
      f"Without the return test {no_test_share:.2f} of the draws lie in the smaller peak, with it "
      f"{right_share:.2f}; {exact_share:.2f} is right.")
print("Try: WIDTH = 20: doublings become rare. What has the return test to do then?")
