"""Videos put behind each other."""
