"""F2: references and estimates in, numbers out. One file per question, as in estimators/.

Importing this package's metric files needs `mir_eval` (the `evaluation` extra): it is the
field's reference implementation, so figures stay comparable. Nothing below uses it to answer.
"""
