"""A draw that is looked at, from any conditional: a record of what was done."""
from .records import DirectRecord


def show(conditional, rng, current):
    """Draw, and return the record: of a kernel's steps, or of a closed form.

    A kernel shows itself, by its ``show(rng, current)``. A class of one's own that has changed how
    a kernel draws, and not how it shows that, is drawn from as if it were a closed form.
    """
    if shows_itself(conditional):
        return conditional.show(rng, current)
    return DirectRecord(current, conditional.draw(rng, current), conditional)


def shows_itself(conditional):
    """Whether it has a record of how it draws: no class has changed the one without the other."""
    for cls in type(conditional).__mro__:
        if "show" in vars(cls) or "draw_one" in vars(cls):
            return True
        if "draw" in vars(cls):
            return False
    return False
