"""Measures (改造) and what residents say of them before, during and after."""
