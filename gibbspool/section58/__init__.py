"""Section 5.8, reproduced and audited: its printed numbers beside the exact and the sampled
ones.
"""
