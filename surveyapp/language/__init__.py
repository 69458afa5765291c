"""The languages of pages and content: which there are, which a reader gets, and the files that hold them."""
