"""What is shown, as HTML: pure functions of values."""
