"""The jurors' exam: its bank of questions, the draw of six of them, the marking; the jury rules."""
