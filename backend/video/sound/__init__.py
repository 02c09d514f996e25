"""What is heard: measured, mixed so that music lies under the voice, as loud as it should be."""
