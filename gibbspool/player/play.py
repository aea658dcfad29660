"""`gibbspool play`: which pages suit a model, and the file that holds them."""
