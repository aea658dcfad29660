"""Packages that only tables, plots and diagnostics need: imported where they are used."""
import importlib
import warnings


def need(name):
    """The module `name`.

    Raises
    ------
    ImportError
        Its package is not installed; the sentence says what to install.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what packages say of each other when imported
            return importlib.import_module(name)
    except ImportError as problem:
        package = name.split(".")[0]
        if problem.name not in (name, package):
            raise
        raise ImportError(f"{package} is needed here and is not installed: pip install "
                          "'gibbspool[all]'",
                          name=package) from None
