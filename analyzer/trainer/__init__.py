"""The reference trainer.

Small networks that go wrong on purpose, with what is true of them beside their logs.
"""
