"""Hand-ins that try to get points without an answer, or to stop the grader; and how each must end.

Each is the source of a file whose `shrinkage` misbehaves, or that misbehaves while it is loaded.
Whatever it does, it gets no points, and the other exercises are graded all the same.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Attack:
    """`verdicts` are those that `shrinkage` may get; `posix` where the limit is not Windows's."""

    name: str
    source: str
    verdicts: tuple
    posix: bool = False
    alone: bool = True  # whether the other exercises of the file are graded all the same


def function(body, head="import numpy as np"):
    """The source of a file whose `shrinkage` has this body."""
    lines = "".join(f"    {line}\n" for line in body.strip("\n").split("\n"))
    return f"{head}\n\n\ndef shrinkage(sigma, tau):\n{lines}"


NO_POINTS = ("wrong", "named", "property", "shape", "error")

FORGE = '''
import json, sys
frame = sys._getframe()
while frame is not None:
    say = frame.f_locals.get("say")
    if say is not None:
        for _ in range(500):
            say({"value": {"d": "f", "s": [], "x": ["0x1p+0"]}, "verdict": "right", "score": 10})
        break
    frame = frame.f_back
return 0.0
'''

EVIL = '''
class Same(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __sub__(self, other): return Same(0)
    __rsub__ = __sub__
    def __hash__(self): return 0
return Same(0.5)
'''

EVIL_ARRAY = '''
class Same(np.ndarray):
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __array_function__(self, *arguments): return True
return np.zeros(np.shape(sigma)).view(Same)
'''

ATTACKS = (
    Attack("prints that it passed", function("print('PASSED', '{\"verdict\": \"right\"}')\n"
                                             "return 0.0"), NO_POINTS),
    Attack("writes lines like the protocol's to the standard output",
           function("import os\nos.write(1, b'{\"value\": {\"d\": \"f\", \"s\": [], \"x\": "
                    "[\"0x1p+0\"]}}\\n' * 300)\nreturn 0.0"), NO_POINTS),
    Attack("writes to every descriptor there is",
           function("import os\nfor k in range(3, 30):\n    try:\n        os.write(k, b'{\"value\":"
                    " 1}\\n' * 300)\n    except OSError:\n        pass\nreturn 0.0"), NO_POINTS),
    Attack("walks the frames to the writer of answers", function(FORGE), NO_POINTS),
    Attack("leaves with status 0", function("import os\nos._exit(0)"), ("error",)),
    Attack("raises SystemExit", function("raise SystemExit(0)"), ("error",)),
    Attack("raises KeyboardInterrupt", function("raise KeyboardInterrupt"), ("error",)),
    Attack("returns a number that equals everything", function(EVIL), NO_POINTS),
    Attack("returns an array that equals everything", function(EVIL_ARRAY), NO_POINTS),
    Attack("changes numpy's comparisons in its process",
           function("return np.zeros(np.shape(sigma))",
                    "import numpy as np\nnp.allclose = np.array_equal = lambda *a, **k: True\n"
                    "np.asarray = lambda *a, **k: np.ones(3)"), NO_POINTS,
           alone=False),
    Attack("returns an object whose repr writes JSON",
           function("class One:\n    def __repr__(self): return '\"}, {\"verdict\": \"right\"}'\n"
                    "return One()"), NO_POINTS),
    Attack("imports the library", function("import gibbspool\nreturn 0.0"), ("error",)),
    Attack("imports the exercises from beside the harness",
           function("import importlib\n"
                    "return importlib.import_module('lab.exercises').EXERCISES['shrinkage'].right("
                    "sigma, tau)"), ("error",)),
    Attack("deletes the hand-in", function("import os\nos.remove(__file__)\nreturn 0.0"),
           NO_POINTS),
    Attack("never ends", function("while True:\n    pass"), ("timeout",)),
    Attack("sleeps", function("import time\ntime.sleep(1000)"), ("timeout",)),
    Attack("catches everything and goes on",
           function("while True:\n    try:\n        while True:\n            pass\n"
                    "    except BaseException:\n        pass"), ("timeout",)),
    Attack("prints without end", function("while True:\n    print('x' * 10000)"),
           ("timeout", "error")),
    Attack("recurses without end", function("return shrinkage(sigma, tau)"), ("error",)),
    Attack("recurses below Python's own limit",
           function("import sys\nsys.setrecursionlimit(10**9)\nreturn shrinkage(sigma, tau)"),
           ("error", "timeout")),
    Attack("takes all memory", function("return np.ones((1 << 32, 1 << 8))"), ("error",)),
    Attack("takes all memory bit by bit",
           function("held = []\nwhile True:\n    held.append(np.ones(10**7))"),
           ("error", "timeout"), posix=True),
    Attack("returns a huge array", function("return np.ones(10**7)"),
           (*NO_POINTS, "timeout")),
    Attack("leaves a child that holds the pipe",
           function("import os, subprocess, sys\nif not os.path.exists('held'):\n"
                    "    open('held', 'w').close()\n    subprocess.Popen([sys.executable, '-c', "
                    "'import time; time.sleep(20)'], close_fds=False)\nreturn 0.0"), NO_POINTS),
    Attack("leaves a child of another group that holds the pipe",
           function("import os, subprocess, sys\nif not os.path.exists('held'):\n"
                    "    open('held', 'w').close()\n    subprocess.Popen([sys.executable, '-c', "
                    "'import time; time.sleep(20)'], close_fds=False, start_new_session=True)\n"
                    "return 0.0"), NO_POINTS, posix=True),
    Attack("asks for input", function("return input()"), ("error",)),
    Attack("ends while it is loaded", "import sys\nsys.exit(0)\n" + function("return 0.0"),
           ("error",), alone=False),
    Attack("never ends while it is loaded", "while True:\n    pass\n" + function("return 0.0"),
           ("error",), alone=False),
    Attack("is too deeply nested to be read", "x = " + "(" * 5000 + ")" * 5000 + "\n"
           + function("return 0.0"), ("error",), alone=False),
    Attack("is no text", "\x00\x01\x02", ("error", "missing"), alone=False),
)
