# Who may do what: names of permissions, and what can be wrong with access.toml.

permission-switch = whoever may choose models
permission-pull = whoever may have models fetched
permission-reindex = whoever may have documents indexed

notice-access-not-toml = it is not valid TOML: { $detail }
notice-access-not-text = it is not text in UTF-8
notice-access-too-large = it is larger than a megabyte
notice-access-cannot-open = I can't open it ({ $detail })
notice-access-terminal = “{ $entry }” can't stand there: whoever sits at this machine's terminal may do everything anyway
notice-access-unknown-key = { $nearest ->
    [none] I don't know “{ $entry }”; there is: { $known }
   *[other] I don't know “{ $entry }” (did you mean “{ $nearest }”?)
  }
notice-access-not-a-table = “{ $entry }” must be a table: [{ $entry }], with ask = […] and the like below it
notice-access-not-a-list = “{ $entry }” must be a list of texts, such as ["everyone"] or ["role:ops"]
notice-access-not-a-text = “{ $entry }” must be one line of text
notice-access-bad-grantee = “{ $grantee }” (at { $entry }) names nobody; did you mean "{ $nearest }"? There is "everyone", "user:id", "role:name", "channel:id" and "workspace:id"
