# What is said about questions that wait.

place-in-line = { $place ->
    [1] You are next in line; the answer will appear here.
   *[other] { ORDINAL($place) ->
        [one] You are { $place }st in line; the answer will appear here.
        [two] You are { $place }nd in line; the answer will appear here.
        [few] You are { $place }rd in line; the answer will appear here.
       *[other] You are { $place }th in line; the answer will appear here.
      }
  }
stop-waiting = { $waiting ->
    [one] One waiting question is withdrawn.
   *[other] { $waiting } waiting questions are withdrawn.
  }
stop-others = What others asked here goes on.
stop-only-others = Nothing of yours is being answered or waits here. What others asked goes on: they can stop it themselves, or an administrator can.
forget-waiting = { $waiting ->
    [one] One question that was waiting I took out of the queue and erased.
   *[other] { $waiting } questions that were waiting I took out of the queue and erased.
  }
regenerate-title = Answer again
regenerate-soon = I'll answer the last question again in a moment, here.
