# `sova eval`: what share of questions with known answers goes right.

cli-eval = ask questions with known answers and say what share goes right
cli-eval-file = a file of questions, one JSON object a line; docs/retrieval.md explains it
cli-eval-json = print the figures as one JSON object
cli-eval-compare = ask a second time with another setting, and show both side by side
cli-eval-retrieval-only = ask no model: only the search is judged
cli-eval-answers = let the model answer every question, not only those that show how it declines

evaluation-searching = Searching the documents
evaluation-answering = Answering with { $model }
evaluation-progress = { $step }: { $done } of { $total }
evaluation-title = { $total ->
    [one] { $total } question asked
   *[other] { $total } questions asked
  }
evaluation-retrieval-only = No model was asked: this is what the search alone finds and declines.
evaluation-no-answers = No question was without an answer, so no model was asked. --answers asks it all the same.
evaluation-uncertain = In brackets: where the true share lies with 95 % certainty. Few questions say little.
evaluation-as-is = as it is
evaluation-setting = Setting

evaluation-ranking = Pages found
evaluation-questions = Questions
evaluation-number = n
evaluation-recall = Recall@{ $k }
evaluation-mrr = MRR@10
evaluation-language = { $language ->
    [en] English
    [cs] Czech
   *[all] all
  }
evaluation-nodia = { $language ->
    [cs] Czech without diacritics
   *[other] { evaluation-language }, without diacritics
  }
evaluation-followups = follow-ups, { evaluation-language }

evaluation-declining = Declining
evaluation-declined-by = Who decides
evaluation-by-retrieval = the search alone
evaluation-by-answers = search and model
evaluation-abstained = unanswerable declined
evaluation-refused = answerable refused
evaluation-precise = rightly declined

evaluation-sources = Sources of { $answers ->
    [one] { $answers } answer
   *[other] { $answers } answers
  }
evaluation-traceable = lead to a retrieved passage
evaluation-right-page = answers that cite a right page
evaluation-unsupported = sentences without support

notice-questions-unreadable = it can't be read ({ $reason })
notice-questions-not-text = it is no text in UTF-8
notice-questions-none = there is no question in it
notice-questions-not-json = it is no JSON object
notice-questions-field = { $field }: { $reason }
notice-questions-repeated = the id { $id } is there already
