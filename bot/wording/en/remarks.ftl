# What is said about what others had said before a question.

notice-from-remarks = Your documents say nothing about this: the answer rests on what was said here before, without sources.
