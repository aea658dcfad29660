"""What a word was meant to be: a misspelt name, or what other packages call the same thing."""
import difflib
import inspect

# What others call it, and what it may be called here; the first that a function knows is meant.
SYNONYMS = {
    "s": ("sigma", "scale", "sd"),
    "se": ("sigma",), "ses": ("sigma",), "stderr": ("sigma",), "std_err": ("sigma",),
    "standard_error": ("sigma",), "standard_errors": ("sigma",), "error": ("sigma",),
    "errors": ("sigma",),
    "sd": ("sigma", "scale"), "std": ("sd", "sigma", "scale"), "stdev": ("sd", "sigma", "scale"),
    "sigma": ("sd", "scale"), "scale": ("sd", "sigma"), "tau": ("kappa", "sigma_log", "scale"),
    "mu": ("mean", "mu_log", "phi"), "loc": ("mean",), "location": ("mean",), "m": ("mean",),
    "mean": ("mu",), "precision": ("sd",), "variance": ("sd",), "var": ("sd",),
    "lambda": ("rate",), "lam": ("rate",), "lambda_": ("rate",), "beta": ("rate", "scale", "b"),
    "alpha": ("concentration", "shape", "a"), "a": ("shape", "low", "concentration"),
    "b": ("rate", "scale", "high"), "k": ("shape",), "theta": ("scale",), "nu": ("df",),
    "dof": ("df",), "degrees_of_freedom": ("df",), "lower": ("low",), "upper": ("high",),
    "min": ("low",), "max": ("high",), "concentration": ("kappa", "alpha"),
    "effect": ("y",), "effects": ("y",), "estimate": ("y",), "estimates": ("y",),
    "observations": ("y",), "outcome": ("y",), "values": ("y",), "data": ("y", "counts"),
    "events": ("y",), "count": ("y", "counts"), "counts": ("y",), "hits": ("successes",),
    "y": ("successes", "counts"),
    "n": ("trials", "exposure"), "total": ("trials",), "size": ("trials", "exposure"),
    "e": ("exposure",), "offset": ("exposure",), "time": ("exposure",),
    "covariate": ("x",), "predictors": ("x",), "labels": ("groups",), "names": ("groups",),
    "schools": ("groups",), "regions": ("groups",), "id": ("group",), "columns": ("covariates",),
    "parametrization": ("form",), "parameterization": ("form",), "parametrisation": ("form",),
    "parameterisation": ("form",), "kind": ("form",),
    "random_seed": ("seed",), "random_state": ("seed",), "rng": ("seed",), "key": ("seed",),
    "n_draws": ("draws",), "samples": ("draws",), "num_samples": ("draws",), "iter": ("draws",),
    "n_samples": ("draws",), "n_iter": ("draws",),
    "warmup": ("tune",), "burnin": ("tune",), "burn_in": ("tune",), "burn": ("tune",),
    "n_tune": ("tune",), "num_warmup": ("tune",), "cores": ("chains",), "n_chains": ("chains",),
    "num_chains": ("chains",), "progressbar": ("progress",), "progress_bar": ("progress",),
    "adapt_delta": ("target_accept",), "posterior": ("truth",), "draws": ("truth",),
    "tol": ("rtol",), "tolerance": ("rtol",), "rel_tol": ("rtol",), "atol": ("rtol",),
    "eps": ("rtol",), "hdi_prob": ("prob",), "ci": ("prob",), "ci_prob": ("prob",),
    "level": ("prob",), "credible_mass": ("prob",), "prior": ("priors",),
    "var_names": ("names",), "variables": ("names",), "vars": ("names", "keep"),
    # values of form, and names of priors
    "centered": ("centred",), "non_centered": ("noncentred",), "noncentered": ("noncentred",),
    "non_centred": ("noncentred",), "marginal": ("collapsed",), "gaussian": ("Normal",),
    "norm": ("Normal",), "half_gaussian": ("HalfNormal",), "halfstudentt": ("HalfT",),
    "studentt": ("HalfT",), "half_student_t": ("HalfT",), "cauchy": ("HalfCauchy",),
    "expon": ("Exponential",), "invgamma": ("InverseGamma",), "unif": ("Uniform",),
    "improper": ("Flat",),
}


def meant(word, allowed):
    """The one of the allowed names that a word most likely stands for; "" if none is near.

    Parameters
    ----------
    word : str
    allowed : sequence of str
    """
    if not isinstance(word, str):
        return ""
    plain = {as_spoken(name): name for name in allowed}
    spoken = as_spoken(word)
    if spoken in plain:
        return plain[spoken]
    for name in SYNONYMS.get(spoken, ()):
        if name in allowed:
            return name
    near = difflib.get_close_matches(spoken, plain, n=1, cutoff=0.6)
    return plain[near[0]] if near else ""


def as_spoken(word):
    """Capitals, blanks and hyphens make no difference."""
    return word.strip().lower().replace("-", "_").replace(" ", "_")


def did_you_mean(word, allowed):
    """"; did you mean sigma?", to end a refusal with; "" if nothing is near."""
    name = meant(word, allowed)
    return f"; did you mean {name}?" if name and name != word else ""


def refuse_unknown(function, unknown, given=()):
    """Refuse arguments by names that a function does not have, and say which one was meant.

    Parameters
    ----------
    function : callable
    unknown : collection of str
        Names that it was called with and does not know.
    given : collection of str
        Names that it was also called with, so that they cannot be what was meant.

    Raises
    ------
    TypeError
        There is such a name.
    """
    for word in unknown:
        takes = [name for name, one in inspect.signature(function).parameters.items()
                 if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY) and name != "self"]
        free = [name for name in takes if name not in given]
        hint = did_you_mean(word, free)
        raise TypeError(f"{function.__name__}: there is no argument {word!r}"
                        f"{f'{hint} It' if hint else '; it'} takes {', '.join(takes) or 'none'}")
