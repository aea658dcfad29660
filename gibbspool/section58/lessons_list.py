"""The numbered lessons, as the page lists them."""
from .. import html
from ..lessons.found import all_lessons

BESIDE = "demos"  # the folder beside the page that the scripts are copied to
LESSONS = "Lessons: from a joint density to a sampler"


def lesson_files():
    """The scripts of the lessons, each a path."""
    return [lesson.path for lesson in all_lessons().values()]


def lessons():
    """The numbered lessons: a link to each, what is learnt, and which ones it needs."""
    lead = html.element("p", "What stands behind all this, concept by concept, from the sweep of a "
                             "Gibbs sampler and the griddy, Metropolis and slice steps in it to "
                             "augmentation, interweaving, leapfrog, R-hat and PSIS: short scripts, "
                             "in the order in which to learn from them. To list or run them: "
                             "gibbspool lessons, gibbspool lessons 1.")
    found = []
    for number, lesson in all_lessons().items():
        about = html.element("div", lesson.about + lesson.needed, "soft")
        link = f"{BESIDE}/{html.escape(lesson.path.name)}"
        title = f'<a href="{link}">{html.escape(lesson.title)}</a>'
        found.append(f'<li value="{number}">{title}{about}</li>')
    return (f'<section id="lessons">{html.element("h2", LESSONS)}{lead}<ol>{"".join(found)}</ol>'
            "</section>")
