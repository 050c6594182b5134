"""What each public source is fetched by."""
