"""Tests on the sample record, which is entered once for all of them: run this folder by itself."""
