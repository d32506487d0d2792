"""Linguistic analysis: a sentence in, its tokens, entities, quantities, times, speakers and predicates out."""
