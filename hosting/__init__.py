"""Running in containers: what one starts with, and the tool that builds and measures images."""
