"""What may be uploaded as evidence, how it is checked, where its bytes lie."""
