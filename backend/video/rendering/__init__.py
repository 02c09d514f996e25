"""From a request to a finished, checked file: whole, or for the price of what changed."""
