"""Owns what may be shown of a model's words: any text in, safe Markdown out, however the text is cut. Pure.

The model is taken to be hijacked. What leaves here holds no active link but to allowed hosts, no image, no HTML, no
mention, nothing invisible and nothing endless, in CommonMark, its usual extensions and the chat platforms' dialects.
"""
