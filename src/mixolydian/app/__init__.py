"""F7: the faces. Parse what is asked, do one workflow, show the result."""
