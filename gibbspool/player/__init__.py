"""The player: a sampler as a page to step through in a browser, one file, offline."""
