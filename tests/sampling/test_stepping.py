"""What a debugger's step-into reaches, from the lines that a student stands on."""
import bdb
import inspect
import os
import sys

import pytest

import gibbspool as gp
from gibbspool.sampling.gibbs import shown_sweep, sweep
from gibbspool.sampling.scalar.griddy import draw_griddy


class Stepper(bdb.Bdb):
    """Runs to a line, then steps into everything until that line is left.

    Attributes
    ----------
    entered : list of (name, file, depth)
        What stepping in reached, in this order; depth 1 is what the line itself calls.
    """

    def __init__(self, filename, line):
        super().__init__()
        self.set_break(filename, line)
        self.place, self.standing, self.entered = (self.canonic(filename), line), None, []

    def user_line(self, frame):
        here = self.canonic(frame.f_code.co_filename), frame.f_lineno
        if self.standing is None and here != self.place:
            self.set_continue()  # to the break
        elif frame is self.standing and here != self.place:
            self.set_quit()  # the line is left
        else:
            self.standing = self.standing or frame
            self.set_step()

    def user_call(self, frame, arguments):
        if self.standing is not None:
            code, depth = frame.f_code, 0
            while frame is not self.standing:
                frame, depth = frame.f_back, depth + 1
            self.entered.append((code.co_name, code.co_filename, depth))
            self.set_step()


def entered(filename, line, call):
    """What stepping in reaches from a line, while `call` runs."""
    tracing, stepper = sys.gettrace(), Stepper(filename, line)
    try:
        stepper.runcall(call)
    finally:
        sys.settrace(tracing)
    return stepper.entered


def line_of(function, text):
    lines, first = inspect.getsourcelines(function)
    return inspect.getsourcefile(function), first + next(i for i, line in enumerate(lines)
                                                         if text in line)


@pytest.fixture
def model(schools):
    return gp.NormalNormal(schools.y, schools.sigma, form="centred")


RUNS = {"sample": lambda model: gp.sample(model, draws=1, tune=0, chains=1),
        "steps": lambda model: list(gp.steps(model, sweeps=1))}
SWEEPS = {"sample": sweep, "steps": shown_sweep}


@pytest.mark.parametrize("run", RUNS)
def test_the_line_of_the_conditional_leads_into_it_within_two_frames(model, run):
    line = line_of(SWEEPS[run], "conditional = given(name, state)")
    found = entered(*line, lambda: RUNS[run](model))
    assert [(name, depth) for name, _, depth in found[:2]] == [("__call__", 1), ("theta_given", 2)]
    assert found[1][1] == inspect.getsourcefile(type(model).theta_given)


@pytest.mark.parametrize("run, form, draw", [
    ("sample", "centred", gp.Normal.draw), ("sample", "collapsed", gp.sampling.griddy.Griddy.draw),
    ("steps", "centred", gp.Normal.draw)])
def test_the_line_of_the_draw_leads_into_it_at_once(schools, run, form, draw):
    """theta | mu, tau is a Normal in the centred form, tau | y a Griddy in the collapsed one."""
    model = gp.NormalNormal(schools.y, schools.sigma, form=form)
    line = line_of(SWEEPS[run], "conditional.draw(rng, old)")
    found = entered(*line, lambda: RUNS[run](model))
    assert found[0] == ("draw", inspect.getsourcefile(draw), 1)


def test_in_steps_the_line_of_a_kernels_draw_leads_into_its_scalar_twin(schools):
    """By way of `Kernel.show` alone: tau | y in the collapsed form."""
    model = gp.NormalNormal(schools.y, schools.sigma, form="collapsed")
    line = line_of(shown_sweep, "record = conditional.show(rng, old)")
    found = entered(*line, lambda: RUNS["steps"](model))
    assert found[0][::2] == ("show", 1)
    assert ("draw_griddy", inspect.getsourcefile(draw_griddy), 2) in found


def test_a_model_of_ones_own_is_as_near():
    class Mine(gp.Model):
        order = ("mu",)

        def mu_given(self):
            return gp.Normal(0, 1)

        def initial(self, rng, shape=()):
            return {"mu": rng.standard_normal(shape)}

    found = entered(*line_of(shown_sweep, "conditional = given(name, state)"),
                    lambda: list(gp.steps(Mine(), sweeps=1)))
    assert found[1][0] == "mu_given" and found[1][2] == 2


def test_stepping_into_a_constructor_lands_in_readable_code(schools):
    """What the student's line calls: Hierarchy.__new__, then the model's own __init__."""
    def student():
        return gp.NormalNormal(schools.y, schools.sigma)

    found = entered(*line_of(student, "gp.NormalNormal(schools.y"), student)
    called = [(name, os.path.relpath(path, os.path.dirname(gp.__file__)))
              for name, path, depth in found if depth == 1]
    assert called == [("__new__", os.path.join("models", "hierarchy.py")),
                      ("__init__", os.path.join("models", "normal", "model.py"))]
