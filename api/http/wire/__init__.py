"""What goes over the wire, as pydantic models: a module for each module of `routes/`, and what they share."""
