import pytest

from bot.retrieval.conversational import is_conversational


@pytest.mark.parametrize(
    "text", ["Hi!", "hello there", "Ahoj", "Díky moc", "Dobrý den!", "Kdo jsi?", "Thank you very much."]
)
def test_greetings_and_thanks_need_no_documents(text: str) -> None:
    assert is_conversational(text, has_history=False)


@pytest.mark.parametrize("text", ["Hi, where is the paper?", "Kdo jsi a kde je papír?", "thanks to whom?"])
def test_a_greeting_with_a_question_is_a_question(text: str) -> None:
    assert not is_conversational(text, has_history=True)


@pytest.mark.parametrize(
    "text", ["My name is Ula.", "Hi, my name is Ula and I sell owls", "Jmenuju se Ula.", "Zapamatuj si, že máme 8 GB."]
)
def test_what_people_say_about_themselves_needs_no_documents(text: str) -> None:
    assert is_conversational(text, has_history=False)


def test_an_introduction_with_a_question_is_a_question() -> None:
    assert not is_conversational("My name is Ula. How many days of leave do I get?", has_history=False)


@pytest.mark.parametrize(
    "text",
    [
        "Translate that into Czech.",
        "Can you say it shorter?",
        "Could you please explain that again?",
        "Make it a list",
        "Put it into a table",
        "shorter please",
        "go on",
        "Summarise your last answer in one sentence.",
        "What is my name?",
        "What did I ask first?",
        "What have we talked about?",
        "Who am I?",
        "Přelož to do angličtiny",
        "Můžeš to zkrátit?",
        "rekni mi to jednoduseji",
        "Mohla bys svou odpověď zopakovat?",
        "Ještě jednou, prosím.",
        "Jak se jmenuju?",
        "Na co jsem se tě ptal?",
        "Pamatuješ si moje jméno?",
        "Co jsem ti řekla?",
    ],
)
def test_what_is_about_the_conversation_needs_one(text: str) -> None:
    assert is_conversational(text, has_history=True)
    assert not is_conversational(text, has_history=False)


@pytest.mark.parametrize(
    "text",
    [
        "How do I make it faster?",
        "What is my vacation allowance?",
        "Explain how quantization works",
        "Say goodbye to the cloud: how?",
        "Summarise the handbook's chapter about quantization",
        "Translate this: Der Drucker steht im zweiten Stock und hat kein Papier mehr, bitte nachfüllen, danke.",
        "Turn the printer on?",
        "and in Czech?",
        "Why?",
        "Who is the account manager?",
        "Jak se jmenuje náš správce?",
        "Kde napíšu žádost o dovolenou?",
        "Co jsem povinen hlásit?",
        "A kolik to stojí?",
        "Vysvětli, co je kvantizace",
        "Dál v textu se píše o čem?",
    ],
)
def test_what_a_document_may_answer_is_searched_for(text: str) -> None:
    assert not is_conversational(text, has_history=True)
