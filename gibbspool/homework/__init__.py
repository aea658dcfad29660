"""The lab: small functions to fill in, and a judge that names the mistake."""
