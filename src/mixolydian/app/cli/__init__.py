"""The command `mixo`: one file for each verb, named as in `workflows/`."""
