"""The report: one page that shows how systems score, and every error in the text.

``overlay`` says what is right and wrong in an article, ``trails`` what belongs to a quote or a
relation, ``layout`` cuts the text where marks begin and end, ``tables`` arranges the figures of
the scores, ``html`` puts all of it into one file; ``page`` has the one function that does all.
"""
