"""Results as people read them: terminal, Markdown, JUnit, and one HTML page."""
