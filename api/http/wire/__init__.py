"""Request and response models (pydantic), one module for each module of `routes/`, and common ones."""
