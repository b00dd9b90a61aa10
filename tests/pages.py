"""What a page of HTML holds, for tests."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})


class Page(HTMLParser):
    """The elements of a page; it fails for one that is closed in another place than it opens.

    `attributes` are tag, key and value of each, in order, `text` is what stands between tags.
    """

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.text = [], [], [], []
        self.feed(text)
        self.close()
        assert [] == self.open

    def handle_starttag(self, tag, attrs):
        self.handle_startendtag(tag, attrs)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *each) for each in attrs]

    def handle_endtag(self, tag):
        assert tag == self.open.pop()

    def handle_data(self, data):
        self.text.append(data)

    def values(self, name):
        """Return the values of all attributes of a name."""
        return [value for _tag, key, value in self.attributes if key == name]
