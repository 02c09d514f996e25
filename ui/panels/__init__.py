"""The parts of the page: each places its components and connects them."""
