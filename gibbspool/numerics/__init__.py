"""The ground: coordinates, quadrature, roots and special functions, which know of no model."""
