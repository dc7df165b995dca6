"""Chapter 5 in words: result rows in, sentences out."""
