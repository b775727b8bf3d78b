"""Plug-ins of a third party: what docs/add-a-detector.md and docs/add-a-parser.md describe."""
