"""What is asked: the framework, its questionnaires and their checks. Pure: no web, no database."""
