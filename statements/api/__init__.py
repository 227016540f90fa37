"""The part of the API that reads and writes statements, citations, topics and commitments."""
