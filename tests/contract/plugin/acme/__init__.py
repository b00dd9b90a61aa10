"""What a third party adds to mlspec: one module for each extension, and entry points."""
