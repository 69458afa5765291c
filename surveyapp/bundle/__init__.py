"""The file that lets anybody recompute a submission's scores, with nothing but the file."""
