"""`make bench`: how fast the samplers and the exact posteriors are, and what J groups cost.

==============  ================================================================================
`effective`     effective draws per second on the section's data, beside JAGS, PyMC and NumPyro
`gradients`     effective draws per gradient of Hamiltonian Monte Carlo, beside NUTS
`sweeps`        milliseconds and memory of one sweep of four chains, against the number of groups
`exact`         seconds and memory of the exact posteriors, against the number of groups
`labelling`     making models of 20,000 labelled groups, and shortening their names
`importing`     `import gibbspool` and `gibbspool --help`
==============  ================================================================================

Each table is a file, with ``measure(sitting)``. Under them: `clock`, `fresh` (a process of its own,
for peak memory), `sitting` (the machine, and which peers there are), `simulated` (data of any
size), `jags`, `python_peers` with the programs that they run, and `show`, `saved`, `picture` for
what comes of it.

A table takes minutes; `make bench ARGS="sweeps exact"` measures two of them. JAGS is there if
`Rscript` has the package rjags; PyMC and NumPyro, if the Python that PEERS_PYTHON names (by default
this one) has them. Compare ratios, not seconds: those of one table come from one sitting.
"""
