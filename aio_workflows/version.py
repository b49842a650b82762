"""The version of this package, once: its build reads it here, and asking the installation takes 12 ms."""

VERSION = "0.1.0"
