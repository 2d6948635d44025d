"""How a file of each format begins, to see that a format tells its own from the others."""

HEADS = {
    "conll2003": b"-DOCSTART- -X- -X- O\n\nAnn NNP B-NP B-PER\n",
    "conll2012": b"#begin document (a); part 000\na 0 0 Ann NNP (NP*) - - - - (PERSON) -\n",
    "brat": b"T1\tPER 0 3\tAnn\n",
    "bigbio": b'[{"id": "1", "document_id": "a", "passages": [{"id": "2", "text": ["vertexSet"], '
    b'"offsets": [[0, 9]]}], "entities": [], "events": [], "coreferences": [], "relations": []}]',
    "docred": b'[{"title": "t", "sents": [["a"]], "vertexSet": [], "labels": []}]',
    "label-studio": b'[{"data": {"text": "a \\"vertexSet\\": b"}, "annotations": []}]',
    "spacy": b'{"text": "Ann left.", "ents": [{"start": 0, "end": 3, "label": "PER"}]}',
    "webannotation": b'{"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation"}',
    "goldwire": b'{"id": "a", "text": "Ann", "mentions": [], "entities": [], "relations": []}',
}
