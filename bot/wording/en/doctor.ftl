# What `sova doctor` finds, and what to do about it.

doctor-title = Examination
doctor-fine = Everything is in order.
doctor-problems = { $problems ->
    [0] no problem
    [one] { $problems } problem
   *[other] { $problems } problems
  }
doctor-warnings = { $warnings ->
    [0] no warning
    [one] { $warnings } warning
   *[other] { $warnings } warnings
  }
doctor-summary = Found: { doctor-problems }, { doctor-warnings }.

doctor-check-python = Python
doctor-check-settings = Settings
doctor-check-access = Access
doctor-check-folders = Folders
doctor-check-memory = Memory
doctor-check-engine = Engine
doctor-check-model = Model
doctor-check-history = History
doctor-check-documents = Documents
doctor-check-index = Index
doctor-check-platforms = Chat platforms
doctor-check-network = Network

doctor-python = Python { $version }, { $bits } bits
doctor-python-old = Python { $version } is too old.
doctor-python-old-remedy = Install Python { $needed } or newer, and set Sova up again with it.
doctor-python-32-bit = Python { $version } is built for { $bits } bits; models need 64.
doctor-python-32-bit-remedy = Install a 64-bit Python, and set Sova up again with it.

doctor-settings = every variable is known
doctor-setting-unknown = { $name } is set, but nothing reads it.
doctor-setting-unknown-remedy = { $nearest ->
    [none] Remove it; `.env.example` lists what there is.
   *[other] Did you mean { $nearest }? `.env.example` lists what there is.
  }
doctor-setting-refused = The setting { $name } can't be used: { $reason }
doctor-setting-refused-remedy = Correct it in the environment or in `.env`; `.env.example` tells what it takes. Nothing else could be examined.
doctor-secrets-readable = { $path } holds secrets, and others on this machine can read it.
doctor-secrets-readable-remedy = chmod 600 { $path }

doctor-access = { $platforms ->
    [none] { $path } can be read; it holds no rules yet
   *[other] { $path } says who may do what on: { $platforms }
  }
doctor-access-usual = everyone may ask and choose models for themselves, { $admins ->
    [0] and only whoever sits at the terminal administrates
    [one] { $admins } administrator is named in SOVA_ADMINS
   *[other] { $admins } administrators are named in SOVA_ADMINS
  }
doctor-access-bad = { $problem }
doctor-access-bad-remedy = Mend it. A running Sova goes on with the last good rules and takes the new ones as soon as they are saved; none starts until then.
doctor-access-open = Others on this machine can change { $path }, and with it who may do what.
doctor-access-open-remedy = chmod go-w { $path }
doctor-access-unread = { $path } is there, but nothing reads it.
doctor-access-unread-remedy = Set SOVA_ACCESS_FILE={ $path }, or delete it.
doctor-audit = { $lines ->
    [one] { $lines } use of an administrators' command is written down in { $path }
   *[other] { $lines } uses of administrators' commands are written down in { $path }
  }
doctor-audit-trouble = The audit log { $path } can't be written: { $reason ->
    [ENOSPC] the disk is full
    [EACCES] I may not write there
   *[other] { $reason }
  }. Administrators' commands are carried out without a trace in it.
doctor-audit-trouble-remedy = Make room on the disk, or correct the rights of the file.
doctor-audit-gaps = { $missed ->
    [one] { $missed } line is missing in the audit log { $path }: it could not be written.
   *[other] { $missed } lines are missing in the audit log { $path }: they could not be written.
  }
doctor-audit-gaps-remedy = sova.log says when and why. The warning goes with the file once it is turned over, or when you put it away.

doctor-folder = { $path }: writable, { NUMBER($free, maximumFractionDigits: 1) } GB free
doctor-folder-not-writable = I can't write to { $path } ({ $setting }): { $reason ->
    [EACCES] I may not
    [EPERM] I may not
    [EROFS] the disk is read-only
    [ENOSPC] the disk is full
    [EDQUOT] the quota is used up
    [ENOTDIR] a file is in its place
   *[other] { $reason }
  }.
doctor-folder-not-writable-remedy = Give me a folder that I may write to: correct its rights, or set { $setting }.
doctor-folder-not-private = Others on this machine can get into { $path } ({ $setting }).
doctor-folder-not-private-remedy = chmod 700 { $path }
doctor-folder-little-room = { $path } ({ $setting }) has only { NUMBER($free, maximumFractionDigits: 1) } GB free; { NUMBER($needed, maximumFractionDigits: 1) } GB are advisable.
doctor-folder-little-room-remedy = Make room on that disk, or set { $setting } to a folder on another one.

