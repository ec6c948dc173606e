# Several hosts of one engine, as /stats shows them.

stats-hosts-title = Engine hosts
stats-host-url = Host
stats-host-state = State
stats-host-loaded = Loaded models
stats-host-answering = Under way
stats-host-answers = { $version ->
    [none] answers
   *[other] answers ({ $version })
  }
stats-host-left-out = left out: { $trouble ->
    [engine-unreachable] nobody answers there
    [engine-outside] it leads outside your network
    [engine-interrupted] it broke off in the middle of an answer
    [engine-silent] it said nothing for too long
    [engine-busy] it has more to do than it can take
   *[other] { $problem }
  }
stats-host-of = { $answering } of { $parallel }
