"""How fast the runtime is: `make bench`."""
