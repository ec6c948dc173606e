# `sova health`.

cli-health = ask the service on this machine how it is; for containers and monitors

health-title = How the service is
health-ready = It answers questions.
health-degraded = It answers questions, but not everything is there.
health-unready = It can't answer questions now.
health-nobody = Nobody answers on port { $port } of this machine. Is `sova serve` or `sova worker` running?
health-port-off = it is 0, so nobody answers there

health-part-service = Service
health-part-redis = Redis
health-part-engine = Engine
health-part-index = Index of your documents
health-part-worker = Worker

health-state = { $code ->
    [ok] in order
    [not-configured] there is no folder of documents
    [starting] is just being started
    [draining] is about to end
    [timeout] gives no answer
    [stuck] an answer has made no progress for too long
    [silent] does nothing any more
    [history-unavailable] can't be reached
    [disk-full] its disk is full
    [engine-unreachable] can't be reached
    [engine-outside] lies outside your network now, so it is not used
    [engine-busy] refuses for now
    [index-unavailable] can't be reached
    [index-locked] another program uses it
    [index-mismatch] must be built anew
   *[other] not in order: { $code }
  }
