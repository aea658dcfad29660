"""What a player is about: a model, and what several of its pages need to know of it."""
import warnings
from functools import cached_property

from ..models.card import card_of
from ..models.twins import exact, twin_of


class Subject:
    """A model with the settings of its player; the exact posterior is computed once.

    Parameters
    ----------
    model : a model
    sweeps, seed : int
        Of the recorded walk.
    mistake : str, optional
        A mistake of the homework's bank, for the page that asks what went wrong.

    Attributes
    ----------
    truth : exact posterior, or None
        None where the model has no exact twin, as a newcomer's own model has not.
    card : card, or None
        None where its family has none.
    """

    def __init__(self, model, sweeps=200, seed=1, mistake=None):
        self.model, self.sweeps, self.seed, self.mistake = model, sweeps, seed, mistake

    @cached_property
    def truth(self):
        try:
            twin_of(self.model)
        except TypeError:
            return None
        with warnings.catch_warnings():  # of the priors and the data: said once, by who plays
            warnings.simplefilter("ignore", UserWarning)
            return exact(self.model)

    @cached_property
    def card(self):
        try:
            return card_of(self.model)
        except TypeError:
            return None
