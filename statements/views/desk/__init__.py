"""The editors' desk: sources in, statements out of them, notes of meetings, review, corrections."""
