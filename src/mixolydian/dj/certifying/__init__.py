"""What a transition's certificate is measured with."""
