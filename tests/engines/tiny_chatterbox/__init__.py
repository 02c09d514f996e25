"""Chatterbox with random weights a hundredth of the real size. What is tested around them is the real thing."""
