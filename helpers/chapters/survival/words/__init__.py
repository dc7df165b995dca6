"""Chapter 4 in words: result rows in, the sentences that branch and the alternative texts out."""
