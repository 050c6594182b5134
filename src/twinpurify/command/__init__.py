"""The console command ``twinpurify``: what people type, on top of pipelines and library.

Nothing here is imported by Kedro, which takes a module called ``cli`` for commands of its own.
"""
