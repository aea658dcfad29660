"""A person's own table, pooled."""
