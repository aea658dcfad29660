"""What draws from a model (Gibbs sweeps, Hamiltonian paths), and what checks the drawing.

Read `model` first (what a model has to offer), then `gibbs` (the sweep), then the kernels that draw
where there is no closed form: `griddy`, `slice`, `metropolis`, `ladder`, `augmentation`.
"""
