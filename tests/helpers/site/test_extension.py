"""A term that a book leaves out of its glossary is plain words; one that no glossary has stays an error."""

from types import SimpleNamespace

from docutils import nodes

from helpers.site import extension


def test_only_a_term_that_the_glossary_knows_may_be_left_out(tmp_path):
    (tmp_path / "book").mkdir()
    text = "{% if study.claims %}\nComplete remission\n  CR.\n{% endif %}\n"
    (tmp_path / "book" / "glossary.md").write_text(text, encoding="utf-8")
    env, words = SimpleNamespace(srcdir=tmp_path), nodes.inline(text="complete remission")

    def shown(kind, target):
        return extension.left_out(None, env, nodes.inline(reftype=kind, reftarget=target), words)

    assert shown("term", "Complete remission") is words
    assert shown("term", "Complete remision") is None and shown("doc", "Complete remission") is None
