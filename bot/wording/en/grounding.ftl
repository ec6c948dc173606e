# What is said about an answer from the documents, and where there is none.

grounding-nothing-found = { $documents ->
    [0] There are no documents in the knowledge folder that I may show here, so I can't answer from them.
    [one] I found nothing about this in the knowledge folder. I searched the one document that I may show here.
   *[other] I found nothing about this in the knowledge folder. I searched all { $documents } documents that I may show here.
  }
grounding-closest = I found no clear answer in the documents. These passages come closest:
grounding-not-held = This answer does not rest on the documents, so do not rely on it. These passages come closest:
grounding-passages-instead = No model can answer right now. These are the passages that fit the question best:

notice-unsupported = { $sentences ->
    [one] I found nothing in the sources for the sentence marked [?]. Please check it before you rely on it.
   *[other] I found nothing in the sources for the { $sentences } sentences marked [?]. Please check them before you rely on them.
  }
notice-indexing = { $total ->
    [0] I'm only just beginning to read your documents, so this answer may lack what they say.
   *[other] I'm still reading your documents ({ $done } of { $total } are done), so this answer may lack what the others say.
  }
notice-unindexed = Your documents haven't been read yet, so this answer doesn't rest on them. `sova index` reads them.
notice-uncited = { $reason ->
    [index-locked] This answer doesn't rest on your documents: another program is using their index.
   *[other] This answer doesn't rest on your documents: their index can't be used right now.
  }
notice-general-knowledge = Your documents say nothing about this: the answer is the model's general knowledge, without sources.

command-sources = Show the passages that the last answer rests on
command-sources-number = the number of one source, such as 2
sources-title = Sources of the last answer
sources-title-one = Sources of this answer
sources-forgotten = I don't remember this answer any more, and so not its sources either.
sources-none-yet = There is no answer here yet whose sources I could show.
sources-without = The last answer names no sources.
sources-no-such = The last answer has no source [{ $number }]. It has: { $known }.
sources-not-allowed = This source may not be shown here.
sources-gone = This document is no longer in the index.
sources-changed = The document has changed since that answer. This is what stands there now:
sources-not-kept = Where this passage stood in the document was not kept.
sources-action-whole = Show source [{ $number }] whole
