"""What setup.cfg cannot say: what the sdist and the installed package take along beside it.

The sdist: the tests, and what they read and run. The installed package: the lessons, which in a
checkout lie in demos/.
"""
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist


class SdistWithTests(sdist):
    def make_distribution(self):
        self.filelist.include("Makefile")
        self.filelist.include(".ci/run")
        self.filelist.include(".vscode/launch.json")
        self.filelist.recursive_include("demos", "*.py")
        self.filelist.graft("demos/images")
        self.filelist.graft("tests")
        self.filelist.global_exclude("*.py[cod]")
        super().make_distribution()


class BuildWithLessons(build_py):
    def run(self):
        super().run()
        for lesson, installed in self.lessons().items():
            self.mkpath(str(Path(installed).parent))
            self.copy_file(lesson, installed)

    def lessons(self):
        """Where each lesson lies, and where it will lie in a package that is not editable."""
        scripts = Path(self.build_lib, "gibbspool", "lessons", "scripts")
        lessons = [] if self.editable_mode else sorted(Path("demos").glob("lesson_*.py"))
        return {str(lesson): str(scripts / lesson.name) for lesson in lessons}

    def get_outputs(self, include_bytecode=True):
        return [*super().get_outputs(include_bytecode), *self.lessons().values()]


setup(cmdclass={"sdist": SdistWithTests, "build_py": BuildWithLessons})
