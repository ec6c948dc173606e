# Whom Sova may talk to, and what leaves.

command-privacy = Show whom I talk to, where they are, and what they are sent

privacy-title = Whom I talk to
privacy-column-who = Who (setting)
privacy-column-host = Host (addresses)
privacy-column-where = Where
privacy-column-use = Talked to
privacy-column-sent = What they are sent
privacy-nothing-leaves = Questions, answers, documents and history never leave your network, and nobody but these is talked to: no telemetry, no check for updates. What a service does with what it is sent, I can't see.
privacy-platform = What is written here is also known to { $platform } itself.
privacy-leaving = Careful: what { $hosts } is sent leaves your network, because SOVA_ALLOWED_HOSTS lists it. Nobody but these is talked to: no telemetry, no check for updates. What a service does with what it is sent, I can't see.

contact-ollama = Ollama
contact-openai = OpenAI-compatible engine
contact-own-engine = My own engine
contact-redis = Redis
contact-own-history = My own Valkey
contact-qdrant = Qdrant
contact-own-index = My own index
contact-hub = Model hub
contact-package-index = Package index (pip's configuration)
contact-collector = Trace collector
contact-discord = Discord
contact-slack = Slack

contact-sent-ollama = Questions with the conversation so far, and passages of your documents
contact-sent-openai = Questions with the conversation so far, and passages of your documents
contact-sent-own-engine = Questions with the conversation so far, and passages of your documents
contact-sent-redis = Conversations, model choices, answer times, votes on answers and on comparisons, settings of channels
contact-sent-own-history = Conversations, model choices, answer times, votes on answers and on comparisons, settings of channels
contact-sent-qdrant = Your documents in pieces, and each search as numbers
contact-sent-own-index = Your documents in pieces, and each search as numbers
contact-sent-hub = The names of model files, nothing else
contact-sent-package-index = The names of packages with model files, nothing else
contact-sent-collector = How long each part of a turn took, with names of models and platforms; no text
contact-sent-discord = What people ask there, and the answers
contact-sent-slack = What people ask there, and the answers

contact-where-own = a process of mine on this machine
contact-where-machine = this machine
contact-where-site = your network
contact-where-listed = outside, listed in SOVA_ALLOWED_HOSTS
contact-where-outside = outside
contact-where-unknown = nobody knows its address
contact-where-untold = not looked up

contact-use-always = yes
contact-use-auto = asked for its models, then if taken
contact-use-on-request = only for `sova models fetch`
contact-use-never = no
