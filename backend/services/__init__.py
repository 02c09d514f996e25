"""What the operations do, by subject. Studio checks a request and calls these; these call the parts."""
