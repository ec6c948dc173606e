# Summaries: /summarize, how far one is, how it looks, and `sova summarize`.

command-summarize = Sum up this thread, what was written here lately, or a file
command-summarize-what = this thread, this channel, or a file; “stop” ends the summary I am making for you
command-summarize-hours = how many hours of the channel to look back, 24 if you don't say
command-summarize-form = summary, notes (minutes of a meeting), or short (three sentences)
command-summarize-public = “yes” shows it to everybody here; otherwise only you see it
command-summarize-language = the language of the summary; otherwise that of what was written
command-summarize-file = the name of a document that I know
command-summarize-upload = a file to sum up
slash-summarize = summarize
slash-summarize-what = what
slash-summarize-what-thread = this thread
slash-summarize-what-channel = this channel
slash-summarize-what-file = a file
slash-summarize-what-stop = stop
slash-summarize-hours = hours
slash-summarize-form = form
slash-summarize-form-summary = summary
slash-summarize-form-notes = meeting notes
slash-summarize-form-short = three sentences
slash-summarize-public = public
slash-summarize-public-yes = yes
slash-summarize-public-no = no
slash-summarize-language = language
slash-summarize-language-en = English
slash-summarize-language-cs = Czech
slash-summarize-file = file
slash-summarize-upload = upload

# --- while it is made -------------------------------------------------------------------------------------------

summarize-finding = { $what ->
    [thread] I am reading this thread …
    [file] I am reading the file …
   *[channel] I am reading what was written here …
  }
summarize-reading = { $what ->
    [file] I am reading { $messages ->
        [one] one section
       *[other] { $messages } sections
      }: part { $part } of { $parts }.
   *[other] I am reading { $messages ->
        [one] one message
       *[other] { $messages } messages
      }: part { $part } of { $parts }.
  }
summarize-merging = I am putting together what I found: part { $part } of { $parts }.
summarize-seconds-left = About { $seconds } seconds left.
summarize-minutes-left = { $minutes ->
    [one] About a minute left.
   *[other] About { $minutes } minutes left.
  }
summarize-stop = Stop
summarize-stopped = I stopped. There is no summary.
summarize-none-running = I am not making a summary for you just now.

# --- the summary ------------------------------------------------------------------------------------------------

summarize-title = { $form ->
    [notes] Meeting notes
    [short] In short
   *[summary] Summary
  }
summarize-title-of-file = Summary of { $name }
summarize-heading = { $kind ->
    [decision] Decisions:
    [task] Action items:
    [question] Open questions:
   *[point] Key points:
  }
summarize-participants = Participants
summarize-more-people = { $count ->
    [one] and one more
   *[other] and { $count } more
  }
summarize-nothing-found = I found nothing that I could put into a summary and show where it was said.
summarize-left-out = That is a lot: I left out the { $messages ->
    [one] oldest one
   *[other] oldest { $messages }
  }. Fewer hours, or a thread, leave out nothing.
summarize-has-older = { $messages ->
    [one] I read the newest one; more was written before it.
   *[other] I read the newest { $messages }; more was written before them.
  }
summarize-made = { $what ->
    [file] From { $messages ->
        [one] one section
       *[other] { $messages } sections
      }, by { $model }. Models make mistakes: the numbers lead to what was written.
   *[other] From { $messages ->
        [one] one message
       *[other] { $messages } messages
      }, by { $model }. Models make mistakes: the numbers lead to what was said.
  }
summarize-as = { $form ->
    [notes] As meeting notes
    [short] In three sentences
   *[summary] As a summary
  }
summarize-for-all = Show to everybody
summarize-section = { $name }, section { $number }
summarize-asked = question { $number }
summarize-answered = answer { $number }

# --- what may stand in its way ----------------------------------------------------------------------------------

error-too-little-said = { $messages ->
    [0] There is nothing to sum up: I found no messages of people, and nothing else with words in it.
    [one] There is too little to sum up: I found one short text. Reading it takes no longer than a summary would.
   *[other] There is too little to sum up: I found { $messages } short texts. Reading them takes no longer than a summary would.
  }
error-still-summarizing = I am still making a summary for you. Wait for it, or end it by /summarize stop.
error-no-file-to-summarize = Which file? Attach one, or name a document: /summarize file:NAME.
error-unknown-document = { $nearest ->
    [none] There is no document “{ $name }” that may be read here.
   *[other] There is no document “{ $name }” that may be read here. Did you mean: { $nearest }?
  }
error-cannot-read-here = I may not read what was written here. Give me the permission “Read Message History” (and “View Channel”) in this channel.
error-not-in-a-thread = This isn't a thread. Call me in one, or sum up the channel: /summarize channel.

# --- at the terminal --------------------------------------------------------------------------------------------

cli-summarize = sum up a file
cli-summarize-file = the file; - reads text from standard input
cli-summarize-form = summary (the default), notes (minutes of a meeting), or short (three sentences)
cli-summarize-language = the language of the summary; otherwise that of the file
cli-summarize-model = the model to use; otherwise the one that answers
cli-summarize-json = print one JSON object: points with their kinds and sources
