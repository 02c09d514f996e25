"""The methods of the operations table, a file for each kind."""
