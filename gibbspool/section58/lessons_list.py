"""The numbered lessons, as the page lists them."""
from .. import html
from ..lessons.found import all_lessons
from .links import linked

LESSONS = "Lessons: from a joint density to a sampler"


def lessons(folder):
    """The numbered lessons: a link to each, what is learnt, and which ones it needs."""
    lead = html.element("p", "What stands behind all this, concept by concept, from the sweep of a "
                             "Gibbs sampler and the griddy, Metropolis and slice steps in it to "
                             "augmentation, interweaving, leapfrog, R-hat and PSIS: short scripts, "
                             "in the order in which to learn from them. To list or run them: "
                             "gibbspool lessons, gibbspool lessons 1.")
    found = []
    for number, lesson in all_lessons().items():
        about = html.element("div", lesson.about + lesson.needed, "soft")
        title = linked(lesson.title, lesson.path, folder)
        found.append(f'<li value="{number}">{title}{about}</li>')
    return (f'<section id="lessons">{html.element("h2", LESSONS)}{lead}<ol>{"".join(found)}</ol>'
            "</section>")
