"""One module per kind of page. A page is a plain function from `Context` to `Response`."""
