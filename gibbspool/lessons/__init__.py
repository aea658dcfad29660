"""The numbered lessons: where they are, what each teaches and needs, and how one is run.

The lessons themselves are scripts: in a checkout demos/lesson_01_...py and so on; where the package
is installed they lie beside this file, in scripts/.
"""
