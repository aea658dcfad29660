"""What setup.cfg cannot say: the sdist takes along the tests, and what they read and run."""
from setuptools import setup
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


setup(cmdclass={"sdist": SdistWithTests})
