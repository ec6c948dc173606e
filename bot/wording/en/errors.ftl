# What went wrong, what it means, what to do next.

error-unexpected = Something went wrong here that should not have. It is in the log; asking again may help.
error-empty-question = There was no question in that. Write a few words and I will answer.
error-question-too-long = That is { $length } characters long; I take up to { $limit }. Please shorten it, or put the text into a file in the knowledge folder.
error-not-text = That is not text I can read (it holds binary data). Please send plain text in UTF-8.
error-too-many-waiting = { $waiting ->
    [one] One question is already waiting in this conversation. Please wait for its answer, or stop it.
   *[other] { $waiting } questions are already waiting in this conversation. Please wait for an answer, or stop one.
  }
error-too-busy = { $whose ->
    [own] { $waiting ->
        [one] One question of yours is already waiting. Please let me answer it first.
       *[other] { $waiting } questions of yours are already waiting. Please let me answer them first.
      }
   *[all] So many people are asking right now ({ $waiting } questions are waiting) that I can't take another one. Please try again in a while.
  }
error-too-fast = You are asking faster than I may answer. Please try again in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
  }.
error-not-kept = I couldn't take your question in: { $where ->
    [none] where I keep questions didn't answer in time
   *[other] where I keep questions can't be reached ({ history-trouble })
  }. Please ask again in a while.
error-withdrawn = Stopped: this question was taken back, so I don't answer it.
error-still-answering = An answer that I told to stop hasn't ended yet, and would be remembered after all. What was waiting is erased, what was answered isn't yet. Please try again in a moment.
error-gave-up = I tried { $attempts ->
    [one] once
   *[other] { $attempts } times
  } to answer this and was interrupted each time, so I have given up. Please ask again, perhaps in other words; should it happen again, tell your administrator: turn { $turn }.
error-crash-loop = { $name } failed again and again by a fault of my own, so I have given up. The log says where.
error-nothing-to-regenerate = There is no answer here yet that I could give again.
error-not-the-newest = Only the last answer here can be given again, and this one isn't any more. Just ask again.
error-not-theirs = Only whoever asked can do that, or an administrator.
error-not-answered-here = An administrator has decided that I don't answer in this channel.

error-unknown-command = { $nearest ->
    [none] There is no command “{ $name }”. /help lists them all.
   *[other] There is no command “{ $name }”. Did you mean { $nearest }?
  }
error-bad-argument = { $expected ->
    [none] /{ $command } can't do anything with “{ $value }”. /help { $command } shows what it takes.
   *[other] /{ $command }: “{ $value }” won't do for { $parameter }. It takes: { $expected }.
  }
error-no-workspace = Direct messages and the terminal belong to no server or workspace, so nothing can be set for one here. Call this in a channel.
error-missing-argument = /{ $command } needs a value for { $parameter }. /help { $command } shows what it takes.
error-not-allowed = { not-allowed-what } { not-allowed-needed } { not-allowed-contact }
not-allowed-what = { $needed ->
    [ask] You may not ask me here.
    [switch] You may not choose the model here ({ $action }).
    [pull] You may not have models fetched ({ $action }).
    [reindex] You may not have the documents indexed ({ $action }).
   *[administer] You may not use { $action } like this: it concerns everybody, so only an administrator may.
  }
not-allowed-needed = { $roles ->
    [none] { $channels ->
        [none] I need to know you by name for that, or one of your roles.
       *[other] It is allowed in these channels: { $channels }.
      }
   *[other] { $channels ->
        [none] It takes one of these roles: { $roles }.
       *[other] It takes one of these roles: { $roles }; or it is allowed in these channels: { $channels }.
      }
  }
not-allowed-contact = { $contact ->
    [none] Whoever runs Sova decides that: ask them for it.
   *[other] Ask for it: { $contact }.
  }

error-engine-unreachable = I can't reach the engine ({ $engine }) at { $url }. Is it running? Your conversation is safe; ask again when it is back.
error-engine-outside = The engine ({ $engine }) now leads outside your network: { $host } is { $address }. So I sent it nothing. If it should be there, list the host in SOVA_ALLOWED_HOSTS, otherwise correct { $name }.
error-engine-busy = The engine ({ $engine }) has more to do than it can take right now. Please ask again in a moment.
error-engine-silent = The model { $model } said nothing for { NUMBER($seconds, maximumFractionDigits: 0) } seconds, so I stopped waiting. A smaller model answers sooner: /model shows what there is.
error-engine-interrupted = The engine ({ $engine }) broke off in the middle of the answer. What was said is kept; /regenerate tries again.
error-engine-garbled = The engine ({ $engine }) answered with something I can't read. Is there really an engine at that address? `sova doctor` checks.
error-engine-refused = The engine ({ $engine }) refused the question (status { $status }): { $detail }
error-engine-failed-to-start = The embedded engine could not start with { $model }: { $reason }. Details: { $log }. { models-instead }
notice-passages-instead = { $error ->
    [engine-unreachable] { error-engine-unreachable }
    [engine-outside] { error-engine-outside }
    [engine-busy] { error-engine-busy }
    [engine-silent] { error-engine-silent }
    [engine-refused] { error-engine-refused }
    [engine-garbled] { error-engine-garbled }
    [not-enough-memory] { error-not-enough-memory }
    [engine-out-of-memory] { error-engine-out-of-memory }
    [model-file-missing] { error-model-file-missing }
    [model-file-corrupt] { error-model-file-corrupt }
    [model-failed] { error-model-failed }
    [engine-interrupted] The engine ({ $engine }) broke off before it said anything. Please ask again in a moment.
   *[other] The log says why no model could answer, `sova doctor` what to mend. Please ask again then.
  }
