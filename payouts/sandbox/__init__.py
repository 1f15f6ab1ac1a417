"""The sandbox bank: a separate process that pays, returns, delays, repeats itself and lies."""
