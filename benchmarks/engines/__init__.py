"""What engines with environments of their own cost: disk, memory, time. Real code on random weights."""
