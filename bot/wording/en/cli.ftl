# The `sova` command explaining itself.

cli-sova = The team's own assistant: local models, the team's chat, the team's documents.
cli-sova-settings = Settings come from the environment and from .env; .env.example explains each.
cli-version = say which version this is
cli-command = COMMAND
cli-chat = chat in the terminal
cli-ask = ask one question, get the answer, leave
cli-ask-question = the question; “-” reads it from standard input
cli-ask-json = print one JSON object instead of text
cli-ask-attach = a text, document or picture that the question is about; may be given several times
cli-models = list the models, fetch one for the embedded engine, choose the default, or tell what fits into memory
cli-models-action = list what there is, fetch a file, use a model by default, tell whether it fits this machine; and of the engine that answers: tell all about a model (info), have it fetched (pull), loaded (warm), put out of memory (unload) or deleted
cli-models-name = which model; without it, the one that suits this machine's memory, and with fetch the search models too, and with fit every model there is; fit also takes a size such as “13B Q4”
cli-models-context = with fit: how many tokens of context the model should have
cli-models-parallel = with fit: how many answers it should give at once
cli-models-cache = with fit: how the context is stored; f16 is the usual way, q8_0 takes half of it
cli-models-json = with fit: print one JSON object, or without a name one list
cli-models-yes = with pull: fetch it although it doesn't fit this machine; with delete: really delete it
cli-models-if-needed = fetch a chat model only when the embedded engine is the one that would answer and has none yet; without a NAME the search models are fetched too, where they are missing
cli-index = bring the index up to date with the knowledge folder
cli-index-force = also when more than half of the documents are gone
cli-index-json = print what was done as one JSON object
cli-doctor = check this installation and say what to mend
cli-doctor-json = print the findings as one JSON object
cli-serve = serve the chat platforms: take questions in, and answer them
cli-serve-platforms = only these platforms, with commas between them; “sova worker” then answers, here or on other machines
cli-worker = answer what “sova serve --platforms …” takes in
cli-lang = the language of Sova's own sentences
cli-conversation = which conversation to go on with
cli-model = which model answers, this time

notice-engine-taken-ollama = Answering with Ollama at { $url }.
notice-engine-taken-openai = Answering with the engine at { $url }.
notice-engine-taken-embedded = Answering with the embedded engine.
notice-engine-taken-embedded-no-ollama = Answering with the embedded engine: Ollama doesn't answer at { $url }.
notice-engine-taken-embedded-ollama-empty = Answering with the embedded engine: Ollama at { $url } holds no model that can chat.
