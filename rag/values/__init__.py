"""What short answers give: figures, names, dates; and whether two of them say the same."""
