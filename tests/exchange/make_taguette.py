"""Makes a project with Taguette's own code: two coders, emoji, combining marks, entities."""
import sys
from bs4 import BeautifulSoup
from taguette import database, extract

def make(path):
    DBSession = database.connect('sqlite:///' + path)
    db = DBSession()
    for login in ('ann', 'bob'):
        db.add(database.User(login=login))
    project = database.Project(name='Home', description='A small study')
    db.add(project)
    db.flush()
    db.add(database.ProjectMember(user_login='ann', project=project, privileges=database.Privileges.ADMIN))
    html = '<h1>Visit 1</h1>\n<p>She felt <b>e\u0301cstatic</b> \U0001F389 &amp; calm &lt;3.</p><p>Next day: <i>at home</i>\U0001F3E0 again.</p>\n<ul><li>one</li><li>two</li></ul>'
    doc = database.Document(name='visit 1', description='', filename='visit1.docx', project=project, contents=html,
                            text_direction=database.TextDirection.LEFT_TO_RIGHT)
    db.add(doc)
    tags = {}
    for p, d in (('feeling', ''), ('feeling.joy', 'Joy, as said'), ('place', 'Where')):
        tags[p] = database.Tag(project=project, path=p, description=d)
        db.add(tags[p])
    db.flush()
    text = BeautifulSoup(html, 'html5lib').get_text()
    for words, user, names in (('felt e\u0301cstatic \U0001F389', 'ann', ['feeling.joy']), ('at home\U0001F3E0', 'bob', ['place', 'feeling']), ('& calm <3', 'bob', ['feeling'])):
        at = text.index(words)
        start = len(text[:at].encode()); end = start + len(words.encode())
        hl = database.Highlight(document=doc, start_offset=start, end_offset=end, snippet=extract.extract(html, start, end))
        hl.tags = [tags[n] for n in names]
        db.add(hl); db.flush()
        db.add(database.Command.highlight_add(user, doc, hl, [t.id for t in hl.tags]))
    db.commit()


make(sys.argv[1])
