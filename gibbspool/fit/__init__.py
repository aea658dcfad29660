"""A person's own table, pooled: from a CSV file to a model, and from the model to tables and plots.
"""
