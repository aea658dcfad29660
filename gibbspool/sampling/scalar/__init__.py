"""The kernels once more, as a textbook has them: one number at a time, step by step.

The kernels themselves draw whole arrays in lock-step, which is fast and hard to follow. Each has a
twin here that makes the same draw with plain numbers, ``if`` and ``while``: from the same random
numbers the same value. It returns a record of what it did (`sampling.records`), and
`gibbspool.steps` draws with it.

The twin of an array's kernel draws one element after the other, where lock-step takes the first
step of all elements, then the second of those that need one. Both leave the same density
invariant; but the random numbers come in another order, so number for number they agree only where
there is one element. (And a `griddy.Griddy` that is drawn from again makes some of its proposals
ahead of time: there only the first draw is the same.)
"""
