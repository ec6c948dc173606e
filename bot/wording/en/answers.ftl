# What is said beside an answer.

notice-question-cut = Your question was too long for this model: { $characters ->
    [one] one character
   *[other] { $characters } characters
  } in its middle were left out.
notice-history-trimmed = { $turns ->
    [0] This conversation has grown long: for this answer I no longer see any earlier messages.
    [one] This conversation has grown long: from here on I only see your last question and its answer.
   *[other] This conversation has grown long: from here on I only see the last { $turns } questions and answers.
  }
notice-prompt-truncated = Careful: the engine read only { $reported } tokens where at least { $expected } were sent. It has dropped a part of the conversation; its context is smaller than it says.
notice-empty-answer = { $model } answered with nothing at all. /regenerate tries again; another model may do better.
notice-pinned-model-gone = { $model } was chosen to answer here, but the engine doesn't have it any more, so { $instead } answers. /model shows what there is.
notice-answer-cut = This answer was longer than { $characters } characters. I don't show the rest.
notice-lines-cut = Some words or lines of this answer were too long: I cut them off where you see “…”.
notice-not-saved = The history can't be reached right now. I keep this answer and will store it as soon as it is back.