doctor-memory = { $gpus ->
    [0] { NUMBER($free, maximumFractionDigits: 1) } GB of RAM free, no graphics card that I know how to ask
   *[other] { NUMBER($free, maximumFractionDigits: 1) } GB of RAM and { NUMBER($vram, maximumFractionDigits: 1) } GB of VRAM free
  }
doctor-model-too-large = The model { $model } needs at least { NUMBER($needed, maximumFractionDigits: 1) } GB of memory; { NUMBER($free, maximumFractionDigits: 1) } GB are free.
doctor-model-too-large-remedy = Choose a smaller model (SOVA_MODEL), close other programs, or add memory.
doctor-gpu-unused = There is a graphics card ({ $gpu }), but the model { $model } lies wholly in RAM and answers slowly.
doctor-gpu-unused-remedy = Check that the engine sees the card (driver, container rights), and that the model fits into its memory.

doctor-engine = { $tried ->
    [none] { $version ->
        [none] { $engine } at { $url }
       *[other] { $engine } { $version } at { $url }
      }
   *[other] { $version ->
        [none] { $engine } at { $url }; I looked for Ollama first, at { $tried }, and it isn't there or has no model that can chat
       *[other] { $engine } { $version } at { $url }; I looked for Ollama first, at { $tried }, and it isn't there or has no model that can chat
      }
  }
doctor-engine-host = { $version ->
    [none] The host { $url } answers (answers at once: { $parallel }); in memory: { $models ->
        [none] no model
       *[other] { $models }
      }.
   *[other] The host { $url } ({ $version }) answers (answers at once: { $parallel }); in memory: { $models ->
        [none] no model
       *[other] { $models }
      }.
  }
doctor-engine-host-left-out = The host { $url } is left out: { $trouble ->
    [engine-unreachable] nobody answers there.
    [engine-outside] it leads outside your network.
    [engine-interrupted] it broke off in the middle of an answer.
    [engine-silent] it said nothing for too long.
    [engine-busy] it has more to do than it can take.
   *[other] { $problem }
  }
doctor-engine-host-left-out-remedy = Start the engine there, or correct SOVA_ENGINE_URLS. Until then the other hosts answer; it is asked again by itself.
doctor-engine-missing = There is no engine: Ollama doesn't answer at { $ollama_url }, and no model for the embedded engine is here.
doctor-engine-missing-remedy = Start Ollama (`ollama serve`), or run `sova models fetch`.
doctor-engine-unreachable = The engine ({ $engine }) doesn't answer at { $url }.
doctor-engine-unreachable-remedy = { $engine ->
    [ollama] Start it (`ollama serve`), or set SOVA_OLLAMA_URL (SOVA_ENGINE_URLS with several hosts) to where it is.
    [openai] Start it, or set SOVA_OPENAI_BASE_URL (SOVA_ENGINE_URLS with several hosts) to where it is, up to and with /v1.
   *[other] Start it, and see the log if it doesn't stay up.
  }
doctor-engine-silent = The engine ({ $engine }) gave no answer within { NUMBER($seconds, maximumFractionDigits: 1) } seconds.
doctor-engine-silent-remedy = See whether it is busy or stuck, and start it again; then examine once more.
doctor-engine-trouble = { $problem }
doctor-engine-trouble-remedy = Put that right and examine once more; the log tells more.
doctor-engine-leaks = Ollama { $version } leaks memory to anyone who reaches its port, other people's questions among it ({ $leak }).
doctor-engine-leaks-remedy = Update Ollama to { $safe } or newer; until then let nobody but Sova reach the port.
doctor-engine-version-unknown = { $version ->
    [none] Ollama doesn't tell its version, so I can't tell whether it is safe.
   *[other] Ollama calls itself “{ $version }”, so I can't tell whether it is safe.
  }
doctor-engine-version-unknown-remedy = Make sure that it is { $safe } or newer: older ones leak memory to anyone who reaches the port ({ $leak }).
doctor-engine-cloud = { $engine } offers models that run on somebody else's machines: { $models }. I don't ask them, but others can.
doctor-engine-cloud-remedy = Start Ollama with OLLAMA_NO_CLOUD=1, and remove these models with `ollama rm`.

