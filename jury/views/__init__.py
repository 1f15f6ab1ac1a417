"""The jury's pages, a module for each door."""