error-context-exceeded = This is too long for the model: { $prompt_tokens } tokens where { $context_tokens } fit. Please shorten it, or /forget the conversation.
error-unknown-model = { $nearest ->
    [none] { $engine } has no model “{ $name }”. /model lists what there is.
   *[other] { $engine } has no model “{ $name }”. Did you mean { $nearest }?
  }
error-no-models = { $engine } is running, but holds no model that can chat. With Ollama: `ollama pull qwen2.5:3b`.
error-no-engine = There is no engine: Ollama doesn't answer at { $ollama_url }, and no model for the embedded engine is on this machine. Start Ollama, or run `sova models fetch`.
error-wrong-projector = { $path } (SOVA_PROJECTOR_FILE) is no projector with which { $model } could see pictures: it belongs to another model, or is another kind of file.
error-cannot-chat = The model { $model } can't chat; it only turns text into embeddings. /model shows which ones can.
error-no-vision = { $best ->
    [none] { $pull ->
        [none] The model { $model } can't see pictures, and none that is installed does.
       *[other] The model { $model } can't see pictures. { $pull } would, and can be fetched: /model-pull { $pull }
      }
   *[other] The model { $model } can't see pictures. { $best } does: /model { $best } switches to it.
  }
error-model-file-missing = The file of the model { $model } isn't there ({ $path }). `sova models fetch` brings it, or set SOVA_MODEL_FILE to a GGUF file of yours.
error-model-file-corrupt = The file of the model { $model } is damaged ({ $path }). Delete it and run `sova models fetch`. { models-instead }
error-model-unavailable = I could not get the model { $model } anywhere: { $reasons }. Without a network, set SOVA_MODEL_FILE to a GGUF file on this machine.
models-instead = { $others ->
    [none] { "" }
   *[other] Others that are here: { $others }; `/model NAME` lets one answer.
  }
error-model-failed = The engine ({ $engine }) failed with the model { $model } (status { $status }): { $detail }. { models-instead }
error-remote-model-refused = The model { $name } would run on somebody else's machines, so I don't use it: what is asked here stays here.
error-model-not-offered = { $engine ->
    [ollama] Ollama finds no model “{ $model }” where it fetches its models from. Mind the spelling and the part behind the colon; ollama.com/library lists them.
   *[other] Nobody offers a model “{ $model }” for { $engine }.
  }
error-registry-unreachable = The engine ({ $engine }) can't reach the place from which it fetches { $model }. What has come is kept; try again when its machine is online.
error-pull-damaged = What came of { $model } isn't what was promised, or { $engine } can't use it, so don't trust it: fetch it again, or another variant of it.
error-engine-disk-full = The disk on which { $engine } keeps its models is full, so { $model } isn't all there. Nothing else is harmed; what has come is kept. Delete a model that nobody needs, and go on.
error-model-in-use = Somebody is being answered by { $model } at this moment, so I leave it where it is. Try again when that answer is there.
error-own-model-file = { $model } is a file of your own ({ $path }, set as SOVA_MODEL_FILE). It isn't mine to delete; remove it yourself.
error-cannot-manage-models = An OpenAI-compatible server gets and drops its models itself: vLLM by `--model` when it is started, llama.cpp by `-m` or `-hf`, LM Studio in its own app. I use what it offers.
memory-stop = { $stop ->
    [none] { "" }
   *[other] Loaded besides: { $stop }; stop what nobody needs.
  }
memory-instead = { $instead ->
    [none] { $quantization ->
        [none] { $context ->
            [0] A smaller model may fit: /model fit shows which.
           *[other] With a context of { NUMBER($context) } tokens it would fit (SOVA_CONTEXT_TOKENS).
          }
       *[other] In { $quantization } it would fit.
      }
   *[other] { $instead } fits: /model { $instead }
  }
error-not-enough-memory = The model { $model } needs about { NUMBER($needed, maximumFractionDigits: 1) } GB of memory; { NUMBER($free, maximumFractionDigits: 1) } GB are free. { memory-stop } { memory-instead }
error-engine-out-of-memory = { $needed ->
    [0] The engine ({ $engine }) ran out of memory with { $model }. { memory-stop } { memory-instead }
   *[other] The engine ({ $engine }) has too little memory for { $model }: it needs { NUMBER($needed, maximumFractionDigits: 1) } GB, { NUMBER($free, maximumFractionDigits: 1) } GB are free. { memory-stop } { memory-instead }
  }
