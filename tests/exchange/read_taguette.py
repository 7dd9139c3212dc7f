"""Opens a project with Taguette's own code: what stands at each highlight, and whether it may be imported."""
import logging
import sys
from bs4 import BeautifulSoup
from taguette import database, extract
from taguette.database import copy_project

logging.disable(logging.CRITICAL)


def highlights(db):
    users = {}
    for command in db.query(database.Command).all():
        if command.payload['type'] == 'highlight_add':
            users[command.payload['highlight_id']] = command.user_login
    for hl in db.query(database.Highlight).order_by(database.Highlight.id):
        doc = db.query(database.Document).get(hl.document_id)
        text = BeautifulSoup(doc.contents, 'html5lib').get_text().encode()
        words = text[hl.start_offset:hl.end_offset].decode()
        # Taguette's own extraction gives the same words, and its snippet is what it would have made;
        # white space before the first letter of a page is none.
        own = BeautifulSoup(extract.extract(doc.contents, hl.start_offset, hl.end_offset), 'html5lib').get_text()
        assert own.lstrip() == words.lstrip(), (own, words)
        kept = BeautifulSoup(hl.snippet, 'html5lib').get_text()
        assert kept.lstrip() == words.lstrip(), (kept, words)
        for tag in sorted(t.path for t in hl.tags):
            yield '|'.join([doc.name, tag, words.replace('\n', '\\n'), users[hl.id]])


db = database.connect('sqlite:///' + sys.argv[1])()
lines = sorted(highlights(db))
print('\n'.join(lines))
# Its import checks every name, page and command.
other = database.connect('sqlite:///' + sys.argv[2])()
other.add(database.User(login='reader'))
other.commit()
project, = db.query(database.Project).all()
copy_project(db, other, project.id, 'reader')
assert [l.rsplit('|', 1)[0] for l in sorted(highlights(other))] == [l.rsplit('|', 1)[0] for l in lines]
