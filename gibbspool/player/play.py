"""`gibbspool play`: which pages suit a model, and the file that holds them.

Each page has a module with a function ``page(subject)``, which returns a `page.Page`, or None where
it does not suit the model: see `subject.Subject`.
"""
PAGES = ()
