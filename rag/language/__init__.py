"""Linguistic analysis of a sentence by spaCy: entities, quantities, times, quotations, attributions, predicates."""
