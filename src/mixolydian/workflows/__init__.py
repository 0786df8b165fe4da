"""F6: one file for each thing a user asks for (verb); `verbs.VERBS` lists them."""