error-disk-full = { $needed ->
    [0] The disk that holds { $path } is full. Make some room and try again.
   *[other] There is not enough room in { $path }: { NUMBER($needed, maximumFractionDigits: 1) } GB are needed, { NUMBER($free, maximumFractionDigits: 1) } GB are free.
  }

error-history-unavailable = I can't reach the conversation history ({ history-trouble }), so I didn't answer: nothing may get lost. I'll carry on as soon as it is back.
history-trouble = { $where ->
    [embedded] the embedded server
   *[other] { $where }
  }: { $reason ->
    [refused] nobody answers there
    [unknown-host] there is no such host
    [outside] it lies outside your network, so I send nothing there
    [timeout] no answer in time
    [lost] the connection broke
    [tls] no encrypted connection came about
    [authentication] it refuses the password or the rights
    [loading] it is still reading its data
    [read-only] it can be read now, but not written
    [memory-full] its memory is full
    [disk] it can't write to its disk
    [not-redis] that is not a Redis
    [damaged] the data there is damaged, valkey.log there tells more; nothing was deleted
    [not-started] the server doesn't start, valkey.log there tells why
    [not-writable] I may not write there
    [not-private] the folder is open to others
   *[other] { $reason }
  }
error-history-not-here = There is no embedded history server for this system. Run a Redis or Valkey and set SOVA_REDIS_URL.
error-bad-setting = The setting { $name } can't be used: { $reason }
error-bad-access = { $path } can't be used: { $reason }.
error-leaves-the-network = { $name } leads to { $host } ({ $address }), which is outside your network, so I don't use it: what is asked here must not leave. If you mean it, list the host in SOVA_ALLOWED_HOSTS.

error-index-unavailable = I can't reach the index of your documents ({ index-trouble }). I can still answer, but without them.
index-trouble = { $where }: { $reason ->
    [refused] nobody answers there
    [unknown-host] there is no such host
    [outside] it lies outside your network, so I send nothing there
    [timeout] no answer in time
    [lost] the connection broke
    [tls] no encrypted connection came about
    [authentication] it refuses the key
    [busy] it has too much to do
    [disk] its disk is full
    [not-qdrant] that is not a Qdrant
    [failed] the index could not do it
    [damaged] the index there is damaged; delete it, and I'll read the documents again
    [ended] its process ended
    [not-writable] I may not write there
   *[other] { $reason }
  }
error-index-locked = Another program is using the index of your documents ({ $path }). Stop it, or use that one.
error-index-mismatch = The index was built with { $built_with }, the settings ask for { $wanted }. `sova index` builds it anew.
error-embedding-unavailable = I could not get the embedding model { $model } anywhere: { $reasons }. I search by words alone until it is here.
error-knowledge-vanished = { $missing } of { $indexed } documents are gone from { $folder } at once. That looks like a lost mount, so I removed nothing. If it is meant: `sova index --force`.
error-bad-scopes = { $path } can't be used: { $reason }. Until it is mended, nobody sees any document.
error-no-knowledge = There is no folder { $folder } with documents. Create it, or set SOVA_KNOWLEDGE_DIR to the one that holds them.
error-indexing-elsewhere = Another Sova is indexing the documents right now ({ $path }). Try again when it is done.
error-nothing-indexed = Nothing of { $folder } is indexed yet. `sova index` does that.
error-bad-questions = { $line ->
    [0] { $path } can't be used: { $reason }
   *[other] Line { $line } of { $path } can't be used: { $reason }
  }
error-bad-comparison = “{ $given }” is nothing to compare with. Write a setting and its other value, such as EMBEDDING_MODEL=all-minilm-l6-v2.
error-chart-failed = I couldn't draw a chart ({ $reason }).

error-too-few-models = { $there ->
    [none] { $engine } has no model that could be compared.
   *[other] A comparison takes two models, and there is only { $there } here. Name another one, or have one fetched: `/model` shows what there is.
  }
error-too-many-models = That makes { $named } models; I compare { $most } at most.
error-same-model-twice = { $model } is named twice. A comparison takes different models.
error-still-comparing = Your last comparison is still running. Please wait for its end.
error-too-many-comparisons = { $running ->
    [one] Another comparison is running
   *[other] { $running } comparisons are running
  }, and one more would only make all of them slow. Please try again in a minute.
error-comparison-gone = There is no such comparison to vote on any more.
error-no-such-answer = There is no answer { $number } to vote for; there are { $answers }.
error-bad-benchmark-file = { $entry ->
    [none] { $path } can't be used: { $reason }
   *[other] { $path } can't be used, entry { $entry }: { $reason }
  }
error-benchmark-running = A benchmark is running already. Two would distort each other: wait for it, or end it with /bench-stop.
error-no-benchmark-running = No benchmark is running here.
error-no-benchmarks = Nothing was measured here yet. `sova bench models` does that.
error-nothing-to-benchmark = { $engine } has no chat model that fits this machine.
error-benchmark-not-kept = { $path } can't be written: { $reason }
