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
