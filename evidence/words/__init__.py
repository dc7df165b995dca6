"""The words of chapter 6."""
