"""What draws from a model (Gibbs sweeps, Hamiltonian paths), and what checks the drawing.

Read `model` first (what a model has to offer), then `gibbs` (the sweep), then the kernels that draw
where there is no closed form: `griddy`, `slice` and, for log-concave densities, `concave_slice`,
`metropolis`, `ladder`, `augmentation`.
"""
