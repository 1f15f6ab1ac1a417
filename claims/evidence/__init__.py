"""Evidence: what may be uploaded, how it is checked, where its bytes lie, and how they are served."""
