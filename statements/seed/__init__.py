"""The sample record: facts copied from public pages, one visit in full, and invented examples."""
