"""What is left of a record in spaCy's documents, and when a record is as it comes back."""

from goldwire.schemas.record import Entity, Mention, Record


def kept(record):
    """Return a record less what spaCy can't hold; mentions come sorted by place."""
    found = []
    for m in record.mentions:
        surface = record.text[m.start : m.end]
        if surface.strip():
            start = m.start + len(surface) - len(surface.lstrip())
            end = start + len(surface.strip())
            found.append(Mention(start=start, end=end, type=m.type, entity=m.entity))
    found.sort(key=lambda m: (m.start, -m.end, m.type, m.entity or ""))
    firsts = {}
    for m in found:
        firsts.setdefault(m.entity, m.type)
    return Record(
        id=record.id,
        text=record.text,
        mentions=found,
        entities=[Entity(id=e.id, type=firsts.get(e.id)) for e in record.entities],
    )


def in_order(record):
    """Sort mentions that are equal but for their entity; nothing says which comes first."""
    record.mentions.sort(key=lambda m: (m.start, -m.end, m.type, m.entity or ""))
    return record
