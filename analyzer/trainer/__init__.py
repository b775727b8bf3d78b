"""The reference trainer: small networks that fail on purpose, logged with the truth about them."""
