"""One record a family: what tables, advice and the command line need to know of it.

`CARDS` is the only list of the families. The command line, `fit`, `advise`, `prior_sensitivity` and
`step` loop over it, so a family of your own is served by all of them once its card is in the list::

    CARDS.append(WaitingCard())
"""
from .base import Card, error_of_share, priors_of, share_of
from .binomial import BinomialCard
from .multinomial import MultinomialCard
from .normal import NormalCard
from .one_way import OneWayCard
from .poisson import PoissonCard

__all__ = ["CARDS", "BinomialCard", "Card", "MultinomialCard", "NormalCard", "OneWayCard",
           "PoissonCard", "card_of", "error_of_share", "priors_of", "share_of"]

CARDS = [NormalCard(), OneWayCard(), MultinomialCard(), PoissonCard(), BinomialCard()]


def card_of(model):
    """The card of a model's family.

    Raises
    ------
    TypeError
        It belongs to no family that has a card.
    """
    for card in CARDS:
        if isinstance(model, card.model):
            return card
    raise TypeError(f"model is {model!r}; it must be one of "
                    f"{', '.join(card.model.__name__ for card in CARDS)}")
