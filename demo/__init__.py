"""The demo company: Halden Instruments, generated from a seed, written as contract files."""
