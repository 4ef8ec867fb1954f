"""Studies: each reads a published data set, asks the model, and writes one page of `docs`."""
