# Comparing models: /compare, the votes, and what comes of them; `sova compare`.

command-compare = Put one question to several models, side by side; without one: whom people prefer
command-compare-question = what to ask
command-compare-first = a model to compare; without any, the one that answers here and others
command-compare-second = another model
command-compare-third = another model
command-compare-fourth = another model
command-compare-blind = whether the names stay hidden until you have voted
command-compare-vote = Vote for one of the answers of a comparison
command-compare-vote-comparison = the comparison's name, as its buttons have it
command-compare-vote-answer = the number of the answer that you prefer, or “same”

slash-compare = compare
slash-compare-question = question
slash-compare-first = first
slash-compare-second = second
slash-compare-third = third
slash-compare-fourth = fourth
slash-compare-blind = blind
slash-compare-blind-yes = yes
slash-compare-blind-no = no

compare-title = Comparison
compare-question = Question
compare-way = { $way ->
    [at-once] All models answer at once, so each is slower than it would be alone.
    [one-held] One model after the other, because my own engine holds one at a time.
    [no-room] One model after the other, because they don't fit into memory together.
   *[fair] One model after the other, so that their speeds can be compared.
  }
compare-blind = I'll tell you which answer is whose once you have voted.
compare-ended = { $candidates ->
    [0] There is nothing to vote for: fewer than two models gave an answer.
   *[other] Whose answer do you prefer? Only you see what you voted, and you can change it.
  }
compare-declined = My documents say nothing about that, so I asked no model: each would have had to make something up.
compare-no-votes = Nobody can vote on this, for I couldn't keep the comparison.
compare-answer = Answer { $number }
compare-no-difference = No difference

compare-state = State
compare-state-now = { $state ->
    [waiting] waits for its turn
    [queued] waits until the engine has room
    [loading] is being loaded
    [reading] is reading the question
   *[answering] is answering
  }
compare-failed = Failed
compare-failed-blind = This model couldn't answer to the end.
compare-abstained = No answer in the documents.
compare-sources = Sources
compare-more-sources = and { $count } more
compare-notes = Note

compare-ttft = First word after
compare-rate = Speed
compare-tokens = Tokens
compare-load = Loading
compare-was-loaded = was in memory already
compare-total = Answered in
compare-seconds = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) } s
compare-per-second = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) } tokens/s

compare-voted = { $number ->
    [0] Your vote counts: you see no difference.
   *[other] Your vote counts: { $number } · { $model }.
  }
compare-action-table = Whom people prefer
compare-column-model = Model
compare-column-ttft = First word after
compare-column-rate = Speed
compare-column-tokens = Tokens
compare-column-load = Loading
compare-column-total = Answered in
compare-column-votes = Votes

ratings-title = Whom people prefer
ratings-how = Strengths on the Elo scale (Bradley–Terry), from all votes that are kept: who stands 400 points higher is preferred ten times as often. 1,500 is average. ± is the 95 % interval; * marks what too few votes stand behind.
ratings-nothing = Nobody has voted yet. `/compare "your question"` puts it to several models, and then you can.
ratings-column-model = Model
ratings-column-elo = Elo
ratings-column-within = ±
ratings-column-votes = Votes
ratings-column-won = Won
ratings-column-tied = Tied
ratings-column-lost = Lost
ratings-elo = { NUMBER($elo, useGrouping: 0) }
ratings-within = { $certain ->
    [yes] { NUMBER($within, useGrouping: 0) }
   *[no] { NUMBER($within, useGrouping: 0) } *
  }

cli-compare = put one question to several models and show their answers side by side
cli-compare-question = the question; “-” reads it from standard input
cli-compare-models = the models, with commas between them; without it, the one that answers and others
cli-compare-json = print one JSON object instead of text
