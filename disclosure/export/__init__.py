"""The whole board as plain files: which addresses, their files, their links, the writing."""
