"""Owns reading e-mails: who wrote what to whom, without what is attached. Pure."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from bot.retrieval.formats import titles
from bot.retrieval.formats.decoding import clean, decode, tidy
from bot.retrieval.formats.prose import Parsed
from bot.retrieval.formats.webpages import webpage
from bot.retrieval.loading import Reason, RefusedFile

_SHOWN_HEADERS = ("From", "To", "Cc", "Date")


def mail(data: bytes) -> Parsed:
    """The subject as heading, the people and the date, then the text; attachments are named, never opened."""
    message = BytesParser(policy=policy.default).parsebytes(data)
    if not message.keys():
        raise RefusedFile(Reason.UNREADABLE)
    subject = titles.sensible(_header(message, "Subject"))
    parts = [
        f"# {subject}" if subject else "",
        "\n".join(f"{name}: {value}" for name in _SHOWN_HEADERS if (value := _header(message, name))),
        _body(message),
        "\n".join(f"- {name}" for name in _attachments(message)),
    ]
    return Parsed(tidy("\n\n".join(filter(None, parts))), subject)


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(clean(str(message.get(name, ""))).split())


def _body(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    payload = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(payload, bytes):
        return ""
    text = _text(payload, part.get_content_charset())
    return webpage(text).text if part.get_content_subtype() == "html" else text


def _text(payload: bytes, charset: str | None) -> str:
    try:
        return clean(payload.decode(charset or "utf-8"))
    except (LookupError, UnicodeDecodeError):  # it says what isn't so
        return decode(payload)


def _attachments(message: EmailMessage) -> list[str]:
    names = (part.get_filename() for part in message.iter_attachments()) if message.is_multipart() else ()
    return [" ".join(clean(name).split()) for name in names if name]