doctor-model = { $chosen ->
    [setting] { $model } (SOVA_MODEL)
   *[engine] { $model } (the engine's choice)
  }{ $size ->
    [none] { "" }
   *[other] , { NUMBER($size, maximumFractionDigits: 1) } GB
  }{ $context ->
    [none] { "" }
   *[other] , context of up to { NUMBER($context, maximumFractionDigits: 0) } tokens
  }
doctor-models-none = { $engine } is running, but has no model that can chat.
doctor-models-none-remedy = { $engine ->
    [ollama] Fetch one: `ollama pull qwen2.5:3b`.
    [embedded] Fetch one: `sova models fetch`.
   *[other] Load a model there.
  }
doctor-model-unknown = { $engine } has no model “{ $name }”.
doctor-model-unknown-remedy = { $nearest ->
    [none] Fetch it, or set SOVA_MODEL to one that is there.
   *[other] Fetch it, or set SOVA_MODEL to one that is there. Did you mean { $nearest }?
  }
doctor-model-cannot-chat = The model { $model } can't chat; it only turns text into embeddings.
doctor-model-cannot-chat-remedy = Set SOVA_MODEL to another one, or leave it empty.
doctor-context-too-long = SOVA_CONTEXT_TOKENS is { NUMBER($asked, maximumFractionDigits: 0) }, but { $model } was made for { NUMBER($own, maximumFractionDigits: 0) } tokens; I use no more than that.
doctor-context-too-long-remedy = Lower SOVA_CONTEXT_TOKENS, or choose a model with a longer context.
doctor-pull-unfinished = { $total ->
    [0] The model { $model } isn't all here: fetching it was begun by { $by } and not finished.
   *[other] The model { $model } isn't all here: fetching it was begun by { $by } and ended at { NUMBER($done, maximumFractionDigits: 1) } of { NUMBER($total, maximumFractionDigits: 1) } GB.
  }
doctor-pull-unfinished-remedy = Go on with it by `sova models pull { $model }`, or give it up by `sova models delete { $model } --yes`.

doctor-history = { $where ->
    [embedded] { $version ->
        [none] Sova's own server
       *[other] { $version }, Sova's own server
      }
   *[other] { $version ->
        [none] a server at { $where }
       *[other] { $version } at { $where }
      }
  }
doctor-history-unavailable = The history isn't there – { $problem }.
doctor-history-unavailable-remedy = { $server ->
    [own] See valkey.log in the folder `history` under SOVA_STATE_DIR, and whether another Sova is stuck there.
   *[other] Start that server, or correct SOVA_REDIS_URL; without it Sova starts a server of its own.
  }
doctor-history-not-here = There is no server for the history, and none of Sova's own for this system.
doctor-history-not-here-remedy = Run a Redis or Valkey, and set SOVA_REDIS_URL.
doctor-history-trouble = { $problem }
doctor-history-trouble-remedy = Put that right and examine once more; the log tells more.
doctor-history-volatile = The history at { $where } loses its newest part when that server stops: it doesn't write every change down.
doctor-history-volatile-remedy = Switch its append-only file on: `appendonly yes` and `appendfsync everysec` in its configuration.
doctor-history-untold = The server at { $where } doesn't tell whether it writes every change down.
doctor-history-untold-remedy = Make sure that its append-only file is on (`appendonly yes`), or allow Sova's user the command INFO.
doctor-password-in-the-open = The password in { $setting } goes to { $host } unencrypted; whoever listens on the way can read it.
doctor-password-in-the-open-remedy = Use rediss:// with TLS on the server, or keep the server on this machine.

doctor-documents = { $documents ->
    [one] { $path }: { $documents } document
   *[other] { $path }: { $documents } documents
  }
doctor-documents-nowhere = There is no knowledge folder { $path }, so I answer without documents.
doctor-documents-nowhere-remedy = Put documents into that folder, or set SOVA_KNOWLEDGE_DIR to where they are. If I am to do without, leave it.
doctor-documents-none = There is no document in { $path } that I could read.
doctor-documents-none-remedy = Put documents there, or set SOVA_KNOWLEDGE_DIR to where they are.
doctor-documents-unreadable = I can't look into the knowledge folder { $path }: { $reason }.
doctor-documents-unreadable-remedy = Correct its rights or mount it again, or set SOVA_KNOWLEDGE_DIR to where the documents are.
doctor-scopes = { $folders ->
    [one] scopes.toml says of { $folders } folder who may read it
   *[other] scopes.toml says of { $folders } folders who may read them
  }
doctor-scopes-bad = { $problem }
doctor-scopes-bad-remedy = Mend scopes.toml; it holds as soon as it is saved.
doctor-search-models = found by meaning ({ $models }) and by words
doctor-search-models-missing = { $here ->
    [0] I search by words alone, not by meaning: the search models aren't here ({ $models }).
   *[other] I find less by its meaning than I could: a search model isn't here ({ $models }).
  }
doctor-search-models-missing-remedy = Run `sova models fetch --if-needed`, then `sova index`.
doctor-search-models-trouble = { $problem }
doctor-search-models-trouble-remedy = Correct the setting, and examine once more.

doctor-index = { $documents ->
    [one] { doctor-index-where }: { $documents } document
   *[other] { doctor-index-where }: { $documents } documents
  }
doctor-index-where = { $where ->
    [embedded] Sova's own index
   *[other] Qdrant { $version } at { $where }
  }
doctor-index-in-use = another program is using the index, so I didn't look into it
doctor-index-empty = Your documents haven't been read yet, so nothing is found in them.
doctor-index-empty-remedy = Run `sova index`, or start a chat, which reads them too.
doctor-index-old = Qdrant { $version } at { $where } is too old for the index.
doctor-index-old-remedy = Update it to { $needed } or newer.
doctor-index-version-unknown = { $version ->
    [none] The server at { $where } doesn't tell its version, so I can't tell whether the index works there.
   *[other] Qdrant at { $where } calls itself “{ $version }”, so I can't tell whether the index works there.
  }
doctor-index-version-unknown-remedy = Make sure that it is { $needed } or newer.
doctor-index-unavailable = The index of documents isn't there – { $problem }.
doctor-index-unavailable-remedy = { $server ->
    [own] See the log. If the index is damaged, delete the folder `index` under SOVA_STATE_DIR; `sova index` makes it anew.
   *[other] Start that server, or correct SOVA_QDRANT_URL and SOVA_QDRANT_API_KEY; without them Sova uses an index of its own.
  }
doctor-index-trouble = { $problem }
doctor-index-trouble-remedy = { $server ->
    [own] Put that right and examine once more; the log tells more.
   *[other] Put that right, or correct SOVA_QDRANT_URL, and examine once more; the log tells more.
  }

doctor-platform-none = none is set up, so people ask in the terminal alone (docs/discord.md, docs/slack.md)
doctor-platform = { $platform } knows me as { $name }
doctor-platform-unreachable = { $problem }
doctor-platform-unreachable-remedy = Check the way there from this machine (a proxy: SOVA_DISCORD_PROXY, SOVA_SLACK_PROXY); I keep trying while I run.
doctor-platform-refused = { $problem }
doctor-platform-refused-remedy = Put that right there, and examine once more.

doctor-network = { $who } at { $host } ({ $setting }) is inside: { $address }. Sent there: { $sent }.
doctor-network-own = { $who } is on this machine, where no network leads to it. Sent there: { $sent }.
doctor-network-on-request = { $who } is asked for files by `sova models fetch` and never otherwise{ $host ->
    [none] {""}
   *[other] , at { $host }{ $address ->
        [none] {""}
       *[other] {" "}({ $address })
      }
  }. Sent there: { $sent }.
doctor-network-platform = { $who } at { $host } ({ $setting }) is outside, for people ask there: { $address }. Sent there: { $sent }.
doctor-network-allowed = { $host } ({ $setting }) lies outside your network: { $address }. SOVA_ALLOWED_HOSTS allows it, so questions and answers leave.
doctor-network-allowed-remedy = If that isn't meant, take { $host } out of SOVA_ALLOWED_HOSTS.
doctor-network-outside = { $host } ({ $setting }) lies outside your network: { $address }. Questions and answers would leave it.
doctor-network-outside-remedy = Set { $setting } to a host on this machine or on a private network, or list { $host } in SOVA_ALLOWED_HOSTS. { $setting ->
    [SOVA_ENGINE_URLS] Until then Sova leaves that host out.
   *[other] Until then Sova refuses to start.
  }
doctor-network-unknown-host = Nobody knows the host { $host } ({ $setting }), so I can't tell where it lies.
doctor-network-unknown-host-remedy = Correct the name in { $setting }, or the name server that should know it.

doctor-check-failed = This check broke off ({ $error }).
doctor-check-failed-remedy = That is a fault in Sova; the log has the details for whoever mends it.
doctor-check-slow = This check took longer than { NUMBER($seconds, maximumFractionDigits: 1) } seconds.
doctor-check-slow-remedy = See whether the machine, a disk or the network hangs, and examine once more.
