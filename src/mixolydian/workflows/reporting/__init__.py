"""The report page: words, pictures and the page that holds them."""
