"""How a plot is made: figures with their words, one style, labels that keep clear of marks."""
