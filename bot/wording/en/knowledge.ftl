# The knowledge folder: who may read what, `/knowledge`, `sova index`.

notice-scopes-not-toml = it is not valid TOML: { $detail }
notice-scopes-not-text = it is not text in UTF-8
notice-scopes-too-large = it is larger than a megabyte
notice-scopes-no-access = I can't open it ({ $detail })
notice-scopes-unknown-key = I don't know “{ $entry }”; there is [folders."…"] with readers = […]
notice-scopes-no-readers = “{ $entry }” is missing
notice-scopes-wrong-value = “{ $entry }” is of the wrong kind; readers = ["…"] is a list of texts
notice-scopes-bad-folder = “{ $folder }” is no folder below the knowledge folder; write it like "hr/contracts"
notice-scopes-folder-twice = “{ $folder }” is there twice
notice-scopes-bad-reader = “{ $reader }” (at { $folder }) is no reader; write "*", "platform:*", "platform:id" or "platform:@role", the platform in small letters

# --- /knowledge -------------------------------------------------------------------------------------------------------

command-knowledge = Show which documents I answer from, and what can't be read
command-knowledge-action = “reindex” looks at the folder anew; “force” also when most of its documents are gone

knowledge-title = Documents
knowledge-documents = Documents
knowledge-readable = { $readable } of { $documents } may be read here
knowledge-chunks = Chunks
knowledge-index = Index
knowledge-size = { NUMBER($megabytes, maximumFractionDigits: 1, minimumFractionDigits: 1) } MB
knowledge-changed = Last change
knowledge-never = nothing has been indexed yet
knowledge-just-now = just now
knowledge-minutes-ago = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
  }
knowledge-hours-ago = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
  }
knowledge-days-ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
  }
knowledge-search = Search
knowledge-by-meaning = by meaning ({ $models }) and by words
knowledge-by-words = by words only; there is no embedding model
knowledge-here = Searched here
knowledge-here-everything = all documents
knowledge-here-public = the documents that are for everyone
knowledge-here-folders = the documents that are for everyone, and { $folders }
knowledge-running = Running
knowledge-progress = { $document ->
    [none] { $done } of { $total } documents
   *[other] { $done } of { $total } documents, now { $document }
  }
knowledge-trouble = Trouble
knowledge-failed = Can't be read
knowledge-document = Document
knowledge-reason = Why
knowledge-more = and { $count } more
knowledge-unused = scopes.toml
knowledge-unused-folders = there is no document in { $folders }. If a name is misspelt, the folder that was meant is open to everyone.
knowledge-reindex = Look at the folder anew
knowledge-force = Take the folder as it is
knowledge-refresh = Show how far it is

# --- indexing ---------------------------------------------------------------------------------------------------------

indexing-title = Indexing
indexing-started = I'm looking at the folder. It goes on while you ask; what is done already is found.
indexing-documents = Indexing { $document }
indexing-part = { $done } of { $total } documents
indexing-up-to-date = Everything was up to date.
indexing-unfinished = It isn't finished: there is more to do.
indexing-done = { $documents ->
    [one] { $documents } document
   *[other] { $documents } documents
  } ({ $chunks ->
    [one] { $chunks } chunk
   *[other] { $chunks } chunks
  }) can be searched; it took { NUMBER($seconds, maximumFractionDigits: 1) } s.
indexing-count-new = { $count } new
indexing-count-changed = { $count } changed
indexing-count-moved = { $count } moved
indexing-count-updated = { $count } improved
indexing-count-relabelled = { $count } with another audience
indexing-count-deleted = { $count } removed
indexing-count-unchanged = { $count } unchanged
indexing-failures = { $count ->
    [one] { $count } file can't be read:
   *[other] { $count } files can't be read:
  }
indexing-skipped = { $count ->
    [one] { $count } file is no document, and was left out.
   *[other] { $count } files are no documents, and were left out.
  }
indexing-without-models = { $here ->
    [0] I search by words alone, not by meaning: the search models aren't here ({ $models }). `sova models fetch --if-needed` brings them; then run `sova index` again.
   *[other] I find less by its meaning than I could: a search model isn't here ({ $models }). `sova models fetch --if-needed` brings it; then run `sova index` again.
  }
