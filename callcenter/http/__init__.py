"""What every HTTP API of the house has in common: errors as problem documents, and bodies read with care."""
