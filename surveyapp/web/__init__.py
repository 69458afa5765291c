"""The shell that all pages share: base template, macros, style sheet, error pages, headers."""
