"""Pictures of pages, shown where their addresses are shared. Pure: a poster goes in, a PNG comes out."""
