"""What no reader of the page should meet: raw digits, names from the code, "1 rows"."""
import html
import re

PLURALS = ("data sets|chains|counties|divergences|draws|groups|hospitals|iterations|numbers|pairs|"
           "regions|replicates|rows|runs|schools|seeds|standard errors|statements|steps|students|"
           "sweeps|times the|trajectories|values")
WORDS = {
    "an exponent": r"\d[eE][+-]?\d",
    "an infinity": r"\binf\b",
    "no number": r"\bnan\b",
    "a plural of one": rf"(?<![\d.,/=+*-])(?<!target_accept )\b1 (?:[a-z]+ )?(?:{PLURALS})\b",
    "a negative comparison": r"[-−][\d.]+ ?%? (?:narrower|wider|behind|ahead|less|more)\b",
    "a signed zero": r"(?<![\w.,)])[-+−]0(?:\.0+)?%?(?![\d.])",
    "a number of many digits": r"\d\.\d{7,}",
}
NAMES = {"theta_new", "theta_raw", "theta_hat", "y_rep", "mu_log", "sigma_log", "lam_raw",
         "target_accept", "prior_sensitivity"}
HEADINGS = re.compile(r"<(h[1-4]|th|summary|figcaption)\b[^>]*>(.*?)</\1>|"
                      r"<(p|div) class=\"soft caption[^>]*>(.*?)</\3>", re.DOTALL)
HIDDEN = re.compile(r"<(style|script|code|math)\b.*?</\1>|<pre>.*?</pre>|<img[^>]*>|"
                    r"<details class=\"script\">.*?</details>", re.DOTALL)
SNAKE = re.compile(r"\b[a-zA-Z]+(?:_[a-zA-Z0-9]+)+\b")


def text_of(piece):
    return html.unescape(re.sub(r"<[^>]*>", " ", piece))


def raw_in(page):
    """[(kind, where it stands)] of a page of HTML."""
    page = HIDDEN.sub(" ", page)
    text = text_of(page)
    found = [(kind, text[max(0, at.start() - 40):at.end() + 20])
             for kind, pattern in WORDS.items() for at in re.finditer(pattern, text)]
    return found + [("a name", name) for match in HEADINGS.finditer(page)
                    for name in SNAKE.findall(text_of(match[2] or match[4] or ""))
                    if name not in NAMES and not text_of(match[2] or "").startswith("demos/")]
