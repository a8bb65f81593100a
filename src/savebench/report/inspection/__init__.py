"""How an inspection is shown: facts first, then the tree, the largest parts, what could be done."""
