"""What stands behind the captions, and what the studio paints itself."""
