# Votes on answers.

forget-votes = { $votes ->
    [one] One vote on an answer I erased as well.
   *[other] { $votes } votes on answers I erased as well.
  }
stats-votes-title = What people think of the answers
stats-votes-model = Model
stats-votes-unknown = no longer known
stats-field-votes = Votes on answers
cli-feedback = export the votes on answers
cli-feedback-action = what to do: export every vote that is kept, with question and answer while I remember them
cli-feedback-json = one JSON object a line, for programs
feedback-none = Nobody has voted on an answer yet, or the votes have expired.
feedback-line = { $at } · { $platform } · { $model } · { $vote } { $reason ->
    [none] { "" }
   *[other] · { $reason }
  }
feedback-question = { "  " }{ $question }
