"""Pages, in folders by kind. A page is a plain function from `Context` to `Response`."""
