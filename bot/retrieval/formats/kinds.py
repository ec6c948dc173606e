"""Owns which file names mean which kind of document."""

from bot.retrieval.loading import Kind

_SUFFIXES = {
    Kind.MARKDOWN: "md markdown mdx",
    Kind.TEXT: "txt text rst adoc asciidoc org",
    Kind.HTML: "html htm xhtml",
    Kind.PDF: "pdf",
    Kind.DOCX: "docx",
    Kind.PPTX: "pptx",
    Kind.XLSX: "xlsx",
    Kind.ODT: "odt",
    Kind.CSV: "csv tsv",
    Kind.EMAIL: "eml",
}

_FENCES = {
    "bash": "sh bash zsh",
    "bat": "bat cmd",
    "c": "c h",
    "cpp": "cpp cc cxx hpp hh",
    "csharp": "cs",
    "css": "css scss",
    "go": "go",
    "graphql": "graphql",
    "hcl": "tf hcl",
    "ini": "ini cfg conf properties",
    "java": "java",
    "javascript": "js mjs cjs jsx",
    "json": "json jsonl",
    "kotlin": "kt kts",
    "lua": "lua",
    "perl": "pl pm",
    "php": "php",
    "powershell": "ps1 psm1",
    "protobuf": "proto",
    "python": "py pyi",
    "r": "r",
    "ruby": "rb",
    "rust": "rs",
    "scala": "scala",
    "sql": "sql",
    "swift": "swift",
    "toml": "toml",
    "typescript": "ts tsx",
    "xml": "xml xsd xsl",
    "yaml": "yaml yml",
}

_NAMES = {
    "dockerfile": "dockerfile",
    "containerfile": "dockerfile",
    "makefile": "makefile",
    "jenkinsfile": "groovy",
}
_PROSE_NAMES = frozenset({"readme", "license", "changelog", "authors", "contributing", "notice", "copying"})

_KINDS = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_LANGUAGES = {suffix: fence for fence, suffixes in _FENCES.items() for suffix in suffixes.split()}


def kind_of(name: str) -> Kind | None:
    """The kind of a file by its name; None when it is not one that can be read."""
    if programming_language(name):
        return Kind.CODE
    if name.lower() in _PROSE_NAMES:
        return Kind.TEXT
    return _KINDS.get(suffix_of(name))


def programming_language(name: str) -> str | None:
    """The word after a code fence's backticks for a file of this name; None when it isn't source code."""
    return _NAMES.get(name.lower()) or _LANGUAGES.get(suffix_of(name))


def suffix_of(name: str) -> str:
    """What follows the last dot, in small letters; empty without one."""
    _, dot, suffix = name.rpartition(".")
    return suffix.lower() if dot else ""
